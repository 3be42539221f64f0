"""Geometry of a certificate chain held against a trusted CA list: root above, leaf below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .document import ChainLink, State
from .languages import Language
from .outline import SeenChain, common_name
from .wrap import cut, wrap

_WIDTH = 380
_CELLS = 44
"""What fits into a plate at 13 px, fixed pitch."""
_LINE = 17
_GAP = 40
_NAME_LINES = 3

_STATES: Mapping[str, State] = {
    "presented": "ok",
    "trusted": "ok",
    "known": "unknown",
    "missing": "fail",
    "expired": "fail",
    "not_yet_valid": "fail",
}
_SIGNS: Mapping[State, str] = {"ok": "✓", "fail": "✕", "unknown": "?"}


@dataclass(frozen=True)
class Plate:
    """A certificate of the chain. Lengths are in px of the picture's own coordinates."""

    x: int
    y: int
    width: int
    height: int
    name: Sequence[str]
    note: Sequence[str]
    status: Sequence[str]
    state: State
    missing: bool


@dataclass(frozen=True)
class Chain:
    """The picture of one chain."""

    width: int
    height: int
    gap: int
    plates: tuple[Plate, ...]


def chain_picture(
    chain: SeenChain, words: Mapping[str, Mapping[str, str]], language: Language
) -> Chain:
    """Plates from the root down; a missing certificate keeps its place."""
    plates: list[Plate] = []
    y = 4
    for link in reversed(chain.links):
        name = cut(common_name(link.subject), _CELLS, _NAME_LINES)
        note = wrap(_note(link, words, language), _CELLS)
        state = _STATES[link.state]
        status = wrap(f"{_SIGNS[state]} {standing(link, chain.store, words, language)}", _CELLS)
        height = _LINE * (len(name) + len(note) + len(status)) + 16
        plates.append(
            Plate(
                2,
                y,
                _WIDTH,
                height,
                name,
                note,
                status,
                state,
                link.state == "missing",
            )
        )
        y += height + _GAP
    return Chain(width=_WIDTH + 4, height=max(y - _GAP, 0) + 4, gap=_GAP, plates=tuple(plates))


def standing(
    link: ChainLink,
    store: str | None,
    words: Mapping[str, Mapping[str, str]],
    language: Language,
) -> str:
    """What the list, or the trust store of that name, holds of a certificate."""
    in_store = {
        "trusted": language.gettext("in %(store)s"),
        "missing": language.gettext("missing from %(store)s"),
        "known": language.gettext("known, not in %(store)s"),
    }
    if store is None or link.state not in in_store:
        return words["certificate"][link.state]
    return in_store[link.state] % {"store": store}


def _note(link: ChainLink, words: Mapping[str, Mapping[str, str]], language: Language) -> str:
    kind = words["kind"][link.kind]
    if link.not_after is None:
        return kind
    until = language.gettext("valid until %(date)s") % {"date": language.date(link.not_after)}
    return f"{kind} · {until}"

"""Geometry of the validity timeline: a bar for each certificate of the chains, and marked days.

The picture shows half a year back and two years ahead; a bar that goes on beyond has an open end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Literal

from .document import ChainLink, Report, State
from .languages import Language
from .outline import common_name
from .wrap import cells, cut

_BACK, _AHEAD = timedelta(days=183), timedelta(days=730)
_SOON = timedelta(days=21)
_NAME_CELLS = 34
_NAME_LINES = 3
_LEFT = 286
_AXIS = 420
_RIGHT = 24
_LINE = 17
_LANE = 18
_FLAG_CELL = 7.3
"""Advance of a character in px at 12 px, with a little to spare."""
_MOST_ROWS, _MOST_CAS = 22, 8
_MOST_FLAGS = 8

FlagKind = Literal["now", "next", "policy"]
_SHAPES: dict[FlagKind, str] = {"now": "●", "next": "▼", "policy": "◆"}


@dataclass(frozen=True)
class Bar:
    """The validity of a certificate. Lengths are in px of the picture's own coordinates."""

    y: int
    x: int
    width: int
    opens: bool
    """Its validity begins before the picture does."""
    goes_on: bool
    """Its validity ends after the picture does."""
    name: Sequence[str]
    note: str
    state: State


@dataclass(frozen=True)
class Flag:
    """A marked day: the judged one, the next on which something changes, or an authority's."""

    x: int
    label_x: int
    """Middle of the label."""
    label_width: int
    y: int
    label: str
    kind: FlagKind


@dataclass(frozen=True)
class Timeline:
    """The picture of what is valid until when."""

    width: int
    height: int
    top: int
    ticks: tuple[tuple[int, str], ...]
    bars: tuple[Bar, ...]
    flags: tuple[Flag, ...]
    omitted: int
    """Certificates that are not drawn because there are too many; the first to end are drawn."""


def timeline_picture(report: Report, language: Language) -> Timeline | None:
    """The certificates on the report's chains, the first to end on top; None without any."""
    links = {
        link.fingerprint: link
        for chain in report.chains
        for link in chain.links
        if link.fingerprint and link.not_after
    }
    if not links:
        return None
    ordered = sorted(links.values(), key=lambda link: (link.not_after, link.subject))
    drawn = _drawn(ordered)
    flags, lanes = _flags(report, language)
    top = 8 + _LANE * lanes + 8
    y = top + 8
    bars = []
    for link in drawn:
        bar = _bar(link, y, report.judged_at, language)
        bars.append(bar)
        y += _LINE * (len(bar.name) + 1) + 12
    return Timeline(
        width=_LEFT + _AXIS + _RIGHT,
        height=y + 26,
        top=top,
        ticks=tuple(_ticks(report.judged_at)),
        bars=tuple(bars),
        flags=flags,
        omitted=len(ordered) - len(drawn),
    )


def _drawn(ordered: Sequence[ChainLink]) -> list[ChainLink]:
    """The first of the CAs and of the other certificates, so that neither crowd out the others."""
    authorities = [link for link in ordered if link.kind != "leaf"][:_MOST_CAS]
    leaves = [link for link in ordered if link.kind == "leaf"][: _MOST_ROWS - len(authorities)]
    return [link for link in ordered if link in authorities or link in leaves]


def _x(at: datetime, judged_at: datetime) -> float:
    """Where a time lies on the axis, which it may be left or right of."""
    return _LEFT + _AXIS * ((at - (judged_at - _BACK)) / (_BACK + _AHEAD))


def _bar(link: ChainLink, y: int, judged_at: datetime, language: Language) -> Bar:
    ends = link.not_after or judged_at
    begins = link.not_before or judged_at - 2 * _BACK
    left, right = _x(begins, judged_at), _x(ends, judged_at)
    start = min(max(left, _LEFT), _LEFT + _AXIS - 6)
    end = max(min(right, _LEFT + _AXIS), start + 6)
    _ = language.gettext
    if ends <= judged_at:
        state: State = "fail"
        note = _("✕ expired on %(date)s")
    elif begins > judged_at:
        state, note = "fail", _("✕ valid from %(date)s on")
    elif ends - judged_at <= _SOON:
        state, note = "unknown", _("! only until %(date)s")
    else:
        state, note = "ok", _("✓ until %(date)s")
    day = begins if begins > judged_at else ends
    return Bar(
        y=y,
        x=round(start),
        width=round(end - start),
        opens=left < _LEFT,
        goes_on=right > _LEFT + _AXIS,
        name=cut(common_name(link.subject), _NAME_CELLS, _NAME_LINES),
        note=note % {"date": language.date(day)},
        state=state,
    )


def _ticks(judged_at: datetime) -> Iterator[tuple[int, str]]:
    """The quarters of the year within the picture, as year and month."""
    for year in range(judged_at.year - 1, judged_at.year + 4):
        for month in (1, 4, 7, 10):
            x = _x(datetime(year, month, 1, tzinfo=UTC), judged_at)
            if _LEFT <= x <= _LEFT + _AXIS:
                yield round(x), f"{year}-{month:02}" if month in (1, 7) else ""


def _flags(report: Report, language: Language) -> tuple[tuple[Flag, ...], int]:
    """The marked days, and how many lanes their labels take so that none covers another."""
    _ = language.gettext
    days: list[tuple[datetime, FlagKind, str]] = [(report.judged_at, "now", _("now"))]
    for number, row in enumerate(report.timeline):
        if number == 0:
            days.append((row.at, "next", _("next: %(date)s") % {"date": language.date(row.at)}))
        elif row.policies:
            days.append((row.at, "policy", language.date(row.at)))
    used: list[float] = []
    flags = []
    for at, kind, text in days[:_MOST_FLAGS]:
        x = _x(at, report.judged_at)
        if not _LEFT <= x <= _LEFT + _AXIS:
            continue
        label = f"{_SHAPES[kind]} {text}"
        half = cells(label) * _FLAG_CELL / 2
        middle = min(x, _LEFT + _AXIS + _RIGHT - half - 2)
        lane = next((n for n, end in enumerate(used) if end + 8 <= middle - half), len(used))
        used[lane : lane + 1] = [middle + half]
        flags.append(Flag(round(x), round(middle), ceil(2 * half), 18 + _LANE * lane, label, kind))
    return tuple(flags), len(used)

"""A certificate side by side with what the other side expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .document import Comparison, State
from .languages import Language

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Expectation:
    """One thing that is asked of a certificate: what is wanted, what there is, each in lines."""

    check: str
    wanted: str
    there: Sequence[str]
    state: State


@dataclass(frozen=True)
class SideBySide:
    """One certificate and what is expected of it; `askers` are all that expect the same.

    Without askers, clients expect it.
    """

    subject: str
    presenter: str
    unit: str | None
    askers: tuple[str, ...]
    connections: tuple[str, ...]
    rows: tuple[Expectation, ...]


def side_by_side(
    compared: Sequence[Comparison], judged_at: datetime, words: Words, language: Language
) -> tuple[SideBySide, ...]:
    """The comparisons, those that differ in nothing but who asks and on which connection as one."""
    alike: dict[tuple[str, str, str | None, tuple[Expectation, ...]], list[Comparison]] = {}
    for one in compared:
        rows = tuple(_expectations(one, judged_at, words, language))
        alike.setdefault((one.subject, one.presenter, one.unit, rows), []).append(one)
    return tuple(
        SideBySide(
            subject,
            presenter,
            unit,
            tuple(dict.fromkeys(one.verifier for one in same if one.verifier)),
            tuple(dict.fromkeys(one.link for one in same if one.link)),
            rows,
        )
        for (subject, presenter, unit, rows), same in alike.items()
    )


def _expectations(
    one: Comparison, judged_at: datetime, words: Words, language: Language
) -> Iterator[Expectation]:
    _ = language.gettext
    if one.name and "name" in one.checks:
        yield Expectation("name", one.name, one.names or (_("no name"),), one.checks["name"])
    if "purpose" in one.checks and one.purpose and one.eku:
        there = words["eku"].get(one.eku, one.eku)
        yield Expectation("purpose", words["eku"][one.purpose], (there,), one.checks["purpose"])
    if "chain" in one.checks and (issuer := one.missing or one.issuer):
        wanted = (
            _("%(issuer)s in %(store)s") % {"issuer": issuer, "store": one.store}
            if one.store
            else _("%(issuer)s in the trusted CA list") % {"issuer": issuer}
        )
        there = {
            "ok": _("it is there"),
            "fail": _("it is missing") if one.missing else _("the chain is not accepted"),
            "unknown": words["state"]["unknown"],
        }[one.checks["chain"]]
        yield Expectation("chain", wanted, (there,), one.checks["chain"])
    if "time" in one.checks and one.not_before and one.not_after:
        days = f"{language.date(one.not_before)} – {language.date(one.not_after)}"
        wanted = _("valid on %(date)s") % {"date": language.date(judged_at)}
        yield Expectation("time", wanted, (days,), one.checks["time"])

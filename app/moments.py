"""The timeline as the report tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ..engine.findings import finding_words
from ..engine.rank import RankedFinding
from ..reports.document import Moment as MomentRow
from .case import Case
from .knowledge import told
from .timeline import Moment


def moment(seconds: int) -> datetime:
    """A time in UTC; years that the calendar does not have are held at its ends."""
    return datetime.fromtimestamp(min(max(seconds, -62_135_596_800), 253_402_300_799), UTC)


def moment_row(one: Moment, language: str) -> MomentRow:
    """One time from which on something is otherwise."""
    return MomentRow(
        at=moment(one.at),
        ends=tuple(dict.fromkeys(certificate.subject for certificate in one.ends)),
        begins=tuple(dict.fromkeys(certificate.subject for certificate in one.begins)),
        policies=tuple(f"{row.who}: {told(row.text, language)}" for row in one.policies),
        breaks=tuple(" ".join(link) for link in one.breaks),
        appears=_titles(one.after, one.appears, language),
        gone=_titles(one.before, one.gone, language),
    )


def _titles(case: Case, findings: Iterable[RankedFinding], language: str) -> tuple[str, ...]:
    words = (finding_words(case.rules, case.outcome, r.finding, language) for r in findings)
    return tuple(dict.fromkeys(one.title for one in words))

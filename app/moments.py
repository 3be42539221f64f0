"""The timeline as the report tells it."""

from __future__ import annotations

from datetime import UTC, datetime

from ..reports.document import Moment as MomentRow
from .knowledge import told
from .timeline import Moment
from .trials import titles


def moment(seconds: int) -> datetime:
    """A time in UTC; years that the calendar does not have are held at its ends."""
    return datetime.fromtimestamp(min(max(seconds, -62_135_596_800), 253_402_300_799), UTC)


def moment_or_none(seconds: int | None) -> datetime | None:
    """The same, where there may be none."""
    return None if seconds is None else moment(seconds)


def moment_row(one: Moment, language: str) -> MomentRow:
    """One time from which on something is otherwise."""
    return MomentRow(
        at=moment(one.at),
        ends=tuple(dict.fromkeys(certificate.subject for certificate in one.ends)),
        begins=tuple(dict.fromkeys(certificate.subject for certificate in one.begins)),
        policies=tuple(f"{row.who}: {told(row.text, language)}" for row in one.policies),
        breaks=tuple(" ".join(link) for link in one.breaks),
        appears=titles(one.after, (ranked.finding for ranked in one.appears), language),
        gone=titles(one.before, (ranked.finding for ranked in one.gone), language),
    )

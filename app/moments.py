"""The timeline as the report tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..engine.findings import Finding
from ..reports.document import Moment as MomentRow
from ..reports.languages import language as reader_language
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
    speech = reader_language(language)
    return MomentRow(
        at=moment(one.at),
        ends=tuple(
            dict.fromkeys(
                (*(c.subject for c in one.ends), *(f"CRL ({crl.issuer})" for crl in one.lists))
            )
        ),
        begins=tuple(dict.fromkeys(certificate.subject for certificate in one.begins)),
        policies=tuple(speech.labelled(row.who, told(row.text, language)) for row in one.policies),
        breaks=tuple(" ".join(link) for link in one.breaks),
        appears=titles(one.after, (ranked.finding for ranked in one.appears), language),
        gone=titles(one.before, _mended(one), language),
    )


def _mended(one: Moment) -> Iterator[Finding]:
    """Findings that are gone for good; what was foreseen and has come true is told as that."""
    for ranked in one.gone:
        if not (one.ends and ranked.finding.status == "predicted"):
            yield ranked.finding

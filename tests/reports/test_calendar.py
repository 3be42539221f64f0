"""The calendar of what comes next, read back by a parser (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime

import icalendar

from certclinic.reports.calendar import render_calendar
from certclinic.reports.document import Moment, Report, Tool

HOSTILE = "CN=a\r\nEND:VEVENT;x,y\x1b[31m"


def report(*moments: Moment, language: str = "en") -> Report:
    return Report(
        tool=Tool(version="1", matcher="reference"),
        language=language,
        judged_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
        inputs=(), nodes=(), findings=(), links=(), ledger=(), coverage=(), problems=(),
        timeline=moments,
    )  # fmt: skip


def test_every_time_is_an_entry_of_that_day_with_an_alarm_before() -> None:
    expiry = Moment(at=datetime(2027, 6, 9, 14, 58, tzinfo=UTC), ends=("CN=edge1",))
    text = render_calendar(report(expiry))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert event["DTSTART"].to_ical() == b"20270609"
    assert str(event["SUMMARY"]) == "CN=edge1 expires"
    assert [alarm["TRIGGER"].to_ical() for alarm in event.walk("VALARM")] == [b"-P14D"]
    assert text == render_calendar(report(expiry))


def test_a_subject_cannot_end_the_entry() -> None:
    text = render_calendar(report(Moment(at=datetime(2027, 6, 9, tzinfo=UTC), ends=(HOSTILE,))))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert "END:VEVENT;x,y" in str(event["SUMMARY"])
    assert "\x1b" not in text


def test_a_time_at_which_nothing_comes_is_no_entry() -> None:
    gone = Moment(at=datetime(2027, 6, 9, tzinfo=UTC), gone=("mended",))
    assert not icalendar.Calendar.from_ical(render_calendar(report(gone))).walk("VEVENT")


def test_no_secret_gets_into_a_calendar() -> None:
    at = datetime(2027, 6, 9, tzinfo=UTC)
    text = render_calendar(report(Moment(at=at, appears=("refused password=hunter2hunter2",))))
    assert "hunter2" not in text
    assert "refused" in text

"""What comes next, as a calendar that Outlook and others subscribe to (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from .document import Report
from .escape import visible
from .languages import language
from .render import masked
from .texts import with_texts
from .words import coming

REMIND = timedelta(days=14)
"""How long before an entry its alarm rings."""


def render_calendar(report: Report) -> str:
    """One all-day entry for every time of the timeline, secrets masked.

    The same report gives the same text.
    """
    from icalendar import Alarm, Calendar, Event

    report = with_texts(masked(report), visible)
    calendar = Calendar()
    calendar.add("prodid", "-//certclinic//certificates//EN")
    calendar.add("version", "2.0")
    for moment in report.timeline:
        told = list(coming(moment, language(report.language)))
        if not told:
            continue
        event = Event()
        seed = f"{moment.at.isoformat()} {' '.join(told)}".encode()
        event.add("uid", f"{hashlib.sha256(seed).hexdigest()[:32]}@certclinic")
        event.add("dtstamp", report.judged_at)
        event.add("dtstart", moment.at.date())
        event.add("summary", told[0])
        event.add("description", "\n".join(told))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", told[0])
        alarm.add("trigger", -REMIND)
        event.add_component(alarm)
        calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))

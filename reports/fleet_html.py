"""Many cases as one page, under the same policy as the report: no script, nothing loaded.

Its links lead to the reports beside it; the names of those files are the program's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .escape import visible
from .fleet import Ending, FleetReport
from .languages import Language, language
from .mask import mask
from .templating import environment, filled, plain_sentences
from .texts import with_texts
from .words import words

MOST_LISTED = 100
"""Certificates that are listed one by one, those that end first."""


@dataclass(frozen=True)
class Month:
    """Certificates that end in a month, and the share of it of the fullest month, in percent."""

    name: str
    certificates: int
    cases: int
    share: int


def render_fleet_html(report: FleetReport) -> str:
    """The page as text, to be stored as UTF-8."""
    report = with_texts(report, lambda text: visible(mask(text)))
    speech = language(report.language)
    ahead = [ending for ending in report.endings if not ending.ended]
    return filled(
        environment(None),
        "fleet.html.j2",
        {
            "report": report,
            "language": speech,
            "words": words(speech),
            "months": list(_months(ahead)),
            "ended": [ending for ending in report.endings if ending.ended],
            "next": ahead[:MOST_LISTED],
            "most_cases": max((len(one.cases) for one in report.symptoms), default=1),
            "verdict": _verdict(report, speech),
            "state": _state(report),
            "links": {case.case: case.page or case.report for case in report.cases},
            **plain_sentences(speech),
        },
    )


def _months(endings: list[Ending]) -> Iterator[Month]:
    certificates = Counter(f"{ending.not_after:%Y-%m}" for ending in endings)
    cases = Counter(name for name, _ in {(f"{e.not_after:%Y-%m}", e.case) for e in endings})
    most = max(certificates.values(), default=1)
    for name, count in sorted(certificates.items()):
        yield Month(name, count, cases[name], round(100 * count / most))


def _verdict(report: FleetReport, speech: Language) -> str:
    faulty = sum(1 for case in report.cases if case.faults)
    return speech.ngettext(
        "%(faulty)d of %(num)d case has a certificate fault, now or foreseen",
        "%(faulty)d of %(num)d cases have a certificate fault, now or foreseen",
        len(report.cases),
    ) % {"faulty": faulty, "num": len(report.cases)}


def _state(report: FleetReport) -> str:
    if not report.cases:
        return "unjudged"
    return "fault" if any(case.faults for case in report.cases) else "healthy"

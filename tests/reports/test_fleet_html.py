"""The overview of many cases: complete, safe whatever names say, in every language."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from certclinic.reports.fleet import (
    CaseRow,
    Ending,
    FailedCase,
    FleetReport,
    ReleaseCount,
    SymptomCount,
)
from certclinic.reports.fleet_html import render_fleet_html
from certclinic.reports.languages import LANGUAGES

HOSTILE = '"><script>alert(1)</script>\x1b[2J\u202e'
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _report(language: str = "en", text: str = "edge1", cases: int = 3) -> FleetReport:
    names = tuple(f"{600_001 + number}" for number in range(cases))
    return FleetReport(
        language=language,
        cases=tuple(
            CaseRow(
                case=name,
                report=f"cases/{name}.json",
                judged_at=NOW,
                nodes=(text,),
                faults=1,
                worst="critical",
                cause=text,
            )
            for name in names
        ),
        failed=(FailedCase(case=text, path=text, why=text),),
        symptoms=(
            SymptomCount(
                symptom="EXW-030",
                title=text,
                severity="critical",
                cases=names,
                as_cause=2,
                nodes=4,
                checked=cases,
            ),
        ),
        endings=(
            Ending(
                case="600001",
                node=text,
                subject=text,
                not_after=datetime(2026, 11, 23, tzinfo=UTC),
                ended=True,
            ),
            Ending(
                case="600002",
                node="core9",
                subject="CN=core9",
                not_after=datetime(2027, 8, 16, tzinfo=UTC),
                ended=False,
            ),
        ),
        releases=(ReleaseCount(version=text, role="expressway_e", nodes=3, cases=3),),
    )


class _Page(HTMLParser):
    """What a browser would find: the elements and where links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stay_text(language: str) -> None:
    """Hosts, subjects, folders and titles come from strangers; none becomes an element."""
    calm = _Page(render_fleet_html(_report(language)))
    page = render_fleet_html(_report(language, HOSTILE))

    assert calm.elements == _Page(page).elements
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_links_lead_to_reports_beside_the_page_only() -> None:
    """To sections, and to the files of cases."""
    links = set(_Page(render_fleet_html(_report())).links)

    files = {link for link in links if not link.startswith("#")}
    assert {f"cases/{name}.json" for name in (600001, 600002, 600003)} == files


def test_secrets_in_names_are_masked() -> None:
    """As everywhere in reports."""
    assert "hunter2" not in render_fleet_html(_report(text="password=hunter2"))


def test_what_ended_and_what_ends_are_apart() -> None:
    """The expired certificate is listed by itself; the other one under its month."""
    page = render_fleet_html(_report())

    assert page.index("Expired when") < page.index("Nov 23, 2026") < page.index("2027-08")
    assert page.index("2027-08") < page.index("Aug 16, 2027")


def test_many_cases_of_a_fault_are_counted() -> None:
    """The first five are linked; how many more there are is said."""
    page = render_fleet_html(_report(cases=30))

    assert "30 of 30 checked" in page
    assert "… and 25 more" in page


def test_no_case_is_no_fault() -> None:
    """Where nothing could be diagnosed, the page does not look healthy."""
    page = render_fleet_html(
        FleetReport(
            language="en", cases=(), failed=(FailedCase(case="a", path="a", why="is empty"),)
        )
    )

    assert 'class="verdict unjudged"' in page
    assert "is empty" in page

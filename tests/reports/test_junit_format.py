"""JUnit XML as build servers read it: faults fail, what was not checked is skipped."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped

from certclinic.reports.document import Report
from certclinic.reports.render import render

from .hostile import drowned
from .sample import healthy, pair


def read(report: Report) -> dict[tuple[str, str], Sequence[object]]:
    """The results of each case, by node and the first word of its name."""
    suites = JUnitXml.fromstring(render(report, "junit").encode())
    return {
        (suite.name, str(case.name).split()[0]): case.result for suite in suites for case in suite
    }


def test_every_row_of_the_ledger_is_a_case() -> None:
    """Node by symptom; a fault fails and says what to collect where nothing was checked."""
    report = pair()
    results = read(report)
    assert {(row.node, row.symptom) for row in report.ledger} <= set(results)
    (failure,) = results["core1", "EXW-030"]
    assert isinstance(failure, Failure)
    assert report.findings[0].title == failure.message
    assert all(step in str(failure.text) for step in report.findings[0].fix.steps)
    (skipped,) = results["core1", "EXW-043"]
    assert isinstance(skipped, Skipped)
    assert "the diagnostic bundle of edge1" == skipped.message
    assert [] == results["edge1", "EXW-010"]


def test_a_finding_without_a_row_is_not_lost() -> None:
    """edge1 has no ledger row for the fault that is found on it."""
    (failure,) = read(pair())["edge1", "EXW-030"]
    assert isinstance(failure, Failure)


def test_advice_fails_nothing() -> None:
    """A wildcard name is advice: its case passes."""
    assert [] == read(pair())["edge1", "EXW-014"]


def test_counts_are_those_of_the_cases() -> None:
    """As counted by the reader, suite by suite, and nothing fails on a healthy deployment."""
    suites = JUnitXml.fromstring(render(pair(), "junit").encode())
    for counted in (suites, *suites):
        told = (counted.tests, counted.failures, counted.errors, counted.skipped)
        counted.update_statistics()
        assert told == (counted.tests, counted.failures, counted.errors, counted.skipped)
    assert 0 == JUnitXml.fromstring(render(healthy(), "junit").encode()).failures


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
@example("]]><failure/>\x00\x1b\ufffe\ud800\"'&lt;")
def test_any_text_leaves_it_readable(text: str) -> None:
    """XML 1.0 can't hold every character; each is written visibly instead."""
    suites = JUnitXml.fromstring(render(drowned(text), "junit").encode())
    assert suites.tests == sum(1 for suite in suites for _ in suite)

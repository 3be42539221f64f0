"""Every symptom from bundle to finding: found where it is, silent where it almost is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from certclinic.app.case import open_case
from certclinic.app.document import write_report
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import write
from certclinic.builders.scenarios import MIXED, SYMPTOMS, demo, healthy, healthy_cluster
from certclinic.engine.matching._native import durable_installed
from certclinic.reports.render import render

from .conftest import Judge

SEED = [
    "EXW-001",
    "EXW-002",
    "EXW-010",
    "EXW-011",
    "EXW-014",
    "EXW-023a",
    "EXW-024",
    "EXW-025",
    "EXW-026",
    "EXW-027",
    "EXW-028",
    "EXW-029a",
    "EXW-029b",
    "EXW-029c",
    "EXW-029d",
    "EXW-029e",
    "EXW-029f",
    "EXW-030",
    "EXW-031",
    "EXW-033",
    "EXW-034",
    "EXW-035",
    "EXW-040",
    "EXW-050",
    "EXW-051",
    "EXW-052",
    "EXW-053",
    "EXW-060",
    "EXW-063",
]


def test_the_seed_is_covered() -> None:
    """Each symptom of the seed has a deployment that shows it and a rule that concludes it."""
    concluded = {rule.rule.symptom for rule in rule_base().rules.values()}

    assert set() == set(SEED) - set(SYMPTOMS)
    assert set() == set(SEED) - concluded


@pytest.mark.parametrize("symptom", sorted(SYMPTOMS))
def test_a_symptom_is_found_where_it_is(symptom: str, judged: Judge) -> None:
    """The deployment that shows a symptom has a finding of it that names its nodes."""
    scenario = SYMPTOMS[symptom]
    found = [f.finding for f in judged(scenario.shows).findings if f.finding.symptom == symptom]

    assert found
    assert set(scenario.nodes) <= {node for finding in found for node in finding.nodes}
    assert all(finding.evidence for finding in found)


@pytest.mark.parametrize("symptom", sorted(SYMPTOMS))
def test_a_symptom_is_silent_where_it_almost_is(symptom: str, judged: Judge) -> None:
    """The deployment that comes close to a symptom has no active or predicted finding of it."""
    findings = judged(SYMPTOMS[symptom].almost).findings

    assert [] == [
        f.finding for f in findings if f.finding.symptom == symptom and f.finding.status != "advice"
    ]


@pytest.mark.parametrize("name", sorted(MIXED))
def test_all_faults_of_a_mixed_deployment_are_found(name: str, judged: Judge) -> None:
    """Several planted faults are all found, and nothing that they do not bring with them."""
    mixed = MIXED[name]
    found = {f.finding.symptom for f in judged(mixed.spec).findings if f.finding.status != "advice"}

    assert set() == set(mixed.symptoms) - found
    assert found <= {*mixed.symptoms, *mixed.also}


@pytest.mark.parametrize(
    "spec",
    [
        healthy(),
        healthy_cluster(),
        healthy_cluster(3, 3),
        {"version": "X12.6.4"},
        {"version": "X15.2.1"},
        {"version": "X15.5"},
    ],
    ids=["pair", "clusters of two", "clusters of three", "X12.6.4", "X15.2.1", "X15.5"],
)
def test_a_healthy_deployment_has_no_fault(spec: dict[str, object], judged: Judge) -> None:
    """Nothing active, nothing predicted, and nothing that stays open."""
    case = judged(spec)

    assert [] == [f.finding for f in case.findings if f.finding.status != "advice"]
    assert () == case.derived.problems


def test_the_demo_names_the_missing_intermediate(judged: Judge, tmp_path: Path) -> None:
    """First finding: EXW-030, the CA's subject, the node that lacks it, and alarm 35013's line."""
    from datetime import UTC, datetime

    report = write_report(judged(demo(datetime(2026, 11, 24, 10, tzinfo=UTC))), "zh-Hant")
    first = report.findings[0]

    assert ("EXW-030", "active", "certain") == (first.symptom, first.status, first.confidence)
    assert "CN=Example Issuing CA 2026" in first.title + first.cause
    assert "core1" in first.title
    assert any('Id="35013"' in quote.text and quote.line for quote in first.evidence)
    assert "zh-Hant" == first.language
    assert any("中間CA" in step for step in first.fix.steps)
    assert "EXW-039c" in first.explains


@pytest.mark.parametrize(
    ("tag", "fallback", "spoken"),
    [("en", None, "en"), ("zh-Hans", "zh-Hant", "zh-Hant"), ("ja", "en", "en")],
)
def test_rules_fall_back_visibly(
    judged: Judge, tag: str, fallback: str | None, spoken: str
) -> None:
    """The report says which language the rules speak where it is not the reader's."""
    from datetime import UTC, datetime

    report = write_report(judged(demo(datetime(2026, 11, 24, 10, tzinfo=UTC))), tag)
    assert (tag, fallback) == (report.language, report.fallback)
    assert {spoken} == {finding.language for finding in report.findings}


def test_order_of_files_and_facts_does_not_matter(tmp_path: Path) -> None:
    """The same inputs give the same bytes, in whatever order they are named."""
    paths = write(MIXED["one peer of each cluster at fault"].spec, tmp_path)
    reports = set()
    for seed in range(3):
        random.Random(seed).shuffle(paths)  # noqa: S311
        report = write_report(open_case(paths, rule_base(), matcher="reference"), "en")
        reports.add(render(report, "json"))

    assert 1 == len(reports)


@pytest.mark.skipif(not durable_installed(), reason="durable-rules is not installed here")
def test_both_matchers_find_the_same(tmp_path: Path) -> None:
    """durable-rules and the reference matcher agree on a deployment with several faults."""
    paths = write(MIXED["one peer of each cluster at fault"].spec, tmp_path)
    one = open_case(paths, rule_base(), matcher="durable")
    other = open_case(paths, rule_base(), matcher="reference")

    assert "durable" == one.outcome.matcher
    assert one.findings == other.findings

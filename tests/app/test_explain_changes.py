"""What `explain` says would have made a silent rule fire does make it fire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from certclinic.app.case import Case
from certclinic.app.explanation import explain_symptom
from certclinic.app.rule_base import rule_base
from certclinic.builders.scenarios import demo
from certclinic.engine.explaining.fact_changes import FactChange, changed
from certclinic.engine.matching.match import run
from certclinic.engine.rule_base import needed_rules

from .conftest import Judge

RULES = rule_base().rules
SYMPTOMS = sorted({rule.rule.symptom for rule in RULES.values()})


def _firing_deployment(area: str) -> Mapping[str, Any]:
    """The first deployment on which a rule of an area is to fire."""
    return next(
        test.deployment
        for rule_id, rule in RULES.items()
        for test in rule.rule.tests
        if rule_id.startswith(f"{area}/") and test.expect == "fire" and test.deployment
    )


DEPLOYMENTS: dict[str, Mapping[str, Any]] = {
    "healthy": {},
    "sample": demo(datetime(2026, 11, 24, 10, tzinfo=UTC)),
    "log alone": {"nodes": {"core1": {"files": {"log_only": True}}, "edge1": {"given": False}}},
    **{area: _firing_deployment(area) for area in ("certificates", "traffic-server")},
}


def _fires(case: Case, rule_id: str, changes: list[dict[str, Any]]) -> bool:
    """Whether the rule fires when the facts are changed as it is told in JSON."""
    told = [
        FactChange(**{**change, "values": {k: _value(v) for k, v in change["values"].items()}})
        for change in changes
    ]
    given = [fact for i, fact in case.outcome.facts.items() if i not in case.outcome.parents]
    after = run(needed_rules(case.rules, rule_id), changed(given, told), "reference")
    return any(firing.rule == rule_id for firing in after.firings)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_silent_rule_fires_after_the_changes_that_are_told(judged: Judge, name: str) -> None:
    """Every shipped rule that stays silent has a reason, and each reason's changes prove true."""
    case = judged(DEPLOYMENTS[name])
    silent = 0
    for symptom in SYMPTOMS:
        for answer in json.loads(explain_symptom(case, symptom, "json")):
            if not answer["fired"]:
                silent += 1
                assert answer["reasons"], answer["rule"]
                nearest = answer["reasons"][0]["changes"]
                assert nearest, answer["rule"]
                assert _fires(case, answer["rule"], nearest), (answer["rule"], nearest)
    assert silent > len(RULES) // 2
    assert silent == len(RULES) - len({firing.rule for firing in case.outcome.firings})


def test_the_one_change_is_told_in_words(judged: Judge) -> None:
    """For people: the condition that is not met, and what would meet it, under the rule's line."""
    case = judged({})
    text = explain_symptom(case, "EXW-029c", "text")
    assert "zones/certificate-not-yet-valid (EXW-029c) did not fire" in text
    assert "✗ line 9: wanted link_check {link: sip, check: time, state: fail" in text
    assert "→ if state were fail (it is ok) and reason were not_yet_valid (it is missing)" in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_masked_in_both_forms(judged: Judge, form: Literal["text", "json"]) -> None:
    """A password in a setting that nearly meets a condition stays out of the explanation."""
    settings = {"IP DNS Hostname": "password=hunter2hunter2"}
    case = judged({"nodes": {"edge1": {"settings": settings}}})
    told = explain_symptom(case, "EXW-033", form)
    assert "hunter2hunter2" in str(case.outcome.facts)
    assert "[masked]" in told
    assert "hunter2" not in told

"""Tests that rule files carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from certclinic.engine.facts import Fact
from certclinic.engine.rule_tests import RuleTestResult, run_rule_tests

from .conftest import MakeRules


def _deploy(deployment: Mapping[str, Any]) -> Iterable[Fact]:
    if "broken" in deployment:
        raise ValueError("no node is called 'broken'")
    return [Fact(f"f{n}", "thing", {"host": host}) for n, host in enumerate(deployment["hosts"])]


def _result(make_rules: MakeRules, **test: Any) -> RuleTestResult:
    when = [{"let": "a", "fact": "thing", "where": {"host": {"not": "other"}}}]
    rules = make_rules({"area/r": {"when": when, "tests": [{"name": "case", **test}]}})
    (result,) = run_rule_tests(rules, _deploy, matcher="reference")
    assert (result.rule, result.name) == ("area/r", "case")
    return result


PASSING: list[dict[str, Any]] = [
    {"deployment": {"hosts": ["core1"]}, "expect": "fire"},
    {"deployment": {"hosts": ["core1", "edge1"]}, "expect": "fire", "nodes": ["edge1", "core1"]},
    {"deployment": {"hosts": ["other"]}, "expect": "silent"},
    {"facts": [{"fact": "thing", "host": "core1", "names": ["a"]}], "expect": "fire"},
    {"facts": [], "expect": "silent"},
]
FAILING: list[tuple[dict[str, Any], str]] = [
    (
        {"deployment": {"hosts": ["other"]}, "expect": "fire"},
        "wanted host: {not: other}, it is other",
    ),
    ({"deployment": {"hosts": ["core1"]}, "expect": "silent"}, "area/r holds"),
    (
        {"deployment": {"hosts": ["core1"]}, "expect": "fire", "nodes": ["edge1"]},
        "the nodes are core1, not edge1",
    ),
    ({"deployment": {"broken": 1}, "expect": "fire"}, "no node is called 'broken'"),
    ({"facts": [{"fact": "thing", "hots": "x"}], "expect": "silent"}, "no field 'hots'"),
]


@pytest.mark.parametrize("test", PASSING)
def test_what_passes(make_rules: MakeRules, test: dict[str, Any]) -> None:
    """A test passes when the rule does what it expects, on the nodes that it names."""
    assert _result(make_rules, **test).passed


@pytest.mark.parametrize(("test", "says"), FAILING)
def test_what_fails_says_why(make_rules: MakeRules, test: dict[str, Any], says: str) -> None:
    """A failure says how far the rule got, or what made it fire, or what is wrong with the test."""
    result = _result(make_rules, **test)
    assert not result.passed
    assert says in result.explanation

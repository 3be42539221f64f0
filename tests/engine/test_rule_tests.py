"""Tests that rule files carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from certclinic.engine.authoring.rule_tests import RuleTestResult, run_rule_tests
from certclinic.engine.facts import Fact
from certclinic.engine.rule_base import needed_rules

from .conftest import MakeRules


def _deploy(deployment: Mapping[str, Any]) -> Iterable[Fact]:
    if "broken" in deployment:
        raise ValueError("no node is called 'broken'")
    return [Fact(f"f{n}", "thing", {"host": host}) for n, host in enumerate(deployment["hosts"])]


def _result(make_rules: MakeRules, **test: Any) -> RuleTestResult:
    when = [{"let": "a", "fact": "thing", "where": {"host": {"not": "other"}}}]
    rules = make_rules({"area/r": {"when": when, "tests": [{"name": "case", **test}]}})
    (result,) = run_rule_tests(rules, _deploy, ["area/r"])
    assert (result.rule, result.name) == ("area/r", "case")
    return result


PASSING: list[dict[str, Any]] = [
    {"deployment": {"hosts": ["core1"]}, "expect": "fire"},
    {"deployment": {"hosts": ["core1", "edge1"]}, "expect": "fire", "nodes": ["edge1", "core1"]},
    {"deployment": {"hosts": ["other"]}, "expect": "silent"},
    {"facts": [{"fact": "thing", "host": "core1", "names": ["a"]}], "expect": "fire"},
    {"facts": [], "expect": "silent"},
    {
        "deployment": {"hosts": ["other"]},
        "facts": [{"fact": "thing", "host": "core1"}],
        "expect": "fire",
        "nodes": ["core1"],
    },
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


def _near(make_rules: MakeRules, miss: dict[str, Any], **test: Any) -> list[RuleTestResult]:
    when = [
        {"let": "a", "fact": "thing", "where": {"state": "fail", "name": {"exists": True}}},
        {"let": "b", "fact": "part", "where": {"host": "$a.host"}},
    ]
    thing = {"fact": "thing", "host": "core1", "state": "fail", "name": "x"}
    facts = [thing, {**thing, "name": "y"}, {"fact": "part", "host": "core1"}]
    case = {"name": "case", "facts": facts, "expect": "fire", "near_misses": [miss], **test}
    rules = make_rules({"area/r": {"when": when, "tests": [case]}})
    return list(run_rule_tests(rules, _deploy, ["area/r"]))


def test_a_near_miss_changes_every_fact_that_made_the_rule_fire(make_rules: MakeRules) -> None:
    """With the value changed in both facts the rule is silent, as the test says it must be."""
    fired, missed = _near(make_rules, {"a.state": "ok"})
    assert (fired.name, missed.name) == ("case", "case, but a.state: ok")
    assert fired.passed
    assert missed.passed


@pytest.mark.parametrize(
    ("miss", "says"),
    [
        ({"a.number": 5}, "area/r holds"),
        ({"c.state": "ok"}, "no fact fills a condition called 'c'"),
        ({"a.stat": "ok"}, "no field 'stat'"),
        ({"a.state": 5}, "must be text"),
    ],
)
def test_a_near_miss_that_does_not_silence_the_rule_fails(
    make_rules: MakeRules, miss: dict[str, Any], says: str
) -> None:
    """A change that the rule does not care about, or that can't be made, is told."""
    _, missed = _near(make_rules, miss)
    assert says in missed.explanation


def test_a_near_miss_that_another_fact_says_already_fails(make_rules: MakeRules) -> None:
    """The matchers keep one of two facts that say the same, so the change would test nothing."""
    thing = {"fact": "thing", "host": "core1", "state": "fail", "name": "x"}
    facts = [thing, {**thing, "state": "ok"}, {"fact": "part", "host": "core1"}]
    fired, missed = _near(make_rules, {"a.state": "ok"}, facts=facts)
    assert fired.passed
    assert missed.explanation == "this near miss is the same as another fact"


def test_a_near_miss_can_take_a_value_away(make_rules: MakeRules) -> None:
    """Null stands for a value that is missing."""
    _, missed = _near(make_rules, {"a.name": None})
    assert missed.passed


def test_a_rule_that_reads_conclusions_is_tested_with_those_rules(make_rules: MakeRules) -> None:
    """Only the rules that the tested one needs are run, whatever their ids."""
    reader = {
        "symptom": "EXW-002",
        "nodes": ["$a.node"],
        "when": [{"let": "a", "fact": "finding", "where": {"symptom": "EXW-001"}}],
        "tests": [{"name": "case", "facts": [{"fact": "thing", "host": "h"}], "expect": "fire"}],
    }
    rules = make_rules(
        {
            "area/reader": reader,
            "area/z": {"when": [{"let": "a", "fact": "thing"}]},
            "area/other": {"symptom": "EXW-003", "when": [{"let": "a", "fact": "part"}]},
        }
    )
    (result,) = run_rule_tests(rules, _deploy, ["area/reader"])
    assert result.passed
    assert {"area/reader", "area/z"} == set(needed_rules(rules, "area/reader").rules)

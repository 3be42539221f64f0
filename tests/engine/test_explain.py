"""Why and why-not."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings

from certclinic.engine.explaining.explain import stops, why, why_not
from certclinic.engine.explaining.explain_text import as_text
from certclinic.engine.facts import Fact
from certclinic.engine.findings import conclude
from certclinic.engine.matching.match import run
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules
from .strategies import FACTS, rule_sets

SEEN: tuple[str, dict[str, Any]] = ("coverage", {"host": "core1", "topic": "list", "state": "seen"})
THING: tuple[str, dict[str, Any]] = ("thing", {"host": "core1", "state": "ok"})
WHEN: list[dict[str, Any]] = [
    {"let": "a", "fact": "thing", "where": {"state": "ok"}},
    {"let": "b", "fact": "part", "where": {"host": "$a.host", "number": {"ge": 2}, "flag": True}},
    {"none": {"fact": "part", "where": {"host": "$a.host", "state": "fail"}}},
]


@pytest.fixture(scope="module")
def rules(make_rules: MakeRules) -> RuleBase:
    """One rule with a join and an absence."""
    return make_rules({"area/r": {"when": WHEN}})


def _facts(*described: tuple[str, dict[str, Any]]) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def test_why_names_every_condition(rules: RuleBase) -> None:
    """Each condition is told with the fact that fills it, and what had to be absent."""
    part = ("part", {"host": "core1", "number": 2, "flag": True})
    outcome = run(rules, _facts(THING, part, SEEN), "reference")
    (finding,) = conclude(rules, outcome)
    (one,) = why(rules, outcome, finding)
    assert [(step.condition, step.fact) for step in one.steps][:2] == [
        ("thing {state: ok, host: {exists: true}}", "f0"),
        ("part {host: $a.host, number: {ge: 2}, flag: true}", "f1"),
    ]
    assert one.absent == ("part {host: $a.host, state: fail}",)
    assert why_not(rules, outcome, "area/r") == ()


def test_why_names_what_speaks_for_and_against(make_rules: MakeRules) -> None:
    """Optional evidence is told after the conditions, what contradicts the finding last."""
    rules = make_rules(
        {
            "area/r": {
                "when": [{"let": "a", "fact": "thing", "where": {"state": "ok"}}],
                "supports": [
                    {"let": "b", "fact": "part", "where": {"host": "$a.host", "flag": True}}
                ],
                "against": [
                    {
                        "let": "c",
                        "fact": "part",
                        "where": {"host": "$a.host", "flag": False},
                        "text": {"en": "both", "zh-Hant": "兩者"},
                    }
                ],
            }
        }
    )
    facts = _facts(
        THING,
        ("part", {"host": "core1", "number": 1, "flag": True}),
        ("part", {"host": "core1", "number": 2, "flag": False}),
    )
    outcome = run(rules, facts, "reference")
    (finding,) = conclude(rules, outcome)
    (one,) = why(rules, outcome, finding)
    assert [step.fact for step in one.supports] == ["f1"]
    assert [step.fact for step in one.against] == ["f2"]
    assert as_text([one], outcome.facts, rules.vocabulary).splitlines()[-2:] == [
        "├─ + besides: part {host: core1, flag: true, number: 1}",
        "└─ - against it: part {host: core1, flag: false, number: 2}",
    ]


def _stop(rules: RuleBase, facts: list[Fact], node: str | None = None) -> Any:
    (stop,) = why_not(rules, run(rules, facts, "reference"), "area/r", node)
    return stop


def test_why_not_names_the_test_that_failed(rules: RuleBase) -> None:
    """The nearest fact is told with what was wanted and what it is."""
    near = ("part", {"host": "core1", "number": 1, "flag": True})
    far = ("part", {"host": "edge1", "number": 1})
    stop = _stop(rules, _facts(THING, far, near, SEEN))
    assert (stop.cause, stop.type, stop.host) == ("missing", "part", "core1")
    assert [step.fact for step in stop.held] == ["f0"]
    (miss,) = stop.near
    assert miss.fact == "f2"
    assert dataclasses.astuple(miss.failed[0]) == ("number", "ge", "number: {ge: 2}", 1)


def test_why_not_names_the_join_that_failed(rules: RuleBase) -> None:
    """A reference is shown with the value it stands for."""
    stop = _stop(rules, _facts(THING, ("part", {"host": "edge1", "number": 2, "flag": True})))
    assert [t.wanted for t in stop.near[0].failed] == ["host: core1"]


def test_why_not_names_what_stands_in_the_way(rules: RuleBase) -> None:
    """A fact that must not be there is named."""
    good = ("part", {"host": "core1", "number": 2, "flag": True})
    stop = _stop(rules, _facts(THING, good, ("part", {"host": "core1", "state": "fail"}), SEEN))
    assert (stop.cause, stop.blocking) == ("blocked", ("f2",))


def test_why_not_names_what_was_not_seen(rules: RuleBase) -> None:
    """Where nobody looked for what must be absent, the topic is named."""
    stop = _stop(rules, _facts(THING, ("part", {"host": "core1", "number": 2, "flag": True})))
    assert (stop.cause, stop.host, stop.topics) == ("not-seen", "core1", ("list",))


def test_why_not_for_one_node(rules: RuleBase) -> None:
    """A rule that fires on one node may be asked about another."""
    part = ("part", {"host": "core1", "number": 2, "flag": True})
    other = ("thing", {"host": "edge1", "state": "fail"})
    stop = _stop(rules, _facts(THING, part, SEEN, other), "edge1")
    assert [(t.field, t.actual) for t in stop.near[0].failed] == [("state", "fail")]


def test_too_few_are_told_as_a_count(make_rules: MakeRules) -> None:
    """A count that falls short says how many there are."""
    count = {"fact": "part", "where": {"host": "$a.host"}, "at_least": 2, "as": "n"}
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}, {"count": count}]}})
    stop = _stop(rules, _facts(THING, ("part", {"host": "core1"})))
    assert stop.condition == "count of part {host: $a.host, count: {ge: 2}}"
    assert [(t.field, t.actual) for t in stop.near[0].failed] == [("count", 1)]


@pytest.mark.parametrize("without", range(3))
def test_mending_what_is_named_makes_it_fire(rules: RuleBase, without: int) -> None:
    """Take away one reason to fire; what why-not then asks for is just that."""
    whole: list[tuple[str, dict[str, Any]]] = [
        THING,
        ("part", {"host": "core1", "number": 2, "flag": True}),
        SEEN,
    ]
    stop = _stop(rules, _facts(*(fact for n, fact in enumerate(whole) if n != without)))
    kind = "coverage" if stop.cause == "not-seen" else stop.type
    assert kind == whole[without][0]
    assert conclude(rules, run(rules, _facts(*whole), "reference"))


@pytest.mark.parametrize(("field", "wrong"), [("number", 1), ("flag", False), ("host", "edge1")])
def test_mending_the_named_value_makes_it_fire(rules: RuleBase, field: str, wrong: Any) -> None:
    """Set the named field of the named fact as wanted, and the rule fires."""
    good: dict[str, Any] = {"host": "core1", "number": 2, "flag": True}
    facts = _facts(THING, ("part", {**good, field: wrong}), SEEN)
    miss = _stop(rules, facts).near[0]
    assert [test.field for test in miss.failed] == [field]
    mended = [
        Fact(f.id, f.type, {**f.values, field: good[field]}) if f.id == miss.fact else f
        for f in facts
    ]
    assert conclude(rules, run(rules, mended, "reference"))


def test_explanations_are_plain_data_and_text(rules: RuleBase) -> None:
    """They can be written as JSON, and as a short text with the line of the rule file."""
    outcome = run(
        rules,
        _facts(THING, ("part", {"host": "core1", "number": 1, "flag": True}), SEEN),
        "reference",
    )
    stops = why_not(rules, outcome, "area/r")
    assert json.loads(json.dumps([dataclasses.asdict(stop) for stop in stops]))
    assert as_text(stops, outcome.facts, rules.vocabulary).splitlines() == [
        "area/r does not hold (alternative 1)",
        "  ✓ line 1: thing {state: ok, host: core1}",
        "  ✗ area/r:1: no part {host: $a.host, number: {ge: 2}, flag: true}",
        "      nearest: part {host: core1, number: 1, flag: true}",
        "        wanted number: {ge: 2}, it is 1",
    ]


def test_many_walks_are_cut_short(make_rules: MakeRules) -> None:
    """A rule without joins over many facts is explained in bounded time."""
    when = [{"let": alias, "fact": "thing"} for alias in "abc"]
    rules = make_rules({"area/r": {"when": [*when, {"fact": "part"}]}})
    facts = _facts(*(("thing", {"host": "core1", "number": n}) for n in range(300)))
    stop = _stop(rules, facts)
    assert (stop.cause, stop.type, len(stop.held)) == ("missing", "part", 3)


@settings(deadline=None, max_examples=60)
@given(rules=rule_sets(), described=FACTS)
def test_silence_has_a_reason(
    make_rules: MakeRules,
    rules: dict[str, dict[str, Any]],
    described: list[tuple[str, dict[str, Any]]],
) -> None:
    """A branch either fires, or every walk through it ends somewhere that can be named."""
    base = make_rules(rules)
    outcome = run(base, _facts(*described), "reference")
    fired = {(firing.rule, firing.branch) for firing in outcome.firings}
    for rule in base.rules.values():
        for branch in rule.branches:
            ends = stops(base, outcome, branch)
            assert bool(ends) != ((rule.id, branch.number) in fired)
            for end in ends:
                assert end.blocking or end.topics or end.cause == "missing"
            assert as_text(ends, outcome.facts, base.vocabulary).count(" does not hold ") == len(
                ends
            )

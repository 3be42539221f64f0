"""What would have made a silent rule fire."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.engine import plan
from certclinic.engine.explaining.explain import why_not
from certclinic.engine.explaining.explain_text import as_text
from certclinic.engine.explaining.fact_changes import FactChange, changed
from certclinic.engine.explaining.wanted import NoValueError, wanted_value
from certclinic.engine.explaining.would_fire import WouldFire, would_fire
from certclinic.engine.facts import Fact
from certclinic.engine.matching.match import Outcome, run
from certclinic.engine.rule_base import RuleBase
from certclinic.engine.rulefile.literals import release_number, release_text
from certclinic.engine.vocabulary import Field, Vocabulary

from .conftest import MakeRules
from .strategies import FACTS, rule_sets

Described = tuple[str, dict[str, Any]]
SEEN: Described = ("coverage", {"host": "core1", "topic": "list", "state": "seen"})
THING: Described = ("thing", {"host": "core1", "state": "ok"})
PART: Described = ("part", {"host": "core1", "number": 2, "flag": True})
WHEN: list[dict[str, Any]] = [
    {"let": "a", "fact": "thing", "where": {"state": "ok"}},
    {"let": "b", "fact": "part", "where": {"host": "$a.host", "number": {"ge": 2}, "flag": True}},
    {"none": {"fact": "part", "where": {"host": "$a.host", "state": "fail"}}},
]


def _facts(*described: Described) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def _best(rules: RuleBase, *described: Described) -> tuple[WouldFire, Outcome]:
    outcome = run(rules, _facts(*described), "reference")
    return would_fire(rules, outcome, "area/r")[0], outcome


CASES: list[tuple[list[Described], FactChange, str]] = [
    (
        [THING, ("part", {**PART[1], "number": 1}), SEEN],
        FactChange("set", "f1", "part", {"number": 2}),
        "→ if number were 2 (it is 1) in part {",
    ),
    (
        [THING, ("part", {"host": "core1", "flag": True}), SEEN],
        FactChange("set", "f1", "part", {"number": 2}),
        "→ if number were 2 (it is missing) in part {",
    ),
    (
        [THING, SEEN],
        FactChange("add", None, "part", {"host": "core1", "number": 2, "flag": True}),
        "→ if there were part {host: core1, number: 2, flag: true}",
    ),
    (
        [THING, PART, ("part", {"host": "core1", "state": "fail"}), SEEN],
        FactChange("remove", "f2", "part", {}),
        "→ if this weren't there: part {host: core1, state: fail}",
    ),
    (
        [THING, PART],
        FactChange("add", None, "coverage", {"host": "core1", "topic": "list", "state": "seen"}),
        "→ if the list of core1 were among the inputs",
    ),
    (
        [THING, PART, ("coverage", {**SEEN[1], "state": "absent"})],
        FactChange("set", "f2", "coverage", {"state": "seen"}),
        "→ if the list of core1 were among the inputs",
    ),
]


@pytest.mark.parametrize(("described", "change", "told"), CASES)
def test_the_one_change_is_named(
    make_rules: MakeRules,
    vocabulary: Vocabulary,
    described: list[Described],
    change: FactChange,
    told: str,
) -> None:
    """A value, a further fact, one that must go, or a part of a bundle: as data and as text."""
    best, outcome = _best(make_rules({"area/r": {"when": WHEN}}), *described)
    assert (change,) == best.changes
    text = as_text([best], outcome.facts, vocabulary)
    assert told in text
    assert "it would with this one change (alternative 1, area/r)" in text
    assert (text.count("✓"), text.count("✗")) == (3, 1)


def test_an_undecided_check_is_nearest(make_rules: MakeRules) -> None:
    """Of two checks that don't fail, the one whose outcome is unknown is told."""
    rules = make_rules(
        {"area/r": {"when": [{"let": "a", "fact": "thing", "where": {"state": "fail"}}]}}
    )
    unknown = ("thing", {"host": "edge1", "state": "unknown"})
    best, _ = _best(rules, THING, unknown)
    assert best.changes == (FactChange("set", "f1", "thing", {"state": "fail"}),)


def test_a_reason_goes_with_its_outcome(make_rules: MakeRules) -> None:
    """A check that would have to fail for a reason is one change, not two."""
    where = {"state": "fail", "reason": "late"}
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing", "where": where}]}})
    best, _ = _best(rules, THING)
    assert best.changes == (FactChange("set", "f0", "thing", where),)


def test_the_nearest_alternative_comes_first(make_rules: MakeRules) -> None:
    """The alternative that needs less is told before the one that needs more."""
    far = [{"fact": "part", "where": {"name": name, "host": "$a.host"}} for name in ("x", "y")]
    near = {"fact": "thing", "where": {"flag": True, "host": "$a.host"}}
    when = [{"let": "a", "fact": "thing", "where": {"state": "ok"}}, {"any": [far, near]}]
    rules = make_rules({"area/r": {"when": when}})
    outcome = run(rules, _facts(THING, ("thing", {"host": "core1", "state": "fail"})), "reference")
    assert [2, 1] == [way.branch for way in would_fire(rules, outcome, "area/r")]


def test_a_count_says_how_many_are_lacking(make_rules: MakeRules) -> None:
    """As many further facts as there are too few, each different from the others."""
    count = {"fact": "part", "where": {"host": "$a.host", "flag": True}, "at_least": 3, "as": "n"}
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}, {"count": count}]}})
    facts = _facts(THING, PART)
    outcome = run(rules, facts, "reference")
    (best,) = would_fire(rules, outcome, "area/r")
    assert ["add", "add"] == [change.kind for change in best.changes]
    assert run(rules, changed(facts, best.changes), "reference").firings


def test_a_rule_that_needs_a_conclusion_says_so(make_rules: MakeRules) -> None:
    """The conclusion of another rule is named like any other fact."""
    reader = {"let": "a", "fact": "finding", "where": {"symptom": "EXW-002"}}
    rules = make_rules(
        {
            "area/r": {"when": [reader], "nodes": ["$a.node"]},
            "area/s": {"symptom": "EXW-002", "when": [{"let": "a", "fact": "thing"}]},
        }
    )
    best, _ = _best(rules, PART)
    (change,) = best.changes
    assert (change.kind, change.type, change.values["symptom"]) == ("add", "finding", "EXW-002")


def test_releases_are_told_as_releases(make_rules: MakeRules) -> None:
    """A bound and the release beyond it read as the rule file writes them."""
    when = [{"let": "a", "fact": "thing"}]
    rules = make_rules({"area/r": {"when": when, "versions": {"a": "<X14.3"}}})
    thing = {"host": "core1", "state": "ok", "version": "X15.0"}
    best, outcome = _best(rules, ("thing", thing))
    assert best.changes == (FactChange("set", "f0", "thing", {"version": "X14.2"}),)
    assert "version: {lt: X14.3}" in as_text([best], outcome.facts, rules.vocabulary)


def test_times_are_told_as_times(make_rules: MakeRules) -> None:
    """A bound, the time that a fact has and the one it would need, in UTC (RFC 3339)."""
    late = {"let": "a", "fact": "thing", "where": {"time": {"ge": "2026-11-24T08:00:00Z"}}}
    rules = make_rules({"area/r": {"when": [late]}})
    # 1,700,000,000 seconds: a round number whose date is well known.
    best, outcome = _best(rules, ("thing", {**THING[1], "time": 1_700_000_000}))
    text = as_text([best], outcome.facts, rules.vocabulary)
    assert "wanted thing {time: {ge: 2026-11-24T08:00:00Z}" in text
    assert "if time were 2026-11-24T08:00:00Z (it is 2023-11-14T22:13:20Z) in thing {" in text
    near = as_text(why_not(rules, outcome, "area/r"), outcome.facts, rules.vocabulary)
    assert "wanted time: {ge: 2026-11-24T08:00:00Z}, it is 2023-11-14T22:13:20Z" in near
    assert "1700000000" not in text + near


def test_many_facts_are_searched_in_bounded_time(make_rules: MakeRules) -> None:
    """A rule without joins over many facts gets an answer, though not the search of them all."""
    when = [*({"let": alias, "fact": "thing"} for alias in "abc"), {"fact": "part"}]
    rules = make_rules({"area/r": {"when": when}})
    many = [("thing", {"host": "core1", "state": "ok", "number": n}) for n in range(20)]
    best, _ = _best(rules, *many)
    assert ["add"] == [change.kind for change in best.changes]


@settings(deadline=None, max_examples=40)
@given(rules=rule_sets(), described=FACTS)
def test_making_the_changes_makes_the_rule_fire(
    make_rules: MakeRules, rules: dict[str, dict[str, Any]], described: list[Described]
) -> None:
    """Whatever the rule and the facts, an answer holds when its changes are made."""
    base = make_rules(rules)
    facts = _facts(*described)
    outcome = run(base, facts, "reference")
    fired = {(firing.rule, firing.branch) for firing in outcome.firings}
    for rule_id in base.rules:
        for way in would_fire(base, outcome, rule_id):
            assert bool(way.changes) != ((rule_id, way.branch) in fired)
            after = run(base, changed(facts, way.changes), "reference")
            assert (rule_id, way.branch) in {(f.rule, f.branch) for f in after.firings}
            assert as_text([way], outcome.facts, base.vocabulary)


WANTED: list[tuple[Field, list[plan.Test], Any]] = [
    (Field("", "number"), [plan.Test("f", "gt", 3), plan.Test("f", "le", 4)], 4),
    (Field("", "number"), [plan.Test("f", "lt", 3), plan.Test("f", "not", 2)], 1),
    (Field("", "choice", ("a", "b", "c")), [plan.Test("f", "not_in", ("a", "b"))], "c"),
    (Field("", "flag"), [plan.Test("f", "not", True)], False),
    (Field("", "text", optional=True), [plan.Test("f", "exists", False)], None),
    (
        Field("", "text"),
        [plan.Test("f", "starts_with", "a"), plan.Test("f", "ends_with", "z")],
        "az",
    ),
    (Field("", "text"), [plan.Test("f", "matches", "^[^.]*_")], "_"),
    (
        Field("", "list"),
        [plan.Test("f", "contains", "a"), plan.Test("f", "contains", "b")],
        ("a", "b"),
    ),
]


@pytest.mark.parametrize(("field", "tests", "value"), WANTED)
def test_a_value_that_meets_all_tests(field: Field, tests: list[plan.Test], value: Any) -> None:
    """The value is one that a person would name."""
    asked = [(test, test.value) for test in tests]
    found = wanted_value(field, asked, None)
    if value == 1:
        assert isinstance(found, int) and found < 3 and found != 2
    else:
        assert value == found


def test_where_no_value_is_known_none_is_told() -> None:
    """Tests that contradict each other have no value."""
    asked = [(plan.Test("f", "eq", "a"), "a"), (plan.Test("f", "eq", "b"), "b")]
    with pytest.raises(NoValueError):
        wanted_value(Field("", "text"), asked, None)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4))
def test_a_release_survives_the_way_there_and_back(parts: list[int]) -> None:
    """The number of a release gives a release of the same number."""
    number = release_number("X" + ".".join(map(str, parts)))
    assert number == release_number(release_text(number))

"""What conditions mean, by hand-made examples. Both matchers are asked."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from certclinic.engine.facts import Fact
from certclinic.engine.matching.match import Outcome, run
from certclinic.engine.rule_base import CycleError

from .conftest import MakeRules

SEEN = ("coverage", {"host": "core1", "topic": "list", "state": "seen"})


@pytest.fixture(params=["durable", "reference"])
def matcher(request: pytest.FixtureRequest) -> Literal["durable", "reference"]:
    """Each of the two matchers."""
    return request.param  # type: ignore[no-any-return]


def _facts(*described: tuple[str, dict[str, Any]]) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def _matched(outcome: Outcome, rule: str = "area/r") -> list[tuple[str, ...]]:
    """The fact ids of every firing, without those that only say what was seen."""
    return [
        tuple(fact_id for alias, fact_id in firing.bindings if not alias.startswith("_seen"))
        for firing in outcome.firings
        if firing.rule == rule
    ]


FIELD_TESTS: list[tuple[str, Any, Any, bool]] = [
    ("name", "a", "a", True),
    ("name", "a", "b", False),
    ("name", {"not": "a"}, "b", True),
    ("name", {"not": "a"}, None, False),  # a missing field fails every test …
    ("name", {"not_in": ["a"]}, None, False),
    ("name", {"exists": False}, None, True),  # … but this one
    ("name", {"exists": False}, "a", False),
    ("name", {"in": ["a", "b"]}, "b", True),
    ("name", {"not_in": ["a", "b"]}, "b", False),
    ("name", {"matches": "^CN=.*CA$"}, "CN=My CA", True),
    ("name", {"matches": "CA$"}, "CA 2", False),
    ("name", {"starts_with": "CN="}, "CN=x", True),
    ("name", {"ends_with": ".com"}, "a.org", False),
    ("name", {"contains": "證書"}, "伺服器證書過期", True),
    ("name", {"contains": "a", "not": "abc"}, "abc", False),  # several operators: all hold
    ("number", 5, 5, True),
    ("number", {"lt": 0}, -1, True),
    ("number", {"le": 2, "gt": 1}, 2, True),
    ("number", {"ge": 3}, 2, False),
    ("flag", False, False, True),
    ("flag", True, False, False),
    ("flag", {"not": True}, False, True),
    ("version", {"ge": "X14.2"}, "X14.10", True),  # by number, not as text
    ("version", {"lt": "X14.2"}, "X8.11.4", True),
    ("version", "X14.2.0", "X14.2", True),
    ("version", {"gt": "X15"}, "X14.3.4", False),
    ("time", {"lt": "2026-01-01T00:00:00Z"}, 1_767_225_599, True),
    ("time", {"lt": "2026-01-01T00:00:00Z"}, 1_767_225_600, False),
    ("time", {"ge": 1_767_225_600}, 1_767_225_600, True),
    ("names", {"contains": "b"}, ("a", "b"), True),
    ("names", {"contains": "c"}, ("a", "b"), False),
    ("names", {"exists": True}, (), True),
]


@pytest.mark.parametrize(("field", "test", "value", "holds"), FIELD_TESTS)
def test_a_test_on_one_field(
    make_rules: MakeRules,
    matcher: Literal["durable", "reference"],
    field: str,
    test: Any,
    value: Any,
    holds: bool,
) -> None:
    """Every operator on every kind of field."""
    rules = make_rules(
        {"area/r": {"when": [{"let": "a", "fact": "thing", "where": {field: test}}]}}
    )
    facts = _facts(("thing", {"host": "core1", field: value}))
    outcome = run(rules, facts, matcher)
    assert outcome.matcher == matcher
    assert _matched(outcome) == ([("f0",)] if holds else [])


def test_versions_limit_the_rule(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """`versions` holds from the first release on and up to, but not at, the second."""
    rule = {"versions": {"a": ">=X14.2 <X15"}, "when": [{"let": "a", "fact": "thing"}]}
    releases = ["X14.1.9", "X14.2", "X14.10.3", "X15", None]
    facts = _facts(*(("thing", {"host": r or "none", "version": r}) for r in releases))
    assert _matched(run(make_rules({"area/r": rule}), facts, matcher)) == [("f1",), ("f2",)]


def test_a_fact_fills_one_condition_only(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """Two conditions that one fact would satisfy need two facts."""
    two = [{"let": "a", "fact": "thing"}, {"let": "b", "fact": "thing"}]
    rules = make_rules({"area/r": {"when": two}})
    one = ("thing", {"host": "core1"})
    assert _matched(run(rules, _facts(one), matcher)) == []
    both = _facts(one, ("thing", {"host": "core2"}))
    assert _matched(run(rules, both, matcher)) == [("f0", "f1"), ("f1", "f0")]


def test_a_bound_fact_does_not_stand_against_absence(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """`none` asks for another fact than those that the rule has matched."""
    alone = [
        {"let": "a", "fact": "thing"},
        {"none": {"fact": "thing", "where": {"host": "$a.host"}}},
    ]
    rules = make_rules({"area/r": {"when": alone}})
    one = ("thing", {"host": "core1", "number": 1})
    assert _matched(run(rules, _facts(one), matcher)) == [("f0",)]
    assert _matched(run(rules, _facts(one, ("thing", {"host": "core1"})), matcher)) == []


def test_absence_needs_somebody_who_looked(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """Without the topic seen of that very node nothing is concluded from a missing fact."""
    when = [
        {"let": "a", "fact": "thing"},
        {"none": {"fact": "part", "where": {"host": "$a.host"}}},
    ]
    rules = make_rules({"area/r": {"when": when}})
    thing = ("thing", {"host": "core1"})
    elsewhere = ("coverage", {"host": "edge1", "topic": "list", "state": "seen"})
    absent = ("coverage", {"host": "core1", "topic": "list", "state": "absent"})
    assert _matched(run(rules, _facts(thing), matcher)) == []
    assert _matched(run(rules, _facts(thing, elsewhere, absent), matcher)) == []
    assert _matched(run(rules, _facts(thing, SEEN), matcher)) == [("f0",)]
    part = ("part", {"host": "core1"})
    assert _matched(run(rules, _facts(thing, SEEN, part), matcher)) == []


def test_assume_complete_lifts_the_guard(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """An author may say that absence needs no proof."""
    when = [{"let": "a", "fact": "thing"}, {"none": {"fact": "part", "assume_complete": True}}]
    rules = make_rules({"area/r": {"when": when}})
    assert _matched(run(rules, _facts(("thing", {"host": "core1"})), matcher)) == [("f0",)]


def test_absence_of_what_refers_to_a_missing_field(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """A reference to a field that the fact lacks never makes absence hold by accident."""
    when = [
        {"let": "a", "fact": "thing"},
        {"none": {"fact": "part", "where": {"host": "$a.host", "name": "$a.name"}}},
    ]
    rules = make_rules({"area/r": {"when": when}})
    assert _matched(run(rules, _facts(("thing", {"host": "core1"}), SEEN), matcher)) == []


def test_any_fires_for_each_alternative(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """An alternative is one condition or a list of them, `none` among them."""
    when = [
        {"let": "a", "fact": "thing"},
        {
            "any": [
                {"let": "p", "fact": "part", "where": {"host": "$a.host"}},
                [{"none": {"fact": "part", "where": {"host": "$a.host"}}}],
            ]
        },
    ]
    rules = make_rules({"area/r": {"when": when}})
    thing, part = ("thing", {"host": "core1"}), ("part", {"host": "core1"})
    assert _matched(run(rules, _facts(thing, part, SEEN), matcher)) == [("f0", "f1")]
    assert _matched(run(rules, _facts(thing, SEEN), matcher)) == [("f0",)]


def test_counts_are_per_joined_value(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """Only facts of the same host are counted together, and each distinct one once."""
    count = {"fact": "part", "where": {"host": "$a.host", "flag": True}, "at_least": 2, "as": "n"}
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}, {"count": count}]}})
    parts = [
        ("part", {"host": host, "flag": flag, "number": number})
        for host, flag, number in (
            ("core1", True, 1), ("core1", True, 2), ("core1", True, 2), ("core1", False, 3),
            ("edge1", True, 1),
        )
    ]  # fmt: skip
    hosts = [("thing", {"host": "core1"}), ("thing", {"host": "edge1"})]
    outcome = run(rules, _facts(*hosts, *parts), matcher)
    ((_, counted),) = _matched(outcome)
    assert outcome.facts[counted].values == {"host": "core1", "count": 2}
    assert outcome.parents[counted] == ("f2", "f3")


@pytest.mark.parametrize(("name", "fires"), [("b", True), ("c", False)])
def test_an_element_of_a_list_can_be_joined(
    make_rules: MakeRules, matcher: Literal["durable", "reference"], name: str, fires: bool
) -> None:
    """`contains: $alias.field` finds the list that holds the value, `none` the lack of one."""
    element = {"fact": "thing", "where": {"names": {"contains": "$a.name"}}}
    rules = make_rules(
        {
            "area/r": {"when": [{"let": "a", "fact": "thing", "where": {"flag": True}}, element]},
            "area/s": {
                "when": [{"let": "a", "fact": "thing", "where": {"flag": True}}, {"none": element}]
            },
        }
    )
    facts = _facts(
        ("thing", {"host": "core1", "flag": True, "name": name, "names": (name,)}),
        ("thing", {"host": "edge1", "names": ("a", "b")}),
    )
    outcome = run(rules, facts, matcher)
    assert bool(_matched(outcome)) == fires
    assert bool(_matched(outcome, "area/s")) != fires


def test_rules_read_what_others_conclude(
    make_rules: MakeRules, matcher: Literal["durable", "reference"]
) -> None:
    """A rule sees the findings of the rules that run before it, and the lack of them."""
    has = {"let": "a", "fact": "finding", "where": {"symptom": "EXW-001"}}
    lacks = [
        {"let": "a", "fact": "thing"},
        {"none": {"fact": "finding", "where": {"symptom": "EXW-001", "node": "$a.host"}}},
    ]
    first = {"when": [{"let": "a", "fact": "thing", "where": {"flag": True}}]}
    rules = make_rules(
        {
            "area/after": {"symptom": "EXW-002", "nodes": ["$a.node"], "when": [has]},
            "area/lacks": {"symptom": "EXW-003", "when": lacks},
            "area/r": first,
        }
    )
    assert rules.strata == (("area/r",), ("area/after", "area/lacks"))
    facts = _facts(("thing", {"host": "core1", "flag": True}), ("thing", {"host": "edge1"}))
    outcome = run(rules, facts, matcher)
    ((finding,),) = _matched(outcome, "area/after")
    assert outcome.facts[finding].values["node"] == "core1"
    assert outcome.parents[finding] == ("f0",)
    assert _matched(outcome, "area/lacks") == [("f1",)]


def test_rules_that_wait_for_each_other(make_rules: MakeRules) -> None:
    """A circle of conclusions is refused, and named."""

    def reads(own: str, other: str) -> dict[str, Any]:
        when = [{"let": "a", "fact": "finding", "where": {"symptom": other}}]
        return {"symptom": own, "nodes": ["$a.node"], "when": when}

    with pytest.raises(CycleError, match="area/one → area/two → area/one"):
        make_rules(
            {"area/one": reads("EXW-001", "EXW-002"), "area/two": reads("EXW-002", "EXW-001")}
        )


def test_what_cannot_be_compared_is_told(make_rules: MakeRules) -> None:
    """A value of the wrong kind is left out with a note; the fact stays."""
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}]}})
    facts = _facts(
        ("thing", {"host": "core1", "number": "5", "version": "unknown", "nmae": "x"}),
        ("thingg", {"host": "core1"}),
    )
    outcome = run(rules, facts, "reference")
    assert _matched(outcome) == [("f0",)]
    assert outcome.notes == (
        "f0: thing.number: '5' must be a whole number; it is left out",
        "f0: thing.version: 'unknown' is not a release; it is left out",
        "f0: 'thing' has no field 'nmae'; it is left out",
        "f1: no fact type is called 'thingg'; the fact is left out",
    )

"""The ledger: found, excluded, not checked."""

from __future__ import annotations

from typing import Any

from certclinic.engine import plan
from certclinic.engine.explaining.ledger import Ending, LedgerRow, ledger
from certclinic.engine.facts import Fact
from certclinic.engine.findings import conclude
from certclinic.engine.matching.match import run
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules

NODES = [("edge1", "edge"), ("core1", "core")]


def _facts(*described: tuple[str, dict[str, Any]]) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def _rows(rules: RuleBase, *described: tuple[str, dict[str, Any]]) -> list[LedgerRow]:
    outcome = run(rules, _facts(*described), "reference")
    return ledger(rules, outcome, conclude(rules, outcome), NODES)


def _seen(host: str) -> tuple[str, dict[str, Any]]:
    return "coverage", {"host": host, "topic": "list", "state": "seen"}


def _rules(make_rules: MakeRules) -> RuleBase:
    fails = [{"let": "a", "fact": "part", "where": {"state": "fail"}}]
    return make_rules({"area/r": {"applies_to": ["core", "edge"], "when": fails}})


def test_found_and_excluded(make_rules: MakeRules) -> None:
    """Found on one node; on the other the fact is there and says otherwise."""
    rows = _rows(
        _rules(make_rules),
        ("part", {"host": "core1", "state": "fail"}),
        ("part", {"host": "edge1", "state": "ok"}),
        _seen("core1"),
        _seen("edge1"),
    )
    assert [(r.symptom, r.node, r.state, r.rules, r.ending) for r in rows] == [
        ("EXW-001", "core1", "found", ("area/r",), None),
        (
            "EXW-001",
            "edge1",
            "excluded",
            ("area/r",),
            Ending("value", "part", (plan.Test("state", "eq", "ok"),)),
        ),
    ]


def test_why_a_symptom_is_excluded(make_rules: MakeRules) -> None:
    """No such fact, or one that must not be there; told by its tests and fields."""
    wanted = {"let": "a", "fact": "thing", "where": {"flag": True}}
    blocked = {"none": {"fact": "thing", "where": {"host": "$a.host", "flag": False}}}
    rules = make_rules({"area/r": {"when": [wanted, blocked]}})
    (row,) = _rows(rules)
    assert row.ending is not None
    assert (row.ending.how, row.ending.kind) == ("missing", "thing")
    assert plan.Test("flag", "eq", True) in row.ending.tests
    (row,) = _rows(
        rules,
        ("thing", {"host": "core1", "flag": True}),
        ("thing", {"host": "core1", "flag": False}),
    )
    there = (plan.Test("host", "eq", "core1"), plan.Test("flag", "eq", False))
    assert row.ending == Ending("present", "thing", there)


def test_silence_without_a_look_excludes_nothing(make_rules: MakeRules) -> None:
    """Where the topic was not seen of a node, the row names it."""
    rows = _rows(_rules(make_rules), _seen("core1"))
    assert [(r.node, r.state, r.needs) for r in rows] == [
        ("core1", "excluded", ()),
        ("edge1", "not-checked", ("list",)),
    ]


def test_an_undecided_check_excludes_nothing(make_rules: MakeRules) -> None:
    """A fact whose state is unknown leaves its symptom open."""
    part = ("part", {"host": "core1", "state": "unknown", "reason": "no CRL"})
    fails = [{"let": "a", "fact": "part", "where": {"state": "fail", "reason": "expired"}}]
    rules = make_rules({"area/r": {"applies_to": ["core", "edge"], "when": fails}})
    rows = _rows(rules, part, _seen("core1"), _seen("edge1"))
    assert [(r.node, r.state, r.needs) for r in rows] == [
        ("core1", "not-checked", ("no CRL",)),
        ("edge1", "excluded", ()),
    ]


def test_one_decided_check_does_not_speak_for_another(make_rules: MakeRules) -> None:
    """Of two checks of a node one fails to be decided; the other does not exclude the symptom."""
    when = [
        {"let": "a", "fact": "part", "where": {"state": "fail"}},
        {"fact": "thing", "where": {"host": "$a.host"}},
    ]
    rules = make_rules({"area/r": {"when": when}})
    failed = ("part", {"host": "core1", "number": 1, "state": "fail"})
    unknown = ("part", {"host": "core1", "number": 2, "state": "unknown", "reason": "no CRL"})
    (row,) = _rows(rules, failed, unknown, _seen("core1"))
    assert (row.state, row.needs) == ("not-checked", ("no CRL",))


def test_only_roles_that_the_rule_applies_to(make_rules: MakeRules) -> None:
    """A node of another role gets no row, unless the symptom was found there."""
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}]}})
    assert [(r.node, r.state) for r in _rows(rules)] == [("core1", "excluded")]
    rows = _rows(rules, ("thing", {"host": "edge1"}))
    assert [(r.node, r.state) for r in rows] == [("core1", "excluded"), ("edge1", "found")]


def test_every_rule_of_a_symptom_must_have_failed(make_rules: MakeRules) -> None:
    """Two rules conclude one symptom; one that could not be checked leaves it open."""
    by_thing = {"when": [{"let": "a", "fact": "thing"}]}
    by_part = {"when": [{"let": "a", "fact": "part"}]}
    rules = make_rules({"area/r": by_thing, "area/s": by_part})
    (row,) = _rows(rules)
    assert (row.state, row.rules, row.needs) == ("not-checked", ("area/r", "area/s"), ("list",))


def test_a_rule_that_was_given_up_excludes_nothing(make_rules: MakeRules) -> None:
    """A rule without joins that matched too much is named as what is missing."""
    cross = [{"let": alias, "fact": "thing"} for alias in "ab"]
    rules = make_rules({"area/r": {"when": cross}})
    things = [("thing", {"host": "core1", "number": n}) for n in range(250)]
    (row,) = _rows(rules, *things)
    assert (row.state, row.needs) == ("not-checked", ("area/r",))

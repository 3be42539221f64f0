"""Nothing reaches durable-rules that it is known to get wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.engine.facts import Fact
from certclinic.engine.matching.durable_rulesets import build_rulesets
from certclinic.engine.matching.normalise import normalise
from certclinic.engine.matching.reference import FactIndex
from certclinic.engine.matching.safe_subset import (
    UnsafeRulesetError,
    check_fact,
    check_rules,
    fnv32,
)
from certclinic.engine.vocabulary import Vocabulary

from .conftest import MakeRules

WHEN = [
    {"let": "a", "fact": "thing", "where": {"name": {"matches": "x"}, "number": {"lt": 3}}},
    {"let": "b", "fact": "part", "where": {"host": "$a.host", "number": {"gt": "$a.number"}}},
    {"none": {"fact": "part", "where": {"host": "$a.host", "state": "fail"}}},
]

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30)
    | st.sampled_from([2**63, 2**200, "\ud800", "x" * 100_000, "證" * 5000, "X14.2", "1" * 5000]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_FIELDS = ["host", "name", "number", "flag", "state", "version", "time", "names", "other"]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON))
def test_facts_are_in_the_safe_domain(
    make_rules: MakeRules, vocabulary: Vocabulary, values: dict[str, Any]
) -> None:
    """Whatever JSON a fact holds, what is passed on is flat, short, and text, integer or flag."""
    rules = make_rules(
        {"area/r": {"when": [{"let": "a", "fact": "thing", "where": _every_field()}]}}
    )
    facts, notes = normalise([Fact("f1", "thing", values)], vocabulary)
    lost = {k for k, v in values.items() if v is not None} - facts[0].values.keys()
    assert len(notes) == len(lost)  # never a silent loss
    (ruleset,) = build_rulesets(rules.rules["area/r"].branches)
    encoded, _ = ruleset.facts(FactIndex(facts))
    for fact in encoded:
        check_fact(fact)


def _every_field() -> dict[str, Any]:
    return {field: {"exists": True} for field in _FIELDS if field != "other"}


def test_long_texts_stay_distinct(vocabulary: Vocabulary) -> None:
    """Two texts that differ only far from the start are still two; equal ones are one."""
    texts = ["x" * 70_000 + end for end in ("a", "b", "b")]
    facts = [Fact(f"f{n}", "thing", {"host": text}) for n, text in enumerate(texts)]
    assert [fact.id for fact in normalise(facts, vocabulary)[0]] == ["f0", "f1"]


def _rules(make_rules: MakeRules) -> dict[str, Any]:
    branches = make_rules({"area/r": {"when": WHEN}}).rules["area/r"].branches
    (ruleset,) = build_rulesets(branches)
    return copy.deepcopy(ruleset.rules)


def test_what_the_compiler_makes(make_rules: MakeRules) -> None:
    """Positives, then the gate, then absences; joins end with the sentinel."""
    patterns = _rules(make_rules)["r0"]["all"]
    assert [next(iter(pattern)) for pattern in patterns] == ["p0", "p1", "p2", "gate", "n0$not"]
    assert patterns[1]["p1"]["$and"] == [
        {"type": "part"},
        {"v_host": {"p0": "v_host"}},
        {"$gt": {"v_number": {"p0": "v_number"}}},
        {"_1": {"p0": "_1"}},
    ]


def _second(rules: dict[str, Any]) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = rules["r0"]["all"][1]["p1"]["$and"]
    return tests


MUTATIONS: list[Callable[[dict[str, Any]], object]] = [
    lambda rules: _second(rules).pop(),  # no sentinel
    lambda rules: _second(rules).pop(0),  # no type
    lambda rules: _second(rules).insert(1, {"v_host": {"p9": "v_host"}}),  # unknown pattern
    lambda rules: _second(rules).insert(1, {"v_host": {"p0": "id"}}),  # join on id
    lambda rules: _second(rules).insert(1, {"$or": [{"v_host": 1}]}),
    lambda rules: _second(rules).insert(1, {"$mt": {"v_host": "x"}}),
    lambda rules: _second(rules).insert(1, {"v_a": 1, "v_b": 2}),  # the second is ignored
    lambda rules: _second(rules).insert(1, {"v_number": 1.5}),
    lambda rules: _second(rules).insert(1, {"v_number": 2**63}),
    lambda rules: _second(rules).insert(1, {"v_name": "x" * 5000}),
    lambda rules: _second(rules).extend([{"v_name": "x"}] * 30),
    lambda rules: _second(rules).clear(),
    lambda rules: rules["r0"]["all"].pop(3),  # no gate
    lambda rules: rules["r0"]["all"].reverse(),  # absence first
    lambda rules: rules["r0"]["all"].append({"p7": {"$and": [{"type": "thing"}]}}),
    lambda rules: rules["r0"].update(count=3),
    lambda rules: rules.update({f"r{n}": rules["r0"] for n in range(41)}),
    lambda rules: rules.clear(),
    lambda rules: _second(rules).insert(
        1, {"p_sqytkesfn": {"p0": "p_copfdimzn"}}
    ),  # hashes collide
]


@pytest.mark.parametrize("number", range(len(MUTATIONS)))
def test_every_step_outside_is_caught(make_rules: MakeRules, number: int) -> None:
    """Each rule of the safe subset is checked: a ruleset that breaks it is refused."""
    rules = _rules(make_rules)
    check_rules(rules)
    MUTATIONS[number](rules)
    with pytest.raises(UnsafeRulesetError):
        check_rules(rules)


def test_many_rules_are_spread(make_rules: MakeRules) -> None:
    """No ruleset has more rules, or more patterns on one type, than durable-rules bears."""
    when = [
        {"let": alias, "fact": "thing", "where": {"number": n}} for n, alias in enumerate("abc")
    ]
    rules = make_rules({f"area/r{n}": {"when": when} for n in range(100)})
    branches = [branch for rule in rules.rules.values() for branch in rule.branches]
    rulesets = build_rulesets(branches)
    assert sum(len(ruleset.branches) for ruleset in rulesets) == 100
    assert max(len(ruleset.branches) for ruleset in rulesets) <= 20  # 60 patterns on `thing`


def test_the_hash_is_the_one_of_durable_rules() -> None:
    """Two ids that are known to collide in durable-rules collide here; others don't."""
    assert fnv32("idmeyrijtvq") == fnv32("idmeqbqacha")
    assert fnv32("f0") != fnv32("f1")

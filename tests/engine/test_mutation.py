"""Mutants of rules, and which tests notice them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from certclinic.engine import plan
from certclinic.engine.authoring import mutation
from certclinic.engine.authoring.equivalence import meaning
from certclinic.engine.authoring.mutation import Mutant, mutants
from certclinic.engine.authoring.mutation_score import MutationScore, mutation_score
from certclinic.engine.authoring.rule_tests import trials
from certclinic.engine.facts import Fact
from certclinic.engine.matching.match import run
from certclinic.engine.rule_base import RuleBase
from certclinic.engine.rulefile.yaml_source import parse_yaml
from certclinic.engine.vocabulary import Vocabulary

from .conftest import SKELETON, MakeRules
from .strategies import FACTS, rule_sets

A: dict[str, Any] = {"let": "a", "fact": "thing"}
HOST = {"host": "$a.host"}


def _mutants(rules: RuleBase, changes: Mapping[str, Any], rule_id: str = "area/r") -> list[Mutant]:
    document, _ = parse_yaml(rule_id, json.dumps({**SKELETON, **changes}).encode())
    assert document is not None
    return mutants(rules.rules[rule_id], document, rules.vocabulary)


@pytest.fixture
def names(make_rules: MakeRules) -> Callable[..., set[str]]:
    """The names of the mutants of a rule with these conditions."""

    def of(*when: Any, **changes: Any) -> set[str]:
        whole = {"when": list(when), **changes}
        return {m.name for m in _mutants(make_rules({"area/r": whole}), whole)}

    return of


CASES: list[tuple[list[Any], set[str]]] = [
    (
        [{**A, "where": {"state": "ok", "number": {"ge": 2, "lt": 9}}}],
        {
            "drop a.state", "negate a.state",
            "drop a.number ge", "negate a.number ge", "move a.number ge",
            "drop a.number lt", "negate a.number lt", "move a.number lt",
        },
    ),
    (
        [A, {"fact": "part", "where": HOST}],
        {"drop part", "negate part", "drop part.host", "negate part.host"},
    ),
    (
        [A, {"none": {"fact": "part", "where": {**HOST, "flag": True}}}],
        {
            "drop none part", "negate none part",
            "drop none part.flag", "negate none part.flag",
        },
    ),
    (
        [A, {"count": {"fact": "part", "where": HOST, "at_least": 2, "as": "n"}}],
        {
            "drop count n", "move count n to 1", "move count n to 3", "drop count n.host",
        },
    ),
    (
        [A, {"any": [{"fact": "part", "where": HOST}, {"fact": "thing", "where": HOST}]}],
        {
            "drop alternative 1", "drop alternative 2",
            "drop part", "negate part", "drop part.host", "negate part.host",
            "drop thing", "negate thing", "drop thing.host", "negate thing.host",
        },
    ),
    (
        [{**A, "where": {"name": {"in": ["a", "b"], "matches": "a"}}}],
        {"drop a.name in", "negate a.name in", "drop a.name matches"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("when", "expected"), CASES)
def test_each_part_is_changed_once(
    names: Callable[..., set[str]], when: list[Any], expected: set[str]
) -> None:
    """Conditions and tests are dropped and turned round, bounds moved, alternatives dropped.

    A condition that others or the nodes refer to can't be dropped, and a fact that must be absent
    must say on which node.
    """
    assert expected == names(*when)


def test_bounds_of_releases_are_moved(names: Callable[..., set[str]]) -> None:
    """Each part of a range is dropped, turned round, and moved by one release."""
    text = ">=X14.2 <X15.5"
    expected = {
        f"{change} versions.a {part}"
        for change in ("drop", "negate", "move")
        for part in text.split()
    }
    assert expected == names(A, versions={"a": text})


def test_changes_that_mean_the_same_are_no_mutants(names: Callable[..., set[str]]) -> None:
    """What every fact has, or what another test of the field implies, can be dropped unnoticed."""
    where = {"host": {"exists": True}, "number": {"ge": 2, "exists": True}, "state": {"not": "ok"}}
    found = names({**A, "where": where})
    assert "drop a.host" not in found
    assert "drop a.number exists" not in found
    assert {"drop a.number ge", "drop a.state", "negate a.state"} <= found


def test_a_reference_implies_that_the_field_is_there(names: Callable[..., set[str]]) -> None:
    """The field that a later condition is held against need not be asked for."""
    when = (
        {**A, "where": {"name": {"exists": True}}},
        {"fact": "part", "where": {"name": "$a.name"}},
    )
    assert "drop a.name" not in names(*when)


def test_what_the_vocabulary_says_of_two_fields_is_used(make_rules: MakeRules) -> None:
    """Where a value of one field leaves but one of another, a test on the other adds nothing."""
    fields = {
        "host": {"doc": "", "kind": "text"},
        "check": {"doc": "", "kind": "choice", "values": ["time", "name"]},
        "reason": {"doc": "", "kind": "choice", "values": ["late", "early", "other"]},
    }
    link = ("check", "reason", {"time": ("late", "early"), "name": ("other",)})
    kind = {"doc": "", "host": "host", "topics": [], "fields": fields, "dependences": [link]}
    base = make_rules({"area/r": {"when": [A]}})
    words = Vocabulary.from_description({"fact": kind})

    def told(where: dict[str, Any]) -> Any:
        (branch,) = base.rules["area/r"].branches
        tests = tuple(plan.Test(name, "eq", value) for name, value in where.items())
        return meaning([replace(branch, patterns=(plan.Pattern("a", "fact", tests),))], words)

    assert told({"reason": "late"}) == told({"reason": "late", "check": "time"})
    assert told({"check": "name"}) == told({"reason": "other"})
    assert told({"check": "time"}) != told({"reason": "late"})


@settings(deadline=None, max_examples=60)
@given(rules=rule_sets(), described=FACTS)
def test_branches_of_one_meaning_match_the_same_facts(
    make_rules: MakeRules,
    rules: dict[str, dict[str, Any]],
    described: list[tuple[str, dict[str, Any]]],
) -> None:
    """No mutant is left out although it does something else."""
    facts = [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]
    base = make_rules({"area/r0": rules["area/r0"]})
    rule = base.rules["area/r0"]
    same = meaning(rule.branches, base.vocabulary)
    before = {f.bindings for f in run(base, facts, "reference").firings}
    document, _ = parse_yaml("r", json.dumps({**SKELETON, **rules["area/r0"]}).encode())
    assert document is not None
    for edit in mutation._edits(document.data):
        changed = mutation._compiled(rule, document, base.vocabulary, edit.data)
        if changed is not None and meaning(changed, base.vocabulary) == same:
            after = run(
                make_rules({"area/r0": {**rules["area/r0"], **edit.data}}), facts, "reference"
            )
            assert before == {f.bindings for f in after.firings}


def _score(make_rules: MakeRules, tests: list[dict[str, Any]], **changes: Any) -> MutationScore:
    whole = {
        "when": [{**A, "where": {"state": "fail", "number": {"ge": 2}}}],
        "tests": [{"name": str(n), **test} for n, test in enumerate(tests)],
        **changes,
    }
    base = make_rules({"area/r": whole})
    found = list(trials(base, "area/r", lambda deployment: []))
    return mutation_score(base.rules["area/r"], _mutants(base, whole), found, base.vocabulary)


def _thing(**values: Any) -> dict[str, Any]:
    return {"fact": "thing", "host": "core1", "state": "fail", "number": 2, **values}


def test_survivors_are_what_no_test_notices(make_rules: MakeRules) -> None:
    """One test that fires notices what no longer fires; what fires too often goes unseen."""
    score = _score(make_rules, [{"facts": [_thing()], "expect": "fire"}])
    assert ["drop a.state", "drop a.number"] == [mutant.name for mutant in score.survivors]
    assert (3, 5) == (score.killed, score.counted)


def test_silent_tests_notice_what_fires_too_often(make_rules: MakeRules) -> None:
    """With a case beside each condition nothing survives."""
    score = _score(
        make_rules,
        [
            {"facts": [_thing()], "expect": "fire", "near_misses": [{"a.state": "ok"}]},
            {"facts": [_thing(number=1)], "expect": "silent"},
        ],
    )
    assert (0, 5) == (len(score.survivors), score.counted)


def test_the_nodes_that_a_test_names_count(make_rules: MakeRules) -> None:
    """A mutant that fires on one node more is noticed by a test that names the nodes."""
    facts = [_thing(), _thing(host="edge1", state="ok")]
    score = _score(make_rules, [{"facts": facts, "expect": "fire", "nodes": ["core1"]}])
    assert ["drop a.number"] == [mutant.name for mutant in score.survivors]


def test_survivors_may_be_accepted(make_rules: MakeRules) -> None:
    """What the rule file lists with a reason doesn't count; what it lists for nothing is told."""
    score = _score(
        make_rules,
        [{"facts": [_thing()], "expect": "fire"}],
        survivors=[{"mutant": name, "why": "so"} for name in ("drop a.state", "move a.number")],
    )
    assert ["drop a.state"] == [mutant.name for mutant in score.accepted]
    assert ["drop a.number"] == [mutant.name for mutant in score.survivors]
    assert ("move a.number",) == score.stale


def test_counts_and_what_was_looked_at_follow_the_mutant(make_rules: MakeRules) -> None:
    """A mutant with another count, or without an absence, has its own counts and guards."""
    seen = {"fact": "coverage", "host": "core1", "topic": "list", "state": "seen"}
    part = {"fact": "part", "host": "core1"}
    when = [
        A,
        {"count": {"fact": "thing", "where": HOST, "at_least": 2, "as": "n"}},
        {"none": {"fact": "part", "where": HOST}},
    ]
    two = [_thing(), _thing(number=3)]
    score = _score(
        make_rules,
        [
            {"facts": [*two, seen], "expect": "fire"},
            {"facts": [_thing(), seen], "expect": "silent"},
            {"facts": [*two, seen, part], "expect": "silent"},
        ],
        when=when,
    )
    assert {"drop count n.host", "negate none part.host"} >= {m.name for m in score.survivors}

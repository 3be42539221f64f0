"""Fixes of a rule: its changes are checked on loading and filled with what the finding bound."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from certclinic.engine.facts import Fact
from certclinic.engine.findings import conclude
from certclinic.engine.matching.match import run
from certclinic.engine.problems import Problem
from certclinic.engine.rule_base import RuleBase, stratify
from certclinic.engine.rulefile.fixes import Plan, filled
from certclinic.engine.rulefile.loader import load_rule
from certclinic.engine.vocabulary import Vocabulary

from .conftest import SKELETON

CHANGES = {
    "mend": {
        "doc": "",
        "host": "node",
        "topics": [],
        "fields": {
            "node": {"doc": "node", "kind": "text"},
            "names": {"doc": "names", "kind": "list", "optional": True},
            "until": {"doc": "release", "kind": "version", "optional": True},
            "number": {"doc": "number", "kind": "number", "optional": True},
        },
    }
}
WHEN = [{"let": "a", "fact": "thing", "where": {"flag": True}}]


@pytest.fixture(scope="module")
def changing(vocabulary: Vocabulary) -> Vocabulary:
    """The small vocabulary, with one kind of change."""
    changes = Vocabulary.from_description({}, changes=CHANGES).changes
    return Vocabulary(vocabulary.types, vocabulary.roles, changes)


def _load(fixes: Sequence[Any], vocabulary: Vocabulary) -> tuple[RuleBase | None, list[Problem]]:
    source = json.dumps({**SKELETON, "when": WHEN, "fixes": fixes})
    problems: list[Problem] = []
    loaded = load_rule("a/b", "a/b", source.encode(), vocabulary, problems)
    if loaded is None or problems:
        return None, problems
    rules = {"a/b": loaded[0]}
    return RuleBase(rules, stratify(rules), vocabulary), problems


def _plan(fix: Mapping[str, Any], facts: Sequence[Fact], vocabulary: Vocabulary) -> Plan:
    base, problems = _load([fix], vocabulary)
    assert base is not None, problems
    outcome = run(base, facts, "reference")
    (finding,) = conclude(base, outcome)
    return filled(base.rules["a/b"].fixes[0], finding.matches, outcome.facts, outcome.index)


def _thing(place: int, **values: Any) -> Fact:
    return Fact(f"f{place}", "thing", {"host": "h1", "state": "ok", **values})


def test_values_of_the_finding_are_filled_in(changing: Vocabulary) -> None:
    """References give the bound values; one that is not known leaves its field out."""
    fix = {
        "changes": [{"change": "mend", "node": "$a.host", "names": ["x", "$a.names", "$a.name"]}]
    }
    facts = [_thing(1, flag=True, names=("n2", "n1"))]

    assert _plan(fix, facts, changing) == (("mend", {"node": "h1", "names": ("x", "n2", "n1")}),)


def test_a_change_is_made_once_though_several_matches_ask_for_it(changing: Vocabulary) -> None:
    """Matches that fill in the same values give one change."""
    fix = {"changes": [{"change": "mend", "node": "$a.host"}]}
    facts = [_thing(1, flag=True, name="n"), _thing(2, flag=True, name="m")]

    assert _plan(fix, facts, changing) == (("mend", {"node": "h1"}),)


def test_a_release_stays_as_it_is_written(changing: Vocabulary) -> None:
    """Releases are compared as numbers, and a change is told in people's words."""
    fix = {"changes": [{"change": "mend", "node": "$a.host", "until": "X15.4"}]}

    assert _plan(fix, [_thing(1, flag=True)], changing)[0][1]["until"] == "X15.4"


def test_a_change_is_made_for_each_of_the_other_facts(changing: Vocabulary) -> None:
    """`for_each` takes every fact that matches, one of the finding's own among them."""
    fix = {
        "for_each": [{"let": "all", "fact": "thing", "where": {"name": "$a.name"}}],
        "changes": [{"change": "mend", "node": "$all.host"}],
    }
    facts = [
        _thing(1, flag=True, name="n"),
        _thing(2, host="h2", name="n"),
        _thing(3, host="h3", name="m"),
    ]

    assert _plan(fix, facts, changing) == (("mend", {"node": "h1"}), ("mend", {"node": "h2"}))


def test_a_change_for_other_facts_is_left_out_where_there_are_none(changing: Vocabulary) -> None:
    """The changes that do not refer to them stay."""
    fix = {
        "for_each": [{"let": "other", "fact": "thing", "where": {"name": "nobody"}}],
        "changes": [
            {"change": "mend", "node": "$a.host"},
            {"change": "mend", "node": "$other.host"},
        ],
    }

    assert _plan(fix, [_thing(1, flag=True)], changing) == (("mend", {"node": "h1"}),)


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        ({"changes": [{"change": "mnd", "node": "x"}]}, "there is no change 'mnd'"),
        ({"changes": [{"change": "mend"}]}, "'mend' needs the field 'node'"),
        ({"changes": [{"change": "mend", "node": "x", "nams": ["y"]}]}, "has no field 'nams'"),
        ({"changes": [{"change": "mend", "node": "$b.host"}]}, "is called 'b'"),
        ({"changes": [{"change": "mend", "node": "x", "number": "$a.host"}]}, "can't be taken"),
        ({"changes": [{"change": "mend", "node": "x", "until": "soon"}]}, "release"),
        (
            {
                "for_each": [{"let": "a", "fact": "thing"}],
                "changes": [{"change": "mend", "node": "$a.host"}],
            },
            "the alias 'a' is used twice",
        ),
    ],
)
def test_a_mistake_in_a_fix_is_told(
    changing: Vocabulary, fix: Mapping[str, Any], message: str
) -> None:
    """A misspelt or missing name, or a value of another kind, is named when the rule is loaded."""
    _, problems = _load([fix], changing)

    assert any(message in problem.message for problem in problems), list(map(str, problems))

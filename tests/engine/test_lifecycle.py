"""The life of a rule: on trial, trusted, retired; and how its changes are told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from certclinic.engine.problems import Problem, RuleProblems
from certclinic.engine.rulefile.loader import load_rule
from certclinic.engine.rulefile.model import Rule
from certclinic.engine.rulefile.release import (
    Release,
    differences,
    read_release,
    release,
    release_problems,
)
from certclinic.engine.rulefile.yaml_source import Document
from certclinic.engine.vocabulary import Vocabulary

from .conftest import SKELETON

DAY = date(2026, 11, 24)
ABSENT = {"fact": "part", "where": {"host": "$a.host"}}
COUNT = {"fact": "part", "where": {"host": "$a.host"}, "at_least": 2, "as": "n"}
WHEN = [
    {"let": "a", "fact": "thing"},
    {"any": [{"fact": "part", "where": {"host": "$a.host"}}, [{"none": ABSENT}]]},
    {"count": COUNT},
]
NOTE = [{"date": "2026-12-01", "note": "why"}]
GONE = {"lifecycle": "deprecated", "deprecated": {"reason": "it was wrong"}}


def _load(vocabulary: Vocabulary, **changes: Any) -> tuple[Rule, Document, list[Problem]]:
    problems: list[Problem] = []
    source = json.dumps({**SKELETON, "when": WHEN, **changes})
    loaded = load_rule("area/rule", "area/rule.yaml", source.encode(), vocabulary, problems)
    assert loaded
    return loaded[0].rule, loaded[1], problems


TRIAL = {"lifecycle": "experimental"}
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({**TRIAL, "confidence": "certain"}, "an experimental rule can't be certain"),
    (
        {**TRIAL, "supports": [{"fact": "part", "confirms": "certain"}]},
        "an experimental rule can't be certain",
    ),
    ({"lifecycle": "deprecated"}, "a deprecated rule must say why"),
    ({"deprecated": {"reason": "x"}}, "doesn't go with the lifecycle stable"),
    ({"changes": [{"date": "2026-11-23", "note": "x"}]}, "2026-11-23 is before 2026-11-24"),
    ({"changes": [*NOTE, {"date": "2026-11-30", "note": "x"}]}, "is before 2026-12-01"),
]


@pytest.mark.parametrize(("changes", "told"), MISTAKES)
def test_keys_that_contradict_each_other(
    vocabulary: Vocabulary, changes: dict[str, Any], told: str
) -> None:
    """Certainty on trial, retirement without a reason, and dates that run backwards are errors."""
    (problem,) = _load(vocabulary, **changes)[2]
    assert told in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "changes", [{**TRIAL, "confidence": "probable"}, GONE, {"changes": [*NOTE, *NOTE]}]
)
def test_keys_that_agree(vocabulary: Vocabulary, changes: dict[str, Any]) -> None:
    """A rule on trial may be probable, a retired one has its reason, changes have their dates."""
    assert [] == _load(vocabulary, **changes)[2]


LATER: list[tuple[dict[str, Any], str | None]] = [
    # what differs from the release, and what lint says of it
    ({}, None),
    ({"text": {**SKELETON["text"], "title": {"en": "other", "zh-Hant": "別的"}}}, None),
    ({"tests": [], "sources": [{"title": "t", "confidence": "L"}]}, None),
    ({"severity": "info"}, "has changed since release 1"),
    ({"when": [*WHEN[:2], {"count": COUNT | {"at_least": 3}}]}, "has changed since release 1"),
    ({"when": [{"let": "a", "fact": "part"}]}, "has changed since release 1"),
    ({"versions": {"a": ">=X14.2"}}, "has changed since release 1"),
    ({"severity": "info", "changes": NOTE}, None),
    ({"severity": "info", **GONE}, None),
    ({"symptom": "EXW-002", "changes": NOTE}, "the rule concluded EXW-001 in release 1"),
]


@pytest.mark.parametrize(("changes", "told"), LATER)
def test_a_changed_conclusion_must_be_told(
    vocabulary: Vocabulary, changes: dict[str, Any], told: str | None
) -> None:
    """A stable rule that concludes otherwise than its release needs a new note; words don't."""
    last = release({"area/rule": _load(vocabulary)[0]}, "1", DAY, None)
    rule, document, _ = _load(vocabulary, **changes)
    found = [*release_problems(last, "release.yaml", {"area/rule": (rule, document)})]

    assert ([told] if told else []) == [told for p in found if told and told in p.message]
    assert len(found) == (told is not None)


def test_a_rule_on_trial_may_change_and_go(vocabulary: Vocabulary) -> None:
    """Nobody relies on an experimental rule yet."""
    last = release({"area/rule": _load(vocabulary, **TRIAL)[0]}, "1", DAY, None)
    rule, document, _ = _load(vocabulary, **TRIAL, severity="info")

    assert [] == [*release_problems(last, "f", {"area/rule": (rule, document)})]
    assert [] == [*release_problems(last, "f", {})]


def test_a_rule_that_is_gone_and_ids_that_come_back(vocabulary: Vocabulary) -> None:
    """A stable rule can't vanish; its symptom, and later its id, are never given away again."""
    rule, document, _ = _load(vocabulary)
    last = release({"area/rule": rule}, "1", DAY, None)
    told = [p.message for p in release_problems(last, "f", {"area/new": (rule, document)})]
    assert told == [
        "area/rule was in release 1 and is gone",
        "EXW-001 was concluded by area/rule, which no longer does",
    ]

    second = release({}, "2", DAY, last)
    assert {"area/rule": "EXW-001"} == second.retired
    other, place, _ = _load(vocabulary, symptom="EXW-002")
    told = [p.message for p in release_problems(second, "f", {"area/rule": (other, place)})]
    assert told == ["the id area/rule was given to a rule that is retired"]
    told = [p.message for p in release_problems(second, "f", {"area/new": (rule, document)})]
    assert told == ["EXW-001 was concluded by area/rule, which no longer does"]


def test_differences_since_a_release(vocabulary: Vocabulary) -> None:
    """What readers of the catalogue are told: kinds of change, with the notes."""
    same = _load(vocabulary)[0]
    last = release(dict.fromkeys(("a/changed", "a/gone", "a/old", "a/same"), same), "1", DAY, None)
    now = {
        "a/changed": _load(vocabulary, severity="info", changes=NOTE)[0],
        "a/new": same,
        "a/old": _load(vocabulary, **GONE)[0],
        "a/same": same,
    }
    told = [(one.rule, one.kind, [n.note for n in one.notes]) for one in differences(last, now)]

    assert told == [
        ("a/changed", "changed", ["why"]),
        ("a/gone", "removed", []),
        ("a/new", "added", []),
        ("a/old", "now deprecated", []),
    ]


def test_the_record_reads_back(vocabulary: Vocabulary) -> None:
    """The file that is written holds the release, a line for each rule."""
    first = release({"a/gone": _load(vocabulary)[0]}, "1", DAY, None)
    second = release({"a/b": _load(vocabulary, changes=NOTE)[0]}, "2.0", DAY, first)
    text = second.as_yaml()

    assert second == read_release("release.yaml", text.encode())
    assert isinstance(second, Release)
    assert 1 == sum("a/b" in line for line in text.splitlines())


def test_a_record_that_was_edited_by_hand() -> None:
    """A broken record is told with its place."""
    with pytest.raises(RuleProblems, match=r"release\.yaml:3:.*--record"):
        read_release("release.yaml", b"version: '1'\ndate: 2026-11-24\nrules: 5\n")

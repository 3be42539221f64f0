"""What the tests of a rule never try."""

from __future__ import annotations

import json
from typing import Any

from certclinic.engine.authoring.rule_coverage import coverage_gaps
from certclinic.engine.authoring.rule_tests import trials
from certclinic.engine.rulefile.yaml_source import parse_yaml

from .conftest import SKELETON, MakeRules

WHEN = [
    {"let": "a", "fact": "thing", "where": {"state": "fail"}},
    {
        "any": [
            {"fact": "part", "where": {"host": "$a.host"}},
            {"fact": "thing", "where": {"name": "b"}},
        ]
    },
]
THING = {"fact": "thing", "host": "core1", "state": "fail"}
PART = {"fact": "part", "host": "core1"}
OTHER = {"fact": "thing", "host": "core1", "state": "ok", "name": "b"}


def _gaps(make_rules: MakeRules, *tests: dict[str, Any], **changes: Any) -> set[tuple[str, str]]:
    cases = [{"name": str(n), **test} for n, test in enumerate(tests)]
    whole = {"when": WHEN, "tests": cases, **changes}
    rules = make_rules({"area/r": whole})
    document, _ = parse_yaml("area/r", json.dumps({**SKELETON, **whole}).encode())
    assert document is not None
    found = trials(rules, "area/r", lambda deployment: [])
    return {(gap.kind, gap.text) for gap in coverage_gaps(rules, "area/r", found, document)}


def test_an_alternative_that_never_matched_is_a_gap(make_rules: MakeRules) -> None:
    """Only the alternative without a firing test is named."""
    gaps = _gaps(make_rules, {"facts": [THING, PART], "expect": "fire"})
    assert ("alternative", "alternative 2 never matched") in gaps
    assert ("alternative", "alternative 1 never matched") not in gaps


def test_a_condition_that_never_stopped_the_rule_is_a_gap(make_rules: MakeRules) -> None:
    """A silent test tries the condition at which the rule stops."""
    words = "no test is silent because of this condition: "
    without = _gaps(make_rules, {"facts": [THING, PART], "expect": "fire"})
    assert {("condition", words + "thing"), ("condition", words + "part")} <= without
    gaps = _gaps(
        make_rules, {"facts": [THING], "expect": "silent"}, {"facts": [], "expect": "silent"}
    )
    assert not [text for kind, text in gaps if kind == "condition"]


def test_evidence_that_was_never_there_is_a_gap(make_rules: MakeRules) -> None:
    """A support is tried by a firing test in which it is found."""
    supports = [{"fact": "part", "where": {"host": "$a.host"}}]
    gap = ("support", "no test has the part")
    other = {"facts": [THING, OTHER], "expect": "fire"}
    both = {"facts": [THING, OTHER, PART], "expect": "fire"}
    assert gap in _gaps(make_rules, other, supports=supports)
    assert gap not in _gaps(make_rules, both, supports=supports)


def test_a_bound_of_releases_needs_a_test_on_each_side(make_rules: MakeRules) -> None:
    """Facts that fail for another reason are no test of the bound."""
    when = [{"let": "a", "fact": "thing", "where": {"state": "fail"}}]

    def facts(version: str, state: str = "fail") -> dict[str, Any]:
        return {"fact": "thing", "host": "core1", "state": state, "version": version}

    inside = {"facts": [facts("X14.2"), facts("X14.0", "ok")], "expect": "fire"}
    outside = {"facts": [facts("X14.0.11")], "expect": "silent"}
    bound = {"when": when, "versions": {"a": ">=X14.2"}}
    gap = ("version", "no test has a release outside version: {ge: X14.2}")
    assert gap in _gaps(make_rules, inside, **bound)
    assert gap not in _gaps(make_rules, inside, outside, **bound)

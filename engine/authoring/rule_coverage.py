"""What the tests of a rule never try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..explaining.explain import stops, test_text
from ..matching.match import Outcome
from ..plan import test_holds
from ..rule_base import CompiledRule, RuleBase
from ..rulefile.alternatives import alternatives, places_of_any
from ..rulefile.yaml_source import Document, Location
from ..vocabulary import Vocabulary
from .rule_tests import Trial


@dataclass(frozen=True)
class Gap:
    """A part of a rule that no test tries.

    alternative: never part of a match; condition: nothing stayed silent for want of it;
    support: never there; version: all releases in the tests lie on one side of the bound.
    """

    rule: str
    file: str
    line: int
    kind: Literal["alternative", "condition", "support", "version"]
    text: str


def coverage_gaps(
    rule_base: RuleBase, rule_id: str, trials: Iterable[Trial], document: Document
) -> list[Gap]:
    """The gaps of one rule, in file order; `document` is its file."""
    rule = rule_base.rules[rule_id]
    outcomes = [trial.outcome for trial in trials if trial.outcome is not None]
    found = [
        *_alternatives(rule, outcomes),
        *_conditions(rule_base, rule, outcomes),
        *_supports(rule, outcomes),
        *_versions(rule, outcomes, rule_base.vocabulary),
    ]
    gaps = [
        Gap(rule_id, rule.file, document.line(place), kind, text) for place, kind, text in found
    ]
    return sorted(dict.fromkeys(gaps), key=lambda gap: gap.line)


Found = tuple[Location, Literal["alternative", "condition", "support", "version"], str]


def _alternatives(rule: CompiledRule, outcomes: Sequence[Outcome]) -> Iterator[Found]:
    fired = {f.branch for outcome in outcomes for f in outcome.firings if f.rule == rule.id}
    steps = alternatives(rule.rule.when, ("when",))
    reached = [place for branch in fired for place, _ in steps[branch - 1]]
    for alternative in places_of_any(steps):
        if not any(place[: len(alternative)] == alternative for place in reached):
            number = int(alternative[-1]) + 1
            yield alternative, "alternative", f"alternative {number} never matched"


def _conditions(
    rule_base: RuleBase, rule: CompiledRule, outcomes: Sequence[Outcome]
) -> Iterator[Found]:
    """Conditions that ended no walk through any silent test."""
    stopped = {
        stop.line
        for outcome in outcomes
        if not any(firing.rule == rule.id for firing in outcome.firings)
        for branch in rule.branches
        for stop in stops(rule_base, outcome, branch)
    }
    for branch in rule.branches:
        for pattern in (*branch.patterns, *branch.absences):
            if pattern.line not in stopped:
                kind = "none of " if pattern in branch.absences else ""
                text = f"no test is silent because of this condition: {kind}{pattern.type}"
                yield pattern.at, "condition", text


def _supports(rule: CompiledRule, outcomes: Sequence[Outcome]) -> Iterator[Found]:
    for number, support in enumerate(rule.supports):
        seen = any(
            outcome.index.matching(
                support.pattern, {a: outcome.index.facts[i] for a, i in firing.bindings}
            )
            for outcome in outcomes
            for firing in outcome.firings
            if firing.rule == rule.id
        )
        if not seen:
            yield ("supports", number), "support", f"no test has the {support.pattern.type}"


def _versions(
    rule: CompiledRule, outcomes: Sequence[Outcome], vocabulary: Vocabulary
) -> Iterator[Found]:
    """Bounds of releases without a fact on each side that meets the other tests."""
    for pattern in (pattern for branch in rule.branches for pattern in branch.patterns):
        in_range = rule.rule.versions != "all" and pattern.alias in rule.rule.versions
        place = ("versions", pattern.alias) if in_range else pattern.at
        others = [test for test in pattern.literals if test.field != "version"]
        releases = {
            fact.values["version"]
            for outcome in outcomes
            for fact in outcome.index.of_type(pattern.type)
            if "version" in fact.values
            and all(test_holds(test, fact.values.get(test.field), test.value) for test in others)
        }
        for bound in pattern.literals:
            if bound.field == "version" and bound.op in ("lt", "le", "gt", "ge"):
                tried = {test_holds(bound, release, bound.value) for release in releases}
                told = test_text(bound, bound.value, vocabulary.types[pattern.type])
                for inside in {True, False} - tried:
                    side = "inside" if inside else "outside"
                    yield place, "version", f"no test has a release {side} {told}"

"""Runs the tests that rule files carry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..explaining.explain import why, why_not
from ..explaining.explain_text import as_text, value_text
from ..facts import Fact
from ..findings import conclude
from ..matching.match import MatcherName, Outcome, run
from ..rule_base import RuleBase, needed_rules
from ..rulefile.model import RuleTest

Deploy = Callable[[Mapping[str, Any]], Iterable[Fact]]
"""Turns the `deployment` of a test into facts; raises ValueError where it can't be built."""


@dataclass(frozen=True)
class Trial:
    """A test of a rule, and what the rules made of its facts; `fault` says why it can't be run."""

    test: RuleTest
    outcome: Outcome | None
    fault: str = ""


@dataclass(frozen=True)
class RuleTestResult:
    """What became of one test; `explanation` says what went otherwise than expected.

    `seconds` is how long it took, its deployment included.
    """

    rule: str
    file: str
    trial: Trial
    explanation: str
    seconds: float

    @property
    def name(self) -> str:
        return self.trial.test.name

    @property
    def passed(self) -> bool:
        return not self.explanation


def run_rule_tests(
    rule_base: RuleBase,
    deploy: Deploy,
    rules: Iterable[str],
    matcher: MatcherName = "reference",
) -> Iterator[RuleTestResult]:
    """Every test of the rules and its result, in order.

    The reference matcher is the quicker one on the few rules that a test needs.
    """
    for rule_id in rules:
        file = rule_base.rules[rule_id].file
        started = time.perf_counter()
        for trial in trials(rule_base, rule_id, deploy, matcher):
            explanation = difference(rule_base, rule_id, trial)
            ended = time.perf_counter()
            yield RuleTestResult(rule_id, file, trial, explanation, ended - started)
            started = ended


def trials(
    rule_base: RuleBase, rule_id: str, deploy: Deploy, matcher: MatcherName = "reference"
) -> Iterator[Trial]:
    """Every test of a rule and its near misses, run with the rules whose conclusions it reads."""
    needed = needed_rules(rule_base, rule_id)
    for test in rule_base.rules[rule_id].rule.tests:
        added = _given(test)
        try:
            built = [] if test.deployment is None else deploy(test.deployment)
        except ValueError as error:
            yield Trial(test, None, f"the deployment can't be built: {error}")
            continue
        facts = [*built, *added]
        outcome = run(needed, facts, matcher)
        yield Trial(test, outcome, _left_out(outcome, added))
        for miss in test.near_misses:
            yield _near_miss(needed, rule_id, test, miss, facts, outcome, matcher)


def _near_miss(
    needed: RuleBase,
    rule_id: str,
    test: RuleTest,
    miss: Mapping[str, Any],
    facts: Sequence[Fact],
    outcome: Outcome,
    matcher: MatcherName,
) -> Trial:
    """The test with fields of the facts that made the rule fire set to other values."""
    told = ", ".join(f"{path}: {value_text(value)}" for path, value in miss.items())
    silent = RuleTest(name=f"{test.name}, but {told}", facts=[], expect="silent")
    given = {fact.id for fact in facts}
    changes: dict[str, dict[str, Any]] = {}
    for path, value in miss.items():
        alias, _, field = path.partition(".")
        bound = {
            fact_id
            for firing in outcome.firings
            if firing.rule == rule_id
            for name, fact_id in firing.bindings
            if name == alias and fact_id in given
        }
        if not bound:
            return Trial(silent, None, f"no fact fills a condition called '{alias}'")
        for fact_id in bound:
            changes.setdefault(fact_id, {})[field] = _value(value)
    changed = [replace(fact, values={**fact.values, **changes.get(fact.id, {})}) for fact in facts]
    others = [_said(fact) for fact in changed if fact.id not in changes]
    if any(fact.id in changes and _said(fact) in others for fact in changed):
        return Trial(silent, None, "this near miss is the same as another fact")
    missed = run(needed, changed, matcher)
    return Trial(silent, missed, _left_out(missed, (f for f in changed if f.id in changes)))


def _said(fact: Fact) -> tuple[str, dict[str, Any]]:
    """What a fact says, whatever its id: of facts that say the same, matchers keep one."""
    return fact.type, {name: value for name, value in fact.values.items() if value is not None}


def _left_out(outcome: Outcome, facts: Iterable[Fact]) -> str:
    """The notes on values of these facts that could not be used."""
    ids = {fact.id for fact in facts}
    return "\n".join(note for note in outcome.notes if note.partition(":")[0] in ids)


def difference(rule_base: RuleBase, rule_id: str, trial: Trial) -> str:
    """What differs from the test's expectation, and why; empty where nothing does."""
    test, outcome = trial.test, trial.outcome
    if trial.fault or outcome is None:
        return trial.fault
    findings = [f for f in conclude(rule_base, outcome) if f.rule == rule_id]
    if test.expect == "fire" and not findings:
        return as_text(why_not(rule_base, outcome, rule_id), outcome.facts, rule_base.vocabulary)
    if test.expect == "silent" and findings:
        return as_text(why(rule_base, outcome, findings[0]), outcome.facts, rule_base.vocabulary)
    nodes = {node for finding in findings for node in finding.nodes}
    if test.nodes is not None and nodes != set(test.nodes):
        return f"the nodes are {_listed(nodes)}, not {_listed(test.nodes)}"
    confidences = {finding.confidence for finding in findings}
    if test.confidence is not None and confidences != {test.confidence}:
        return f"the confidence is {_listed(confidences)}, not {test.confidence}"
    return ""


def _listed(nodes: Iterable[str]) -> str:
    return ", ".join(sorted(set(nodes)))


def _given(test: RuleTest) -> list[Fact]:
    return [
        Fact(f"t{number}", fact.fact, {k: _value(v) for k, v in (fact.model_extra or {}).items()})
        for number, fact in enumerate(test.facts or ())
    ]


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

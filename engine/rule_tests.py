"""Runs the tests that rule files carry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .explain import why, why_not
from .explain_text import as_text
from .facts import Fact
from .findings import conclude
from .match import MatcherName, run
from .model import RuleTest
from .rule_base import RuleBase

Deploy = Callable[[Mapping[str, Any]], Iterable[Fact]]
"""Turns the `deployment` of a test into facts; raises ValueError where it can't be built."""


@dataclass(frozen=True)
class RuleTestResult:
    """The outcome of one test; `explanation` says what went otherwise than expected."""

    rule: str
    name: str
    passed: bool
    explanation: str = ""


def run_rule_tests(
    rule_base: RuleBase,
    deploy: Deploy,
    rules: Collection[str] | None = None,
    matcher: MatcherName | None = None,
) -> Iterator[RuleTestResult]:
    """The result of every test of the rules (all, if None), in order of rule ids.

    All rules run in every test, since a rule may read what others conclude.
    """
    for rule in rule_base.rules.values():
        if rules is None or rule.id in rules:
            for test in rule.rule.tests:
                explanation = _difference(rule_base, rule.id, test, deploy, matcher)
                yield RuleTestResult(rule.id, test.name, not explanation, explanation)


def _difference(
    rule_base: RuleBase,
    rule_id: str,
    test: RuleTest,
    deploy: Deploy,
    matcher: MatcherName | None,
) -> str:
    """What differs from the test's expectation; empty where nothing does."""
    try:
        facts = _given(test) if test.deployment is None else list(deploy(test.deployment))
    except ValueError as error:
        return f"the deployment can't be built: {error}"
    outcome = run(rule_base, facts, matcher)
    left_out = [note for note in outcome.notes if "left out" in note]
    if left_out and test.facts is not None:
        return "\n".join(left_out)
    findings = [f for f in conclude(rule_base, outcome) if f.rule == rule_id]
    if test.expect == "fire" and not findings:
        return as_text(why_not(rule_base, outcome, rule_id), outcome.facts)
    if test.expect == "silent" and findings:
        return as_text(why(rule_base, outcome, findings[0]), outcome.facts)
    nodes = sorted({node for finding in findings for node in finding.nodes})
    if test.nodes is not None and nodes != sorted(set(test.nodes)):
        return f"the nodes are {', '.join(nodes)}, not {', '.join(sorted(set(test.nodes)))}"
    return ""


def _given(test: RuleTest) -> list[Fact]:
    return [
        Fact(f"t{number}", fact.fact, {k: _value(v) for k, v in (fact.model_extra or {}).items()})
        for number, fact in enumerate(test.facts or ())
    ]


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

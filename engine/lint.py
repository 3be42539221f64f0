"""What is allowed in a rule and yet seldom meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .plan import Branch
from .problems import Problem
from .rule_base import CompiledRule
from .yaml_source import Document, Span


def lint(rule: CompiledRule, document: Document) -> Iterator[Problem]:
    """Warnings about one rule: conditions that nothing ties together, and missing tests."""
    for line in sorted({line for branch in rule.branches for line in _untied(branch)}):
        message = "nothing ties this condition to the ones before it"
        hint = "every combination of facts would match; refer to $alias.field"
        yield _warning(document.problem_at(Span(line, 1, line, 1), message, hint))
    expected = {test.expect for test in rule.rule.tests}
    for outcome, doing in (("fire", "fires"), ("silent", "stays silent")):
        if outcome not in expected:
            yield _warning(document.problem((), f"no test shows when the rule {doing}"))


def _untied(branch: Branch) -> Iterator[int]:
    """Lines of the patterns that neither refer to an earlier one nor are referred to later."""
    referred = {ref.alias for pattern in branch.patterns for _, ref in pattern.joins}
    for pattern in branch.patterns[1:]:
        if not pattern.joins and pattern.alias not in referred:
            yield pattern.line


def _warning(problem: Problem) -> Problem:
    return replace(problem, level="warning")

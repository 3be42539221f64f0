"""What is allowed in a rule and yet can't be meant, or is not done yet.

Errors here mean that a rule can never fire or says what is not so; a rule base with them can
still be used. Warnings are what an author should look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..problems import Problem
from ..rulefile.loader import Loaded
from ..rulefile.yaml_source import Document
from ..vocabulary import Vocabulary, did_you_mean
from .lint_conditions import conditions
from .lint_texts import texts
from .lint_together import together


def lint(
    rules: Mapping[str, Loaded], vocabulary: Vocabulary, catalogue: Mapping[str, str]
) -> list[Problem]:
    """Every finding about rules that load. `catalogue` has the title of each known symptom."""
    found: list[Problem] = []
    for rule, document in rules.values():
        found += conditions(rule, document, vocabulary)
        found += texts(rule, document)
        found += _roles(document, rule.rule.applies_to, vocabulary)
        found += _tests(document, [test.expect for test in rule.rule.tests])
    found += together(rules, vocabulary, catalogue)
    return found


def _roles(document: Document, roles: list[str], vocabulary: Vocabulary) -> Iterator[Problem]:
    for number, role in enumerate(roles):
        if vocabulary.roles and role not in vocabulary.roles:
            hint = did_you_mean(role, vocabulary.roles)
            problem = document.problem(("applies_to", number), f"there is no role '{role}'", hint)
            yield replace(problem, code="unknown-role")


def _tests(document: Document, expected: list[str]) -> Iterator[Problem]:
    for outcome, doing in (("fire", "fires"), ("silent", "stays silent")):
        if outcome not in expected:
            problem = document.problem(
                ("tests",),
                f"no test shows when the rule {doing}",
                f"add one with `expect: {outcome}`",
                at_key=True,
            )
            yield replace(problem, code="missing-test", level="warning")

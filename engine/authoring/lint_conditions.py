"""Conditions that nothing can meet, that ask for nothing, or that nothing ties together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import permutations

from ..plan import Branch, Pattern
from ..problems import Problem
from ..rule_base import CompiledRule
from ..rulefile.yaml_source import Document, Location, Span
from ..vocabulary import FactType, Vocabulary
from .satisfiable import by_field, contradiction, dependence_broken, foreign, implied
from .subsumption import canonical, covers, narrower


def conditions(rule: CompiledRule, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Findings about the conditions of one rule, each once."""
    patterns = {
        (pattern.at, pattern.tests): pattern
        for branch in rule.branches
        for pattern in (*branch.read_types(), *branch.patterns)
        if pattern.at
    }
    patterns |= {(s.pattern.at, s.pattern.tests): s.pattern for s in rule.supports}
    found: dict[Problem, None] = {}
    for pattern in patterns.values():
        kind = vocabulary.types.get(pattern.type)
        if kind is not None:
            found |= dict.fromkeys(_impossible(pattern, kind, document))
            found |= dict.fromkeys(_idle(pattern, kind, document))
    for branch in rule.branches:
        found |= dict.fromkeys(_untied(branch, document))
        found |= dict.fromkeys(_forbidden_and_required(branch, document, vocabulary))
    found |= dict.fromkeys(_covered(rule, document, vocabulary))
    yield from found


def _impossible(pattern: Pattern, kind: FactType, document: Document) -> Iterator[Problem]:
    """Tests that no fact meets."""
    for name, tests in by_field(pattern).items():
        place = _place(pattern, name, document)
        if reason := contradiction(kind.fields[name], tests):
            message = f"this never matches: {reason}"
            problem = document.problem(place, message, "change or remove one of the tests")
            yield replace(problem, code="contradiction")
            continue
        for test in tests:
            if strange := foreign(kind.fields[name], test):
                yield replace(document.problem(place, *strange), code="never-observed")
    if broken := dependence_broken(kind, pattern):
        name, message = broken
        problem = document.problem(
            _place(pattern, name, document), f"this never matches: {message}", "change one of them"
        )
        yield replace(problem, code="never-observed")


def _idle(pattern: Pattern, kind: FactType, document: Document) -> Iterator[Problem]:
    """Tests that the other tests on the same field imply."""
    for name, tests in by_field(pattern).items():
        at = (*pattern.at, "where", name)
        written = [test for test in dict.fromkeys(tests) if document.has((*at, test.op))]
        needed = list(written)
        for test in reversed(written):
            others = [other for other in needed if other is not test]
            if others and implied(test, kind.fields[name], others):
                needed = others
                message = f"'{test.op}' says no more than the other tests on '{name}'"
                problem = document.problem((*at, test.op), message, "remove it", at_key=True)
                yield replace(problem, code="idle-test", level="warning")


def _place(pattern: Pattern, name: str, document: Document) -> Location:
    """Where the tests on a field stand: in `where`, or in `versions` at the top."""
    at = (*pattern.at, "where", name)
    return at if document.has(at) or name != "version" else ("versions", pattern.alias)


def _untied(branch: Branch, document: Document) -> Iterator[Problem]:
    """Patterns that neither refer to an earlier one nor are referred to later."""
    asked = (*branch.patterns, *branch.absences)
    referred = {ref.alias for pattern in asked for _, ref in pattern.joins}
    for pattern in branch.patterns[1:]:
        if not pattern.joins and pattern.alias not in referred:
            problem = document.problem_at(
                Span(pattern.line, 1, pattern.line, 1),
                "nothing ties this condition to the ones before it",
                "every combination of facts would match; refer to $alias.field",
            )
            yield replace(problem, code="untied-condition", level="warning")


def _forbidden_and_required(
    branch: Branch, document: Document, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Absences of the very fact that is required; they can only mean that there is no second."""
    for absence in branch.absences:
        for pattern in branch.patterns:
            if narrower(pattern, absence, vocabulary) and absence.tests:
                problem = document.problem(
                    absence.at,
                    f"the fact on line {pattern.line} is required and forbidden here",
                    "it is not held against this `none`, which only forbids a second one",
                )
                yield replace(problem, code="required-and-forbidden", level="warning")


def _covered(rule: CompiledRule, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Alternatives of `any` that add nothing to another one."""
    branches = [(branch, canonical(branch)) for branch in rule.branches]
    for (branch, narrow), (other, wide) in permutations(branches, 2):
        twice = covers(narrow, wide, vocabulary)
        if covers(wide, narrow, vocabulary) and (not twice or other.number < branch.number):
            place, line = _difference(branch, other)
            problem = document.problem(
                place, f"the alternative on line {line} covers this one", "remove it"
            )
            yield replace(problem, code="covered-alternative", level="warning")
            return


def _difference(branch: Branch, other: Branch) -> tuple[Location, int]:
    """Where an alternative stands that only the one branch takes, and the line of the other's."""
    ours, theirs = _places(branch), _places(other)
    own = next((at for at in ours if at not in theirs), next(iter(ours)))
    line = next((line for at, line in theirs.items() if at not in ours), 1)
    return own, line


def _places(branch: Branch) -> dict[Location, int]:
    asked: Iterable[Pattern] = (*branch.patterns, *branch.absences)
    return {pattern.at: pattern.line for pattern in asked if pattern.at}

"""What shows only when rules are held against each other and against the known symptoms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations

from ..plan import Branch
from ..problems import Problem
from ..rulefile.loader import Loaded
from ..vocabulary import Vocabulary, did_you_mean
from .subsumption import all_covered, canonical

_CERTAINTY = ("possible", "probable", "certain")
_SEVERITY = ("info", "warning", "critical")


def together(
    rules: Mapping[str, Loaded], vocabulary: Vocabulary, catalogue: Mapping[str, str]
) -> Iterator[Problem]:
    """Links that lead nowhere, and rules that say what another one says."""
    symptoms = {rule.rule.symptom for rule, _ in rules.values()}
    for loaded in rules.values():
        yield from _links(loaded, symptoms, catalogue)
    by_types: dict[object, list[str]] = {}
    branches = {
        rule_id: [canonical(branch) for branch in rule.branches]
        for rule_id, (rule, _) in rules.items()
    }
    for rule_id, (rule, _) in rules.items():
        by_types.setdefault((rule.rule.symptom, rule.rule.status), []).append(rule_id)
    said: set[str] = set()
    for alike in by_types.values():
        for narrow, wide in permutations(alike, 2):
            if narrow in said or not all_covered(branches[narrow], branches[wide], vocabulary):
                continue
            if problem := _shadowed(rules, narrow, wide):
                said.add(narrow)
                yield problem
    yield from _same_conditions(rules, branches)


def _links(loaded: Loaded, symptoms: set[str], catalogue: Mapping[str, str]) -> Iterator[Problem]:
    rule, document = loaded
    for key in ("explains", "outranks"):
        for number, symptom in enumerate(getattr(rule.rule, key)):
            if symptom == rule.rule.symptom:
                problem = document.problem((key, number), "a rule can't name its own symptom")
                yield replace(problem, code="link", hint="remove it")
            elif symptom not in symptoms and symptom not in catalogue:
                hint = did_you_mean(symptom, symptoms | set(catalogue))
                problem = document.problem((key, number), f"no rule concludes {symptom}", hint)
                yield replace(problem, code="link", level="warning")


def _shadowed(rules: Mapping[str, Loaded], narrow: str, wide: str) -> Problem | None:
    """The narrower of two rules for one symptom, where its finding adds nothing."""
    rule, document = rules[narrow]
    other = rules[wide][0]
    if _CERTAINTY.index(rule.rule.confidence) > _CERTAINTY.index(other.rule.confidence):
        return None
    if _SEVERITY.index(rule.rule.severity) > _SEVERITY.index(other.rule.severity):
        return None
    message = f"{wide} concludes {rule.rule.symptom} wherever this rule does"
    hint = f"remove one of them, or ask for what {other.file} doesn't"
    return replace(
        document.problem(("when",), message, hint, at_key=True),
        code="shadowed-rule",
        level="warning",
    )


def _same_conditions(
    rules: Mapping[str, Loaded], branches: Mapping[str, list[Branch]]
) -> Iterator[Problem]:
    """Rules for different symptoms that fire in exactly the same cases, as written."""
    first: dict[object, str] = {}
    for rule_id, asked in branches.items():
        rule, document = rules[rule_id]
        key = frozenset(
            (
                frozenset((p.alias, p.type, frozenset(p.tests)) for p in branch.patterns),
                frozenset((a.type, frozenset(a.tests)) for a in branch.absences),
                branch.counts,
            )
            for branch in asked
        )
        other = rules[first.setdefault(key, rule_id)][0]
        if other.rule.symptom != rule.rule.symptom:
            message = f"{other.id} asks for the same and concludes {other.rule.symptom}"
            problem = document.problem(("when",), message, "ask for what differs", at_key=True)
            yield replace(problem, code="duplicate-rule", level="warning")

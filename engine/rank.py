"""Puts findings in order: causes first, what follows from them after, advice last."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .findings import CONFIDENCES, Finding
from .rule_base import RuleBase

SEVERITIES = ("critical", "warning", "info")
STATUSES = ("active", "predicted", "advice")


@dataclass(frozen=True)
class RankedFinding:
    """A finding with its place, from 1, and the symptoms of the findings tied to it."""

    finding: Finding
    rank: int
    explains: tuple[str, ...]
    explained_by: tuple[str, ...]


def rank(findings: Iterable[Finding], rule_base: RuleBase) -> list[RankedFinding]:
    """All findings in order; none is left out.

    Root causes come first, active before predicted, then what they explain, then advice. Among
    equals a finding comes before those that it outranks, then by severity, confidence, symptom
    and nodes.
    """
    ordered = sorted(findings, key=_base_key)
    explained = _explanations(ordered, rule_base)
    causes: dict[int, list[int]] = {}
    for cause, effects in explained.items():
        for effect in effects:
            causes.setdefault(effect, []).append(cause)
    groups: dict[int, list[int]] = {}
    for number, finding in enumerate(ordered):
        groups.setdefault(_group(finding, number in causes), []).append(number)
    places = [n for group in sorted(groups) for n in _outranked(groups[group], ordered, rule_base)]
    return [
        RankedFinding(
            ordered[number],
            place,
            _symptoms(explained.get(number, ()), ordered),
            _symptoms(causes.get(number, ()), ordered),
        )
        for place, number in enumerate(places, 1)
    ]


def _base_key(finding: Finding) -> tuple[object, ...]:
    return (
        STATUSES.index(finding.status),
        SEVERITIES.index(finding.severity),
        CONFIDENCES.index(finding.confidence),
        finding.symptom,
        finding.nodes,
        finding.rule,
        finding.matches,
    )


def _group(finding: Finding, explained: bool) -> int:
    if finding.status == "advice":
        return 3
    return 2 if explained else STATUSES.index(finding.status)


def _symptoms(numbers: Iterable[int], ordered: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({ordered[number].symptom for number in numbers}))


def _share_a_node(left: Finding, right: Finding) -> bool:
    return not set(left.nodes).isdisjoint(right.nodes)


def _explanations(ordered: Sequence[Finding], rule_base: RuleBase) -> dict[int, list[int]]:
    """For each finding those that follow from it. What is yet to come explains nothing that
    is happening now; and nothing explains itself, however far round."""
    explained: dict[int, list[int]] = {}
    for cause, finding in enumerate(ordered):
        symptoms = rule_base.rules[finding.rule].rule.explains
        for effect, other in enumerate(ordered):
            if (
                other.symptom in symptoms
                and finding.status != "advice"
                and STATUSES.index(finding.status) <= STATUSES.index(other.status)
                and _share_a_node(finding, other)
                and not _reaches(explained, effect, cause)
            ):
                explained.setdefault(cause, []).append(effect)
    return explained


def _reaches(edges: Mapping[int, Sequence[int]], start: int, goal: int) -> bool:
    seen: set[int] = set()
    todo = [start]
    while todo:
        number = todo.pop()
        if number == goal:
            return True
        if number not in seen:
            seen.add(number)
            todo += edges.get(number, ())
    return False


def _outranked(
    numbers: Sequence[int], ordered: Sequence[Finding], rule_base: RuleBase
) -> list[int]:
    """The findings of one group, each before those that it outranks, otherwise as they are."""
    below: dict[int, list[int]] = {}
    above = dict.fromkeys(numbers, 0)
    for upper in numbers:
        symptoms = rule_base.rules[ordered[upper].rule].rule.outranks
        for lower in numbers:
            if (
                ordered[lower].symptom in symptoms
                and _share_a_node(ordered[upper], ordered[lower])
                and not _reaches(below, lower, upper)
            ):
                below.setdefault(upper, []).append(lower)
                above[lower] += 1
    ready = [number for number in numbers if not above[number]]
    heapq.heapify(ready)
    result = []
    while ready:
        number = heapq.heappop(ready)
        result.append(number)
        for lower in below.get(number, ()):
            above[lower] -= 1
            if not above[lower]:
                heapq.heappush(ready, lower)
    return result

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
    """A finding with its place, from 1, and the symptoms of the findings tied to it.

    `follows_from` are the places of the findings that explain it; `same_fault_as` is the place of
    one that is about the same certificate, CA or name, where nothing else explains it.
    """

    finding: Finding
    rank: int
    explains: tuple[str, ...]
    explained_by: tuple[str, ...]
    follows_from: tuple[int, ...] = ()
    same_fault_as: int | None = None


def rank(findings: Iterable[Finding], rule_base: RuleBase) -> list[RankedFinding]:
    """All findings in order; none is left out.

    Root causes come first, active before predicted, then what they explain, then advice. Among
    equals a finding comes before those that it outranks, then by severity, confidence, symptom
    and nodes.
    """
    ordered = sorted(findings, key=_base_key)
    explained = _explanations(ordered, rule_base)
    causes = _causes(explained)
    same_fault = _same_faults(ordered, explained, causes)
    for number, first in same_fault.items():
        explained.setdefault(first, []).append(number)
    groups: dict[int, list[int]] = {}
    for number, finding in enumerate(ordered):
        tied = number in causes or number in same_fault
        groups.setdefault(_group(finding, tied), []).append(number)
    places = [n for group in sorted(groups) for n in _outranked(groups[group], ordered, rule_base)]
    place_of = {number: place for place, number in enumerate(places, 1)}
    above = _causes(explained)
    return [
        RankedFinding(
            ordered[number],
            place_of[number],
            _symptoms(explained.get(number, ()), ordered),
            _symptoms(above.get(number, ()), ordered),
            tuple(sorted(place_of[cause] for cause in causes.get(number, ()))),
            place_of[same_fault[number]] if number in same_fault else None,
        )
        for number in places
    ]


def _causes(explained: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """For each finding those that explain it."""
    causes: dict[int, list[int]] = {}
    for cause, effects in explained.items():
        for effect in effects:
            causes.setdefault(effect, []).append(cause)
    return causes


def _base_key(finding: Finding) -> tuple[object, ...]:
    return (
        STATUSES.index(finding.status),
        SEVERITIES.index(finding.severity),
        CONFIDENCES.index(finding.confidence),
        finding.symptom,
        finding.nodes,
        finding.rule,
        finding.matches,
        finding.about,
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
    """For each finding those that follow from it.

    What is yet to come explains nothing that is happening now; what is about one CA or name nothing
    about another one; and nothing explains itself, however far round.
    """
    explained: dict[int, list[int]] = {}
    for cause, finding in enumerate(ordered):
        symptoms = rule_base.rules[finding.rule].rule.explains
        for effect, other in enumerate(ordered):
            if (
                other.symptom in symptoms
                and finding.status != "advice"
                and STATUSES.index(finding.status) <= STATUSES.index(other.status)
                and _share_a_node(finding, other)
                and not (finding.about and other.about and not _about_the_same(finding, other))
                and not _reaches(explained, effect, cause)
            ):
                explained.setdefault(cause, []).append(effect)
    return explained


def _about_the_same(left: Finding, right: Finding) -> bool:
    return not set(left.about).isdisjoint(right.about)


def _same_faults(
    ordered: Sequence[Finding],
    explained: Mapping[int, Sequence[int]],
    causes: Mapping[int, Sequence[int]],
) -> dict[int, int]:
    """For each finding that nothing explains the first one about the same thing at fault."""
    edges = {cause: list(effects) for cause, effects in explained.items()}
    first: dict[int, int] = {}
    for number, finding in enumerate(ordered):
        if number in causes or finding.status == "advice":
            continue
        for earlier, other in enumerate(ordered[:number]):
            if (
                other.status == finding.status
                and _about_the_same(finding, other)
                and not _reaches(edges, number, earlier)
            ):
                first[number] = earlier
                edges.setdefault(earlier, []).append(number)
                break
    return first


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

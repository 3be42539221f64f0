"""Runs all rules over all facts, stratum by stratum, with one of the two matchers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..facts import Fact, id_order
from ..plan import Branch
from ..rule_base import CompiledRule, RuleBase
from ..vocabulary import FINDING
from .aggregates import derived_facts
from .durable_matcher import EngineFailedError, EngineMissingError, match_durable
from .normalise import normalise
from .reference import FactIndex, Firing, TooManyMatchesError, match_branch, too_many_matches

MatcherName = Literal["durable", "reference"]
Matcher = Callable[[Sequence[Branch], FactIndex, list[str]], list[Firing]]
"""Takes the branches of a stratum, the facts, and the list to which it adds its notes."""


class MatcherUnavailable(RuntimeError):  # noqa: N818
    """durable-rules was asked for and can't be imported; the message says what to do."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    `facts` are those given and those derived, by id, with their values as given; `parents` says
    what a derived fact rests on; `index` holds all of them as the matchers compare them.
    """

    firings: tuple[Firing, ...]
    matcher: MatcherName
    notes: tuple[str, ...]
    facts: Mapping[str, Fact]
    parents: Mapping[str, tuple[str, ...]]
    index: FactIndex


def run(rule_base: RuleBase, facts: Iterable[Fact], matcher: MatcherName | None = None) -> Outcome:
    """Every firing of every rule. None takes durable-rules where it is installed.

    Raises MatcherUnavailable where `matcher` is "durable" and it is not installed.
    """
    given = list(facts)
    normal, notes = normalise(given, rule_base.vocabulary)
    if matcher != "reference":
        try:
            return _run(rule_base, given, normal, "durable", notes)
        except EngineMissingError as missing:
            if matcher == "durable":
                raise MatcherUnavailable(str(missing)) from missing
            notes.append(f"reference matcher used: {missing}")
        except EngineFailedError as failure:
            notes.append(f"durable-rules {failure}: reference matcher used")
    return _run(rule_base, given, normal, "reference", notes)


def _run(
    rule_base: RuleBase,
    given: Sequence[Fact],
    normal: Sequence[Fact],
    matcher: MatcherName,
    notes: Sequence[str],
) -> Outcome:
    match: Matcher = match_durable if matcher == "durable" else _match_reference
    notes = list(notes)
    firings: list[Firing] = []
    derived: list[Fact] = []
    parents: dict[str, tuple[str, ...]] = {}
    for stratum in rule_base.strata:
        branches = [branch for rule_id in stratum for branch in rule_base.rules[rule_id].branches]
        for fact, rests_on in derived_facts(
            branches, FactIndex([*normal, *derived]), rule_base.vocabulary
        ):
            derived.append(fact)
            parents[fact.id] = rests_on
        index = FactIndex([*normal, *derived])
        fired = sorted(match(branches, index, notes))
        firings += fired
        for fact, rests_on in _conclusions(rule_base.rules, fired, index):
            derived.append(fact)
            parents[fact.id] = rests_on
    return Outcome(
        tuple(sorted(firings)),
        matcher,
        tuple(notes),
        {fact.id: fact for fact in (*given, *derived)},
        parents,
        FactIndex([*normal, *derived]),
    )


def _match_reference(
    branches: Sequence[Branch], index: FactIndex, notes: list[str]
) -> list[Firing]:
    firings: list[Firing] = []
    for branch in branches:
        try:
            firings += match_branch(branch, index)
        except TooManyMatchesError:
            notes.append(too_many_matches(branch))
    return firings


def _conclusions(
    rules: Mapping[str, CompiledRule], firings: Iterable[Firing], index: FactIndex
) -> list[tuple[Fact, tuple[str, ...]]]:
    """One `finding` fact for each rule and node, with the facts that its matches rest on."""
    grounds: dict[tuple[str, str], set[str]] = {}
    for firing in firings:
        bound = dict(firing.bindings)
        for ref in rules[firing.rule].nodes:
            node = index.facts[bound[ref.alias]].values.get(ref.field)
            if node is not None:
                grounds.setdefault((firing.rule, str(node)), set()).update(bound.values())
    found = []
    for (rule_id, node), ids in sorted(grounds.items()):
        rule = rules[rule_id].rule
        values = {
            "symptom": rule.symptom,
            "rule": rule_id,
            "node": node,
            "status": rule.status,
        }
        fact = Fact(f"{FINDING}:{rule_id}:{node}", FINDING, values)
        found.append((fact, tuple(sorted(ids, key=id_order))))
    return found

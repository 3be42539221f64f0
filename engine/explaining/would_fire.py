"""What would have made a silent rule fire: few changes to the facts, found by search.

Conditions are met one after the other; cheaper ways are tried first, and an answer is given only
if the rule then fires.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..matching.match import Outcome, run
from ..matching.reference import Bindings
from ..plan import Branch, Pattern
from ..rule_base import RuleBase, needed_rules
from .explain import condition_text, tested_fields
from .fact_changes import FactChange, changed
from .ways_to_meet import REMOVE, Ways

MAX_STATES = 1500
"""Partial answers of one branch that are looked at, before the search goes straight ahead."""

MAX_TRIED = 10
"""Answers of one alternative that are tried out."""

MAX_WAYS = 25
"""Ways to meet one condition that are followed."""


@dataclass(frozen=True)
class Met:
    """A condition, the line that it is on, and the fact that meets it; None where one is absent.

    `changes` are what that takes; without any, the condition is met as things are.
    """

    condition: str
    line: int
    fact: str | None
    fields: tuple[str, ...]
    changes: tuple[FactChange, ...]


@dataclass(frozen=True)
class WouldFire:
    """One alternative of a silent rule, condition by condition."""

    rule: str
    file: str
    branch: int
    conditions: tuple[Met, ...]
    cost: int

    @property
    def changes(self) -> tuple[FactChange, ...]:
        """All changes; together they make the rule fire."""
        every: list[FactChange] = []
        for met in self.conditions:
            every += [change for change in met.changes if change not in every]
        return tuple(every)


def would_fire(rule_base: RuleBase, outcome: Outcome, rule_id: str) -> tuple[WouldFire, ...]:
    """For each alternative of a rule that stayed silent what makes it fire, least first.

    An alternative for which nothing is known to do so is left out.
    """
    file, needed = rule_base.rules[rule_id].file, needed_rules(rule_base, rule_id)
    found = []
    for branch in rule_base.rules[rule_id].branches:
        search = _Search(file, branch, outcome, needed)
        tried = itertools.islice(search.answers(), MAX_TRIED)
        answer = next((way for way in tried if search.holds(way)), None)
        if answer is not None:
            found.append(answer)
    return tuple(sorted(found, key=lambda answer: (answer.cost, answer.branch)))


@dataclass(frozen=True)
class _State:
    cost: int = 0
    bindings: Bindings = field(default_factory=dict)
    met: tuple[Met, ...] = ()


@dataclass(frozen=True)
class _Search:
    file: str
    branch: Branch
    outcome: Outcome
    needed: RuleBase

    def answers(self) -> Iterator[WouldFire]:
        """Complete answers, the cheapest first as long as the search is not cut short."""
        ways = Ways(self.branch, self.outcome, self.needed.vocabulary)
        numbers = itertools.count()
        heap = [(0, 0, 0, _State())]
        for looked_at in itertools.count():
            if not heap:
                return
            *_, state = heapq.heappop(heap)
            depth = len(state.met)
            if depth == len(self.branch.patterns) + len(self.branch.absences):
                yield WouldFire(
                    self.branch.rule, self.file, self.branch.number, state.met, state.cost
                )
                continue
            following = self._following(ways, state, depth)
            if looked_at >= MAX_STATES:
                heap, following = [], following[:1]
            for one in following:
                heapq.heappush(heap, (one.cost, -len(one.met), next(numbers), one))

    def _following(self, ways: Ways, state: _State, depth: int) -> list[_State]:
        """The state with one more condition met, in each way."""
        if depth < len(self.branch.patterns):
            pattern = self.branch.patterns[depth]
            return [
                _State(
                    state.cost + way.cost,
                    {**state.bindings, pattern.alias: way.fact},
                    (*state.met, self._met(pattern, way.fact.id, way.changes)),
                )
                for way in ways.of(pattern, state.bindings)[:MAX_WAYS]
            ]
        absence = self.branch.absences[depth - len(self.branch.patterns)]
        removals = ways.without(absence, state.bindings)
        met = (*state.met, self._met(absence, None, removals))
        return [replace(state, cost=state.cost + REMOVE * len(removals), met=met)]

    def _met(self, pattern: Pattern, fact: str | None, changes: tuple[FactChange, ...]) -> Met:
        condition = condition_text(pattern, self.branch, self.needed.vocabulary)
        return Met(condition, pattern.line, fact, tested_fields(pattern), changes)

    def holds(self, answer: WouldFire) -> bool:
        """Whether the alternative matches when the rules run again after the changes."""
        given = [fact for i, fact in self.outcome.facts.items() if i not in self.outcome.parents]
        again = run(self.needed, changed(given, answer.changes), "reference")
        return any(
            (firing.rule, firing.branch) == (answer.rule, answer.branch) for firing in again.firings
        )

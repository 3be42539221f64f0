"""The reference matcher: hash joins in plain Python.

It is the oracle for durable-rules, answers which fact nearly matched, looks up optional
evidence, and does the work where durable-rules can't.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..facts import Fact, Value
from ..plan import Branch, Pattern, Test, test_holds

Bindings = Mapping[str, Fact]
"""The fact that each alias stands for."""

MAX_MATCHES = 50_000
"""Matches of one branch after which it is given up: the rule lacks a join."""

MAX_STEPS = 500_000
"""Facts tried for one branch, after which it is given up for the same reason."""


@dataclass(frozen=True, order=True)
class Firing:
    """A branch whose conditions hold; `bindings` are alias and fact id in order of conditions."""

    rule: str
    branch: int
    bindings: tuple[tuple[str, str], ...]


class TooManyMatchesError(RuntimeError):
    """A branch goes beyond MAX_MATCHES or MAX_STEPS."""


def too_many_matches(branch: Branch) -> str:
    """The note on a branch that was given up."""
    return (
        f"{branch.rule}: too many combinations of facts; the rule is left out,"
        " join its conditions by `$alias.field`"
    )


class FactIndex:
    """Facts by type, by the literal tests of a pattern, and by the values it joins on."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = {fact.id: fact for fact in facts}
        self._by_type: dict[str, list[Fact]] = {}
        for fact in self.facts.values():
            self._by_type.setdefault(fact.type, []).append(fact)
        self._by_value: dict[tuple[str, str], dict[object, list[Fact]]] = {}
        self._alpha: dict[tuple[str, tuple[Test, ...]], list[Fact]] = {}
        self._joined: dict[
            tuple[str, tuple[Test, ...], tuple[str, ...]],
            dict[tuple[Value | None, ...], list[Fact]],
        ] = {}

    def of_type(self, name: str) -> Sequence[Fact]:
        """All facts of a type."""
        return self._by_type.get(name, ())

    def matching(self, pattern: Pattern, bindings: Bindings) -> list[Fact]:
        """The facts that a pattern accepts, apart from those that are bound already."""
        joins = pattern.joins
        equal = tuple(test.field for test, _ in joins if test.op == "eq")
        wanted = tuple(
            bindings[ref.alias].values.get(ref.field) for test, ref in joins if test.op == "eq"
        )
        candidates = self._bucket(pattern, equal).get(wanted, [])
        bound = {fact.id for fact in bindings.values()}
        others = [(test, ref) for test, ref in joins if test.op != "eq"]
        return [
            fact
            for fact in candidates
            if fact.id not in bound
            and all(
                test_holds(
                    test, fact.values.get(test.field), bindings[ref.alias].values.get(ref.field)
                )
                for test, ref in others
            )
        ]

    def _literal_matches(self, pattern: Pattern) -> list[Fact]:
        tests = pattern.literals
        key = (pattern.type, tests)
        if key not in self._alpha:
            self._alpha[key] = [
                fact
                for fact in self._holding(pattern.type, tests)
                if all(test_holds(test, fact.values.get(test.field), test.value) for test in tests)
            ]
        return self._alpha[key]

    def _holding(self, name: str, tests: Sequence[Test]) -> Sequence[Fact]:
        """The facts of a type that hold one of the values that tests ask for: the rarest."""
        found = self.of_type(name)
        for test in tests:
            if test.op == "eq" and len(found) > 1:
                by_value = self._by_value.get((name, test.field))
                if by_value is None:
                    by_value = self._by_value[name, test.field] = {}
                    for fact in self.of_type(name):
                        by_value.setdefault(fact.values.get(test.field), []).append(fact)
                found = min(found, by_value.get(test.value, ()), key=len)
        return found

    def _bucket(
        self, pattern: Pattern, fields: tuple[str, ...]
    ) -> Mapping[tuple[Value | None, ...], list[Fact]]:
        key = (pattern.type, pattern.literals, fields)
        if key not in self._joined:
            buckets: dict[tuple[Value | None, ...], list[Fact]] = {}
            for fact in self._literal_matches(pattern):
                if all(name in fact.values for name in fields):
                    values = tuple(fact.values[name] for name in fields)
                    buckets.setdefault(values, []).append(fact)
            self._joined[key] = buckets
        return self._joined[key]


def match_branch(branch: Branch, index: FactIndex) -> list[Firing]:
    """Every match of one branch. Raises TooManyMatchesError."""
    found = []
    for bindings in _extend(branch, index, {}, itertools.count()):
        if not any(index.matching(absence, bindings) for absence in branch.absences):
            ids = tuple((alias, fact.id) for alias, fact in bindings.items())
            found.append(Firing(branch.rule, branch.number, ids))
            if len(found) > MAX_MATCHES:
                raise TooManyMatchesError
    return found


def _extend(
    branch: Branch, index: FactIndex, bindings: Bindings, steps: Iterator[int]
) -> Iterator[Bindings]:
    """Every way to fill the patterns that `bindings` leaves open; absences are not looked at."""
    depth = len(bindings)
    if depth == len(branch.patterns):
        yield bindings
        return
    pattern = branch.patterns[depth]
    for fact in index.matching(pattern, bindings):
        if next(steps) > MAX_STEPS:
            raise TooManyMatchesError
        yield from _extend(branch, index, {**bindings, pattern.alias: fact}, steps)

"""The ways in which one condition can be met: by facts as they are, changed, or added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..facts import Fact, Value, id_order
from ..matching.match import Outcome
from ..matching.reference import Bindings
from ..plan import SEEN, Branch, Count, Pattern, Ref, Test, test_holds
from ..vocabulary import COVERAGE, STATE, UNKNOWN, FactType, Vocabulary
from .explain import unseen
from .fact_changes import FactChange, given_values
from .wanted import Asked, NoValueError, wanted_value

MAX_NEAR = 3
"""Facts with other values that are tried for one condition."""

MAX_LOOKED_AT = 400
"""Facts of one type that are looked at for one condition."""

SET, SET_FIELD, ADD, REMOVE = 1, 2, 4, 2
"""Costs: a fact with other values, each of the values, a further fact, a fact that must go."""

UNDECIDED = 1
"""What a check costs less whose outcome is unknown: a bundle more may decide it."""


@dataclass(frozen=True)
class Way:
    """A fact that meets a condition, and the changes that this takes."""

    cost: int
    fact: Fact
    changes: tuple[FactChange, ...]


@dataclass(frozen=True)
class Ways:
    """Finds ways to meet the conditions of one branch with the facts of one run."""

    branch: Branch
    outcome: Outcome
    vocabulary: Vocabulary

    def of(self, pattern: Pattern, bindings: Bindings) -> list[Way]:
        """Ways to meet a condition, the cheapest first; facts that are bound are left alone."""
        as_is = [Way(0, fact, ()) for fact in self.outcome.index.matching(pattern, bindings)]
        counts = {count.type: count for count in self.branch.counts}
        if pattern.type.startswith(SEEN):
            return as_is or list(self._seen(pattern, bindings))
        if pattern.type in counts:
            return [*as_is, *self._counted(counts[pattern.type], pattern, bindings)]
        near = self._near(pattern, bindings)
        return sorted([*as_is, *near, *self._added(pattern, bindings, near)], key=_by_cost)

    def without(self, absence: Pattern, bindings: Bindings) -> tuple[FactChange, ...]:
        """What must go for a fact to be absent."""
        blocking = self.outcome.index.matching(absence, bindings)
        return tuple(FactChange("remove", fact.id, fact.type, {}) for fact in blocking)

    def _asked(self, pattern: Pattern, bindings: Bindings) -> dict[str, list[Asked]]:
        """The tests of a pattern by field, with what they are held against."""
        asked: dict[str, list[Asked]] = {}
        for test in pattern.tests:
            value: object = test.value
            if isinstance(value, Ref):
                value = bindings[value.alias].values.get(value.field)
            asked.setdefault(test.field, []).append((test, value))
        return asked

    def _near(self, pattern: Pattern, bindings: Bindings) -> list[Way]:
        """Given facts of the type with other values."""
        kind = self.vocabulary.types[pattern.type]
        asked = self._asked(pattern, bindings)
        bound = {fact.id for fact in bindings.values()}
        ways = []
        for fact in self.outcome.index.of_type(pattern.type)[:MAX_LOOKED_AT]:
            if fact.id in bound or fact.id in self.outcome.parents:
                continue
            failing = [
                name
                for name, tests in asked.items()
                if not all(test_holds(t, fact.values.get(t.field), v) for t, v in tests)
            ]
            if not failing or kind.host in failing:
                continue
            try:
                values = {n: self._value(kind, n, asked[n], fact.values) for n in failing}
            except NoValueError:
                continue
            cost = SET + SET_FIELD * len(_by_themselves(failing, kind))
            if STATE in failing and fact.values.get(STATE) == UNKNOWN:
                cost -= UNDECIDED
            change = FactChange("set", fact.id, fact.type, given_values(kind, values))
            there = {n: v for n, v in {**fact.values, **values}.items() if v is not None}
            ways.append(Way(cost, Fact(fact.id, fact.type, there), (change,)))
        return sorted(ways, key=_by_cost)[:MAX_NEAR]

    def _added(
        self,
        pattern: Pattern,
        bindings: Bindings,
        near: Sequence[Way],
        distinct: Mapping[str, Value] | None = None,
    ) -> Iterator[Way]:
        """A further fact; what is asked of it only to be there is as in the nearest one."""
        kind = self.vocabulary.types[pattern.type]
        asked = self._asked(pattern, bindings)
        like = near[0].fact.values if near else {}
        try:
            values = {name: self._value(kind, name, tests, like) for name, tests in asked.items()}
        except NoValueError:
            return
        there = {n: v for n, v in {**(distinct or {}), **values}.items() if v is not None}
        fact = Fact(f"+{len(bindings)}", pattern.type, there)
        change = FactChange("add", None, pattern.type, given_values(kind, there))
        yield Way(ADD, fact, (change,))

    def _value(
        self,
        kind: FactType,
        name: str,
        tests: Sequence[Asked],
        like: Mapping[str, Value],
    ) -> Value | None:
        usual: Iterable[Value] = (
            fact.values[name]
            for fact in self.outcome.index.of_type(COVERAGE if name == kind.host else kind.name)
            if name in fact.values
        )
        return wanted_value(kind.fields[name], tests, like.get(name), usual)

    def _seen(self, pattern: Pattern, bindings: Bindings) -> Iterator[Way]:
        """Parts of a bundle that would have to be among the inputs."""
        (host,) = (value for ((_, value),) in self._asked(pattern, bindings).values())
        if host is None:
            return
        topics = self.vocabulary.types[pattern.type.removeprefix(SEEN)].topics
        covered = {
            fact.values.get("topic"): fact
            for fact in self.outcome.index.of_type(COVERAGE)
            if fact.values.get("host") == host
        }
        changes = []
        for topic in unseen(self.outcome.index, str(host), topics):
            if topic in covered:
                changes.append(FactChange("set", covered[topic].id, COVERAGE, {"state": "seen"}))
            else:
                values = {"host": host, "topic": topic, "state": "seen"}
                changes.append(FactChange("add", None, COVERAGE, values))
        fact = Fact(f"{pattern.type}:{host}", pattern.type, {"host": str(host)})
        yield Way(REMOVE * len(changes), fact, tuple(changes))

    def _counted(self, count: Count, pattern: Pattern, bindings: Bindings) -> Iterator[Way]:
        """Further facts, so that there are enough of them."""
        joins = tuple(Test(t.field, t.op, t.value) for t in pattern.tests if t.field in count.keys)
        counted = Pattern("", count.counted.type, (*count.counted.tests, *joins))
        there = self.outcome.index.matching(counted, {k: _unbound(f) for k, f in bindings.items()})
        wanted = next(t.value for t in pattern.tests if t.field == "count")
        assert isinstance(wanted, int)  # noqa: S101  the compiler wrote it
        changes: list[FactChange] = []
        ways = self._near(counted, bindings)[: wanted - len(there)]
        for way in ways:
            changes += way.changes
        for number in range(len(there) + len(ways), wanted):
            distinct = self._distinct(counted, number)
            changes += [
                change
                for way in self._added(counted, bindings, ways, distinct)
                for change in way.changes
            ]
        values: dict[str, Value] = {"count": wanted}
        for name, tests in self._asked(pattern, bindings).items():
            if name != "count" and tests[0][1] is not None:
                values[name] = tests[0][1]  # type: ignore[assignment]  # a field's value
        if changes:
            cost = sum(SET + SET_FIELD if c.kind == "set" else ADD for c in changes)
            yield Way(cost, Fact(f"+{len(bindings)}", pattern.type, values), tuple(changes))

    def _distinct(self, counted: Pattern, number: int) -> dict[str, Value]:
        """Values of a field that nothing is asked of, so that added facts differ."""
        asked = {test.field for test in counted.tests}
        for name, spec in self.vocabulary.types[counted.type].fields.items():
            if name not in asked and spec.kind in ("text", "number"):
                return {name: f"other {number}" if spec.kind == "text" else number}
        return {}


def _by_themselves(failing: Iterable[str], kind: FactType) -> list[str]:
    """The fields but those that only say more about a check's outcome, if that changes anyway."""
    fields = list(failing)
    if STATE not in fields:
        return fields
    return [name for name in fields if name == STATE or not kind.fields[name].optional]


def _unbound(fact: Fact) -> Fact:
    """The values of a bound fact without its id: a count takes bound facts, too."""
    return Fact("", fact.type, fact.values)


def _by_cost(way: Way) -> tuple[int, tuple[int, str]]:
    return way.cost, id_order(way.fact.id)

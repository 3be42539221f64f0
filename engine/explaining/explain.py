"""Why a rule fired, and where it stopped when it did not.

Why-not walks each branch over the same facts that were matched. A walk ends where no fact fills
the next condition, or where a fact stands that must not be there; the walks that came furthest
and missed least are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import islice
from typing import Literal

from ..facts import Fact, Value, id_order
from ..findings import Finding
from ..matching.match import Outcome
from ..matching.reference import Bindings, FactIndex
from ..plan import SEEN, Branch, Pattern, Ref, Test, test_holds
from ..rule_base import RuleBase
from ..rulefile.literals import as_written
from ..vocabulary import COVERAGE, STATE, UNKNOWN, FactType, Operator, Vocabulary

MAX_WALKS = 500
"""Ends of walks that are looked at for one branch; the rest would say the same."""

MAX_NEAR = 3
"""Nearly matching facts that are told of one condition."""

Cause = Literal["missing", "blocked", "not-seen"]


@dataclass(frozen=True)
class Step:
    """A condition that holds, the line of the rule file it is on, and the fact that fills it.

    `fields` are those that it tests.
    """

    condition: str
    line: int
    fact: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """One match: its conditions, the facts that had to be absent, and optional evidence for and
    against it."""

    rule: str
    file: str
    branch: int
    steps: tuple[Step, ...]
    absent: tuple[str, ...]
    supports: tuple[Step, ...]
    against: tuple[Step, ...]


@dataclass(frozen=True)
class FailedTest:
    """A test that a fact failed; `actual` is its value, None where it has none."""

    field: str
    op: Operator
    wanted: str
    actual: Value | None


@dataclass(frozen=True)
class NearMiss:
    """A fact that nearly fills a condition."""

    fact: str
    failed: tuple[FailedTest, ...]


@dataclass(frozen=True)
class WhyNot:
    """Where a branch stopped.

    missing: no fact fills the condition, `near` are those that come closest, and `undecided`
    those that might if their outcome were known; blocked: the facts in `blocking` must not be
    there; not-seen: `topics` of `host` were not among the inputs. `tests` are those of the
    condition, with values in the place of references.
    """

    rule: str
    file: str
    branch: int
    held: tuple[Step, ...]
    condition: str
    line: int
    fields: tuple[str, ...]
    cause: Cause
    type: str
    host: str | None
    near: tuple[NearMiss, ...] = ()
    undecided: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()


def why(rule_base: RuleBase, outcome: Outcome, finding: Finding) -> tuple[Why, ...]:
    """How each match of a finding came about."""
    rule = rule_base.rules[finding.rule]
    optional = {one.pattern.alias: one.pattern for one in rule.supports}
    optional |= {one.pattern.alias: one.pattern for one in rule.against}

    def told(evidence: Iterable[tuple[str, str]], branch: Branch) -> tuple[Step, ...]:
        return tuple(
            _step(optional[alias], branch, fact_id, rule_base.vocabulary)
            for alias, fact_id in evidence
        )

    matches = set(finding.matches)
    return tuple(
        Why(
            rule.id,
            rule.file,
            firing.branch,
            _steps(branch, dict(firing.bindings), rule_base.vocabulary),
            tuple(
                condition_text(absence, branch, rule_base.vocabulary) for absence in branch.absences
            ),
            told(finding.supports, branch),
            told(finding.against, branch),
        )
        for firing in outcome.firings
        if firing.rule == rule.id and firing.bindings in matches
        for branch in rule.branches
        if branch.number == firing.branch
    )


def why_not(
    rule_base: RuleBase, outcome: Outcome, rule_id: str, node: str | None = None
) -> tuple[WhyNot, ...]:
    """The nearest miss of each branch of a rule that did not fire (for the node, if given)."""
    rule = rule_base.rules[rule_id]
    nearest = []
    for branch in rule.branches:
        walks = stops(rule_base, outcome, branch, node)
        if walks:
            nearest.append(min(walks, key=_distance))
    return tuple(sorted(nearest, key=lambda stop: (_distance(stop), stop.branch)))


def stops(
    rule_base: RuleBase, outcome: Outcome, branch: Branch, node: str | None = None
) -> list[WhyNot]:
    """Where the walks of a branch end, at most MAX_WALKS; none where the branch fires."""
    file = rule_base.rules[branch.rule].file
    focused = [branch]
    if node is not None:
        focused = [_focused(branch, ref, node) for ref in rule_base.rules[branch.rule].nodes]
    found: list[WhyNot] = []
    for one in focused:
        walk = _Walk(one, file, node, outcome.index, rule_base.vocabulary)
        for stop in walk.run({}):
            if stop is None:
                return []
            found.append(stop)
            if len(found) >= MAX_WALKS:
                return found
    return found


def _focused(branch: Branch, ref: Ref, node: str) -> Branch:
    """The branch with one of its finding's nodes given."""
    test = Test(ref.field, "eq", node)
    return replace(
        branch,
        patterns=tuple(
            replace(p, tests=(*p.tests, test)) if p.alias == ref.alias else p
            for p in branch.patterns
        ),
    )


def _distance(stop: WhyNot) -> tuple[int, int, int]:
    """Nearer walks first: more conditions held, then fewer tests failed."""
    missed = min((len(near.failed) for near in stop.near), default=99)
    return (-len(stop.held), 0 if stop.cause == "blocked" else 1, missed)


@dataclass(frozen=True)
class _Walk:
    branch: Branch
    file: str
    node: str | None
    index: FactIndex
    vocabulary: Vocabulary

    def run(self, bindings: Bindings) -> Iterator[WhyNot | None]:
        """The end of every walk from here; None for a walk that reaches the goal."""
        depth = len(bindings)
        if depth == len(self.branch.patterns):
            yield self._blocked(bindings)
            return
        pattern = self.branch.patterns[depth]
        facts = self.index.matching(pattern, bindings)
        for fact in facts:
            yield from self.run({**bindings, pattern.alias: fact})
        undecided = self._undecided(pattern, bindings)
        if not facts:
            yield replace(self._missing(pattern, bindings), undecided=undecided)
        elif undecided:
            yield replace(self._stop(pattern, bindings, "missing"), undecided=undecided)

    def _blocked(self, bindings: Bindings) -> WhyNot | None:
        for absence in self.branch.absences:
            blocking = self.index.matching(absence, bindings)
            if blocking:
                stop = self._stop(absence, bindings, "blocked")
                return replace(stop, blocking=tuple(fact.id for fact in blocking))
        return None

    def _missing(self, pattern: Pattern, bindings: Bindings) -> WhyNot:
        if pattern.type.startswith(SEEN):
            stop = self._stop(pattern, bindings, "not-seen")
            topics = self.vocabulary.types[stop.type].topics
            return replace(stop, topics=unseen(self.index, stop.host, topics))
        stop = self._stop(pattern, bindings, "missing")
        failures: list[tuple[Fact, list[Test]]] = []
        fewest = len(pattern.tests)
        for fact in self._candidates(pattern, stop.type, bindings):
            failed = _failed(pattern, fact, bindings, fewest)
            if failed and len(failed) <= fewest:
                if len(failed) < fewest:
                    fewest, failures = len(failed), []
                failures.append((fact, failed))
        kind = self.vocabulary.types.get(pattern.type)
        nearest = nsmallest(MAX_NEAR, failures, key=lambda near: id_order(near[0].id))
        return replace(
            stop,
            near=tuple(
                NearMiss(fact.id, tuple(_told(test, fact, bindings, kind) for test in failed))
                for fact, failed in nearest
            ),
        )

    def _undecided(self, pattern: Pattern, bindings: Bindings) -> tuple[str, ...]:
        """Facts that would fill a pattern if their outcome, which is unknown, were known."""
        if pattern.type not in self.vocabulary.types:
            return ()
        fields = self.vocabulary.types[pattern.type].fields
        if not any(test.field == STATE for test in pattern.tests):
            return ()
        given = [t for t in pattern.tests if not fields[t.field].optional]
        tests = [t for t in given if t.field != STATE] + [Test(STATE, "eq", UNKNOWN)]
        facts = self.index.matching(replace(pattern, tests=tuple(tests)), bindings)
        return tuple(fact.id for fact in facts)

    def _candidates(self, pattern: Pattern, kind: str, bindings: Bindings) -> Sequence[Fact]:
        """The facts that may nearly fill a pattern: those of the right node, if there are any."""
        host = self.vocabulary.types[kind].host
        right = [
            t for t in pattern.tests if t.field == host or (self.node and t.value == self.node)
        ]
        facts = self.index.matching(replace(pattern, tests=tuple(right)), bindings)
        return facts or self.index.matching(replace(pattern, tests=()), bindings)

    def _stop(self, pattern: Pattern, bindings: Bindings, cause: Cause) -> WhyNot:
        counted = {count.type: count.counted.type for count in self.branch.counts}
        name = counted.get(pattern.type, pattern.type).removeprefix(SEEN)
        host_field = "host" if cause == "not-seen" else self.vocabulary.types[name].host
        bound = {alias: fact.id for alias, fact in bindings.items()}
        return WhyNot(
            self.branch.rule,
            self.file,
            self.branch.number,
            _steps(self.branch, bound, self.vocabulary),
            condition_text(pattern, self.branch, self.vocabulary),
            pattern.line,
            tested_fields(pattern),
            cause,
            name,
            _host(pattern, host_field, bindings),
            tests=_resolved(pattern, self.branch, bindings),
        )


def _host(pattern: Pattern, field: str | None, bindings: Bindings) -> str | None:
    """The node that a pattern is about, where a test says so."""
    for test in pattern.tests:
        if test.field == field and test.op == "eq":
            value = _operand(test, bindings)
            return None if value is None else str(value)
    return None


def _operand(test: Test, bindings: Bindings) -> object:
    if isinstance(test.value, Ref):
        return bindings[test.value.alias].values.get(test.value.field)
    return test.value


def _resolved(pattern: Pattern, branch: Branch, bindings: Bindings) -> tuple[Test, ...]:
    """The tests of a condition with the values that references stand for, where they are known.

    A count has those of what it counts, too.
    """
    counted = (one.counted.tests for one in branch.counts if one.type == pattern.type)
    resolved: dict[Test, None] = {}
    for test in (*(test for tests in counted for test in tests), *pattern.tests):
        if not isinstance(test.value, Ref):
            resolved[test] = None
        elif test.value.alias in bindings:
            value = _operand(test, bindings)
            if isinstance(value, str | int | tuple):
                resolved[replace(test, value=value)] = None
    return tuple(resolved)


def _failed(pattern: Pattern, fact: Fact, bindings: Bindings, enough: int) -> list[Test]:
    """The tests that a fact fails; where they are more than enough, only some of them."""
    values = fact.values
    failing = (
        test
        for test in pattern.tests
        if not test_holds(test, values.get(test.field), _operand(test, bindings))
    )
    return list(islice(failing, enough + 1))


def _told(test: Test, fact: Fact, bindings: Bindings, kind: FactType | None) -> FailedTest:
    operand = _operand(test, bindings)
    wanted = test_text(test, test.value if operand is None else operand, kind)
    return FailedTest(test.field, test.op, wanted, fact.values.get(test.field))


def _steps(branch: Branch, bound: dict[str, str], vocabulary: Vocabulary) -> tuple[Step, ...]:
    return tuple(
        _step(pattern, branch, bound[pattern.alias], vocabulary)
        for pattern in branch.patterns
        if pattern.alias in bound
    )


def _step(pattern: Pattern, branch: Branch, fact_id: str, vocabulary: Vocabulary) -> Step:
    return Step(
        condition_text(pattern, branch, vocabulary), pattern.line, fact_id, tested_fields(pattern)
    )


def tested_fields(pattern: Pattern) -> tuple[str, ...]:
    """The fields that a condition looks at, each once."""
    return tuple(dict.fromkeys(test.field for test in pattern.tests))


def condition_text(pattern: Pattern, branch: Branch, vocabulary: Vocabulary) -> str:
    """A condition as the rule file writes it."""
    name = told = pattern.type
    tests = pattern.tests
    for count in branch.counts:
        if count.type == name:
            name, tests = count.counted.type, (*count.counted.tests, *tests)
            told = f"count of {name}"
    if name.startswith(SEEN):
        told = f"inputs that show every {name.removeprefix(SEEN)}"
    kind = vocabulary.types.get(name)
    texts = dict.fromkeys(test_text(test, test.value, kind) for test in tests)
    return f"{told} {{{', '.join(texts)}}}"


def test_text(test: Test, operand: object, kind: FactType | None) -> str:
    """A test as the rule file writes it, with this operand."""
    if kind is not None and test.field in kind.fields and test.op != "exists":
        field = kind.fields[test.field]
        if isinstance(operand, tuple):
            operand = tuple(as_written(field.kind, one) for one in operand)
        else:
            operand = as_written(field.kind, operand)
    return test.against(operand)


def unseen(index: FactIndex, host: str | None, topics: Sequence[str]) -> tuple[str, ...]:
    """The topics that the inputs don't show of a node."""
    seen = {
        fact.values.get("topic")
        for fact in index.of_type(COVERAGE)
        if fact.values.get("host") == host and fact.values.get("state") == "seen"
    }
    return tuple(topic for topic in topics if topic not in seen)

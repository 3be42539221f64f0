"""What both matchers work on: each rule as alternatives of patterns and tests."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import Scalar, Value
from .rulefile.regexes import found_in
from .vocabulary import Operator


@dataclass(frozen=True, order=True)
class Ref:
    """A field of the fact that another pattern matched."""

    alias: str
    field: str

    def __str__(self) -> str:
        return f"${self.alias}.{self.field}"


@dataclass(frozen=True)
class Test:
    """A test on one field. A missing field fails every test but `exists: false`."""

    field: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | Ref

    def __str__(self) -> str:
        return self.against(self.value)

    def against(self, operand: object) -> str:
        """The test as the rule file writes it, with this operand."""
        if isinstance(operand, tuple):
            operand = f"[{', '.join(map(str, operand))}]"
        elif isinstance(operand, bool):
            operand = str(operand).lower()
        if self.op == "eq":
            return f"{self.field}: {operand}"
        return f"{self.field}: {{{self.op}: {operand}}}"


@dataclass(frozen=True)
class Pattern:
    """A fact of one type for which all tests hold; `at` and `line` say where the file asks it."""

    alias: str
    type: str
    tests: tuple[Test, ...]
    line: int = field(default=0, compare=False)
    at: tuple[str | int, ...] = field(default=(), compare=False)

    @property
    def literals(self) -> tuple[Test, ...]:
        """The tests that look at this fact alone."""
        return tuple(test for test in self.tests if not isinstance(test.value, Ref))

    @property
    def joins(self) -> tuple[tuple[Test, Ref], ...]:
        """The tests that hold this fact against earlier ones."""
        return tuple((test, test.value) for test in self.tests if isinstance(test.value, Ref))


@dataclass(frozen=True)
class Count:
    """A type that exists only for one rule: how many facts match, for each value of `keys`."""

    type: str
    counted: Pattern
    keys: tuple[str, ...]


SEEN = "seen:"
"""Prefix of the types `seen:T {host}`: all topics of the type T were seen of that node."""


@dataclass(frozen=True)
class Branch:
    """One alternative of a rule: all patterns hold and no absence does.

    A fact fills one pattern at most, and a fact that fills one is not held against an absence.
    """

    rule: str
    number: int
    patterns: tuple[Pattern, ...]
    absences: tuple[Pattern, ...] = ()
    counts: tuple[Count, ...] = ()

    def read_types(self) -> Iterator[Pattern]:
        """The patterns over facts that the caller gives."""
        counted = {count.type for count in self.counts}
        for pattern in self.patterns:
            if pattern.type not in counted and not pattern.type.startswith(SEEN):
                yield pattern
        yield from self.absences
        yield from (count.counted for count in self.counts)


def test_holds(test: Test, value: Value | None, operand: object) -> bool:
    """Whether a test holds for a field's value; `operand` is the test's, references resolved."""
    if test.op == "exists":
        return (value is not None) is operand
    if value is None or operand is None:
        return False
    return _HOLDS[test.op](value, operand)


_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "not": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda value, operand: value in operand,
    "not_in": lambda value, operand: value not in operand,
    "matches": lambda value, operand: found_in(operand, value),
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": operator.contains,
}

"""Which value a field would have to have, so that tests on it hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..facts import Scalar, Value
from ..plan import Test, test_holds
from ..rulefile.literals import release_number
from ..vocabulary import Field, Kind

Asked = tuple[Test, object]
"""A test and its operand, references resolved."""


MAJOR, MINOR = (release_number(text) for text in ("X1", "X0.1"))
"""From one release to the next, as numbers."""

_MADE_UP: Mapping[Kind, Value] = {
    "text": "other", "choice": "other", "number": 1, "time": 1, "version": MAJOR,
    "flag": True, "list": ("other",),
}  # fmt: skip


class NoValueError(ValueError):
    """No value that meets the tests is known."""


def wanted_value(
    field: Field, asked: Sequence[Asked], actual: Value | None, usual: Iterable[Value] = ()
) -> Value | None:
    """A value that meets all tests: the actual one, a usual one or one made up, in this order.

    None is a missing value. Values are as matchers compare them. Raises NoValueError.
    """
    missing = [None] if field.optional else []
    made_up = _MADE_UP[field.kind]
    suggested = (*_closed(field), *_from_operands(field, asked, actual), *usual, made_up)
    fitting = (value for value in suggested if type(value) is type(made_up))
    for value in (actual, *missing, *fitting):
        if all(test_holds(test, value, operand) for test, operand in asked):
            return value
    raise NoValueError


def _closed(field: Field) -> tuple[Scalar, ...]:
    return field.values or ((True, False) if field.kind == "flag" else ())


def _from_operands(field: Field, asked: Sequence[Asked], actual: Value | None) -> Iterator[Value]:
    """Values that the operands suggest, simple ones first."""
    texts = {"starts_with": "", "contains": "", "ends_with": ""}
    members: set[str] = set()
    for test, operand in asked:
        if isinstance(operand, tuple):
            yield from operand
        elif isinstance(operand, int) and not isinstance(operand, bool):
            step = 1 if field.kind != "version" else MAJOR if operand % MAJOR == 0 else MINOR
            yield from (operand, operand + step, operand - step)
        elif isinstance(operand, str):
            yield sample(operand) if test.op == "matches" else operand
            if test.op in texts:
                texts[test.op] += operand
            if test.op == "contains":
                members.add(operand)
    if any(texts.values()):
        yield "".join(texts.values())
    if members:
        yield tuple(sorted(members.union(actual if isinstance(actual, tuple) else ())))


def sample(expression: str) -> str:
    """A text in which a simple regular expression may be found; the caller has to try."""
    text = re.sub(r"\(\?\w+\)|\^|\$", "", expression)
    text = re.sub(r"(\[[^\]]*\]|\.)[*?]", "", text)
    return re.sub(r"(\[[^\]]*\]|\.)\+?", "x", text)

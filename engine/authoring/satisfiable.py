"""Which values can meet the tests on one field, and why none can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from ..facts import Scalar
from ..plan import Pattern, Ref, Test, test_holds
from ..vocabulary import Dependence, FactType, Field, did_you_mean

_OPPOSED = {
    frozenset(pair)
    for pair in (
        ("eq", "not"),
        ("eq", "lt"),
        ("eq", "gt"),
        ("lt", "gt"),
        ("lt", "ge"),
        ("gt", "le"),
    )
}
"""Operators that can't both hold against the same field of another fact."""

_TEXT_TESTS = ("eq", "in", "contains", "starts_with", "ends_with")


def by_field(pattern: Pattern) -> dict[str, tuple[Test, ...]]:
    """The tests of a pattern, by the field that they look at, in the file's order."""
    tests: dict[str, tuple[Test, ...]] = {}
    for test in pattern.tests:
        tests[test.field] = (*tests.get(test.field, ()), test)
    return tests


def possible_values(field: Field, tests: Iterable[Test]) -> tuple[Scalar, ...] | None:
    """The values that meet the literal tests, where they can be listed; else None."""
    literals = [test for test in tests if not isinstance(test.value, Ref)]
    candidates: Sequence[Scalar] | None = None
    if field.values or field.kind == "flag":
        candidates = field.values or (False, True)
    for test in literals:
        if test.op in ("eq", "in") and candidates is None:
            candidates = _operands(test)
    if candidates is None:
        return None
    return tuple(v for v in candidates if all(test_holds(t, v, t.value) for t in literals))


def contradiction(field: Field, tests: Sequence[Test]) -> str | None:
    """Why no value of the field meets all the tests; None where one may."""
    literals = [test for test in tests if not isinstance(test.value, Ref)]
    if any(t.op == "exists" and t.value is False for t in literals) and len(set(tests)) > 1:
        return "a field that must be missing meets no other test, nor can others refer to it"
    joins = [test for test in tests if isinstance(test.value, Ref)]
    for first, second in product(joins, joins):
        if first.value == second.value and frozenset((first.op, second.op)) in _OPPOSED:
            return f"no value meets both '{first.op}' and '{second.op}' of the same"
    if possible_values(field, tests) == ():
        return "no value of the field meets all its tests"
    low = max((v + (t.op == "gt") for t, v in _bounds(literals, "ge", "gt")), default=None)
    high = min((v - (t.op == "lt") for t, v in _bounds(literals, "le", "lt")), default=None)
    if low is not None and high is not None and low > high:
        return "the range is empty: it ends before it begins"
    starts = [str(t.value) for t in literals if t.op == "starts_with"]
    if any(not a.startswith(b) and not b.startswith(a) for a, b in product(starts, starts)):
        return "no text starts with both"
    return None


def implied(test: Test, field: Field, others: Sequence[Test]) -> bool:
    """Whether every value that meets the other tests on the field meets this one too."""
    if test in others:
        return True
    if isinstance(test.value, Ref):
        return False
    if test.op == "exists":
        met = any(t.op != "exists" for t in others) or not field.optional
        return met and test.value is True
    values = possible_values(field, others)
    if values is not None and any(t.op != "exists" for t in others):
        return all(test_holds(test, value, test.value) for value in values)
    if test.op not in ("ge", "gt", "le", "lt") or not isinstance(test.value, int):
        return False
    literals = [t for t in others if not isinstance(t.value, Ref)]
    if test.op in ("ge", "gt"):
        lows = [v + (t.op == "gt") for t, v in _bounds(literals, "ge", "gt")]
        return bool(lows) and max(lows) >= test.value + (test.op == "gt")
    highs = [v - (t.op == "lt") for t, v in _bounds(literals, "le", "lt")]
    return bool(highs) and min(highs) <= test.value - (test.op == "lt")


def foreign(field: Field, test: Test) -> tuple[str, str] | None:
    """Why extractors never make a text that meets the test, and the cure; None where they may."""
    if test.op not in _TEXT_TESTS or isinstance(test.value, Ref):
        return None
    texts = [value for value in _operands(test) if isinstance(value, str)]
    capital = [text for text in texts if text != text.lower()] if field.lower else []
    if capital and len(capital) == len(texts):
        message = f"'{capital[0]}' never occurs: the field has no capital letters"
        return message, f"write '{capital[0].lower()}'"
    if not field.starts or test.op not in ("eq", "in", "starts_with"):
        return None
    open_ended = test.op == "starts_with"
    for text in texts:
        known = text.startswith(field.starts)
        if not known and not (open_ended and any(s.startswith(text) for s in field.starts)):
            return f"'{text}' never occurs", did_you_mean(text, (s.strip() for s in field.starts))
    return None


def dependence_broken(kind: FactType, pattern: Pattern) -> tuple[str, str] | None:
    """A field, and why its values never stand beside those of another; None where they may."""
    tests = by_field(pattern)
    for rule in kind.dependences:
        if not tests.keys() >= {rule.given, rule.field}:
            continue
        beside = [test for test in tests[rule.field] if test.op != "exists"]
        whens = possible_values(kind.fields[rule.given], tests[rule.given])
        wanted = possible_values(kind.fields[rule.field], beside)
        if not whens or not wanted or not beside:
            continue
        if all(when in rule.values and not _meet(rule, when, wanted) for when in whens):
            held = " or ".join(map(str, whens))
            words = " or ".join(map(str, wanted[:3])) + (", …" if len(wanted) > 3 else "")
            return rule.field, f"where {rule.given} is {held}, {rule.field} is never {words}"
    return None


def _meet(rule: Dependence, when: Scalar, wanted: Iterable[Scalar]) -> bool:
    return bool(set(rule.values[str(when)]) & set(wanted))


def _operands(test: Test) -> tuple[Scalar, ...]:
    assert not isinstance(test.value, Ref)  # noqa: S101  callers ask for literals only
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _bounds(tests: Iterable[Test], *ops: str) -> Iterable[tuple[Test, int]]:
    return ((t, t.value) for t in tests if t.op in ops and isinstance(t.value, int))

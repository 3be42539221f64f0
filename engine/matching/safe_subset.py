"""The part of durable-rules that gives right answers, as checks on rulesets and facts.

Outside of it durable-rules 2.0.28 crashes or is silently wrong: joins on `id`, comparisons that
end an `$and`, `none` before the last positive pattern, `$or`, regular expressions, arithmetic,
long strings, large integers, more than some sixty rules on one type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..rulefile.literals import MAX_INTEGER, MAX_TEXT_BYTES

MAX_RULES = 40
MAX_PATTERNS_PER_TYPE = 60
MAX_PATTERNS_PER_RULE = 16
MAX_TESTS_PER_PATTERN = 25
MAX_PROPERTIES = 200

SENTINEL = "_1"
"""Property that is 1 in every fact. An `$and` that compares facts must end with a test that
always holds, or the C code reads beyond its end."""

GATE = "_phase"
"""Type of the fact that is asserted last; absences stand behind it, so that they are judged
once all facts are in."""

_COMPARISONS = ("$neq", "$lt", "$lte", "$gt", "$gte")
_RESERVED = ("id", "sid")


class UnsafeRulesetError(ValueError):
    """A ruleset or a fact leaves the safe subset."""


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise UnsafeRulesetError(message)


def fnv32(text: str) -> int:
    """The hash by which durable-rules tells names and fact ids apart."""
    value = 0x811C9DC5
    for byte in text.encode():
        signed = byte - 256 if byte > 127 else byte
        value = ((value ^ signed) * 16777619) & 0xFFFFFFFF
    return value


def check_fact(fact: Mapping[str, Any]) -> None:
    """Raises UnsafeRulesetError where a fact isn't flat, small and of safe values."""
    _require(fact.get(SENTINEL) == 1 and "id" in fact and "type" in fact, "a fact lacks a key")
    _require(len(fact) <= MAX_PROPERTIES, "too many properties")
    for value in fact.values():
        _check_value(value)


def _check_value(value: object) -> None:
    if isinstance(value, str):
        _require(len(value.encode()) <= MAX_TEXT_BYTES, "text is too long")
    else:
        _require(isinstance(value, int) and abs(value) <= MAX_INTEGER, f"unsafe value {value!r}")


def check_rules(rules: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises UnsafeRulesetError where a ruleset, given as JSON, leaves the safe subset."""
    _require(0 < len(rules) <= MAX_RULES, "too many rules")
    by_type: dict[str, int] = {}
    names: set[str] = set()
    for rule in rules.values():
        _require(set(rule) == {"all"}, "a rule is not a plain `all`")
        _check_rule(rule["all"], by_type, names)
    by_type.pop(GATE, None)
    _require(
        all(n <= MAX_PATTERNS_PER_TYPE for n in by_type.values()), "too many patterns on a type"
    )
    _require(len({fnv32(name) for name in names}) == len(names), "property names collide")


def _check_rule(
    patterns: Iterable[Mapping[str, Any]], by_type: dict[str, int], names: set[str]
) -> None:
    aliases: list[str] = []
    gated = False
    for number, pattern in enumerate(patterns, 1):
        _require(number <= MAX_PATTERNS_PER_RULE, "too many patterns in a rule")
        _require(len(pattern) == 1, "a pattern has more than one name")
        ((name, body),) = pattern.items()
        _require(set(body) == {"$and"} and len(body["$and"]) > 0, "a pattern is not an `$and`")
        alias, _, negated = name.partition("$")
        _require(negated in ("", "not") and alias not in aliases, f"bad pattern name {name}")
        _require(bool(negated) == gated, "an absence must follow the gate, all else precede it")
        tests = body["$and"]
        _require(set(tests[0]) == {"type"}, "a pattern does not begin with its type")
        kind = tests[0]["type"]
        _require(isinstance(kind, str), "a type is not text")
        by_type[kind] = by_type.get(kind, 0) + 1
        gated = gated or kind == GATE
        _check_tests(tests, aliases, names)
        if not negated:
            aliases.append(alias)
    _require(gated, "a rule has no gate")


def _check_tests(tests: list[Mapping[str, Any]], aliases: list[str], names: set[str]) -> None:
    _require(len(tests) <= MAX_TESTS_PER_PATTERN, "too many tests in a pattern")
    crossed = False
    for test in tests:
        _require(len(test) == 1, "a test has more than one key")
        ((key, value),) = test.items()
        if key in ("$ex", "$nex"):
            ((name, marker),) = value.items()
            _require(marker == 1, "an existence test needs 1")
        else:
            if key in _COMPARISONS:
                ((key, value),) = value.items()
            name = key
            if isinstance(value, dict):
                ((alias, other),) = value.items()
                _require(alias in aliases, f"{alias} is not an earlier pattern")
                _require(other not in _RESERVED, f"a join on {other}")
                names.add(other)
                crossed = True
            else:
                _check_value(value)
        _require(not name.startswith("$") and name not in _RESERVED, f"unsafe test on {name}")
        names.add(name)
    if crossed:
        last = next(iter(tests[-1].items()))
        _require(
            last[0] == SENTINEL and last[1] == {aliases[0]: SENTINEL}, "no sentinel at the end"
        )

"""The conditions of a rule as sentences, from the rule file and the docs of its fact types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..engine.model import Absent, AnyOf, Condition, Counted, CountOf, Match, NoneOf
from ..engine.vocabulary import FactType

_OPERATORS = {
    "eq": "is",
    "not": "is not",
    "lt": "is below",
    "le": "is at most",
    "gt": "is above",
    "ge": "is at least",
    "in": "is one of",
    "not_in": "is none of",
    "matches": "matches",
    "starts_with": "begins with",
    "ends_with": "ends with",
    "contains": "contains",
}


def sentences(conditions: Iterable[Condition], types: Mapping[str, FactType]) -> Iterator[str]:
    """One sentence for each condition, in order."""
    for condition in conditions:
        match condition:
            case Match():
                article = "an" if condition.fact[0] in "aeiou" else "a"
                yield f"There is {article} {_fact(condition, types)}"
            case NoneOf(none=absent):
                kinds = absent if isinstance(absent, list) else [absent]
                yield "There is no " + ", and no ".join(_fact(kind, types) for kind in kinds)
            case CountOf(count=counted):
                yield f"There are at least {counted.at_least} of {_fact(counted, types)}"
            case AnyOf(any=alternatives):
                told = (
                    " and ".join(map(_within, sentences(_listed(one), types)))
                    for one in alternatives
                )
                yield "Either " + ", or ".join(told)


def _listed(alternative: Condition | list[Condition]) -> list[Condition]:
    return alternative if isinstance(alternative, list) else [alternative]


def _within(sentence: str) -> str:
    """A sentence as part of another one."""
    return sentence[:1].lower() + sentence[1:]


def _fact(wanted: Match | Absent | Counted, types: Mapping[str, FactType]) -> str:
    name = f" (called {wanted.let})" if not isinstance(wanted, Absent) and wanted.let else ""
    tests = [text for field, value in wanted.where.items() for text in _tests(field, value)]
    where = f" where {', '.join(tests)}" if tests else ""
    return f"{types[wanted.fact].name}{name}{where}"


def _tests(field: str, value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        value = {"eq": value}
    for operator, operand in value.items():
        if operator == "exists":
            yield f"{field} is {'known' if operand else 'not known'}"
        else:
            yield f"{field} {_OPERATORS[operator]} {_operand(operand)}"


def _operand(operand: Any) -> str:
    if isinstance(operand, list):
        return ", ".join(map(_operand, operand))
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, str) and operand.startswith("$"):
        alias, _, field = operand[1:].partition(".")
        return f"the {field} of {alias}"
    return str(operand)

"""The conditions of a rule as sentences, from the rule file and the docs of its fact types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from ...engine.rulefile.model import (
    Absent,
    Against,
    AnyOf,
    Condition,
    Counted,
    CountOf,
    Match,
    NoneOf,
    Rule,
    Support,
)
from ...engine.vocabulary import FactType

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


def evidence(asked: Iterable[Support | Against], types: Mapping[str, FactType]) -> Iterator[str]:
    """What each optional piece of evidence is, and what it does to the confidence."""
    for one in asked:
        sure = one.confirms if isinstance(one, Support) else one.lowers
        does = "then the finding is" if isinstance(one, Support) else "then it is at most"
        text = _fact(one, types)
        yield f"{text[:1].upper()}{text[1:]}" + (f"; {does} {sure}" if sure else "")


def facts_used(rule: Rule) -> list[str]:
    """The types of fact that a rule looks at, by name."""
    return sorted({fact for fact, _ in uses(rule.when)} | optional(rule))


def optional(rule: Rule) -> set[str]:
    """The types of fact that a rule shows, for or against it, where they are there."""
    return {one.fact for one in rule.supports} | {one.fact for one in rule.against}


Use = Literal["needed", "alternative", "absent"]


def uses(conditions: Iterable[Condition], use: Use = "needed") -> Iterator[tuple[str, Use]]:
    """Each type of fact that conditions ask for, with how it is asked for."""
    for condition in conditions:
        match condition:
            case Match():
                yield condition.fact, use
            case CountOf():
                yield condition.count.fact, use
            case NoneOf(none=absent):
                for fact in absent if isinstance(absent, list) else [absent]:
                    yield fact.fact, "absent"
            case AnyOf():
                for one in condition.any:
                    yield from uses(_listed(one), "alternative")


def _listed(alternative: Condition | list[Condition]) -> list[Condition]:
    return alternative if isinstance(alternative, list) else [alternative]


def _within(sentence: str) -> str:
    """A sentence as part of another one."""
    return sentence[:1].lower() + sentence[1:]


def _fact(
    wanted: Match | Absent | Counted | Support | Against, types: Mapping[str, FactType]
) -> str:
    name = f" “{wanted.let}”" if not isinstance(wanted, Absent) and wanted.let else ""
    tests = [text for field, value in wanted.where.items() for text in _tests(field, value)]
    where = f" where {_and(tests)}" if tests else ""
    return f"{_spaced(types[wanted.fact].name)}{name}{where}"


def _and(tests: list[str]) -> str:
    return " and ".join(part for part in (", ".join(tests[:-1]), tests[-1]) if part)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _tests(field: str, value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        value = {"eq": value}
    for operator, operand in value.items():
        if operator == "exists":
            yield f"{_spaced(field)} is {'known' if operand else 'not known'}"
        else:
            yield f"{_spaced(field)} {_OPERATORS[operator]} {_operand(operand)}"


def _operand(operand: Any) -> str:
    if isinstance(operand, list):
        return " / ".join(map(_operand, operand))
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, str) and operand.startswith("$"):
        alias, _, field = operand[1:].partition(".")
        return f"the {_spaced(field)} of “{alias}”"
    return str(operand)

"""Mutants of a rule: one condition dropped, turned round or moved, to see which test notices."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ..plan import Branch
from ..rule_base import CompiledRule
from ..rulefile.alternatives import alternatives, places_of_any
from ..rulefile.compiler import RuleCompiler
from ..rulefile.model import Condition
from ..rulefile.patterns import PatternCompiler
from ..rulefile.yaml_source import Document, Location
from ..vocabulary import Vocabulary
from .equivalence import meaning

Change = Literal["drop", "negate", "move"]

_NEGATED: Mapping[str, str] = {
    "eq": "not", "not": "eq", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le",
    "in": "not_in", "not_in": "in",
}  # fmt: skip
_MOVED: Mapping[str, str] = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}
_RANGE: Mapping[str, tuple[str, str]] = {
    "<": (">=", "<="), "<=": (">", "<"), ">": ("<=", ">="), ">=": ("<", ">"),
}  # fmt: skip
"""For each comparator of `versions` the one that is its opposite, and the one beside it."""

_CONDITIONS: TypeAdapter[list[Condition]] = TypeAdapter(list[Condition])


@dataclass(frozen=True)
class Mutant:
    """A rule with one change.

    `name` says what was changed without a line, such as `drop link.state`, and stays the same
    when other parts of the file change; `line` is where the changed part is written.
    """

    name: str
    line: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class _Edit:
    change: Change
    part: str
    location: Location
    data: dict[str, Any]


def mutants(rule: CompiledRule, document: Document, vocabulary: Vocabulary) -> list[Mutant]:
    """Every mutant of a rule that is itself a rule and that means something else, in file order.

    `document` is the rule's file. A change that leaves a reference without its condition is no
    rule, and one that only takes away what another test implies means the same.
    """
    original = meaning(rule.branches, vocabulary)
    found = [
        (
            f"{edit.change} {edit.part}",
            edit.location,
            _compiled(rule, document, vocabulary, edit.data),
        )
        for edit in _edits(document.data)
    ]
    found += _without_alternatives(rule)
    seen: Counter[str] = Counter()
    told = []
    for name, location, branches in found:
        seen[name] += 1
        if branches is not None and meaning(branches, vocabulary) != original:
            ordinal = f" #{seen[name]}" if seen[name] > 1 else ""
            told.append(Mutant(name + ordinal, document.line(location), branches))
    return sorted(told, key=lambda mutant: mutant.line)


def _compiled(
    rule: CompiledRule, document: Document, vocabulary: Vocabulary, data: Mapping[str, Any]
) -> tuple[Branch, ...] | None:
    """The branches of the changed rule, or None where it is none."""
    try:
        when = _CONDITIONS.validate_python(data["when"])
    except ValidationError:
        return None
    changed = rule.rule.model_copy(update={"when": when, "versions": data["versions"]})
    conditions = PatternCompiler(document, vocabulary)
    compiler = RuleCompiler(rule.id, changed, conditions)
    compiled = compiler.branches()
    bound = [aliases for _, aliases in compiled]
    compiler.references("nodes", changed.nodes, bound)
    return None if conditions.problems else tuple(branch for branch, _ in compiled)


def _without_alternatives(
    rule: CompiledRule,
) -> Iterator[tuple[str, Location, tuple[Branch, ...] | None]]:
    """The rule without each alternative of each `any`."""
    steps = alternatives(rule.rule.when, ("when",))
    for alternative in places_of_any(steps):
        left = tuple(
            branch
            for branch, step in zip(rule.branches, steps, strict=True)
            if not any(place[: len(alternative)] == alternative for place, _ in step)
        )
        yield f"drop alternative {int(alternative[-1]) + 1}", alternative, left


def _edits(data: Mapping[str, Any]) -> Iterator[_Edit]:
    """Every change of one part of `when` and `versions`."""
    source = {"when": data["when"], "versions": data.get("versions", "all")}
    for location, condition in _conditions(source["when"], ("when",)):
        if "none" in condition:
            yield from _absence_edits(source, location, condition["none"])
        elif "count" in condition:
            yield from _count_edits(source, location, condition["count"])
        else:
            name = condition.get("let", condition["fact"])
            absent = {k: v for k, v in condition.items() if k != "let"}
            negated = [{"none": {**absent, "assume_complete": True}}]
            yield _Edit("drop", name, location, _replaced(source, location, []))
            yield _Edit("negate", name, location, _replaced(source, location, negated))
            yield from _test_edits(source, location, name, condition)
    if source["versions"] != "all":
        yield from _version_edits(source)


def _conditions(
    conditions: Sequence[Any], location: Location
) -> Iterator[tuple[Location, dict[str, Any]]]:
    """Every condition but the `any`s themselves, with its location."""
    for number, condition in enumerate(conditions):
        here = (*location, number)
        if isinstance(condition, list):
            yield from _conditions(condition, here)
        elif "any" in condition:
            yield from _conditions(condition["any"], (*here, "any"))
        else:
            yield here, condition


def _absence_edits(source: dict[str, Any], location: Location, absent: Any) -> Iterator[_Edit]:
    listed = absent if isinstance(absent, list) else [absent]
    for number, one in enumerate(listed):
        place = (*location, "none", number) if isinstance(absent, list) else (*location, "none")
        name = f"none {one['fact']}"
        others = listed[:number] + listed[number + 1 :]
        rest = [{"none": others}] if others else []
        wanted = {k: v for k, v in one.items() if k != "assume_complete"}
        yield _Edit("drop", name, place, _replaced(source, location, rest))
        yield _Edit("negate", name, place, _replaced(source, location, [*rest, wanted]))
        yield from _test_edits(source, place, name, one)


def _count_edits(
    source: dict[str, Any], location: Location, count: Mapping[str, Any]
) -> Iterator[_Edit]:
    name = f"count {count['as']}"
    place = (*location, "count")
    yield _Edit("drop", name, place, _replaced(source, location, []))
    for at_least in (count["at_least"] - 1, count["at_least"] + 1):
        here = (*place, "at_least")
        yield _Edit("move", f"{name} to {at_least}", here, _set(source, here, at_least))
    yield from _test_edits(source, place, name, count)


def _test_edits(
    source: dict[str, Any], location: Location, name: str, step: Mapping[str, Any]
) -> Iterator[_Edit]:
    for field, raw in step.get("where", {}).items():
        place = (*location, "where", field)
        operations = raw if isinstance(raw, dict) else {"eq": raw}
        for op, operand in operations.items():
            part = f"{name}.{field}" if len(operations) == 1 else f"{name}.{field} {op}"
            others = {k: v for k, v in operations.items() if k != op}
            yield _Edit("drop", part, place, _set(source, place, others or None))
            if op == "exists":
                negated: dict[str, Any] | None = {**others, op: not operand}
            else:
                negated = {**others, _NEGATED[op]: operand} if op in _NEGATED else None
            if negated is not None:
                plain = negated["eq"] if list(negated) == ["eq"] else negated
                yield _Edit("negate", part, place, _set(source, place, plain))
            if op in _MOVED and not str(operand).startswith("$"):
                moved = {**others, _MOVED[op]: operand}
                yield _Edit("move", part, place, _set(source, place, moved))


def _version_edits(source: dict[str, Any]) -> Iterator[_Edit]:
    for alias, text in source["versions"].items():
        parts = text.split()
        for number, part in enumerate(parts):
            comparator = part.rstrip("X.0123456789-")
            release = part.removeprefix(comparator)
            opposite, beside = _RANGE.get(comparator, ("", ""))
            changes: list[tuple[Change, str]] = [("drop", "")]
            if opposite:
                changes += [("negate", opposite + release), ("move", beside + release)]
            for change, written in changes:
                left = " ".join(filter(None, [*parts[:number], written, *parts[number + 1 :]]))
                place = ("versions", alias)
                edited = _set(source, place, left or None)
                edited["versions"] = edited["versions"] or "all"
                yield _Edit(change, f"versions.{alias} {part}", place, edited)


def _set(source: dict[str, Any], location: Location, value: Any) -> dict[str, Any]:
    """A copy with another value at a location; None takes the key away."""
    edited = copy.deepcopy(source)
    inner: Any = edited
    for part in location[:-1]:
        inner = inner[part]
    if value is None:
        del inner[location[-1]]
    else:
        inner[location[-1]] = value
    return edited


def _replaced(source: dict[str, Any], location: Location, conditions: list[Any]) -> dict[str, Any]:
    """A copy with other conditions in place of the one at a location."""
    edited = copy.deepcopy(source)
    inner: Any = edited
    for part in location[:-1]:
        inner = inner[part]
    if location[-2] == "any":
        inner[location[-1]] = conditions
    else:
        number = int(location[-1])
        inner[number : number + 1] = conditions
    return edited

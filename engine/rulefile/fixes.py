"""The changes by which a rule's fixes mend what it found, with the finding's values filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ..facts import Fact, Scalar, Value
from ..matching.reference import FactIndex
from ..plan import Pattern, Ref
from ..vocabulary import FactType, Field, comparable, did_you_mean
from .model import Fix, FixChange
from .patterns import Aliases, PatternCompiler
from .yaml_source import Location


@dataclass(frozen=True)
class CompiledChange:
    """A change with its fields: a value, a reference, or several of either for a list."""

    kind: str
    fields: Mapping[str, Scalar | Ref | tuple[Scalar | Ref, ...]]

    def aliases(self) -> set[str]:
        """The aliases that it refers to."""
        values = (v for field in self.fields.values() for v in _items(field))
        return {value.alias for value in values if isinstance(value, Ref)}


@dataclass(frozen=True)
class CompiledFix:
    """Changes that mend it together; `for_each` are facts that they refer to beside the match."""

    for_each: tuple[Pattern, ...]
    changes: tuple[CompiledChange, ...]


Plan = tuple[tuple[str, Mapping[str, Value]], ...]
"""Changes by kind, with the values of their fields."""


def compile_fixes(
    fixes: Sequence[Fix],
    conditions: PatternCompiler,
    aliases: Aliases,
    kinds: Mapping[str, FactType],
) -> tuple[CompiledFix, ...]:
    """The fixes of a rule; mistakes go to `conditions.problems`."""
    return tuple(
        _fix(("fixes", number), fix, conditions, aliases, kinds) for number, fix in enumerate(fixes)
    )


def _fix(
    at: Location,
    fix: Fix,
    conditions: PatternCompiler,
    aliases: Aliases,
    kinds: Mapping[str, FactType],
) -> CompiledFix:
    patterns: list[Pattern] = []
    known = dict(aliases)
    for number, step in enumerate(fix.for_each):
        place = (*at, "for_each", number)
        alias = step.let or f"_each{number + 1}"
        if alias in known:
            message = f"the alias '{alias}' is used twice"
            conditions.mistake((*place, "let"), message, "choose another name")
        pattern, kind = conditions.pattern(place, alias, step, aliases)
        patterns.append(pattern)
        known[alias] = kind
    changes = tuple(
        _change((*at, "changes", place), one, conditions, known, kinds)
        for place, one in enumerate(fix.changes)
    )
    return CompiledFix(tuple(patterns), changes)


def _change(
    at: Location,
    change: FixChange,
    conditions: PatternCompiler,
    aliases: Aliases,
    kinds: Mapping[str, FactType],
) -> CompiledChange:
    name, given = change.change, change.model_extra or {}
    kind = kinds.get(name)
    if kind is None:
        hint = did_you_mean(name, kinds)
        conditions.mistake((*at, "change"), f"there is no change '{name}'", hint)
        return CompiledChange(name, {})
    fields: dict[str, Scalar | Ref | tuple[Scalar | Ref, ...]] = {}
    for key, raw in given.items():
        spec = kind.fields.get(key)
        if spec is None:
            message = f"'{name}' has no field '{key}'"
            conditions.mistake((*at, key), message, did_you_mean(key, kind.fields), at_key=True)
        elif spec.kind == "list":
            items = raw if isinstance(raw, list) else [raw]
            element = Field("", "text")
            found = [
                _value((*at, key, n) if isinstance(raw, list) else (*at, key), element, item,
                       conditions, aliases)
                for n, item in enumerate(items)
            ]  # fmt: skip
            fields[key] = tuple(value for value in found if value is not None)
        elif (value := _value((*at, key), spec, raw, conditions, aliases)) is not None:
            fields[key] = value
    for key, spec in kind.fields.items():
        if not spec.optional and key not in given:
            conditions.mistake(at, f"'{name}' needs the field '{key}'", spec.doc)
    return CompiledChange(name, fields)


def _value(
    at: Location, spec: Field, raw: Any, conditions: PatternCompiler, aliases: Aliases
) -> Scalar | Ref | None:
    if not (isinstance(raw, str) and raw.startswith("$")):
        checked = conditions.literal(at, spec, raw)
        # Releases and times are compared as numbers; a change takes them as they are written.
        return raw if spec.kind in ("version", "time") and checked is not None else checked
    ref = conditions.reference(at, raw, aliases)
    if ref is None:
        return None
    other = aliases[ref.alias].fields[ref.field]
    if not comparable(spec, other) and not (spec.kind == "text" and other.kind == "list"):
        conditions.mistake(at, f"a {spec.kind} can't be taken from {raw}, a {other.kind}")
        return None
    return ref


def filled(
    fix: CompiledFix,
    matches: Sequence[Sequence[tuple[str, str]]],
    facts: Mapping[str, Fact],
    index: FactIndex,
) -> Plan:
    """The changes of a fix over all matches of a finding (alias and fact id), each once.

    `index` holds the facts as they are compared, `facts` as they were given. A field whose value
    is not known is left out.
    """
    found: dict[str, tuple[str, Mapping[str, Value]]] = {}
    for change in fix.changes:
        named = change.aliases()
        beside = [pattern for pattern in fix.for_each if pattern.alias in named]
        for match in matches:
            for ids in _extended(beside, match, index):
                bound = {alias: facts[fact_id].values for alias, fact_id in ids.items()}
                values = {
                    key: value
                    for key, wanted in change.fields.items()
                    if (value := _resolved(wanted, bound)) is not None
                }
                found.setdefault(repr((change.kind, sorted(values.items()))), (change.kind, values))
    return tuple(found.values())


def _extended(
    patterns: Sequence[Pattern], match: Sequence[tuple[str, str]], index: FactIndex
) -> Iterator[dict[str, str]]:
    """The fact ids of a match with every choice of a fact for each pattern."""
    # Without its id a fact of the match may be chosen once more: `for_each` means all of them.
    bound = {alias: replace(index.facts[fact_id], id="") for alias, fact_id in match}
    for facts in product(*(index.matching(pattern, bound) for pattern in patterns)):
        chosen = zip(patterns, facts, strict=True)
        yield {**dict(match), **{pattern.alias: fact.id for pattern, fact in chosen}}


def _items(
    wanted: Scalar | Ref | tuple[Scalar | Ref, ...],
) -> tuple[Scalar | Ref, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def _resolved(
    wanted: Scalar | Ref | tuple[Scalar | Ref, ...], bound: Mapping[str, Mapping[str, Value]]
) -> Value | None:
    if isinstance(wanted, Ref):
        return bound[wanted.alias].get(wanted.field)
    if not isinstance(wanted, tuple):
        return wanted
    found: list[str] = []
    for item in wanted:
        value = bound[item.alias].get(item.field) if isinstance(item, Ref) else item
        found += value if isinstance(value, tuple) else [] if value is None else [str(value)]
    return tuple(dict.fromkeys(found))

"""Changes to facts, as data that can be told and made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..facts import Fact, Value
from ..rulefile.literals import as_written
from ..vocabulary import FactType


@dataclass(frozen=True)
class FactChange:
    """One change to the facts.

    set: the fact of this id has these values instead, None for none; add: there is one more fact
    with these values; remove: the fact of this id isn't there.
    """

    kind: Literal["set", "add", "remove"]
    fact: str | None
    type: str
    values: Mapping[str, Any]


def given_values(kind: FactType, values: Mapping[str, Value | None]) -> dict[str, Any]:
    """Values as facts are given, from values as matchers compare them."""
    return {name: as_written(kind.fields[name].kind, value) for name, value in values.items()}


def changed(facts: Iterable[Fact], changes: Sequence[FactChange]) -> list[Fact]:
    """The facts after the changes."""
    removed = {change.fact for change in changes if change.kind == "remove"}
    values: dict[str | None, dict[str, Any]] = {}
    for change in changes:
        if change.kind == "set":
            values.setdefault(change.fact, {}).update(change.values)
    kept = [
        replace(fact, values={**fact.values, **values[fact.id]}) if fact.id in values else fact
        for fact in facts
        if fact.id not in removed
    ]
    added = [change for change in changes if change.kind == "add"]
    return kept + [Fact(f"+{n}", change.type, change.values) for n, change in enumerate(added)]

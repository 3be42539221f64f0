"""From the caller's facts to the values that both matchers compare."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import Fact, Value, id_order
from ..rulefile.literals import LiteralError, comparable_value
from ..vocabulary import Vocabulary


def normalise(facts: Iterable[Fact], vocabulary: Vocabulary) -> tuple[list[Fact], list[str]]:
    """Facts with comparable values in order of id, and a note on each value that had to go.

    Versions and times become integers, long text is cut with a digest, lists become sets. Of
    facts that say the same the one with the lowest id is kept.
    """
    notes: list[str] = []
    kept: dict[tuple[str, tuple[tuple[str, Value], ...]], Fact] = {}
    for fact in sorted(facts, key=lambda fact: id_order(fact.id)):
        kind = vocabulary.types.get(fact.type)
        if kind is None:
            notes.append(f"{fact.id}: no fact type is called '{fact.type}'; the fact is left out")
            continue
        values: dict[str, Value] = {}
        given = {name: raw for name, raw in fact.values.items() if raw is not None}
        for name, raw in given.items():
            spec = kind.fields.get(name)
            if spec is None:
                notes.append(f"{fact.id}: '{fact.type}' has no field '{name}'; it is left out")
                continue
            try:
                values[name] = comparable_value(spec, raw)
            except LiteralError as error:
                notes.append(f"{fact.id}: {fact.type}.{name}: {error}; it is left out")
        key = (fact.type, tuple(sorted(values.items())))
        kept.setdefault(key, Fact(fact.id, fact.type, values))
    return list(kept.values()), notes

"""Facts that are worked out from others before matching: counts, and what was looked at."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import Fact, Value, id_order
from ..plan import SEEN, Branch, Count
from ..vocabulary import COVERAGE, Vocabulary
from .reference import FactIndex

Derived = tuple[Fact, tuple[str, ...]]
"""A fact and the ids of those that it rests on."""


def derived_facts(
    branches: Iterable[Branch], index: FactIndex, vocabulary: Vocabulary
) -> list[Derived]:
    """The counts and coverage facts that the branches read."""
    derived: list[Derived] = []
    guarded: set[str] = set()
    for branch in branches:
        for count in branch.counts:
            derived += _counts(count, index)
        guarded |= {p.type.removeprefix(SEEN) for p in branch.patterns if p.type.startswith(SEEN)}
    for name in sorted(guarded):
        derived += _seen(name, vocabulary.types[name].topics, index)
    return derived


def _counts(count: Count, index: FactIndex) -> list[Derived]:
    groups: dict[tuple[Value, ...], list[str]] = {}
    for fact in index.matching(count.counted, {}):
        if all(key in fact.values for key in count.keys):
            groups.setdefault(tuple(fact.values[key] for key in count.keys), []).append(fact.id)
    return [
        (
            Fact(
                f"{count.type}:{number}",
                count.type,
                {**dict(zip(count.keys, values, strict=True)), "count": len(groups[values])},
            ),
            tuple(sorted(groups[values], key=id_order)),
        )
        for number, values in enumerate(sorted(groups))
    ]


def _seen(name: str, topics: tuple[str, ...], index: FactIndex) -> list[Derived]:
    by_host: dict[Value, dict[Value, str]] = {}
    for fact in index.of_type(COVERAGE):
        values = fact.values
        if values.get("state") == "seen" and "host" in values and "topic" in values:
            by_host.setdefault(values["host"], {})[values["topic"]] = fact.id
    return [
        (
            Fact(f"{SEEN}{name}:{host}", SEEN + name, {"host": host}),
            tuple(seen[topic] for topic in topics),
        )
        for host, seen in sorted(by_host.items())
        if all(topic in seen for topic in topics)
    ]

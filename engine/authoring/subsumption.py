"""Whether one set of conditions holds wherever another does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..plan import Branch, Pattern, Ref
from ..vocabulary import Vocabulary
from .satisfiable import by_field, implied


def canonical(branch: Branch) -> Branch:
    """The branch with aliases that don't depend on the author: a type and its number."""
    counted = {count.type for count in branch.counts}
    names: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for pattern in branch.patterns:
        kind = "count" if pattern.type in counted else pattern.type
        numbers[kind] += 1
        names[pattern.alias] = f"{kind}#{numbers[kind]}"
    types = {p.type: names[p.alias] for p in branch.patterns if p.type in counted}
    return Branch(
        "",
        0,
        tuple(_renamed(pattern, names, types) for pattern in branch.patterns),
        tuple(_renamed(absence, names, types) for absence in branch.absences),
        tuple(
            replace(count, type=types[count.type], counted=_renamed(count.counted, names, types))
            for count in branch.counts
        ),
    )


def _renamed(pattern: Pattern, names: Mapping[str, str], types: Mapping[str, str]) -> Pattern:
    tests = tuple(
        replace(test, value=replace(test.value, alias=names[test.value.alias]))
        if isinstance(test.value, Ref)
        else test
        for test in pattern.tests
    )
    alias = names.get(pattern.alias, "")
    return Pattern(alias, types.get(pattern.type, pattern.type), tests, pattern.line, pattern.at)


def covers(wide: Branch, narrow: Branch, vocabulary: Vocabulary) -> bool:
    """Whether the wide branch holds wherever the narrow one does; both are canonical.

    True is certain; False may only mean that it takes more than comparing tests to tell.
    """
    at_hand = {pattern.alias: pattern for pattern in narrow.patterns}
    asked = {pattern.alias for pattern in wide.patterns}
    forbidden = {absence.type for absence in wide.absences}
    return (
        # A fact that fills a condition is not held against an absence of the same rule.
        all(p.alias in asked for p in narrow.patterns if p.type in forbidden)
        and all(
            pattern.alias in at_hand and narrower(at_hand[pattern.alias], pattern, vocabulary)
            for pattern in wide.patterns
        )
        and all(
            any(narrower(absence, other, vocabulary) for other in narrow.absences)
            for absence in wide.absences
        )
        and set(wide.counts) <= set(narrow.counts)
    )


def narrower(one: Pattern, other: Pattern, vocabulary: Vocabulary) -> bool:
    """Whether every fact that the one matches is matched by the other."""
    kind = vocabulary.types.get(other.type)
    if one.type != other.type:
        return False
    if kind is None:
        return set(other.tests) <= set(one.tests)
    tests = by_field(one)
    return all(
        implied(test, kind.fields[test.field], tests.get(test.field, ())) for test in other.tests
    )


def all_covered(narrow: Sequence[Branch], wide: Sequence[Branch], vocabulary: Vocabulary) -> bool:
    """Whether each of the narrow branches is covered by a wide one; all are canonical."""
    return all(any(covers(w, n, vocabulary) for w in wide) for n in narrow)

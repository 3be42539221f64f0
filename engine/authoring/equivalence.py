"""What branches mean, so that two ways to write the same conditions compare equal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..facts import Scalar
from ..plan import Branch, Pattern, Ref, Test, test_holds
from ..vocabulary import Dependence, FactType, Field, Vocabulary
from .satisfiable import by_field, possible_values

Meaning = frozenset[tuple[Any, ...]]
Domain = frozenset[Scalar | None]
"""The values that a field can have; None where it may be missing."""


def meaning(branches: Iterable[Branch], vocabulary: Vocabulary) -> Meaning:
    """The branches without their order and without tests that others imply.

    Equal meanings match the same facts. The reverse need not hold: what follows from more than
    one fact, or from nothing that the vocabulary declares, is not seen.
    """
    return frozenset(
        (
            tuple((p.alias, *_pattern(p, vocabulary)) for p in branch.patterns),
            frozenset(_pattern(absence, vocabulary) for absence in branch.absences),
            frozenset((c.type, *_pattern(c.counted, vocabulary), c.keys) for c in branch.counts),
        )
        for branch in branches
    )


def _pattern(pattern: Pattern, vocabulary: Vocabulary) -> tuple[str, frozenset[Any]]:
    """The type, and what is asked of its fields beyond what every fact of the type meets."""
    kind = vocabulary.types.get(pattern.type)
    if kind is None:
        return pattern.type, frozenset(pattern.tests)
    tests = by_field(pattern)
    linked = [name for link in kind.dependences for name in (link.given, link.field)]
    asked: set[Any] = set()
    domains: dict[str, Domain] = {}
    for name in dict.fromkeys([*tests, *linked]):
        field, mine = kind.fields[name], tests.get(name, ())
        joins = {test for test in mine if isinstance(test.value, Ref)}
        literals = [test for test in mine if test not in joins]
        asked |= joins
        values = possible_values(field, literals)
        if values is None:
            asked |= {test for test in literals if not _implied(test, mine, field)}
        else:
            holds = all(test_holds(test, None, test.value) for test in literals)
            missing = field.optional and not joins and holds
            domains[name] = frozenset(values) | ({None} if missing else frozenset())
    _narrow(domains, kind.dependences)
    return pattern.type, frozenset(asked | {d for d in domains.items() if not _whole(kind, *d)})


def _implied(test: Test, tests: Iterable[Test], field: Field) -> bool:
    """`exists: true` of a field that every fact has, or that another test looks at."""
    if test.op != "exists" or test.value is False:
        return False
    return not field.optional or any(other.op != "exists" for other in tests)


def _whole(kind: FactType, name: str, domain: Domain) -> bool:
    """Whether nothing is asked; a field that is missing fails its references anyway."""
    field = kind.fields[name]
    every = possible_values(field, ())
    return (
        every is not None
        and domain | {None} == frozenset(every) | {None}
        and (not field.optional or None in domain)
    )


def _narrow(domains: dict[str, Domain], dependences: Iterable[Dependence]) -> None:
    """Take away the values beside which the other field can have none."""
    links = [d for d in dependences if d.given in domains and d.field in domains]
    before: dict[str, Domain] = {}
    while before != domains:
        before = dict(domains)
        for link in links:
            given, beside = domains[link.given], domains[link.field]
            free = any(value not in link.values for value in given)
            allowed = {one for value in given for one in link.values.get(str(value), ())}
            domains[link.field] = frozenset(
                value for value in beside if value is None or free or value in allowed
            )
            domains[link.given] = frozenset(
                value
                for value in given
                if value not in link.values
                or None in beside
                or not beside.isdisjoint(link.values[str(value)])
            )

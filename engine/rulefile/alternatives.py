"""The conditions of a rule as plain alternatives: `any` is multiplied out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from .model import Absent, AnyOf, Condition, Counted, CountOf, Match, NoneOf
from .yaml_source import Location

Located = tuple[Location, Match | Absent | Counted]
Alternative = tuple[Located, ...]

MAX_ALTERNATIVES = 32


class TooManyAlternativesError(ValueError):
    """The `any` conditions multiply to more than MAX_ALTERNATIVES."""


def alternatives(conditions: Sequence[Condition], location: Location) -> list[Alternative]:
    """Every combination of alternatives, in file order. Raises TooManyAlternativesError."""
    choices = [
        _choices(condition, (*location, number)) for number, condition in enumerate(conditions)
    ]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MAX_ALTERNATIVES:
        raise TooManyAlternativesError
    return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*choices)]


def _choices(condition: Condition, location: Location) -> list[Alternative]:
    if isinstance(condition, AnyOf):
        found: list[Alternative] = []
        for number, branch in enumerate(condition.any):
            here = (*location, "any", number)
            if isinstance(branch, list):
                found += alternatives(branch, here)
            else:
                found += _choices(branch, here)
        return found
    if isinstance(condition, NoneOf):
        here = (*location, "none")
        if isinstance(condition.none, Absent):
            return [((here, condition.none),)]
        return [tuple(((*here, n), absent) for n, absent in enumerate(condition.none))]
    if isinstance(condition, CountOf):
        return [(((*location, "count"), condition.count),)]
    return [((location, condition),)]


def places_of_any(found: Sequence[Alternative]) -> list[Location]:
    """Where each alternative of each `any` is written."""
    places = {
        place[:end]: None
        for alternative in found
        for place, _ in alternative
        for end in range(2, len(place) + 1)
        if place[end - 2] == "any"
    }
    return list(places)

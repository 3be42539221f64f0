"""The words that rules may use: fact types, their fields and the kinds of value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["text", "number", "flag", "choice", "version", "time", "list"]

FINDING = "finding"
"""Built-in type: the conclusion of another rule, one fact for each node it names."""

COVERAGE = "coverage"
"""Type that says which topics were seen of a node; see `FactType.topics`."""

STATE = "state"
"""Field of a fact that is a check: its outcome. Optional fields say more about the outcome."""

UNKNOWN = "unknown"
"""Outcome of a check that could not be decided; the field `reason` says what was missing."""

Operator = Literal[
    "eq", "not", "lt", "le", "gt", "ge", "in", "not_in",
    "matches", "starts_with", "ends_with", "contains", "exists",
]  # fmt: skip

_ORDER = frozenset[Operator](("lt", "le", "gt", "ge"))
_EQUALITY = frozenset[Operator](("eq", "not", "exists"))
_CHOICE = frozenset[Operator](("in", "not_in"))
_TEXT = frozenset[Operator](("matches", "starts_with", "ends_with", "contains"))

OPERATORS: Mapping[Kind, frozenset[Operator]] = {
    "text": _EQUALITY | _CHOICE | _TEXT,
    "choice": _EQUALITY | _CHOICE | _TEXT,
    "number": _EQUALITY | _CHOICE | _ORDER,
    "time": _EQUALITY | _CHOICE | _ORDER,
    "version": _EQUALITY | _CHOICE | _ORDER,
    "flag": _EQUALITY,
    "list": frozenset(("contains", "exists")),
}

JOIN_OPERATORS = _ORDER | {"eq", "not", "contains"}
"""Operators whose operand may be a reference to another condition's field."""


@dataclass(frozen=True)
class Field:
    """A field of a fact type; `values` are the words that a choice allows.

    Text that is `lower` has no capital letter; text with `starts` begins with one of them.
    """

    doc: str
    kind: Kind
    values: tuple[str, ...] = ()
    optional: bool = False
    lower: bool = False
    starts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dependence:
    """What a field can hold beside a value of another; an empty tuple: it is missing then."""

    given: str
    field: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FactType:
    """A fact type. `host` names the field that holds the node.

    `topics` are what must have been seen of that node before a missing fact means anything.
    """

    name: str
    doc: str
    fields: Mapping[str, Field]
    host: str | None = None
    topics: tuple[str, ...] = ()
    dependences: tuple[Dependence, ...] = ()


_FINDING = FactType(
    FINDING,
    "Conclusion of another rule.",
    {
        "symptom": Field("id of the symptom", "text"),
        "rule": Field("id of the rule", "text"),
        "node": Field("one of the nodes it names", "text"),
        "status": Field("how it stands", "choice", ("active", "predicted", "advice")),
    },
    host="node",
)


@dataclass(frozen=True)
class Vocabulary:
    """All fact types by name, the built-in `finding` among them.

    `roles` are what a rule may apply to; where there are none, anything may be. `changes` are the
    kinds of change that a fix may make.
    """

    types: Mapping[str, FactType]
    roles: tuple[str, ...] = ()
    changes: Mapping[str, FactType] = field(default_factory=dict)

    @classmethod
    def from_description(
        cls,
        description: Mapping[str, Any],
        roles: tuple[str, ...] = (),
        changes: Mapping[str, Any] | None = None,
    ) -> Vocabulary:
        """Read `{type: {"doc", "host", "topics", "fields": {name: {"doc", "kind", …}}}}`.

        Raises ValueError where a kind is unknown or the name of a built-in type is taken.
        """
        if FINDING in description:
            raise ValueError(f"fact type '{FINDING}' is built in; choose another name")
        types = {FINDING: _FINDING, **_types(description)}
        return cls(types, roles, _types(changes or {}))


def _types(description: Mapping[str, Any]) -> dict[str, FactType]:
    types: dict[str, FactType] = {}
    for name, entry in description.items():
        fields = {}
        for field_name, spec in entry["fields"].items():
            if spec["kind"] not in get_args(Kind):
                raise ValueError(f"{name}.{field_name}: unknown kind '{spec['kind']}'")
            fields[field_name] = Field(
                spec["doc"],
                spec["kind"],
                tuple(spec.get("values", ())),
                spec.get("optional", False),
                spec.get("lower", False),
                tuple(spec.get("starts", ())),
            )
        dependences = tuple(Dependence(*one) for one in entry.get("dependences", ()))
        types[name] = FactType(
            name, entry["doc"], fields, entry["host"], tuple(entry["topics"]), dependences
        )
    return types


class _AnyField(dict[str, Field]):
    """Fields of a type that isn't known: whatever is asked for."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Field:
        return Field("", "version" if name == "version" else "text")


def anything(name: str) -> FactType:
    """A stand-in for a type that doesn't exist, so that one misspelt name is one mistake."""
    return FactType(name, "", _AnyField())


def comparable(left: Field, right: Field) -> bool:
    """Whether values of the two fields may be held against each other."""
    text = ("text", "choice")
    return left.kind == right.kind or (left.kind in text and right.kind in text)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, all of them when they are few, or a few of many."""
    names = sorted(known)
    near = difflib.get_close_matches(str(word), names, 1, 0.6)
    near = near or difflib.get_close_matches(str(word).lower(), names, 1, 0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    few = names if len(names) <= 20 else difflib.get_close_matches(str(word), names, 5, 0)
    return ("one of: " if few == names else "such as: ") + ", ".join(few) if names else ""

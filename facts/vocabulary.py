"""What a fact is, and the vocabulary that rules are written in, read off the fact types."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NewType

Version = NewType("Version", str)
"""An Expressway release as Cisco writes it, such as X14.3.4; ordered by number, not as text."""

Time = NewType("Time", int)
"""Seconds since 1970-01-01T00:00:00Z."""

Topic = Literal[
    "configuration",
    "status",
    "log",
    "server_certificate",
    "client_certificate",
    "trust_list",
    "version",
    "peer_bundle",
]
"""What a bundle can show of a node; `coverage` says for each whether it was there."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where a fact was read: a line of a file, or a certificate.

    `line` counts from 1; `text` is the line as it stands there, shortened to 2,000 characters;
    `before` and `after` are up to two lines on either side, each shortened to 300.
    Where no line says it, `text` is in our words, and `said` is the same as a code and its values,
    for other languages.
    """

    input: str
    member: str = ""
    line: int | None = None
    text: str = ""
    fingerprint: str | None = None
    said: tuple[str, ...] = ()
    before: str = field(default="", repr=False, compare=False)
    after: str = field(default="", repr=False, compare=False)


def not_among(where: Evidence, entries: int, wanted: str) -> Evidence:
    """That none of the entries of a list, one of which stands at `where`, is the wanted one."""
    return dataclasses.replace(
        where,
        line=None,
        fingerprint=None,
        text=f"none of the {entries} entries is {wanted}",
        said=("not_among", str(entries), wanted),
    )


def described(doc: str, *, lower: bool = False, starts: tuple[str, ...] = ()) -> Any:
    """A required fact field with its one-line description.

    What its text is known to look like, so that a rule which asks for anything else is told so:
    `lower` has no capital letter, `starts` are the beginnings of all values.
    """
    return field(metadata={"doc": doc, "lower": lower, "starts": starts})


def optional(doc: str, *, lower: bool = False) -> Any:
    """A fact field that may be absent (None), otherwise as `described`."""
    return field(default=None, metadata={"doc": doc, "lower": lower})


Dependence = tuple[str, str, Mapping[str, tuple[str, ...]]]
"""A field, another one, and for values of the first those that the other can have beside them."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What all facts have: evidence, and the topics to be seen before absence is concluded."""

    topics: ClassVar[tuple[Topic, ...]] = ()
    host_field: ClassVar[str | None] = "host"
    dependences: ClassVar[tuple[Dependence, ...]] = ()
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


def type_name(fact_type: type) -> str:
    """The name that rules use: `LinkCheck` is `link_check`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in fact_type.__name__).lstrip("_")


def _kind(annotation: Any) -> dict[str, Any]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        (inner,) = [a for a in typing.get_args(annotation) if a is not type(None)]
        return {**_kind(inner), "optional": True}
    if typing.get_origin(annotation) is Literal:
        return {"kind": "choice", "values": list(typing.get_args(annotation))}
    if typing.get_origin(annotation) is tuple:
        return {"kind": "list"}
    names = {str: "text", int: "number", bool: "flag", Version: "version", Time: "time"}
    return {"kind": names[annotation]}


def vocabulary(fact_types: Iterable[type[Any]]) -> dict[str, Any]:
    """The fact types as plain data.

    `{type: {"doc", "host", "topics", "dependences", "fields": {name: {"doc", "kind", "values"?,
    "optional"?, "lower"?, "starts"?}}}}` with `kind` one of text, number, flag, choice, version,
    time, list.
    """
    described_types: dict[str, Any] = {}
    for fact_type in fact_types:
        hints = typing.get_type_hints(fact_type)
        described_types[type_name(fact_type)] = {
            "doc": inspect.cleandoc(fact_type.__doc__ or ""),
            "host": fact_type.host_field,
            "topics": list(fact_type.topics),
            "dependences": list(fact_type.dependences),
            "fields": {
                f.name: {**f.metadata, **_kind(hints[f.name])}
                for f in dataclasses.fields(fact_type)
                if f.name != "evidence"
            },
        }
    return described_types

"""What a fact is, and the vocabulary that rules are written in, read off the fact types."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterable
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

    `line` counts from 1; `text` is the line as it stands there, shortened to 2,000 characters.
    """

    input: str
    member: str = ""
    line: int | None = None
    text: str = ""
    fingerprint: str | None = None


def described(doc: str) -> Any:
    """A required fact field with its one-line description."""
    return field(metadata={"doc": doc})


def optional(doc: str) -> Any:
    """A fact field that may be absent (None), with its one-line description."""
    return field(default=None, metadata={"doc": doc})


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What all facts have: evidence, and the topics to be seen before absence is concluded."""

    topics: ClassVar[tuple[Topic, ...]] = ()
    host_field: ClassVar[str | None] = "host"
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


def type_name(fact_type: type[Fact]) -> str:
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


def vocabulary(fact_types: Iterable[type[Fact]]) -> dict[str, Any]:
    """The fact types as plain data.

    `{type: {"doc", "host", "topics", "fields": {name: {"doc", "kind", "values"?, "optional"?}}}}`
    with `kind` one of text, number, flag, choice, version, time, list.
    """
    described_types: dict[str, Any] = {}
    for fact_type in fact_types:
        hints = typing.get_type_hints(fact_type)
        described_types[type_name(fact_type)] = {
            "doc": inspect.cleandoc(fact_type.__doc__ or ""),
            "host": fact_type.host_field,
            "topics": list(fact_type.topics),
            "fields": {
                f.name: {"doc": f.metadata["doc"], **_kind(hints[f.name])}
                for f in dataclasses.fields(fact_type)
                if f.name != "evidence"
            },
        }
    return described_types

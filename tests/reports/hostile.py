"""Puts any text into every field of a report document that takes free text."""

from __future__ import annotations

from typing import TypeVar

from certclinic.reports.document import Part, Report

from .sample import pair

P = TypeVar("P", bound=Part)


def drowned(text: str) -> Report:
    """The pair with this text in every field that takes free text."""
    return drown(pair(), text)


def drown(part: P, text: str) -> P:
    """Any document with this text in every field that takes free text."""

    def changed(name: str, value: object) -> object:
        annotation = type(part).model_fields[name].annotation
        if name in ("language", "fallback"):
            return value
        if annotation in (str, str | None):
            return text
        if annotation == tuple[str, ...]:
            return (text, text)
        if isinstance(value, Part):
            return drown(value, text)
        if isinstance(value, tuple):
            return tuple(drown(i, text) if isinstance(i, Part) else i for i in value)
        return value

    return part.model_copy(
        update={name: changed(name, getattr(part, name)) for name in type(part).model_fields}
    )

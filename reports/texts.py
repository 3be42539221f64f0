"""Applies a function to every text of a report document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .document import Part

Document = TypeVar("Document", bound=Part)


def with_texts(report: Document, change: Callable[[str], str]) -> Document:
    """The same document with each text changed. Fixed words, such as states, must survive it."""

    def changed(value: Any) -> Any:
        match value:
            case str():
                return change(value)
            case dict():
                return {changed(key): changed(item) for key, item in value.items()}
            case list() | tuple():
                return [changed(item) for item in value]
            case _:
                return value

    fields = report.model_dump()
    return type(report).model_validate({name: changed(value) for name, value in fields.items()})

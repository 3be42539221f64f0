"""Applies a function to every text of a report document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .document import Report


def with_texts(report: Report, change: Callable[[str], str]) -> Report:
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
    return Report.model_validate({name: changed(value) for name, value in fields.items()})

"""A report under pseudonyms: every text of it, and none of the words that the format fixes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

from . import document
from .document import Part, Report
from .pseudonyms import Pseudonyms
from .texts import with_texts


def pseudonymous(report: Report, pseudonyms: Pseudonyms) -> Report:
    """The report with pseudonyms in every text."""
    fixed = _fixed_words()
    return with_texts(report, lambda text: text if text in fixed else pseudonyms.text(text))


@cache
def _fixed_words() -> frozenset[str]:
    """Words that a field of the document must have one of, such as states."""
    parts = (
        value
        for value in vars(document).values()
        if isinstance(value, type) and issubclass(value, Part)
    )
    return frozenset(
        word
        for part in parts
        for field in part.model_fields.values()
        for word in _words(field.annotation)
    )


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    else:
        for inner in get_args(annotation):
            yield from _words(inner)

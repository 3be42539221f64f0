"""A report under pseudonyms: every text of it, and none of the words that the format fixes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

from .document import Part
from .pseudonyms import Pseudonyms
from .texts import Document, with_texts


def pseudonymous(report: Document, pseudonyms: Pseudonyms) -> Document:
    """The report, or another document, with pseudonyms in every text."""
    fixed = _fixed_words(type(report))
    return with_texts(report, lambda text: text if text in fixed else pseudonyms.text(text))


@cache
def _fixed_words(part: type[Part]) -> frozenset[str]:
    """Words that a field of the document must have one of, such as states."""
    return frozenset(
        word for field in part.model_fields.values() for word in _words(field.annotation)
    )


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    elif isinstance(annotation, type) and issubclass(annotation, Part):
        yield from _fixed_words(annotation)
    else:
        for inner in get_args(annotation):
            yield from _words(inner)

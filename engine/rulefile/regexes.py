"""Regular expressions that rule files may use.

Log text is hostile and packs come from strangers, so RE2 matches them: its time is linear in the
length of the text, its memory bounded. Its syntax has no look-around and no back-references.
"""

from __future__ import annotations

import re
from functools import lru_cache

import re2

MAX_PATTERN = 200
MAX_MEMORY = 2**20
"""Bytes that one compiled expression may take."""

_UNSUPPORTED = (
    (
        re.compile(r"(?<!\\)\(\?<?[=!]"),
        "look-around is not supported",
        "test what stands before or after in a condition of its own, such as {not: …}",
    ),
    (
        re.compile(r"\\[1-9]|\(\?P="),
        "back-references are not supported",
        "write the repeated part out, or compare two fields with $alias.field",
    ),
    (
        re.compile(r"(?:[*+?]|\{\d*,?\d*\})\+|\(\?>"),
        "possessive quantifiers and atomic groups are not supported",
        "write a plain quantifier; no text makes it slow",
    ),
    (re.compile(r"\\Z"), "\\Z is not supported", "write $ or \\z"),
)


class RegexError(ValueError):
    """The expression can't be used; the message says why, `hint` what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re2._Regexp:
    """The expression, ready to search with. Raises RegexError."""
    if len(pattern) > MAX_PATTERN:
        raise RegexError(f"it is longer than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise _explained(pattern, error.args[0].decode("utf-8", "replace")) from None
    except UnicodeEncodeError:
        raise RegexError("it holds half of a character (a lone surrogate)") from None


def _explained(pattern: str, reason: str) -> RegexError:
    """RE2 names the piece that it can't read; people need the name of the feature."""
    for sign, message, cure in _UNSUPPORTED:
        if sign.search(pattern):
            return RegexError(message, cure)
    return RegexError(reason)


def found_in(pattern: str, text: str) -> bool:
    """Whether the expression is found anywhere in the text."""
    return compiled(pattern).search(text.encode("utf-8", "replace")) is not None

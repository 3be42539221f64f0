"""Regular expressions that rule files may use.

Log text is hostile, so an expression must not take long on any text: no choice and no quantifier
inside a group that repeats, at most two wide quantifiers, and only the first 1,000 characters are
read. What is left takes at most the cube of the length.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 200
MAX_TEXT = 1000
ANY_CASE = "(?i)"
"""May stand at the start of an expression."""
MAX_WIDE = 2
NARROW = 9
"""Repeats up to which a quantifier is not counted as wide."""

_TOKEN = re.compile(
    r"""\\.                                        # an escaped character
      | \[\^?\]?(?:\\.|[^\]\\])*\]                 # a set
      | \((?:\?(?:[:=!]|<[=!])?)?                  # the start of a group
      | \)
      | (?P<loop>[*+]|\{\d*,\d*\}|\{\d+\})[?+]?    # a quantifier that repeats
      | \?
      | .""",
    re.VERBOSE | re.DOTALL,
)


def regex_fault(pattern: str) -> str | None:
    """Why an expression is refused, or None where it is fit for use."""
    if len(pattern) > MAX_PATTERN:
        return f"longer than {MAX_PATTERN} characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return str(error)
    ambiguous = [False]  # for each open group: it holds a choice or a quantifier
    closed = False  # the group that ended just before does
    wide = 0
    for token in _TOKEN.finditer(pattern.removeprefix(ANY_CASE)):
        text = token[0]
        if text.startswith("(?") and text not in ("(?:", "(?=", "(?!", "(?<=", "(?<!"):
            return "only plain groups and look-around are allowed"
        if loop := token["loop"]:
            if closed:
                return "a choice or a quantifier inside a group that repeats"
            most = re.search(r"(\d*)\}", loop)
            wide += most is None or not most[1] or int(most[1]) > NARROW
        ambiguous[-1] |= bool(loop) or text in ("|", "?")
        closed = False
        if text.startswith("("):
            ambiguous.append(False)
        elif text == ")":
            closed = ambiguous.pop()
            ambiguous[-1] |= closed
    if wide > MAX_WIDE:
        return f"more than {MAX_WIDE} quantifiers without a small limit"
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def found_in(pattern: str, text: str) -> bool:
    """Whether the expression is found in the first 1,000 characters of the text."""
    return _compiled(pattern).search(text[:MAX_TEXT]) is not None

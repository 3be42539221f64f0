"""Regular expressions that rule files may use.

Log text is hostile, so an expression must not take long on any text: no quantifier inside a
quantified group, at most two unbounded quantifiers, and only the first 1,000 characters are read.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 200
MAX_TEXT = 1000
MAX_UNBOUNDED = 2

_TOKEN = re.compile(
    r"""\\.                                        # an escaped character
      | \[\^?\]?(?:\\.|[^\]\\])*\]                 # a set
      | \((?:\?(?:[:=!]|<[=!]|P<\w+>))?            # the start of a group
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
    repeats_inside = [False]  # for each open group: holds a quantifier
    closed = False  # the group that ended just before holds one
    unbounded = 0
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if text.startswith("(?") and text not in ("(?:", "(?=", "(?!", "(?<=", "(?<!"):
            return "only plain groups and look-around are allowed"
        if loop := token["loop"]:
            if closed:
                return "a quantifier inside a quantified group"
            repeats_inside[-1] = True
            unbounded += loop in "*+" or loop.endswith(",}")
        closed = False
        if text.startswith("("):
            repeats_inside.append(False)
        elif text == ")":
            closed = repeats_inside.pop()
            repeats_inside[-1] |= closed
    if unbounded > MAX_UNBOUNDED:
        return f"more than {MAX_UNBOUNDED} unbounded quantifiers"
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def found_in(pattern: str, text: str) -> bool:
    """Whether the expression is found in the first 1,000 characters of the text."""
    return _compiled(pattern).search(text[:MAX_TEXT]) is not None

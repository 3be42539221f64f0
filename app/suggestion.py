"""Did-you-mean for names on the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


class UnknownNameError(ValueError):
    """A name on the command line is not known; the text says which, and what is close to it."""


def closest(name: str, known: Sequence[str]) -> str:
    """` (did you mean …?)`, or nothing where no known name is close."""
    near = difflib.get_close_matches(name, known, 3, 0.6)
    return f" (did you mean {', '.join(near)}?)" if near else ""

"""Did-you-mean for names on the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


class UnknownNameError(ValueError):
    """A name on the command line is not known; the text says which, and what is close to it."""


def closest(name: str, known: Sequence[str]) -> str:
    """` (did you mean …?)`, or nothing where no known name is close."""
    near = difflib.get_close_matches(name, known, len(known), 0.6)
    near = sorted(near, key=lambda one: (-difflib.SequenceMatcher(None, one, name).ratio(), one))
    near = near[:8]
    return f" (did you mean {', '.join(near)}?)" if near else ""

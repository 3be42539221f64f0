"""Releases of Expressway, compared by number."""

from __future__ import annotations

import re


def release_key(release: str) -> tuple[int, ...]:
    """A release in comparable form: X14.3.4 is (14, 3, 4, 0)."""
    numbers = [int(n) for n in re.findall(r"\d+", release)][:4]
    return tuple(numbers + [0] * (4 - len(numbers)))

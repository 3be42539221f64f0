"""A fact as the engine takes it: an id, a type and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Scalar = str | int | bool
Value = Scalar | tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """One observation. `id` is the caller's and opaque; a value that is unknown is left out.

    Versions are text ("X14.3.4"), times are seconds since 1970-01-01T00:00:00Z.
    """

    id: str
    type: str
    values: Mapping[str, Value] = field(hash=False)


def id_order(fact_id: str) -> tuple[int, str]:
    """Sort key that puts f2 before f10."""
    return len(fact_id), fact_id

"""Counts log lines by what they say, with the first lines of each kind as evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Generic

from ..vocabulary import Evidence
from .log_events import KINDS, QUOTED, Kind, Tally


@dataclass
class LineCounts(Generic[Kind]):
    """How often each kind of line stands in the logs; past a bound, new kinds are left out."""

    kinds: dict[Kind, Tally] = field(default_factory=dict)

    def add(self, kind: Kind, where: Evidence, number: int, text: str) -> None:
        """Count the line with that number (from 1)."""
        if kind in self.kinds or len(self.kinds) < KINDS:
            evidence = replace(where, line=number, text=text.strip()[:QUOTED])
            self.kinds.setdefault(kind, Tally()).add(None, evidence)

    def merge(self, other: LineCounts[Kind]) -> None:
        """Add what another log counted."""
        for kind, tally in other.kinds.items():
            self.kinds.setdefault(kind, Tally()).merge(tally)

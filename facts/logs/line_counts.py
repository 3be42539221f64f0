"""Counts log lines by what they say, with the first lines of each kind as evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Generic

from ..vocabulary import Evidence
from .log_events import KINDS, QUOTED, Kind, Tally
from .log_lines import neighbours
from .log_scan import Hit


def quoted(where: Evidence, hit: Hit, text: str) -> Evidence:
    """A line as evidence, with the lines beside it."""
    before, after = neighbours(*hit.around())
    line = text.strip()[:QUOTED]
    return replace(where, line=hit.number, text=line, before=before, after=after)


@dataclass
class LineCounts(Generic[Kind]):
    """How often each kind of line stands in the logs; past a bound, new kinds are left out."""

    kinds: dict[Kind, Tally] = field(default_factory=dict)

    def add(self, kind: Kind, evidence: Evidence) -> None:
        """Count a line."""
        if kind in self.kinds or len(self.kinds) < KINDS:
            self.kinds.setdefault(kind, Tally()).add(None, evidence)

    def merge(self, other: LineCounts[Kind]) -> None:
        """Add what another log counted."""
        for kind, tally in other.kinds.items():
            self.kinds.setdefault(kind, Tally()).merge(tally)

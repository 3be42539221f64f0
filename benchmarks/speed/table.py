"""What was measured, on which machine: as a Markdown table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from .measure import Cost

_PACKAGES = (
    "certclinic", "ahocorasick_rs", "clipspy", "cryptography", "durable_rules", "isal", "jinja2",
    "pyyaml",
)  # fmt: skip
_HEADINGS = (
    "work", "measured", "at most", "", "wall s", "CPU s", "memory MB",
    "held against", "wall s", "CPU s", "memory MB", "note",
)  # fmt: skip

Quantity = Literal["wall", "cpu", "memory"]
Unit = Literal["×", "MB", "%"]


@dataclass(frozen=True)
class Row:
    """A line of the table. `value` is a ratio, or what `unit` says.

    Without a value the note says what was missing.
    """

    work: str
    value: float | None = None
    limit: float | None = None
    unit: Unit = "×"
    ours: Cost | None = None
    other: str = ""
    theirs: Cost | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        """Not above the limit, if there are both."""
        return self.value is None or self.limit is None or self.value <= self.limit

    @property
    def figure(self) -> str:
        """The value with its unit."""
        return "—" if self.value is None else _figure(self.value, self.unit)


def compared(
    work: str,
    ours: Cost,
    other: str,
    theirs: Cost,
    limit: float | None = None,
    quantity: Quantity = "wall",
    note: str = "",
) -> Row:
    """A row whose value is our cost by theirs."""
    mine, its = getattr(ours, quantity), getattr(theirs, quantity)
    value = None if mine is None or not its else mine / its
    return Row(work, value, limit, "×", ours, other, theirs, note)


def missing(work: str, what: str, limit: float | None = None) -> Row:
    """A row for a competitor that is not there."""
    return Row(work, limit=limit, note=f"not measured: {what}")


def markdown(rows: Iterable[Row], rounds: int) -> str:
    """The table, and on what machine it came about."""
    told = machine()
    above = (
        f"{told['date']}, {told['processor']}, {told['cores']} cores, {told['kernel']},"
        f" {told['python']}; medians of {rounds}\n\n"
    )
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, rows)]
    return above + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def as_json(rows: Sequence[Row], rounds: int) -> str:
    """Everything, with the machine and the versions."""
    told = {
        **machine(),
        "rounds": rounds,
        "rows": [{**asdict(row), "met": row.met} for row in rows],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def machine() -> dict[str, Any]:
    """Where and with what the measuring was done."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cells(row: Row) -> tuple[str, ...]:
    verdict = "" if row.value is None or row.limit is None else "✓" if row.met else "✗"
    return (
        row.work,
        row.figure,
        "" if row.limit is None else _figure(row.limit, row.unit),
        verdict,
        *_costs(row.ours),
        row.other,
        *_costs(row.theirs),
        row.note,
    )


def _figure(value: float, unit: Unit) -> str:
    return f"{value:.3g} {unit}" if unit == "×" else f"{value:.0f} {unit}"


def _costs(cost: Cost | None) -> tuple[str, str, str]:
    if cost is None:
        return "", "", ""
    memory = "—" if cost.memory is None else f"{cost.memory:.0f}"
    return f"{cost.wall:.3f}", f"{cost.cpu:.3f}", memory

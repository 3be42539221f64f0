"""All cases as one table: a row for each known symptom, node and case, with its state.

Parquet where pyarrow is installed, else JSON lines with the same columns: unlike CSV, they keep
types, and no program takes a host's name for a formula.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from ..whole_file import replacing

PARQUET, JSON_LINES = "symptoms.parquet", "symptoms.jsonl"
COLUMNS = (
    "case",
    "judged_at",
    "node",
    "role",
    "version",
    "symptom",
    "title",
    "state",
    "status",
    "severity",
    "confidence",
    "rule",
    "root_cause",
)
"""`state`: found, excluded or not-checked. What follows is null unless the symptom was found."""

_GROUP = 1 << 16
_NOTHING: Sequence[dict[str, Any] | None] = (None,)
Row = dict[str, Any]


def rows(case: str, report: dict[str, Any]) -> Iterator[Row]:
    """The rows of a case, from its JSON report."""
    nodes = {node["host"]: node for node in report["nodes"]}
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in report["findings"]:
        for host in finding["nodes"]:
            found.setdefault((finding["symptom"], host), []).append(finding)
    titles = {entry["symptom"]: entry["title"] for entry in report["ledger"]}
    states = {(entry["symptom"], entry["node"]): entry["state"] for entry in report["ledger"]}
    for symptom, host in states | dict.fromkeys(found, "found"):
        node = nodes.get(host, {})
        for finding in found.get((symptom, host)) or _NOTHING:
            yield {
                "case": case,
                "judged_at": report["judged_at"],
                "node": host,
                "role": node.get("role"),
                "version": node.get("version"),
                "symptom": symptom,
                "title": titles.get(symptom) or (finding or {}).get("title"),
                "state": "found" if finding else states[symptom, host],
                "status": finding and finding["status"],
                "severity": finding and finding["severity"],
                "confidence": finding and finding["confidence"],
                "rule": finding and finding["rule"],
                "root_cause": finding and is_root(finding),
            }


def is_root(finding: dict[str, Any]) -> bool:
    """A fault that no other finding of its case explains."""
    return finding["status"] != "advice" and not finding["explained_by"] + finding["follows_from"]


def write_table(folder: Path, table: Iterable[Row]) -> Path:
    """Write the table into a folder, and take away one in the other format."""
    parquet = find_spec("pyarrow") is not None
    path = folder / (PARQUET if parquet else JSON_LINES)
    with replacing(path) as partial:
        (_write_parquet if parquet else _write_lines)(partial, table)
    (folder / (JSON_LINES if parquet else PARQUET)).unlink(missing_ok=True)
    return path


def _write_lines(path: Path, table: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in table)


def _write_parquet(path: Path, table: Iterable[Row]) -> None:
    pyarrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    kinds = {"judged_at": pyarrow.timestamp("ms", "UTC"), "root_cause": pyarrow.bool_()}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in COLUMNS])
    todo = iter(table)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(todo, _GROUP)):
            for row in group:
                row["judged_at"] = datetime.fromisoformat(row["judged_at"])
            writer.write_table(pyarrow.Table.from_pylist(group, schema))

"""The folder of results: one JSON report for each case, and a list of what came of which case.

The list is written on as cases are done, so that a run that was stopped goes on where it was; at
the end it is in order. Each report is there whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..whole_file import replacing
from .cases import CaseFolder
from .work import Result, State

LIST = "cases.jsonl"
FOLDER = "cases"


@dataclass(frozen=True)
class Record:
    """What came of a case. `key` is its fingerprint, `sha256` that of its report, "" for none.

    `report` and `page` are paths in the folder of results, "" where there is none.
    """

    case: str
    path: str
    state: State
    why: str
    key: str
    report: str = ""
    sha256: str = ""
    page: str = ""


class Results:
    """A folder of results that is written to. Raises OSError where that can't be done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        self._records = {record.path: record for record in _read(folder / LIST)}
        self._write_list(list(self._records.values()))  # without a last line cut off
        self._list = (folder / LIST).open("a", encoding="ascii")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._list.close()

    def finished(self, case: CaseFolder, key: str) -> bool:
        """The case has its result, of these inputs and options, and its report is as written."""
        record = self._records.get(str(case.path))
        if record is None or record.state == "failed":
            return False
        if (record.case, record.key) != (case.stem, key):
            return False
        pages = not record.page or (self.folder / record.page).is_file()
        return pages and self._stored(record) is not None

    def keep(self, case: CaseFolder, key: str, result: Result) -> Record:
        """Write the report of a case, and then its record."""
        record = Record(case.stem, str(case.path), result.state, result.why, key)
        if result.report is not None:
            data, name = result.report.encode("utf-8", "replace"), f"{FOLDER}/{case.stem}.json"
            self._write(name, data)
            record = replace(record, report=name, sha256=sha256(data).hexdigest())
        if result.page is not None:
            name = f"{FOLDER}/{case.stem}.html"
            self._write(name, result.page.encode("utf-8", "replace"))
            record = replace(record, page=name)
        self._records[record.path] = record
        self._list.write(_line(record))
        self._list.flush()
        return record

    def report(self, record: Record) -> dict[str, Any] | None:
        """The JSON report of a case; None where there is none, or not as it was written."""
        data = self._stored(record)
        return None if data is None else dict(json.loads(data))

    def _stored(self, record: Record) -> bytes | None:
        try:
            data = (self.folder / record.report).read_bytes() if record.report else b""
        except OSError:
            return None
        return data if sha256(data).hexdigest() == record.sha256 else None

    def finish(self, cases: Sequence[CaseFolder]) -> list[Record]:
        """Put the list of these cases in order; those of earlier runs with others leave it."""
        records = [self._records[str(case.path)] for case in cases]
        self._list.close()
        self._write_list(records)
        return records

    def _write(self, name: str, data: bytes) -> None:
        with replacing(self.folder / name) as partial:
            partial.write_bytes(data)

    def _write_list(self, records: Sequence[Record]) -> None:
        self._write(LIST, "".join(map(_line, records)).encode("ascii"))


def _line(record: Record) -> str:
    return json.dumps(asdict(record)) + "\n"


def _read(path: Path) -> Iterator[Record]:
    """The records of a list; a line that is cut off, or none of ours, counts as not written."""
    if not path.exists():
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            fields: Mapping[str, Any] = json.loads(line)
            yield Record(**fields)
        except (ValueError, TypeError):
            continue

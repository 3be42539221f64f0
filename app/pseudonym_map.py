"""The file that says which pseudonym stands for what: for its owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ..reports.pseudonyms import TABLES

Mappings = Mapping[str, Mapping[str, str]]


class MapError(Exception):
    """The file can't be read or written; the text says why and what to do."""


def read_map(path: Path | None) -> dict[str, dict[str, str]]:
    """The pseudonyms that hold on; none where there is no file yet. Raises MapError."""
    if path is None or not path.exists():
        return {}
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MapError(f"{path} can't be read as a map of pseudonyms: {error}") from error
    if not _is_map(read):
        raise MapError(f"{path} is no map of pseudonyms; name one that --redact-map wrote")
    return read  # type: ignore[no-any-return]


def write_map(path: Path | None, mapping: Mappings) -> None:
    """Write the pseudonyms so that only the user can read them. Raises MapError."""
    if path is None:
        return
    text = json.dumps({"schema_version": 1, **mapping}, ensure_ascii=False, indent=1)
    partial = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise MapError(f"{path} can't be written: {error.strerror or error}") from error


def _is_map(read: object) -> bool:
    if not isinstance(read, dict) or read.pop("schema_version", None) != 1:
        return False
    return all(
        name in TABLES
        and isinstance(table, dict)
        and all(isinstance(alias, str) for alias in table.values())
        for name, table in read.items()
    )

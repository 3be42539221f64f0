"""YAML files that were read before, kept by their content.

Reading YAML with places is half of what a start costs, and rule files seldom change. An entry is
JSON, found by the hash of the file's bytes and of the code that read it, so it cannot be out of
date; whatever is odd about an entry, the file is read again. The folder may be deleted at any
time. `CERTCLINIC_CACHE` names another folder; where it is empty, nothing is kept.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml
from platformdirs import user_cache_path

from ..problems import Problem
from . import yaml_cures, yaml_source
from .yaml_source import Document, parse_yaml

FOLDER = "CERTCLINIC_CACHE"
"""Environment variable."""

MAX_ENTRIES = 2000
"""Ten rule bases of the shipped one's size, about 20 MB."""


def read_yaml(file: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """What `parse_yaml` answers, without its work where the same bytes were read before.

    Only files without a mistake are kept.
    """
    folder = _folder(os.environ.get(FOLDER))
    if folder is None:
        return parse_yaml(file, raw)
    entry = folder / f"{sha256(_reader() + raw).hexdigest()}.json"
    document = _kept(entry, file, raw)
    if document is not None:
        return document, []
    document, problems = parse_yaml(file, raw)
    if document is not None and not problems:
        with suppress(OSError):  # a folder that can't be written to saves no time, and no more
            _keep(entry, document)
    return document, problems


@cache
def _folder(named: str | None) -> Path | None:
    """Where entries are kept; None where nobody wants them or none can be."""
    if named == "":
        return None
    folder = Path(named) if named else user_cache_path("certclinic", appauthor=False) / "yaml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = list(folder.iterdir())
        if len(entries) > MAX_ENTRIES:
            for old in sorted(entries, key=lambda entry: entry.stat().st_mtime)[: MAX_ENTRIES // 2]:
                old.unlink()
    except (OSError, RuntimeError):  # RuntimeError: a user without a home folder
        return None
    return folder


@cache
def _reader() -> bytes:
    """What decides how bytes are read, besides themselves."""
    code = [Path(str(module.__file__)).read_bytes() for module in (yaml_source, yaml_cures)]
    return sha256(b"\0".join([yaml.__version__.encode(), *code])).digest()


def _kept(entry: Path, file: str, raw: bytes) -> Document | None:
    try:
        data, places = json.loads(entry.read_bytes())
        # A span is four numbers.
        if not isinstance(places, list) or len(places) % 4 or set(map(type, places)) - {int}:
            return None
    except (OSError, ValueError, TypeError):
        return None
    return Document(file, raw.decode("utf-8-sig").splitlines(), data, places)


def _keep(entry: Path, document: Document) -> None:
    text = json.dumps([document.data, document.places], ensure_ascii=False, separators=(",", ":"))
    with NamedTemporaryFile("w", encoding="utf-8", dir=entry.parent, delete=False) as partial:
        partial.write(text)
    Path(partial.name).replace(entry)

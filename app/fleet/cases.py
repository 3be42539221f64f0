"""Which paths are cases, and under which names their results are kept."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...facts.inputs.bundle_names import archive_name, classify

_SUFFIX = re.compile(r"\.(tar\.gz|tgz|tar|zip|gz)$", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 120  # bytes; file systems take 255, with an ending


class FleetError(Exception):
    """The cases can't be judged; the text says why and what to do."""


@dataclass(frozen=True)
class CaseFolder:
    """A folder or archive that holds the bundles of one case; `stem` names its results."""

    path: Path
    stem: str


@dataclass(frozen=True)
class LeftOut:
    """What lies among the cases and is none, and why."""

    path: Path
    why: str


def find_cases(paths: Sequence[Path], output: Path) -> tuple[list[CaseFolder], list[LeftOut]]:
    """The cases, in order of their names; `output` is none of them.

    One folder given by itself is the folder of all cases, unless bundles lie in it: then it is a
    case. Raises FleetError where there is no case or results would lie in one, and OSError for a
    single path that can't be opened.
    """
    left_out: list[LeftOut] = []
    found = list(dict.fromkeys(paths))
    if len(found) == 1 and found[0].is_dir() and not _holds_bundle(found[0]):
        found = list(_among(found[0], output, left_out))
    if not found:
        raise FleetError(f"{paths[0]} holds no case: neither a folder nor an archive")
    if inside := [path for path in found if path.resolve() in (output / "x").resolve().parents]:
        raise FleetError(f"results can't lie in the case {inside[0]}; give --output another folder")
    stems = _stems(found)
    cases = [CaseFolder(path, stem) for path, stem in zip(found, stems, strict=True)]
    return sorted(cases, key=lambda case: case.stem), left_out


def _holds_bundle(folder: Path) -> bool:
    """A bundle or a file of one lies in the folder, by the name that Expressway gives it."""
    return any(
        archive_name(entry.name) or classify(entry.name, b"").kind != "unknown"
        for entry in folder.iterdir()
    )


def _among(folder: Path, output: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.resolve() == output.resolve():
            continue
        if entry.is_symlink():
            left_out.append(LeftOut(entry, "is a link; links are not followed"))
        elif entry.is_dir() or _SUFFIX.search(entry.name):
            yield entry
        else:
            left_out.append(LeftOut(entry, "is neither a folder nor an archive"))


def _stems(paths: Sequence[Path]) -> list[str]:
    """A file name for each, safe on every system; paths of one name get a part of their hash."""
    plain = [_plain(path) for path in paths]
    often = Counter(stem.casefold() for stem in plain)
    return [
        stem if often[stem.casefold()] == 1 else f"{stem}~{_hash(path)}"
        for stem, path in zip(plain, paths, strict=True)
    ]


def _plain(path: Path) -> str:
    name = path.name if path.name not in ("", "..") else path.resolve().name
    text = unicodedata.normalize("NFC", shown(_SUFFIX.sub("", name)))
    safe = _UNSAFE.sub("_", text).strip("._-").encode()[:_LONGEST]
    return safe.decode("utf-8", "ignore") or "case"


def _hash(path: Path) -> str:
    return sha256(shown(path).encode()).hexdigest()[:8]


def shown(path: Path | str) -> str:
    """A path as text; bytes that are no UTF-8 are replaced."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")

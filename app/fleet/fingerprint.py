"""What a case's result depends on, as a hash: its files, the options, and the program with rules.

Files are told by name, size and time of change, as make and rsync do it: bundles have gigabytes,
and cases come by the thousand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from .. import VERSION

_PACKAGES = ("app", "engine", "facts", "reports", "rules")
_KINDS = {".py", ".yaml", ".j2", ".css", ".po"}


@dataclass(frozen=True)
class Fingerprint:
    """`key` is a hash in hexadecimal, `size` the bytes of all files."""

    key: str
    size: int


def program(rule_folders: Iterable[Path]) -> str:
    """The program's version, the matcher at hand, and a hash of the program's files and all rules.

    Raises OSError for a folder that can't be read.
    """
    hashed = sha256()
    shipped = [Path(str(resources.files(f"certclinic.{name}"))) for name in _PACKAGES]
    for folder in (*shipped, *rule_folders):
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in _KINDS:
                name = file.relative_to(folder).as_posix().encode()
                hashed.update(b"%s\0%s\0" % (name, file.read_bytes()))
    matcher = "durable" if find_spec("durable") else "reference"
    return f"certclinic {VERSION}, {matcher} matcher, files {hashed.hexdigest()[:16]}"


def fingerprint(path: Path, settings: str) -> Fingerprint:
    """The fingerprint of a case; `settings` are the program and its options.

    Raises OSError for a path that can't be opened; what can't be opened below it counts as such.
    """
    hashed = sha256(settings.encode())
    size = 0
    for name, state in sorted(_files(path)):
        hashed.update(b"%s\0%d\0%d\0" % (name, state.st_size, state.st_mtime_ns))
        size += state.st_size
    return Fingerprint(hashed.hexdigest(), size)


def _files(path: Path) -> Iterator[tuple[bytes, os.stat_result]]:
    if not path.is_dir():
        yield b"", path.stat()
        return
    next(path.iterdir(), None)  # an unreadable case raises; what is unreadable inside costs less
    for folder, _, names in os.walk(path):
        for file in (Path(folder, name) for name in names):
            yield os.fsencode(file.relative_to(path)), file.lstat()

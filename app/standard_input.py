"""`-` on the command line: standard input, kept in a private file while it is read."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def on_disk(paths: Sequence[str]) -> Iterator[list[Path]]:
    """The paths as they are, `-` as a temporary file that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="certclinic-") as folder:
        files = []
        for path in paths:
            if path == "-":
                kept = Path(folder) / "standard-input"
                with kept.open("wb") as target:
                    shutil.copyfileobj(sys.stdin.buffer, target)
                files.append(kept)
            else:
                files.append(Path(path))
        yield files

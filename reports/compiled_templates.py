"""Shipped templates, compiled once: beside their sources, as Python keeps its own modules.

Compiling takes longer than writing a report. As for modules, an entry is used only for the very
source that it was made of, and PYTHONDONTWRITEBYTECODE keeps new ones from being written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

FOLDER = Path(__file__).with_name("__pycache__")


class _Beside(FileSystemBytecodeCache):
    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # a damaged entry can raise whatever unpickling does
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):  # an installation that is not ours to write to
            FOLDER.mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


def compiled_templates(
    finalize: Callable[[Any], Any] | None, **options: Any
) -> FileSystemBytecodeCache:
    """The entries for an environment; what decides how it compiles is part of their names."""
    decides = f"{jinja2.__version__} {finalize and finalize.__qualname__} {options}"
    return _Beside(str(FOLDER), f"jinja-{re.sub('[^A-Za-z0-9.]+', '-', decides)}-%s.cache")

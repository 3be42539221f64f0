"""The programs that this one is held against, each with its version, or what to do to have it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from .measure import PYTHON


@dataclass(frozen=True)
class Tool:
    """A program: how it is called, and its name with the version."""

    command: tuple[str, ...]
    name: str


@cache
def igzip() -> Tool:
    """ISA-L's decompressor, or the Python package's, which the program needs anyway."""
    found = _found("igzip", "--version")
    if found:
        return found
    return Tool((*PYTHON, "-m", "isal.igzip"), f"python -m isal.igzip {version('isal')}")


@cache
def ripgrep() -> Tool | None:
    """The one beside Python first: distributions often ship an old, much slower one."""
    return _found("rg", "--version")


@cache
def openssl() -> Tool | None:
    """The command of OpenSSL."""
    return _found("openssl", "version")


def _found(name: str, question: str) -> Tool | None:
    beside = str(Path(sys.executable).parent)
    path = shutil.which(name, path=beside) or shutil.which(name)
    if path is None:
        return None
    answer = subprocess.run(  # noqa: S603
        [path, question], capture_output=True, text=True, check=False
    )
    said = (answer.stdout or answer.stderr).split()
    number = next((word for word in said if word[:1].isdecimal()), "")
    return Tool((path,), f"{name} {number}".strip())

"""The program's beginning: what can be answered at once is, before anything is imported."""

from __future__ import annotations

import sys

from . import VERSION


def main() -> None:
    """Run certclinic with the arguments of this process."""
    if sys.argv[1:] == ["--version"]:
        print(f"certclinic, version {VERSION}")
        return
    from .cli import main as command_line

    command_line()

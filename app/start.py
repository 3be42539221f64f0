"""The program's beginning: what can be answered at once is, before anything is imported."""

from __future__ import annotations

import os
import sys

from . import VERSION


def main() -> None:
    """Run certclinic with the arguments of this process."""
    if sys.argv[1:] == ["--version"]:
        print(f"certclinic, version {VERSION}")
        return
    # Plugins of other packages have no business here, and looking for them takes its time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from .cli import main as command_line

    command_line()

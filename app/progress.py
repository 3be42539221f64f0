"""Shows on standard error how far a long reading is: a bar on a terminal, else a line at times.

What takes no time shows nothing: the bar appears after half a second, the first line after ten.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_BAR_AFTER, _REDRAWN = 0.5, 0.1
_LINE_EVERY = 10.0


class Progress:
    """So many bytes of `total` were read, lastly of `name`; callable from any thread.

    While it is entered, a thread of its own shows it. After Ctrl-C it says what was read.
    """

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total = total
        self._read = 0
        self._name = ""
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = None if quiet else threading.Thread(target=self._show, daemon=True)

    @classmethod
    def of(cls, paths: Iterable[Path], *, quiet: bool = False) -> Self:
        """For all files of the inputs; what can't be opened counts for nothing."""
        return cls(_bytes_in(paths), quiet=quiet)

    def watch(self, path: Path, count: int) -> None:
        """Note that so many bytes more of a file were read."""
        self.read(path.name, count)

    def read(self, name: str, count: int) -> None:
        """Note that so many bytes more were read."""
        with self._lock:
            self._read += count
            self._name = name

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if kind is KeyboardInterrupt and self._read:
            click.echo(f"read {self._so_far()}, lastly of {self._name}", err=True)

    def line(self) -> str:
        """How far it is, how fast, and how long it will take."""
        if not self._read:
            return f"read {self._so_far()}"
        spent = time.monotonic() - self._begun
        rate = self._read / max(spent, 0.001)
        left = max(self.total - self._read, 0) / rate
        return f"read {self._so_far()} ({size(rate)}/s, {left:.0f} s left): {self._name}"

    def _so_far(self) -> str:
        return f"{size(min(self._read, self.total))} of {size(self.total)}"

    def _show(self) -> None:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            if not self._over.wait(_BAR_AFTER):
                self._show_bar()
            return
        while not self._over.wait(_LINE_EVERY):
            click.echo(self.line(), err=True)

    def _show_bar(self) -> None:
        with _bar() as bar:
            task = bar.add_task("", total=self.total, completed=self._read)
            while not self._over.wait(_REDRAWN):
                bar.update(task, completed=self._read, description=_shortened(self._name))


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),  # names are no markup
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _shortened(name: str, most: int = 40) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}"


def size(count: float) -> str:
    """A number of bytes for people, in powers of 1000 as disks count."""
    units = ["B", "kB", "MB", "GB", "TB"]
    while count >= 1000 and len(units) > 1:
        count /= 1000
        del units[0]
    digits = 1 if count < 10 and units[0] != "B" else 0
    return f"{count:.{digits}f} {units[0]}"


def _bytes_in(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else (path,):
            try:
                total += file.lstat().st_size if not file.is_dir() else 0
            except OSError:
                continue
    return total

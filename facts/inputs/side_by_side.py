"""Does several pieces of reading at once, in threads: unpacking and searching let others run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TypeVar

from .archive import Watch

Done = TypeVar("Done")
Piece = Callable[[Watch], Done]
"""Reads something, and tells `watch` of it now and then."""


class _StoppedError(BaseException):
    """Ends a thread whose work nobody waits for; no reader takes it for damage."""


def side_by_side(pieces: Sequence[Piece[Done]], watch: Watch | None) -> list[Done]:
    """What came of each piece, in their order.

    Raises what the first of them raised, or KeyboardInterrupt; the others then end at the next
    bytes that they read.
    """
    stop = Event()

    def watched(path: Path, count: int) -> None:
        if stop.is_set():
            raise _StoppedError
        if watch is not None:
            watch(path, count)

    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        running = [pool.submit(piece, watched) for piece in pieces]
        try:
            return [future.result() for future in running]
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise

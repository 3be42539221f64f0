"""Judges cases in processes of this machine.

Each process has an executor of its own and one case at a time: where a process dies, it is known of
which case. The case is tried once more, since it may have died of what its neighbours took.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .work import Options, Result, diagnosed, prepare

RENEWED_AFTER = 250
"""Cases after which a process is replaced, so that its memory cannot grow for ever."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def diagnosed_here(paths: Iterable[Path], options: Options, jobs: int) -> Iterator[Result]:
    """The results as they come, from so many processes. They end with the iterator."""
    todo = iter(paths)
    strangers = multiprocessing.active_children()
    lanes = [_Lane(options) for _ in range(jobs)]
    running: dict[Future[Result], _Lane] = {}
    try:
        for lane, path in zip(lanes, todo, strict=False):
            running[lane.start(path)] = lane
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                lane = running.pop(future)
                result = lane.result(future)
                following = lane.path if result is None else next(todo, None)
                if following is not None:
                    running[lane.start(following)] = lane
                if result is not None:
                    yield result
    finally:
        for lane in lanes:
            lane.close()
        for child in multiprocessing.active_children():
            if child not in strangers:
                child.kill()


@dataclass
class _Lane:
    """One process, and what it works on."""

    options: Options
    path: Path = Path()
    executor: ProcessPoolExecutor | None = None
    cases: int = 0
    deaths: int = 0

    def start(self, path: Path) -> Future[Result]:
        self.deaths = self.deaths if path == self.path else 0
        if self.cases >= RENEWED_AFTER:
            self.close()
        if self.executor is None:
            context = multiprocessing.get_context("spawn")
            self.executor = ProcessPoolExecutor(1, context, _begin, (self.options,))
            self.cases = 0
        self.path, self.cases = path, self.cases + 1
        with _ctrl_c_held_back():
            return self.executor.submit(diagnosed, path, self.options)

    def result(self, future: Future[Result]) -> Result | None:
        """What came of the case; None where its process died for the first time."""
        try:
            return future.result()
        except BrokenProcessPool:
            self.close()
            self.deaths += 1
            if self.deaths == 1:
                return None
            return Result(self.path, "failed", "the process that read it died, twice")

    def close(self) -> None:
        if self.executor is not None:
            self.executor.shutdown(wait=False, cancel_futures=True)
            self.executor = None


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, not even while they begin."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(options: Options) -> None:
    """Make a process ready: it leaves Ctrl-C to the one that started it, and ends with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare(options)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)

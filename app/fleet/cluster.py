"""Judges cases on the workers of a Dask cluster, in batches.

Where a worker dies, the scheduler gives its batches to others. A batch that several workers died of
is taken apart, so that one case costs no other its result.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from .cases import FleetError
from .fingerprint import program
from .work import Options, Result, diagnosed_all

BATCH = 16
"""Cases in a batch, where there are many: a task costs the scheduler a millisecond."""

_AHEAD = 3  # batches for each thread of a worker: no worker waits, and results don't pile up
_SECONDS = 15

_in_folder = threading.Lock()


class ClusterError(FleetError):
    """The cluster can't be used; the text says why and what to do."""


def diagnosed_there(paths: Sequence[Path], options: Options, address: str) -> Iterator[Result]:
    """The results as they come, from the cluster whose scheduler has this address.

    Paths are the workers' paths, too: they need the same folders in the same places. Raises
    ClusterError.
    """
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise ClusterError('a cluster needs Dask: pip install "certclinic[cluster]"') from None
    try:
        client = dask.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}: {error}") from None
    try:
        threads = _threads(client, options, address)
        size = min(BATCH, max(1, len(paths) // (threads * _AHEAD)))
        yield from _results(dask, client, paths, options, size, threads * _AHEAD)
    finally:
        with contextlib.suppress(Exception):  # what a broken cluster still has to say
            client.close(timeout=1)


def _threads(client: Any, options: Options, address: str) -> int:
    """How many tasks run at once, once every worker has the same program."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        raise ClusterError(f"the scheduler at {address} has no workers") from None
    ours = program(options.rule_folders)
    theirs = client.run(_program, options.rule_folders, on_error="return")
    for worker, other in sorted(theirs.items()):
        if other != ours:
            raise ClusterError(
                f"worker {worker} would judge otherwise: it has {other}, and here is {ours}"
            )
    return sum(
        worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()
    )


def _program(rule_folders: Sequence[Path]) -> str:
    return program(rule_folders)


def _results(
    dask: Any,
    client: Any,
    paths: Iterable[Path],
    options: Options,
    size: int,
    at_once: int,
) -> Iterator[Result]:
    todo = iter(paths)
    folder = Path.cwd()
    batches: dict[Any, list[Path]] = {}

    def submit(batch: list[Path]) -> Any:
        future = client.submit(_batch, batch, options, folder, pure=False)
        batches[future] = batch
        return future

    done = dask.as_completed(loop=client.loop)
    for _ in range(at_once):
        if batch := list(islice(todo, size)):
            done.add(submit(batch))
    for future in done:
        batch = batches.pop(future)
        if following := list(islice(todo, size)):
            done.add(submit(following))
        try:
            yield from future.result()
        except dask.scheduler.KilledWorker:
            if len(batch) == 1:
                yield Result(batch[0], "failed", "every worker that read it died")
            else:
                for path in batch:
                    done.add(submit([path]))
        except Exception as error:
            raise ClusterError(
                f"the cluster gave up ({type(error).__name__}: {error});"
                " what is done is kept, so start again to go on"
            ) from error


def _batch(paths: Sequence[Path], options: Options, folder: Path) -> list[Result]:
    """Runs on a worker; relative paths are those of the folder that the command ran in."""
    if all(path.is_absolute() for path in paths):
        return diagnosed_all(paths, options)
    with _in_folder, contextlib.chdir(folder):
        return diagnosed_all(paths, options)

"""A fleet of small cases: what a second process brings."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.fleet import build

from .measure import PROGRAM, Contestant, WrongAnswerError, measure
from .settings import Settings
from .table import Row, compared

_CASES = 200


def rows(settings: Settings) -> Iterator[Row]:
    """Two processes against one, with the same results to the byte."""
    cases = settings.folder / "cases"
    shutil.rmtree(cases, ignore_errors=True)
    build(cases, _CASES)
    first: list[str] = []
    one, two = measure([_fleet(cases, jobs, first) for jobs in (1, 2)], settings.rounds)
    yield compared(f"fleet of {_CASES} cases, 2 processes", two, "1 process", one, 0.6)


def _fleet(cases: Path, jobs: int, first: list[str]) -> Contestant:
    results = cases.with_name(f"results-{jobs}")
    command = (*PROGRAM, "fleet", str(cases), "-o", str(results), "-q", "--jobs", str(jobs))
    return Contestant(
        f"certclinic fleet --jobs {jobs}",
        command,
        _same(results, first),
        (0, 1),
        partial(shutil.rmtree, results, ignore_errors=True),
    )


def _same(results: Path, first: list[str]) -> Callable[[bytes], None]:
    """A check that a folder of results holds what the first one held."""

    def check(_: bytes) -> None:
        digest = hashlib.sha256()
        for file in sorted(file for file in results.rglob("*") if file.is_file()):
            digest.update(f"{file.relative_to(results)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        first.append(digest.hexdigest())
        if first[-1] != first[0]:
            raise WrongAnswerError("the results are not those of the first run")

    return check

"""What a second process brings to a fleet: wall time of `certclinic fleet`, and equal results.

`python -m benchmarks.fleet` builds two hundred cases of small bundles, a few dozen distinct ones
and copies of them, and judges them by one process, by two, and, where Dask is installed, by a local
cluster of two workers. The runs take turns; the medians and their ratio are printed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from certclinic.builders.deployment import write
from certclinic.builders.scenarios import SYMPTOMS, healthy

_RUN = (sys.executable, "-c", "from certclinic.app.start import main; main()", "fleet")
_HEALTHY = 8  # of each forty cases


def main() -> None:
    """Measure, print, and end with 1 where results differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder, _ways() as ways:
        cases = Path(folder, "cases")
        build(cases, chosen.cases)
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(chosen.rounds):
            for way, words in ways.items():
                times[way].append(_run(cases, Path(folder, way), words))
        equal = [_contents(Path(folder, way)) for way in ways]
    first = median(times["1 process"])
    print(f"{chosen.cases} cases, median of {chosen.rounds}\n\n| way | wall, s | ratio |")
    print("| --- | --- | --- |")
    for way, spent in times.items():
        print(f"| {way} | {median(spent):.2f} | {median(spent) / first:.2f} |")
    same = all(one == equal[0] for one in equal)
    print(f"\nresults are {'equal, byte by byte' if same else 'DIFFERENT'}")
    sys.exit(0 if same else 1)


def build(folder: Path, count: int) -> None:
    """Write cases: each symptom's deployment and some healthy ones, over and over."""
    specs = [scenario.shows for scenario in SYMPTOMS.values()]
    specs += [healthy() | {"version": f"X15.{minor}"} for minor in range(_HEALTHY)]
    for number in range(count):
        case = folder / f"{600_000_001 + number}"
        if number < len(specs):
            write(specs[number], case)
        else:
            shutil.copytree(folder / f"{600_000_001 + number % len(specs)}", case)


@contextmanager
def _ways() -> Iterator[dict[str, list[str]]]:
    """The ways to run it, by name, and their options."""
    ways = {f"{n} process{'es' * (n > 1)}": ["--jobs", f"{n}"] for n in (1, 2)}
    if find_spec("distributed") is None:
        yield ways
        return
    dask: Any = import_module("distributed")
    with dask.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as cluster:
        yield ways | {"Dask, 2 workers": ["--scheduler", cluster.scheduler_address]}


def _run(cases: Path, out: Path, words: list[str]) -> float:
    shutil.rmtree(out, ignore_errors=True)
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603  our own interpreter and program
        [*_RUN, str(cases), "-o", str(out), "-q", *words],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode > 1:
        sys.exit(f"certclinic fleet {' '.join(words)} ended with {done.returncode}")
    return time.perf_counter() - begun


def _contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


if __name__ == "__main__":
    main()

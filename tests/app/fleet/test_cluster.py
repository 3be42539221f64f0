"""The same fleet on a Dask cluster, of which a worker is killed in the middle."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.fleet import cluster
from certclinic.app.fleet.cluster import ClusterError, diagnosed_there
from certclinic.app.fleet.work import Options, Result, diagnosed

pytest.importorskip("distributed")

OPTIONS = Options(matcher="reference")


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """A scheduler and two workers, each a process with its keeper, as on two machines."""
    dask: Any = import_module("distributed")
    with dask.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as started:
        yield started


@pytest.fixture(scope="module")
def many(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A dozen cases."""
    folder = tmp_path_factory.mktemp("many")
    names = ("600001", "600002", "600003")
    return [shutil.copytree(built / names[n % 3], folder / f"{n:02}") for n in range(12)]


def _by_path(results: list[Result]) -> dict[Path, Result]:
    return {result.path: result for result in results}


def test_a_killed_worker_costs_no_result(workers: Any, many: list[Path]) -> None:
    """One of two dies after the first results: the other does its work again, with equal bytes."""
    results = []
    for result in diagnosed_there(many, OPTIONS, workers.scheduler_address):
        results.append(result)
        if len(results) == 2:
            os.kill(next(iter(workers.workers.values())).pid, signal.SIGKILL)

    assert len(many) == len(results)
    assert {path: diagnosed(path, OPTIONS) for path in many} == _by_path(results)


def test_relative_paths_are_those_of_the_command(
    workers: Any, many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers have folders of their own; reports show paths as they were given all the same."""
    monkeypatch.chdir(many[0].parent)
    path = Path(many[0].name)

    (result,) = diagnosed_there([path], OPTIONS, workers.scheduler_address)

    assert diagnosed(path, OPTIONS) == result


def test_a_worker_with_other_rules_is_refused(
    workers: Any, many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its results would not be equal: the run ends before it begins, and says which worker."""
    monkeypatch.setattr(cluster, "program", lambda folders: "certclinic 99")

    with pytest.raises(ClusterError, match=r"tcp://.* would judge otherwise.*certclinic 99"):
        list(diagnosed_there(many, OPTIONS, workers.scheduler_address))


def test_an_address_without_a_scheduler_is_told(
    many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address stands in the sentence."""
    monkeypatch.setattr(cluster, "_SECONDS", 1)

    with pytest.raises(ClusterError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        list(diagnosed_there(many, OPTIONS, "tcp://127.0.0.1:9"))

"""A fleet of cases, as people run it: results, bad cases, restart, interruption."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.fleet import here, run, table
from certclinic.app.fleet.results import Record
from certclinic.app.fleet.work import Options, Result, diagnosed

RUN = [sys.executable, "-c", "from certclinic.app.cli import main; main()"]


def fleet(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `certclinic fleet`, as a process of its own."""
    command = [*RUN, "fleet", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file of a folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """What came of each case, by its name."""
    path = folder / "cases.jsonl"
    lines = path.read_text().splitlines() if path.exists() else ()
    return {record["case"]: record for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def done(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the cases, by one process."""
    out = tmp_path_factory.mktemp("done")
    assert 1 == fleet(built, "-o", out, "--jobs", "1", "--html").returncode
    return out


def test_each_case_has_the_report_that_diagnose_writes(built: Path, done: Path) -> None:
    """The same bytes as `diagnose --format json` prints, and its page beside it."""
    command = [*RUN, "diagnose", "--format", "json", str(built / "600001")]
    alone = subprocess.run(command, capture_output=True, check=False).stdout

    assert alone == (done / "cases" / "600001.json").read_bytes()
    assert "<title>" in (done / "cases" / "600001.html").read_text(encoding="utf-8")


def test_several_processes_give_the_same_results(built: Path, done: Path, tmp_path: Path) -> None:
    """The whole folder of results is equal, byte by byte."""
    fleet(built, "-o", tmp_path / "out", "--jobs", "3", "--html")

    assert contents(done) == contents(tmp_path / "out")


def test_the_overview_leads_to_every_case(done: Path) -> None:
    """Each case is linked, the faults are counted, and nothing is loaded or run."""
    page = (done / "overview.html").read_text(encoding="utf-8")

    assert "2 of 3 cases have a certificate fault" in page
    for case in ("600001", "600002", "600003"):
        assert f'href="cases/{case}.html"' in page
    assert "EXW-030" in page
    assert "X14.3.4" in page
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_a_bad_case_never_stops_the_others(cases: Path, tmp_path: Path) -> None:
    """A broken archive, an empty folder and loose files are told with the reason."""
    (cases / "600004.tar.gz").write_bytes(b"\x1f\x8b\x08\x00\x00\x00")
    (cases / "600005").mkdir()
    (cases / "readme.txt").write_text("call back on Monday")

    ended = fleet(cases, "-o", tmp_path / "out")

    found = records(tmp_path / "out")
    assert 1 == ended.returncode
    assert ["judged"] * 3 == [found[name]["state"] for name in ("600001", "600002", "600003")]
    assert "unusable" == found["600004"]["state"]
    assert "cut off" in found["600004"]["why"]
    assert "unusable" == found["600005"]["state"]
    for name in ("600004.tar.gz", "600005", "readme.txt"):
        assert name in ended.stderr
    assert "cut off" in (tmp_path / "out" / "overview.html").read_text(encoding="utf-8")


def test_a_path_that_is_not_there_is_a_failed_case(cases: Path, tmp_path: Path) -> None:
    """It is named, and the others are judged; without any that was, the status is 2."""
    ended = fleet(cases / "600003", cases / "600009", "-o", tmp_path / "out")

    assert 0 == ended.returncode
    assert "failed" == records(tmp_path / "out")["600009"]["state"]
    assert "No such file" in ended.stderr
    assert 2 == fleet(cases / "600008", cases / "600009", "-o", tmp_path / "none").returncode


class _Told:
    """Notes which cases are done."""

    def __init__(self) -> None:
        self.cases: list[str] = []

    def begin(self, size: int, done: int, of: int) -> None:
        pass

    def finished(self, record: Record, size: int) -> None:
        self.cases.append(record.case)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes take a second to begin, and how a run goes on does not hang on them."""

    def one_by_one(paths: Sequence[Path], options: Options, jobs: int) -> Iterator[Result]:
        return (diagnosed(path, options) for path in paths)

    monkeypatch.setattr(run, "diagnosed_here", one_by_one)


def judged_now(cases: Path, out: Path, language: str = "en") -> list[str]:
    """Which cases a run does."""
    told = _Told()
    run.run_fleet([cases], out, Options(language=language, matcher="reference"), told)
    return sorted(told.cases)


@pytest.mark.usefixtures("in_this_process")
def test_a_restart_does_only_what_is_not_done(cases: Path, tmp_path: Path) -> None:
    """A case whose inputs changed, whose report was changed, or that is new is done again."""
    out = tmp_path / "out"
    assert ["600001", "600002", "600003"] == judged_now(cases, out)
    whole = contents(out)
    assert [] == judged_now(cases, out)
    assert whole == contents(out)

    shutil.copytree(cases / "600003", cases / "600004")
    (cases / "600001" / "note.txt").write_text("new")
    (out / "cases" / "600002.json").write_text("{}")

    assert ["600001", "600002", "600004"] == judged_now(cases, out)
    assert whole["cases/600002.json"] == (out / "cases" / "600002.json").read_bytes()
    assert [] == judged_now(cases, out)
    assert 4 == len(judged_now(cases, out, "zh-Hant"))


@pytest.mark.usefixtures("in_this_process")
def test_a_list_that_was_cut_off_is_gone_on_with(cases: Path, tmp_path: Path) -> None:
    """What was killed while writing costs the last case at most."""
    out = tmp_path / "out"
    judged_now(cases, out)
    whole = contents(out)
    path = out / "cases.jsonl"
    path.write_bytes(path.read_bytes()[:-20])

    assert ["600003"] == judged_now(cases, out)
    assert whole == contents(out)


@pytest.mark.usefixtures("in_this_process")
def test_without_pyarrow_the_table_is_json_lines(
    cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both hold the same rows: every known symptom on every node, and what was found of it."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "out"
    judged_now(cases, out)
    rows = parquet.read_table(out / "symptoms.parquet").to_pylist()
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    judged_now(cases, out)
    lines = [json.loads(line) for line in (out / "symptoms.jsonl").read_text().splitlines()]

    assert not (out / "symptoms.parquet").exists()
    for row in rows:
        row["judged_at"] = row["judged_at"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert rows == lines
    found = {(row["case"], row["symptom"]): row for row in rows if row["state"] == "found"}
    expired = found["600002", "EXW-010"]
    assert ("edge1", "X14.3.4", "critical") == (
        expired["node"],
        expired["version"],
        expired["severity"],
    )
    assert not any(row["case"] == "600003" and row["severity"] == "critical" for row in rows)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_whole_results_only(
    built: Path, tmp_path: Path, stop: signal.Signals
) -> None:
    """Reports that are there are whole, what is done is said, and the next run goes on."""
    for number in range(4):
        shutil.copytree(built / "600001", tmp_path / "cases" / f"{number}")
    out = tmp_path / "out"
    words = ["fleet", str(tmp_path / "cases"), "-o", str(out), "--jobs", "2"]
    process = subprocess.Popen([*RUN, *words], stderr=subprocess.PIPE, start_new_session=True)
    while process.poll() is None and not (out.exists() and records(out)):
        time.sleep(0.05)
    if stop is signal.SIGINT:
        os.killpg(process.pid, stop)  # as a terminal does, to the workers, too
    else:
        process.send_signal(stop)
    _, told = process.communicate(timeout=30)

    if stop is signal.SIGINT:
        assert 130 == process.returncode
        assert b"of 4 cases done" in told
        assert b"Traceback" not in told
    assert not list(out.rglob("*.part"))
    for report in (out / "cases").glob("*.json"):
        json.loads(report.read_bytes())
    again = fleet(tmp_path / "cases", "-o", out)
    assert "4 of 4 cases done" in again.stdout
    assert "4 now" not in again.stdout


def _dies(path: Path, options: Options) -> Result:
    """Stands in for what a case does: some kill their process, always or the first time."""
    if path.name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name == "unlucky" and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(path, "judged")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_case_that_kills_its_process_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried twice and recorded; one that died by bad luck gets its result."""
    monkeypatch.setattr(here, "diagnosed", _dies)
    monkeypatch.setattr(here, "RENEWED_AFTER", 3)
    paths = [tmp_path / name for name in ("a", "deadly", "unlucky", "b", "c", "d")]

    results = {r.path.name: r for r in here.diagnosed_here(paths, Options(), 2)}

    assert {path.name for path in paths} == set(results)
    assert ["deadly"] == [name for name, one in results.items() if one.state == "failed"]
    assert "died" in results["deadly"].why


def test_an_error_in_a_case_is_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong inside, the case fails with what and why."""

    def fails(*_: object) -> None:
        raise ValueError("a surprise")

    monkeypatch.setattr("certclinic.app.fleet.work.open_case", fails)

    result = diagnosed(tmp_path, Options())

    assert ("failed", True) == (result.state, "a surprise" in result.why)


def test_pseudonyms_take_the_place_of_names(built: Path) -> None:
    """As `diagnose --redact` does it, in every case by itself."""
    result = diagnosed(built / "600001", Options(kinds=("names",), matcher="reference"))

    assert result.report is not None
    assert "core1.example.com" not in result.report

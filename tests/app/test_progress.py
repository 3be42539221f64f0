"""How far a long reading is: shown where people look, and nowhere else."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import click
import pytest

from certclinic.app import progress
from certclinic.app.progress import Progress, size
from certclinic.builders.deployment import write
from certclinic.builders.scenarios import healthy

RUN = [sys.executable, "-c", "from certclinic.app.cli import main; main()"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose log unpacks to a gigabyte; it is read for a second or so."""
    folder = tmp_path_factory.mktemp("large")
    (small,) = write(healthy() | {"nodes": {"core1": {}}}, folder / "small")[:1]
    path = folder / "large.tar.gz"
    lines = b'2026-11-24T10:00:00.000+01:00 core1 tvcs: Module="network.sip" Level="INFO"\n' * 2**17
    with tarfile.open(small) as source, tarfile.open(path, "w:gz", compresslevel=1) as target:
        for member in source:
            handle = source.extractfile(member)
            assert handle is not None
            data = handle.read()
            target.addfile(member, io.BytesIO(data))
            if "loggingsnapshot" in member.name:
                for part in range(100):
                    member.name = f"part{part}_{member.name}"[-90:]
                    member.size = len(lines)
                    target.addfile(member, io.BytesIO(lines))
    return path


def test_what_is_over_soon_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither bar nor line, on no stream."""
    with Progress(100) as shown:
        shown.read("a.tar.gz", 100)

    assert ("", "") == capsys.readouterr()


def test_a_log_gets_a_line_at_times(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, with bytes, rate, time left and what is being read."""
    monkeypatch.setattr(progress, "_LINE_EVERY", 0.02)
    told = threading.Event()
    echo = click.echo

    def noted(text: str, *, err: bool) -> None:
        echo(text, err=err)
        told.set()

    monkeypatch.setattr(click, "echo", noted)
    with Progress(4_000_000) as shown:
        shown.read("a.tar.gz", 1_000_000)
        assert told.wait(10)

    out, err = capsys.readouterr()
    assert "" == out
    assert "1.0 MB of 4.0 MB" in err
    assert "/s, " in err
    assert "s left): a.tar.gz" in err


def test_quiet_shows_nothing_ever(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thread runs that could."""
    monkeypatch.setattr(progress, "_LINE_EVERY", 0.001)
    before = threading.active_count()
    with Progress(100, quiet=True) as shown:
        shown.read("a.tar.gz", 50)
        time.sleep(0.01)
        assert before == threading.active_count()

    assert ("", "") == capsys.readouterr()


def test_an_interruption_says_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    """The bytes of all, and the file that was being read."""
    with pytest.raises(KeyboardInterrupt), Progress(4_000_000, quiet=True) as shown:
        shown.read("a.tar.gz", 1_000_000)
        raise KeyboardInterrupt

    assert "read 1.0 MB of 4.0 MB, lastly of a.tar.gz\n" == capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (172e6, "172 MB"), (3e15, "3000 TB")],
)
def test_sizes_read_as_disks_count_them(count: float, text: str) -> None:
    """Powers of 1000, two digits at least."""
    assert text == size(count)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_terminal_gets_a_bar(large: Path) -> None:
    """While it is read, standard error shows the file's name and bytes; standard output doesn't."""
    keeper, terminal = os.openpty()
    words = ["diagnose", "--format", "json", str(large), str(large.parent / "small")]
    process = subprocess.Popen(
        [*RUN, *words],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(terminal)
    shown = b""
    reader = threading.Thread(target=process.communicate)
    reader.start()
    while reader.is_alive():
        if select.select([keeper], [], [], 0.05)[0]:
            try:
                shown += os.read(keeper, 1 << 16)
            except OSError:  # the other end is closed
                break
    reader.join()
    os.close(keeper)

    assert b"large.tar.gz" in shown
    assert b"MB" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_reading_and_writes_nothing(large: Path, tmp_path: Path) -> None:
    """Also while threads unpack and search: the status is 130, and no file is there in part."""
    page = tmp_path / "out" / "report.html"
    words = ["diagnose", "--format", "html", "--output", str(page), *[str(large)]]
    process = subprocess.Popen([*RUN, *words], stderr=subprocess.PIPE, start_new_session=True)
    while Path(f"/proc/{process.pid}/fd").exists() and not _reads(process.pid, large):
        time.sleep(0.01)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)

    assert 130 == process.returncode
    assert b"lastly of large.tar.gz" in told
    assert b"nothing was written" in told
    assert b"Traceback" not in told
    assert not page.parent.exists()


def _reads(process: int, file: Path) -> bool:
    """The process has the file open."""
    try:
        return any(link.resolve() == file for link in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return False

"""Runs of commands, side by side: who is asked, what it took, and whether the answer was right."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PYTHON = (sys.executable, "-P")
PROGRAM = (*PYTHON, "-c", "from certclinic.app.start import main; main()")
"""The program as its installed script starts it."""

_PROC = Path("/proc")
_SAMPLE = 0.01  # seconds


class WrongAnswerError(RuntimeError):
    """A contestant failed, or said something else than what is known to be true."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU of all processes, and their peak memory in MB.

    Memory is the sum over processes that live at the same time of the most that each has taken so
    far; pages that they share count for each of them. It is None where there is no /proc.
    """

    wall: float
    cpu: float
    memory: float | None


@dataclass(frozen=True)
class Contestant:
    """A command, what it is called in the table, and what looks at its output.

    The check raises WrongAnswerError; without one the output goes nowhere. It may return seconds
    that the command measured itself, which then are its wall time. `statuses` are the exit statuses
    of success; `prepare` is called before every run, and not timed.
    """

    name: str
    command: Sequence[str]
    check: Callable[[bytes], float | None] | None = None
    statuses: tuple[int, ...] = (0,)
    prepare: Callable[[], None] | None = None


def measure(contestants: Sequence[Contestant], rounds: int) -> list[Cost]:
    """The medians of each. They take turns, and each begins as many rounds as the others.

    Before the rounds each runs once to warm up, and in that run its memory is looked at. Raises
    WrongAnswerError.
    """
    memory = [_run(one, watched=True).memory for one in contestants]
    runs: list[list[Cost]] = [[] for _ in contestants]
    places = list(range(len(contestants)))
    for _ in range(rounds):
        for place in places:
            runs[place].append(_run(contestants[place]))
        places.append(places.pop(0))
    return [
        Cost(median(c.wall for c in costs), median(c.cpu for c in costs), peak)
        for costs, peak in zip(runs, memory, strict=True)
    ]


def ask(contestant: Contestant) -> None:
    """Run once for the answer's sake. Raises WrongAnswerError."""
    _run(contestant)


def _run(contestant: Contestant, *, watched: bool = False) -> Cost:
    if contestant.prepare:
        contestant.prepare()
    # Modules compiled once are kept, as they are where the program is installed.
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            contestant.command,
            stdin=subprocess.DEVNULL,
            stdout=output if contestant.check else subprocess.DEVNULL,
            stderr=errors,
            env=environment,
        )
        memory = _peak(process.pid) if watched else None
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in contestant.statuses:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-500:]
            raise WrongAnswerError(f"{contestant.name}: status {process.returncode}: {said}")
        if contestant.check:
            output.seek(0)
            try:
                wall = contestant.check(output.read()) or wall
            except WrongAnswerError as wrong:
                raise WrongAnswerError(f"{contestant.name}: {wrong}") from None
    return Cost(wall, usage.ru_utime + usage.ru_stime, memory)


def _peak(pid: int) -> float | None:
    """Peak memory of a process and its descendants, in MB, when the process has ended."""
    most: float | None = None
    # The process is not reaped here: what it used is asked for afterwards.
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if _PROC.exists():
            most = max(most or 0, sum(map(_most_taken, _family(pid))) / 1000)
        time.sleep(_SAMPLE)
    return most


def _family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has just ended
            children.setdefault(parent, []).append(int(entry.name))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children.get(one, ())


def _most_taken(pid: int) -> float:
    """The most that one process has taken so far, in kB of 1,000 bytes."""
    try:
        text = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0  # it has just ended
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1.024
    return 0

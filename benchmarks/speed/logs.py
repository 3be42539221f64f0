"""Large logs: against mere unpacking, against a literal search, and against itself."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from pathlib import Path

from benchmarks.generate import Made, Recipe, generate
from certclinic.facts.logs.log_reader import ANCHORS

from . import answers, tools
from .measure import PROGRAM, PYTHON, Contestant, Cost, measure
from .scan_pass import anchors, count
from .settings import Settings, named
from .table import Row, compared, missing

_MOST_MEMORY = 150
_RATES = (0.0001, 0.01)
_LARGE = 10**9


def rows(settings: Settings) -> Iterator[Row]:
    """Every size, then the largest up to 1 GB with more telling lines and with more anchors."""
    costs: dict[int, Cost] = {}
    for size in settings.sizes:
        made = generate(Recipe(size), settings.bundles)
        answers.check_counts(made)
        costs[size] = yield from _size(made, size, settings)
    sizes = sorted(costs)
    for smaller, larger in itertools.pairwise(sizes):
        if smaller >= _LARGE // 10:
            work = f"memory: {named(larger)} of log, held against {named(smaller)}"
            yield compared(
                work, costs[larger], named(smaller), costs[smaller], 1.1, quantity="memory"
            )
    yield _rates(settings.large, settings)
    yield _patterns(settings.large, settings)


def _size(made: Made, size: int, settings: Settings) -> Generator[Row, None, Cost]:
    log = made.paths[0]
    igzip, ripgrep = tools.igzip(), tools.ripgrep()
    contestants = [
        _diagnosis(made),
        Contestant("igzip", (*igzip.command, "-dc", str(log))),
    ]
    if ripgrep:
        literals = settings.folder / "anchors.txt"
        literals.write_bytes(b"".join(anchor + b"\n" for anchor in ANCHORS))
        found = answers.number(count(log, ANCHORS), "lines")
        search = (*ripgrep.command, "-azc", "-F", "-f", str(literals), str(log))
        contestants.append(Contestant("rg", search, found))
    ours, unpacked, *searched = measure(contestants, settings.rounds)
    work = f"{named(size)} log in a .tar.gz, whole `diagnose`"
    # What it costs to start weighs on a small log; the bounds are for a large one.
    large = size >= _LARGE
    yield compared(work, ours, f"{igzip.name} -dc", unpacked, 1.5 if large else None)
    if ripgrep and searched:
        name = f"{ripgrep.name} -az -F -f"
        yield compared(work, ours, name, searched[0], 0.35 if large else None)
    else:
        yield missing(work, "rg is not installed (apt install ripgrep)", 0.35)
    peak = f"the same, peak memory of all processes ({made.truth.telling:,} telling lines)"
    yield Row(peak, ours.memory, _MOST_MEMORY, "MB", ours)
    return ours


def _rates(size: int, settings: Settings) -> Row:
    few, many = (generate(Recipe(size, rate=rate), settings.bundles) for rate in _RATES)
    answers.check_counts(few)
    answers.check_counts(many)
    less, more = measure([_diagnosis(few), _diagnosis(many)], settings.rounds)
    work = f"1 % telling lines instead of 0.01 %, {named(size)}"
    note = f"{many.truth.telling:,} lines instead of {few.truth.telling:,}"
    return compared(work, more, "0.01 %", less, 1.7, note=note)


def _patterns(size: int, settings: Settings) -> Row:
    log = generate(Recipe(size), settings.bundles).paths[0]
    contestants = [
        Contestant(
            f"scan for {number}",
            (*PYTHON, str(Path(__file__).with_name("scan_pass.py")), str(log), str(number)),
            answers.number(count(log, anchors(number)), "lines"),
        )
        for number in (30, 300)
    ]
    few, many = measure(contestants, settings.rounds)
    work = f"300 patterns instead of 30, scan of {named(size)}"
    return compared(work, many, "30 patterns", few, 1.2)


def _diagnosis(made: Made) -> Contestant:
    command = (*PROGRAM, "diagnose", "-q", "--format", "json", *map(str, made.paths))
    check = answers.findings(made.truth.symptoms)
    return Contestant("certclinic diagnose", command, check, (0, 1))

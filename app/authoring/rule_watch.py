"""`certclinic rules test --watch`: tests run again when a rule file is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ...engine.problems import RuleProblems
from ..rule_base import rule_base, rule_file
from ..suggestion import UnknownNameError
from .rule_selection import files_by_id
from .rule_tests import tested_rules

PAUSE = 0.3
"""Seconds between two looks at the files."""

Stamp = tuple[int, int]
"""Time of the last change, in nanoseconds, and size."""


def watch_rules(
    names: Sequence[str],
    folders: Sequence[Path],
    tell: Callable[[str], None],
    *,
    mutate: bool = False,
    coverage: bool = False,
) -> None:
    """Test the rules named, or none at first, then each rule as its file is saved, until Ctrl-C."""

    def run(wanted: Sequence[str]) -> None:
        rule_base.cache_clear()
        try:
            tell(tested_rules(wanted, folders, mutate=mutate, coverage=coverage)[0])
        except RuleProblems as mistakes:
            tell("\n".join(problem.frame() for problem in mistakes.problems))
        except (UnknownNameError, OSError) as error:
            tell(str(error))

    try:
        if names:
            run(names)
        tell("waiting for rule files to be saved; Ctrl-C ends")
        for saved in changes(lambda: _watched(names, folders)):
            run([str(path) for path in saved])
    except KeyboardInterrupt:
        tell("")


def _watched(names: Sequence[str], folders: Sequence[Path]) -> list[Path]:
    """The files of the rules named, of all if none is; one that is broken or new is among them."""
    files = [Path(name) for name in names if name.endswith((".yaml", ".yml"))]
    every = files_by_id(folders, files)
    wanted = [rule_file(Path(name))[0] if Path(name) in files else name for name in names]
    return [Path(str(every[i][2])) for i in (wanted or every) if i in every]


def changes(
    files: Callable[[], Iterable[Path]], pause: Callable[[], None] = lambda: time.sleep(PAUSE)
) -> Iterator[list[Path]]:
    """The files that are new or were saved since the last look, whenever there are any."""
    before = _stamps(files())
    while True:
        pause()
        now = _stamps(files())
        saved = [path for path, stamp in now.items() if before.get(path) != stamp]
        before = now
        if saved:
            yield saved


def _stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    stamps: dict[Path, Stamp] = {}
    for path in files:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # deleted meanwhile, or being replaced by an editor
        stamps[path] = (status.st_mtime_ns, status.st_size)
    return stamps

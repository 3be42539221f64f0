"""A fleet of cases from their paths to the folder of results."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ...reports.fleet_html import render_fleet_html
from ..rule_base import rule_base
from ..whole_file import replacing
from .cases import CaseFolder, LeftOut, find_cases
from .cluster import diagnosed_there
from .fingerprint import fingerprint, program
from .here import diagnosed_here
from .overview import Overview
from .results import Record, Results
from .table import Row, rows, write_table
from .work import Options, Result

PAGE = "overview.html"


class Told(Protocol):
    """Is told how the work goes on."""

    def begin(self, size: int, done: int, of: int) -> None:
        """So many bytes are to be read; so many of the cases are done already."""

    def finished(self, record: Record, size: int) -> None:
        """A case is done, whose files have so many bytes."""


@dataclass(frozen=True)
class Done:
    """What came of a fleet. `worst` is the worst severity of a fault, "" without."""

    records: Sequence[Record]
    left_out: Sequence[LeftOut]
    worst: str
    table: Path
    page: Path


@dataclass
class _Todo:
    """By path: the keys of all cases that can be opened, the sizes of those to be done."""

    keys: dict[Path, str] = field(default_factory=dict)
    sizes: dict[Path, int] = field(default_factory=dict)


def run_fleet(
    paths: Sequence[Path],
    output: Path,
    options: Options,
    told: Told,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
) -> Done:
    """Judge all cases that have no result yet, in so many processes or on a cluster.

    However it ends, what is done is kept, and the next run goes on from there. Raises OSError
    where the results can't be written, FleetError, and RuleProblems.
    """
    cases, left_out = find_cases(paths, output)
    if options.rule_folders:
        rule_base(options.rule_folders)  # mistakes in them end the run before it begins
    with Results(output) as results:
        todo = _todo(cases, options, results)
        told.begin(sum(todo.sizes.values()), len(cases) - len(todo.sizes), len(cases))
        by_path = {case.path: case for case in cases}
        largest_first = sorted(todo.sizes, key=lambda path: -todo.sizes[path])
        with closing(_results(largest_first, options, jobs, scheduler)) as coming:
            for result in coming:
                record = results.keep(by_path[result.path], todo.keys[result.path], result)
                told.finished(record, todo.sizes[result.path])
        records = results.finish(cases)
        return _summed_up(results, records, left_out, options)


def _todo(cases: list[CaseFolder], options: Options, results: Results) -> _Todo:
    todo = _Todo()
    settings = f"{program(options.rule_folders)} {options}"
    for case in cases:
        try:
            known = fingerprint(case.path, f"{settings} {case.path}")
        except OSError as error:
            why = f"cannot be opened: {error.strerror or error}"
            results.keep(case, "", Result(case.path, "failed", why))
            continue
        todo.keys[case.path] = known.key
        if not results.finished(case, known.key):
            todo.sizes[case.path] = known.size
    return todo


def _results(
    paths: list[Path], options: Options, jobs: int, scheduler: str | None
) -> Generator[Result, None, None]:
    if paths and scheduler is not None:
        yield from diagnosed_there(paths, options, scheduler)
    elif paths:
        yield from diagnosed_here(paths, options, min(jobs, len(paths)))


def _summed_up(
    results: Results, records: Sequence[Record], left_out: Sequence[LeftOut], options: Options
) -> Done:
    overview = Overview()
    table = write_table(results.folder, _table(results, records, overview))
    for left in left_out:
        overview.leave_out(left)
    page = results.folder / PAGE
    with replacing(page) as partial:
        text = render_fleet_html(overview.report(options.language))
        partial.write_text(text, encoding="utf-8")
    return Done(records, left_out, overview.worst, table, page)


def _table(results: Results, records: Sequence[Record], overview: Overview) -> Iterator[Row]:
    """The rows of all cases; each report is read once, for the table and the overview."""
    for record in records:
        report = results.report(record) if record.state == "judged" else None
        if report is None:
            overview.fail(record)
        else:
            overview.add(record, report)
            yield from rows(record.case, report)

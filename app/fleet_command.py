"""The command that judges many cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    FOUND,
    INTERRUPTED,
    OK,
    UNUSABLE,
    Redactions,
    audience_option,
    counted,
    fail_on_option,
    inputs,
    language_option,
    limits_of,
)
from .progress import Progress

if TYPE_CHECKING:
    from .fleet.results import Record
    from .fleet.run import Done


@click.command()
@inputs
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A folder. What an earlier run wrote there is gone on with.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Processes on this machine. [default: one for each processor]",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="A Dask cluster to work on, such as tcp://10.0.0.5:8786."
)
@click.option("--html", "page", is_flag=True, help="Write each case's report as a page, too.")
@language_option
@audience_option
@click.option(
    "--redact",
    "kinds",
    type=Redactions(),
    default=(),
    metavar="names,addresses,serials",
    help="Put pseudonyms in the place of these, in each case by itself.",
)
@fail_on_option
def fleet(
    paths: tuple[str, ...],
    output: Path,
    jobs: int | None,
    scheduler: str | None,
    page: bool,
    language: str,
    audience: Any,
    kinds: Any,
    rule_folders: tuple[Path, ...],
    at: int | None,
    matcher: Any,
    quiet: bool,
    fail_on: str,
    **limits: Any,
) -> None:
    """Judge many cases: each PATH is a folder or an archive with the bundles of one.

    One folder by itself is the folder of all cases. Each case gets its JSON report; all together
    get a table (Parquet) and an overview (HTML). A bad case never stops the others, and a run that
    was stopped goes on where it was.
    """
    from ..reports.escape import visible
    from .fleet.cases import shown
    from .fleet.here import processors
    from .fleet.run import run_fleet
    from .fleet.work import Options

    options = Options(at, language, audience, kinds, rule_folders, matcher, limits_of(limits), page)
    told = _Telling(quiet)
    try:
        with told.progress:
            done = run_fleet(
                [Path(path) for path in paths],
                output,
                options,
                told,
                jobs=jobs or processors(),
                scheduler=scheduler,
            )
    except KeyboardInterrupt:
        click.echo(f"interrupted; {told}. The same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    for left in done.left_out:
        click.echo(visible(f"left out: {shown(left.path)}: {left.why}"), err=True)
    for record in done.records:
        if record.state != "judged":
            click.echo(visible(f"{record.state}: {shown(record.path)}: {record.why}"), err=True)
    click.echo(f"{told}\ntable: {done.table}\noverview: {done.page}")
    sys.exit(_status(done, fail_on))


def _status(done: Done, fail_on: str) -> int:
    """As `diagnose` has it, over all cases; unusable only where no case was judged."""
    if not any(record.state == "judged" for record in done.records):
        return UNUSABLE
    return FOUND if done.worst in counted(fail_on) else OK


class _Telling:
    """How far the fleet is, as a progress and in words."""

    def __init__(self, quiet: bool) -> None:
        self.progress = Progress(0, quiet=quiet)
        self._before = self._now = self._of = 0

    def begin(self, size: int, done: int, of: int) -> None:
        """As the protocol of `run_fleet` has it."""
        self.progress.total = size
        self._before, self._of = done, of

    def finished(self, record: Record, size: int) -> None:
        """As the protocol of `run_fleet` has it."""
        self._now += 1
        self.progress.read(f"case {self._before + self._now} of {self._of}, {record.case}", size)

    def __str__(self) -> str:
        before = f", {self._before} before" if self._before else ""
        return f"{self._before + self._now} of {self._of} cases done: {self._now} now{before}"

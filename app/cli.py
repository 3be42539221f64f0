"""The command line. Commands import what they need when they run, so that help stays quick."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ..facts.archive import Limits
    from .case import Case

OK, FOUND, UNUSABLE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
LEVELS = ("info", "warning", "critical", "never")
LANGUAGES = ("en", "zh-Hant", "zh-Hans", "ja")
Command = TypeVar("Command", bound=Callable[..., Any])


class Moment(click.ParamType[int]):
    """An ISO 8601 time, as seconds since the epoch; without a zone it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a time, or fail with what is expected."""
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is not a time such as 2026-11-24 or 2026-11-24T10:00Z", param, ctx
            )
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _inputs(command: Command) -> Command:
    """The arguments and options of every command that reads a case."""
    options = (
        click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=str),
        click.option("--at", type=Moment(), help="Judge at this time, not at the newest in PATH."),
        click.option(
            "--rules",
            "rule_folders",
            multiple=True,
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="A folder of rules to add, or to put in place of shipped ones.",
        ),
        click.option(
            "--matcher",
            type=click.Choice(["durable", "reference"]),
            help="Which matcher to use. [default: durable, where it is installed]",
        ),
        click.option("--limit-members", type=click.IntRange(1), help="Most files in one input."),
        click.option("--limit-total-bytes", type=click.IntRange(1), help="Most bytes unpacked."),
        click.option("--limit-member-bytes", type=click.IntRange(1), help="Largest file."),
        click.option("--limit-ratio", type=click.IntRange(1), help="Most bytes from one byte."),
        click.option("--limit-depth", type=click.IntRange(0), help="Archives inside archives."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("certclinic"), prog_name="certclinic")
def cli() -> None:
    """Finds the certificate fault behind a Cisco Expressway problem, offline.

    Give it diagnostic bundles, unpacked folders or certificate files: all that belong to one
    deployment together. Exit status: 0 nothing at or above --fail-on, 1 findings, 2 unusable
    input or command line, 3 internal error.
    """


@cli.command()
@_inputs
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--audience",
    type=click.Choice(["engineer", "customer"]),
    default="engineer",
    show_default=True,
    help="Whom the report is for.",
)
@click.option("--fail-on", type=click.Choice(LEVELS), default="warning", show_default=True)
def diagnose(
    form: Any, output: Path | None, language: str, audience: Any, fail_on: str, **inputs: Any
) -> None:
    """Say which certificate fault explains the trouble, with the evidence and the fix."""
    from ..reports.render import render
    from .document import write_report

    case = _case(**inputs)
    report = write_report(case, language, audience)
    if output is None and form == "text":
        text = render(report, "text", width=_width(), colour=sys.stdout.isatty())
    else:
        text = render(report, form)
    _write(text, output)
    if not case.judged:
        for problem in case.derived.problems:
            click.echo(f"{problem.input}: {problem.text}", err=True)
        click.echo("Nothing could be judged.", err=True)
        sys.exit(UNUSABLE)
    sys.exit(_status(case, fail_on))


def _status(case: Case, fail_on: str) -> int:
    """1 where a fault, now or to come, is at or above the level; advice is none."""
    if fail_on == "never":
        return OK
    counted = LEVELS[LEVELS.index(fail_on) : -1]
    faults = (ranked.finding for ranked in case.findings)
    return FOUND if any(f.status != "advice" and f.severity in counted for f in faults) else OK


@cli.command()
@_inputs
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def facts(form: str, **inputs: Any) -> None:
    """Print what was observed, each fact with where it was read."""
    from .show_facts import as_json, as_table

    case = _case(**inputs)
    click.echo(as_json(case) if form == "json" else as_table(case))
    sys.exit(OK if case.judged else UNUSABLE)


@cli.command()
@click.argument("symptom")
@_inputs
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def explain(symptom: str, form: Any, **inputs: Any) -> None:
    """Say why a symptom was found, or how far each of its rules got and what stopped it."""
    from .explanation import explain_symptom

    case = _case(**inputs)
    click.echo(explain_symptom(case, symptom, form))


@cli.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def demo(output: Path, language: str) -> None:
    """Make the bundles of a sample deployment, dated today, and diagnose them."""
    from .demo import run_demo

    click.echo(run_demo(output, language, width=_width(), colour=sys.stdout.isatty()))


@cli.group()
def rules() -> None:
    """Work on rule files."""


@rules.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
def lint(folders: tuple[Path, ...]) -> None:
    """Check rule files, and name every mistake with its line and column."""
    from .case import rule_base

    base = rule_base(folders)
    for warning in base.warnings:
        click.echo(str(warning), err=True)
    click.echo(f"{len(base.rules)} rules, no mistake")


@rules.command()
@click.argument("names", metavar="[AREA/NAME]...", nargs=-1)
@click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of rules to add.",
)
def test(names: tuple[str, ...], folders: tuple[Path, ...]) -> None:
    """Run the tests inside rule files: all, or those of the rules named."""
    from .rule_tests import run_rule_tests

    text, failed = run_rule_tests(names, folders)
    click.echo(text)
    sys.exit(FOUND if failed else OK)


def _case(
    paths: tuple[str, ...], rule_folders: tuple[Path, ...], at: int | None, **options: Any
) -> Case:
    """Open a case; unusable input ends the command with a sentence on what to do."""
    from .case import open_case, rule_base
    from .standard_input import on_disk

    base = rule_base(rule_folders)
    matcher = options.pop("matcher")
    limits = _limits(options)
    with on_disk(paths) as files:
        return open_case(files, base, at, matcher, limits)


def _limits(options: dict[str, int | None]) -> Limits:
    from ..facts.archive import Limits

    given = {k.removeprefix("limit_"): v for k, v in options.items() if v is not None}
    return Limits(**given)


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _write(text: str, output: Path | None) -> None:
    """Print, or write a file whole or not at all."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(output.name + ".part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    click.echo(f"wrote {output}", err=True)


def main() -> None:
    """Run the command line; a user's mistake ends in a sentence, never in a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        _explain_failure(error)


def _explain_failure(error: Exception) -> None:
    from ..engine.match import MatcherUnavailable
    from ..engine.problems import RuleProblems
    from .suggestion import UnknownNameError

    if isinstance(error, RuleProblems):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(UNUSABLE)
    if isinstance(error, MatcherUnavailable | UnknownNameError):
        click.echo(f"error: {error}", err=True)
        sys.exit(UNUSABLE)
    if isinstance(error, OSError) and error.filename is not None:
        click.echo(f"error: {error.filename}: {error.strerror}", err=True)
        sys.exit(UNUSABLE)
    import traceback

    where = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"internal error: {type(error).__name__}: {error}"
        f" ({Path(where.filename).name}:{where.lineno})\n"
        "No report was written. Please report this with the command that you ran.",
        err=True,
    )
    sys.exit(INTERNAL)

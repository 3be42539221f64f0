"""What several commands share: arguments that read a case, times, and writing output."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from ..facts.inputs.archive import Limits
    from ..reports.pseudonyms import Kind
    from .case import Case

OK, FOUND, UNUSABLE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
LANGUAGES = ("en", "zh-Hant", "zh-Hans", "ja")
"""Kept in step with reports/languages.py, which is slow to import."""
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


class Release(click.ParamType[str]):
    """A release of Expressway such as X15.5."""

    name = "release"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a release, or fail with what is expected."""
        text = str(value).upper()
        if not re.fullmatch(r"X\d{1,3}(\.\d{1,3}){0,3}", text):
            self.fail(f"{value!r} is not a release such as X15.5", param, ctx)
        return text


class Redactions(click.ParamType["tuple[Kind, ...]"]):
    """Kinds of things that pseudonyms are wanted for, with commas between."""

    name = "kinds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Kind, ...]:
        """Read the kinds, or fail with what they are called."""
        if isinstance(value, tuple):
            return value
        from ..reports.pseudonyms import KINDS

        asked = [word.strip() for word in str(value).split(",")]
        if wrong := [word for word in asked if word not in KINDS]:
            self.fail(f"{wrong[0]!r} is none of {', '.join(KINDS)}", param, ctx)
        return tuple(kind for kind in KINDS if kind in asked)


rule_folders = click.option(
    "--rules",
    "rule_folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of rules to add, or to put in place of shipped ones.",
)


language_option = click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True
)

audience_option = click.option(
    "--audience",
    type=click.Choice(["engineer", "customer"]),
    default="engineer",
    show_default=True,
    help="Whom the report is for.",
)

LEVELS = ("info", "warning", "critical", "never")

fail_on_option = click.option(
    "--fail-on", type=click.Choice(LEVELS), default="warning", show_default=True
)


def counted(fail_on: str) -> tuple[str, ...]:
    """The severities that --fail-on is about."""
    return LEVELS[LEVELS.index(fail_on) : -1]


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Don't show how far the reading is."
)


def inputs(command: Command) -> Command:
    """The arguments and options of every command that reads a case."""
    options = (
        click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=str),
        click.option("--at", type=Moment(), help="Judge at this time, not at the newest in PATH."),
        rule_folders,
        click.option(
            "--matcher",
            type=click.Choice(["durable", "reference"]),
            help="Which matcher to use. [default: durable, where it is installed]",
        ),
        limit_options,
        quiet_option,
    )
    return _with(command, options)


def limit_options(command: Command) -> Command:
    """The options of every command that opens archives."""
    options = (
        click.option("--limit-members", type=click.IntRange(1), help="Most files in one input."),
        click.option("--limit-total-bytes", type=click.IntRange(1), help="Most bytes unpacked."),
        click.option("--limit-member-bytes", type=click.IntRange(1), help="Largest file."),
        click.option("--limit-ratio", type=click.IntRange(1), help="Most bytes from one byte."),
        click.option("--limit-depth", type=click.IntRange(0), help="Archives inside archives."),
    )
    return _with(command, options)


def _map_of_pseudonyms(
    ctx: click.Context, param: click.Parameter, path: Path | None
) -> Path | None:
    if path is not None and not ctx.params["kinds"]:
        raise click.UsageError("--redact-map lists pseudonyms: say with --redact of what")
    return path


def redactions(command: Command) -> Command:
    """The options that say which pseudonyms are wanted, and where the list of them is."""
    options = (
        click.option(
            "--redact",
            "kinds",
            type=Redactions(),
            default=(),
            is_eager=True,  # --redact-map looks at it
            metavar="names,addresses,serials",
            help="Put pseudonyms in the place of these, the same ones everywhere.",
        ),
        click.option(
            "--redact-map",
            "map_file",
            type=click.Path(path_type=Path, dir_okay=False),
            callback=_map_of_pseudonyms,
            help="Write here which pseudonym stands for what; those that it holds are kept.",
        ),
    )
    return _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def read_case(
    paths: tuple[str, ...], rule_folders: tuple[Path, ...], at: int | None, **options: Any
) -> Case:
    """Open a case; unusable input ends the command with a sentence on what to do."""
    from .case import open_case
    from .progress import Progress
    from .rule_base import rule_base
    from .standard_input import on_disk

    matcher, quiet = options.pop("matcher"), options.pop("quiet")
    limits = limits_of(options)
    with on_disk(paths) as files, Progress.of(files, quiet=quiet) as progress:
        return open_case(files, rule_base(rule_folders), at, matcher, limits, progress.watch)


def unusable(case: Case, why: str) -> NoReturn:
    """End the command: what is wrong with the inputs, and a sentence on what that leaves undone."""
    for problem in case.derived.problems:
        click.echo(f"{problem.input}: {problem.text}", err=True)
    click.echo(why, err=True)
    sys.exit(UNUSABLE)


def limits_of(options: dict[str, int | None]) -> Limits:
    """The limits of the command line."""
    from ..facts.inputs.archive import Limits

    given = {k.removeprefix("limit_"): v for k, v in options.items() if v is not None}
    return Limits(**given)


def width() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def write(content: str | bytes, output: Path | None) -> None:
    """Print a text, or write a file whole or not at all."""
    if output is None:
        click.echo(content, nl=content[-1:] not in ("\n", b"\n"))
        return
    from .whole_file import replacing

    with replacing(output) as partial:
        partial.write_bytes(content if isinstance(content, bytes) else content.encode())
    click.echo(f"wrote {output}", err=True)

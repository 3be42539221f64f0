"""Commands that hold one thing against another: diff and check-evidence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .case_commands import status
from .options import (
    FOUND,
    LANGUAGES,
    OK,
    fail_on_option,
    inputs,
    language_option,
    limit_options,
    limits_of,
    read_case,
    redactions,
    unusable,
    width,
    write,
)

if TYPE_CHECKING:
    from ..reports.comparison import ComparisonReport
    from ..reports.pseudonyms import Kind


class _TwoSides(click.Command):
    """A command whose option --after takes all paths up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option before each of its paths, as click wants it."""
        spread: list[str] = []
        after = False
        for arg in args:
            option = arg.startswith("-") and arg != "-"
            if option:
                after = arg == "--after"
                spread += [] if after else [arg]
            else:
                spread += ["--after", arg] if after else [arg]
        return super().parse_args(ctx, spread)


@click.command(cls=_TwoSides)
@inputs
@click.option(
    "--after",
    "after",
    metavar="PATH...",
    multiple=True,
    required=True,
    help="The inputs of the later state; those before this option are of the earlier one.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here.")
@language_option
@redactions
@fail_on_option
def diff(
    after: tuple[str, ...],
    form: str,
    output: Path | None,
    language: str,
    kinds: tuple[Kind, ...],
    map_file: Path | None,
    fail_on: str,
    **options: Any,
) -> None:
    """Say what changed between two states of a deployment: PATH... before, --after PATH... after.

    Certificates, trusted CA lists, settings, zones, releases and alarms; findings that are gone,
    new, or remain, with the changes that explain them. Exit status 1 for new faults at or above
    --fail-on.
    """
    from .compare import compare, turns

    earlier = read_case(**options)
    later = read_case(**{**options, "paths": after})
    for case, side in ((earlier, "before"), (later, "after")):
        if not case.judged:
            unusable(case, f"Nothing could be judged of the state {side}.")
    report = compare(earlier, later, language)
    if kinds:
        from .renaming import renamed

        report = renamed(report, [earlier, later], kinds, map_file)
    write(_rendered(report, form, output), output)
    sys.exit(status(turns(earlier, later).new, fail_on))


def _rendered(report: ComparisonReport, form: str, output: Path | None) -> str:
    from ..reports.comparison_html import render_comparison_html
    from ..reports.comparison_text import render_comparison
    from ..reports.json_format import render_json
    from ..reports.mask import mask
    from ..reports.texts import with_texts

    match form:
        case "json":
            return render_json(with_texts(report, mask))
        case "html":
            return render_comparison_html(report)
        case _:
            return render_comparison(report, width() if output is None else 80)


@click.command("check-evidence")
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path))
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), help="[default: the report's own]"
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@limit_options
def check_evidence(
    report_file: Path,
    paths: tuple[Path, ...],
    language: str | None,
    form: str,
    **limits: Any,
) -> None:
    """Read again what a JSON report quotes: does each line, each certificate stand in PATH...?

    Inputs are told by their hash, else by their name. Exit status 0 if every quote stands, 1 if
    some do not, 2 for a report or a path that cannot be read.
    """
    from ..reports.evidence_check import render_evidence_check
    from ..reports.json_format import render_json
    from .check_evidence import check_evidence as read_again
    from .check_evidence import read_report

    report = read_report(report_file)
    known = report.language if report.language in LANGUAGES else LANGUAGES[0]
    check = read_again(report, paths, language or known, limits_of(limits))
    if form == "json":
        click.echo(render_json(check), nl=False)
    else:
        click.echo(render_evidence_check(check, width()), nl=False)
    sys.exit(OK if check.stands else FOUND)

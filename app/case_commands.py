"""Commands that judge a case: diagnose, facts, explain, demo."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    FOUND,
    OK,
    UNUSABLE,
    Release,
    audience_option,
    counted,
    fail_on_option,
    inputs,
    language_option,
    read_case,
    redactions,
    unusable,
    width,
    write,
)

if TYPE_CHECKING:
    from ..engine.rank import RankedFinding
    from ..reports.document import Report
    from ..reports.pseudonyms import Kind

BINARY = ("pdf", "docx")


@click.command()
@inputs
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "md", "sarif", "junit", "pdf", "docx"]),
    default="text",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here.")
@click.option(
    "--template",
    "templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of templates to use in place of shipped ones, for html, pdf, md and docx.",
)
@language_option
@audience_option
@click.option(
    "--target-version",
    "target_version",
    type=Release(),
    help="Say, too, what an upgrade of every Expressway to this release breaks and heals.",
)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what breaks next, and when, as a calendar (.ics).",
)
@redactions
@fail_on_option
def diagnose(
    form: Any,
    output: Path | None,
    templates: Path | None,
    language: str,
    audience: Any,
    target_version: str | None,
    calendar: Path | None,
    kinds: tuple[Kind, ...],
    map_file: Path | None,
    fail_on: str,
    **options: Any,
) -> None:
    """Say which certificate fault explains the trouble, with the evidence and the fix."""
    from .document import write_report
    from .plan import plan
    from .target import judge_target
    from .timeline import timeline

    _check_format(form, output, language, templates)
    case = read_case(**options)
    printed = form == "text" and output is None
    if printed and not case.judged:
        unusable(case, "Nothing could be judged.")
    target = judge_target(case, target_version, options["matcher"]) if target_version else None
    report = write_report(case, language, audience, target, plan(case), timeline(case))
    if kinds:
        from .renaming import renamed

        report = renamed(report, [case], kinds, map_file)
    write(_rendered(report, form, output, templates), output)
    if calendar is not None:
        from ..reports.calendar import render_calendar

        write(render_calendar(report), calendar)
    if target and target.kept:
        click.echo(target.remark(), err=True)
    decided = any(row.state != "not-checked" for row in report.ledger)
    if not case.judged or (report.ledger and not decided and not case.findings):
        if printed:  # which says what is wrong with the inputs
            click.echo("Nothing could be judged.", err=True)
            sys.exit(UNUSABLE)
        unusable(case, "Nothing could be judged.")
    sys.exit(status((*case.findings, *(target.breaks if target else ())), fail_on))


def _check_format(form: Any, output: Path | None, language: str, templates: Path | None) -> None:
    """Refuse what could not be written, before the inputs are read."""
    from ..reports.errors import ReportError
    from ..reports.render import require

    if form in BINARY and output is None:
        raise click.UsageError(f"{form} is a file: say where to write it with --output FILE")
    try:
        require(form, language, templates)
    except ReportError as error:
        raise click.ClickException(str(error)) from error


def _rendered(
    report: Report, form: Any, output: Path | None, templates: Path | None
) -> str | bytes:
    from ..reports.errors import ReportError
    from ..reports.render import render, render_file

    if output is None and form == "text":
        return render(report, "text", width=width(), colour=sys.stdout.isatty())
    try:
        if form in BINARY:
            return render_file(report, form, templates=templates)
        return render(report, form, templates=templates)
    except ReportError as error:
        raise click.ClickException(str(error)) from error


def status(findings: Iterable[RankedFinding], fail_on: str) -> int:
    """1 where a fault, now or to come, is at or above the level; advice is none."""
    faults = (ranked.finding for ranked in findings if ranked.finding.status != "advice")
    return FOUND if any(fault.severity in counted(fail_on) for fault in faults) else OK


@click.command()
@inputs
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def facts(form: str, **options: Any) -> None:
    """Print what was observed, each fact with where it was read."""
    from .show_facts import as_json, as_table

    case = read_case(**options)
    click.echo(as_json(case) if form == "json" else as_table(case))
    sys.exit(OK if case.judged else UNUSABLE)


@click.command()
@click.argument("symptom")
@inputs
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def explain(symptom: str, form: Any, **options: Any) -> None:
    """Say why a symptom was found, or how far each of its rules got and what stopped it."""
    from .explanation import explain_symptom

    case = read_case(**options)
    click.echo(explain_symptom(case, symptom, form))


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
)
@language_option
def demo(output: Path, language: str) -> None:
    """Make the bundles of a sample deployment, dated today, and diagnose them."""
    from .demo import run_demo

    click.echo(run_demo(output, language, width=width(), colour=sys.stdout.isatty()))

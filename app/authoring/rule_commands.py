"""Commands for authors of rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..options import FOUND, OK, rule_folders, write


@click.group()
def rules() -> None:
    """Work on rule files."""


@rules.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Warnings, too, end with exit status 1.")
@click.option(
    "--record",
    is_flag=True,
    help="If all is well, write down what the rules conclude, as their last release.",
)
def lint(paths: tuple[Path, ...], shape: str, strict: bool, record: bool) -> None:
    """Check the shipped rules and those of PATHS, folders or single files, all at once."""
    from .lint import lint_paths
    from .lint_formats import FORMATS

    problems, count = lint_paths(paths)
    click.echo(FORMATS[shape](problems, count))
    failing = any(strict or problem.level == "error" for problem in problems)
    if record and not failing:
        _record(paths)
    sys.exit(FOUND if failing else OK)


def _record(paths: tuple[Path, ...]) -> None:
    from datetime import date

    from .rule_releases import ReleaseError, record_release

    if len(paths) > 1 or any(not path.is_dir() for path in paths):
        raise click.UsageError("--record takes one folder of rules, or none for the shipped ones")
    try:
        file = record_release(paths[0] if paths else None, date.today())
    except ReleaseError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"wrote {file}", err=True)


@rules.command()
@click.argument("rule_id", metavar="AREA/NAME")
@click.option(
    "--rules",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of rules; it is made if need be. [default: ./rules, or this one]",
)
@click.option("--symptom", help="Symptom id. [default: the next free one of the area]")
@click.option("--fact", help="Fact type to begin with. [default: node]")
@click.option("--severity", type=click.Choice(["info", "warning", "critical"]))
@click.option("--title-en", help="Title in English.")
@click.option("--title-zh-hant", help="Title in Traditional Chinese.")
def new(rule_id: str, folder: Path | None, **given: str | None) -> None:
    """Write a rule to start from. On a terminal, what no option says is asked for."""
    from .new_rule import draft_rule, rule_folder, still_to_do, write_rule

    into = rule_folder(folder)
    draft = draft_rule(rule_id, into, given, click.prompt if sys.stdin.isatty() else None)
    for file in write_rule(draft, into):
        click.echo(f"wrote {file}", err=True)
    click.echo(still_to_do(draft, into))


@rules.command()
@click.argument("names", metavar="[AREA/NAME | FILE]...", nargs=-1)
@rule_folders
@click.option(
    "--format", "form", type=click.Choice(["text", "junit"]), default="text", show_default=True
)
@click.option(
    "--mutate", is_flag=True, help="Change one condition at a time, and say what no test notices."
)
@click.option("--coverage", is_flag=True, help="Say which conditions no test tries.")
@click.option("--watch", is_flag=True, help="Run the tests of a rule whenever its file is saved.")
def test(
    names: tuple[str, ...],
    rule_folders: tuple[Path, ...],
    form: str,
    mutate: bool,
    coverage: bool,
    watch: bool,
) -> None:
    """Run the tests inside rule files: all, or those of the rules named."""
    from .rule_tests import tested_rules
    from .rule_watch import watch_rules

    if form == "junit" and (mutate or coverage or watch):
        raise click.UsageError("--format junit holds the results of tests only")
    if watch:
        watch_rules(names, rule_folders, click.echo, mutate=mutate, coverage=coverage)
        return
    text, good = tested_rules(names, rule_folders, form, mutate=mutate, coverage=coverage)
    click.echo(text, nl=not text.endswith("\n"))
    sys.exit(OK if good else FOUND)


@rules.command()
def schema() -> None:
    """Print the JSON Schema of rule files, for editors."""
    from ..rule_base import schema_text

    click.echo(schema_text(), nl=False)


@rules.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rule-docs"),
    show_default=True,
)
@rule_folders
def docs(output: Path, rule_folders: tuple[Path, ...]) -> None:
    """Write the catalogue of symptoms, as Markdown and as HTML pages."""
    from ..rule_base import rule_base
    from .rule_docs import write_docs

    base = rule_base(rule_folders)
    count = write_docs(base, output)
    fixable = sum(bool(rule.fixes) for rule in base.rules.values())
    click.echo(f"wrote {count} files into {output}", err=True)
    click.echo(f"{fixable} of {len(base.rules)} rules carry a fix that what-if can try", err=True)


@rules.command()
@click.argument("chosen", metavar="[AREA|SYMPTOM]", required=False)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write here.")
@rule_folders
def graph(chosen: str | None, output: Path | None, rule_folders: tuple[Path, ...]) -> None:
    """Draw which facts feed which rules, and which symptoms follow from which, as SVG."""
    from ..rule_base import rule_base
    from .rule_graph import graph as draw

    write(draw(rule_base(rule_folders), chosen), output)

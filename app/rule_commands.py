"""Commands for authors of rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .options import FOUND, OK


@click.group()
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


@rules.command()
def schema() -> None:
    """Print the JSON Schema of rule files, for editors."""
    from .case import schema_text

    click.echo(schema_text(), nl=False)


@rules.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rule-docs"),
    show_default=True,
)
@click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of rules to add.",
)
def docs(output: Path, folders: tuple[Path, ...]) -> None:
    """Write the catalogue of symptoms, as Markdown and as HTML pages."""
    from .case import rule_base
    from .rule_docs import write_docs

    count = write_docs(rule_base(folders), output)
    click.echo(f"wrote {count} files into {output}", err=True)

"""Commands that try changes out before anybody makes them: preflight and kit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .options import FOUND, LANGUAGES, OK, UNUSABLE, inputs, read_case, unusable, width


@click.command()
@inputs
@click.option("--node", required=True, help="The Expressway that the file is for, by host name.")
@click.option(
    "--store", type=click.Choice(["server", "client", "trust"]), default="server", show_default=True
)
@click.option("--remove", is_flag=True, help="With --store trust: take the certificate out.")
@click.option(
    "--csr-config", "csr", is_flag=True, help="Print an OpenSSL configuration for the request."
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def preflight(
    node: str, store: Any, remove: bool, csr: bool, language: str, form: str, **options: Any
) -> None:
    """Say what would come of uploading a file: PATH... are the file and the bundles.

    Whether it is accepted, what breaks, what has to be done before. A request (CSR) is judged as
    the certificate that the CA would make of it. Exit status 1 where it is refused or breaks
    something.
    """
    from ..reports.preflight_text import render_preflight
    from .candidates import PreflightError
    from .csr_config import node_csr_config
    from .preflight import preflight as try_out
    from .preflight_document import write_preflight

    case = read_case(**options)
    try:
        if csr:
            click.echo(node_csr_config(case, node, store), nl=False)
            return
        report = write_preflight(try_out(case, node, store, remove=remove), language)
    except PreflightError as error:
        unusable(case, f"Error: {error}")
    if form == "json":
        click.echo(report.model_dump_json(indent=2))
    else:
        click.echo(render_preflight(report, width()), nl=False)
    sys.exit(OK if report.harmless else FOUND)


@click.command()
@inputs
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the kit.",
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def kit(output: Path, language: str, **options: Any) -> None:
    """Write what each node needs: the files to upload, and the steps in their order.

    Exit status 0 if the plan is proven to cure all, 1 if something remains, 2 if there is nothing
    that could be judged.
    """
    from .convert import write_new
    from .kit import README, kit_files
    from .plan import plan

    case = read_case(**options)
    whole = plan(case)
    if whole.whole is None and not whole.missing:
        click.echo("There is nothing that files or settings could mend; no kit was written.")
        sys.exit(OK if case.judged else UNUSABLE)
    made, files = kit_files(case, whole, language)
    write_new(output, files)
    click.echo(files[README], nl=False)
    click.echo(f"wrote {len(files)} files into {output}", err=True)
    sys.exit(OK if made.proof == "proven" else FOUND)

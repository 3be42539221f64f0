"""Commands that try changes out before anybody makes them: preflight and kit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    FOUND,
    OK,
    UNUSABLE,
    inputs,
    language_option,
    read_case,
    redactions,
    unusable,
    width,
)

if TYPE_CHECKING:
    from ..reports.pseudonyms import Kind


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
@language_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@redactions
def preflight(
    node: str,
    store: Any,
    remove: bool,
    csr: bool,
    language: str,
    form: str,
    kinds: tuple[Kind, ...],
    map_file: Path | None,
    **options: Any,
) -> None:
    """Say what would come of uploading a file: PATH... are the file and the bundles.

    Whether it is accepted, what breaks, what has to be done before. A request (CSR) is judged as
    the certificate that the CA would make of it. Exit status 1 where it is refused or breaks
    something.
    """
    from ..reports.json_format import render_json
    from ..reports.preflight_text import render_preflight
    from .candidates import PreflightError
    from .csr_config import node_csr_config
    from .preflight import preflight as try_out
    from .preflight_document import write_preflight

    if csr and kinds:
        raise click.UsageError("a request under pseudonyms is of no use: leave out --redact")
    case = read_case(**options)
    try:
        if csr:
            click.echo(node_csr_config(case, node, store), nl=False)
            return
        tried = try_out(case, node, store, remove=remove)
    except PreflightError as error:
        unusable(case, f"Error: {error}")
    report = write_preflight(tried, language)
    if kinds:
        from .renaming import renamed

        report = renamed(report, [tried.before, tried.after], kinds, map_file)
    if form == "json":
        click.echo(render_json(report), nl=False)
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
@language_option
@redactions
def kit(
    output: Path,
    language: str,
    kinds: tuple[Kind, ...],
    map_file: Path | None,
    **options: Any,
) -> None:
    """Write what each node needs: the files to upload, and the steps in their order.

    With --redact it is for others to read: the files of certificates, which tell the names, are
    left out.

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
    if kinds:
        from .renaming import renamed_kit

        made, files = renamed_kit(made, files, case, kinds, map_file)
    write_new(output, files)
    click.echo(files[README], nl=False)
    click.echo(f"wrote {len(files)} files into {output}", err=True)
    sys.exit(OK if made.proof == "proven" else FOUND)

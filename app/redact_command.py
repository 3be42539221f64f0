"""The command that makes bundles fit to be sent on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .options import OK, UNUSABLE, limit_options, limits_of, redactions


@click.command()
@click.argument("paths", metavar="BUNDLE...", nargs=-1, required=True, type=str)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder that does not exist yet.",
)
@redactions
@limit_options
def redact(
    paths: tuple[str, ...], output: Path, kinds: Any, map_file: Path | None, **limits: Any
) -> None:
    """Write bundles without secrets: same files, same findings, fit to be sent on.

    Passwords, private keys, cookies, tokens and names of users in paths always go, and packet
    captures are left out. With --redact, names, addresses and serial numbers get pseudonyms, the
    same ones in all files, and certificates are issued again under these by throw-away keys.
    Read what was written before you send it: no program knows every secret.
    """
    from .redact import redacted_bundles
    from .standard_input import on_disk

    with on_disk(paths) as files:
        done = redacted_bundles(files, output, kinds, map_file, limits_of(limits))
    for path in done.paths:
        click.echo(f"wrote {path}")
    for place, why in done.left_out:
        click.echo(f"left out: {place}: {why}", err=True)
    sys.exit(OK if done.paths else UNUSABLE)

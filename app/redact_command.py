"""The command that makes bundles fit to be sent on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .options import OK, UNUSABLE, limit_options, limits_of, quiet_option, redactions


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
@quiet_option
def redact(
    paths: tuple[str, ...],
    output: Path,
    kinds: Any,
    map_file: Path | None,
    quiet: bool,
    **limits: Any,
) -> None:
    """Write bundles without secrets: same files, same findings, fit to be sent on.

    Passwords, private keys, cookies, tokens and names of users in paths always go, and packet
    captures are left out. With --redact, names, addresses and serial numbers get pseudonyms, the
    same ones in all files, and certificates are issued again under these by throw-away keys.
    Read what was written before you send it: no program knows every secret.
    """
    from .progress import Progress
    from .redact import redacted_bundles
    from .standard_input import on_disk

    times = 2 if kinds else 1
    with on_disk(paths) as files, Progress.of(files * times, quiet=quiet) as progress:
        done = redacted_bundles(files, output, kinds, map_file, limits_of(limits), progress.watch)
    for path in done.paths:
        click.echo(f"wrote {path}")
    for name in done.strange:
        click.echo(
            f"{name}: holds no log, configuration, status or certificate that is known here, so"
            " only what looks like a secret anywhere was taken out; read it before you send it",
            err=True,
        )
    for place, why in done.left_out:
        click.echo(f"left out: {place}: {why}", err=True)
    sys.exit(OK if done.paths else UNUSABLE)

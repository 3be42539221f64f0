"""Commands for certificate files by themselves: verify and convert."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from .options import FOUND, OK, UNUSABLE, Moment

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--leaf", type=FILE, help="The certificate in question, perhaps with its chain.")
@click.option("--untrusted", multiple=True, type=FILE, help="What is presented with it.")
@click.option("--trust", multiple=True, type=FILE, help="The trusted CA list.")
@click.option("--name", help="The name that it must carry: a DNS name or an IP address.")
@click.option(
    "--purpose", type=click.Choice(["server", "client", "any"]), default="any", show_default=True
)
@click.option("--at", type=Moment(), help="Judge at this time, not now.")
@click.option("--crl", "crls", multiple=True, type=FILE, help="Check revocation with these.")
@click.option(
    "--profile",
    type=click.Choice(["openssl-3", "openssl-1.1.1"]),
    default="openssl-3",
    show_default=True,
    help="Generation of OpenSSL whose answer is given.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--jsonl", is_flag=True, help="Questions on standard input, one JSON object a line.")
def verify(
    leaf: Path | None,
    untrusted: tuple[Path, ...],
    trust: tuple[Path, ...],
    name: str | None,
    purpose: Any,
    at: int | None,
    crls: tuple[Path, ...],
    profile: Any,
    form: str,
    jsonl: bool,
) -> None:
    """Judge one certificate path as OpenSSL does, and name every defect.

    Exit status 0 if the certificate is trusted, 1 if not.
    """
    from .verify import answer_lines, as_text, verify_files

    if jsonl:
        questions = io.TextIOWrapper(
            sys.stdin.buffer, encoding="utf-8", errors="surrogateescape", newline="\n"
        )
        for line in answer_lines(questions, profile):
            click.echo(line)
        return
    if leaf is None:
        raise click.UsageError("--leaf is missing; or give --jsonl and questions on standard input")
    moment = at if at is not None else int(time.time())
    found = verify_files(
        leaf,
        untrusted,
        trust,
        name=name,
        purpose=purpose,
        at=moment,
        crls=crls,
        profile=profile,
    )
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found), nl=False)
    sys.exit(OK if found["trusted"] else FOUND)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder."
)
@click.option("--password-file", type=FILE, help="Passwords of protected containers, one a line.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def convert(files: tuple[str, ...], output: Path, password_file: Path | None, form: str) -> None:
    """Write the certificates of any container as clean PEM files, private keys never."""
    from .convert import convert as convert_files
    from .convert import read_passwords

    passwords = read_passwords(password_file) if password_file else []

    def ask(path: str) -> str:
        return str(click.prompt(f"Password of {path}", hide_input=True, err=True, default=""))

    done = convert_files(files, output, passwords, ask if sys.stdin.isatty() else None)
    click.echo(
        json.dumps(done.as_json(), ensure_ascii=False, indent=2)
        if form == "json"
        else done.as_text()
    )
    sys.exit(OK if done.files else UNUSABLE)

"""The `openssl verify` command, the judge that the emulation is held against."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from certclinic.facts.trust.judgement import Name, Purpose
from certclinic.facts.x509.certificate import Certificate

OPENSSL = shutil.which("openssl")
_RELEASE = (
    subprocess.run([OPENSSL, "version"], capture_output=True, text=True, check=True).stdout
    if OPENSSL
    else ""
)
needs_openssl = pytest.mark.skipif(
    not _RELEASE.startswith("OpenSSL 3."),
    reason=f"needs the openssl command of OpenSSL 3 as a judge, found: {_RELEASE or 'none'}",
)
_PURPOSES = {"server": ["-purpose", "sslserver"], "client": ["-purpose", "sslclient"], "any": []}
_NAMES = {"dns": "-verify_hostname", "ip": "-verify_ip", "email": "-verify_email"}


@dataclass(frozen=True)
class Asked:
    """One question about a path, as the command takes it."""

    leaf: Certificate
    presented: Sequence[Certificate] = ()
    trust: Sequence[Certificate] = ()
    name: Name | None = None
    purpose: Purpose = "any"
    at: int | None = None
    depth: int | None = None


def verdicts(
    folder: Path, asked: Asked, *others: Certificate, crl_file: Path | None = None
) -> list[tuple[int, int | None]]:
    """Error number and depth (0 and None: trusted) for the leaf, and for other leaves too."""
    assert OPENSSL is not None
    arguments = [OPENSSL, "verify", "-no-CApath", "-no-CAstore", "-auth_level", "1"]
    arguments += _file(folder, "trust", asked.trust, "-CAfile") or ["-no-CAfile"]
    arguments += _file(folder, "presented", asked.presented, "-untrusted")
    arguments += _PURPOSES[asked.purpose]
    arguments += ["-no_check_time"] if asked.at is None else ["-attime", str(asked.at)]
    if asked.name is not None:
        arguments += [_NAMES[asked.name.kind], asked.name.value]
    if asked.depth is not None:
        arguments += ["-verify_depth", str(asked.depth)]
    if crl_file is not None:
        arguments += ["-crl_check_all", "-CRLfile", str(crl_file)]
    leaves = []
    for number, leaf in enumerate((asked.leaf, *others)):
        path = folder / f"leaf{number}.pem"
        path.write_text(leaf.pem())
        leaves.append(path)
    run = subprocess.run(
        [*arguments, *map(str, leaves)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    refused = _refusals(run.stderr)
    trusted = {line.removesuffix(": OK") for line in run.stdout.splitlines()}
    assert {str(path) for path in leaves} == trusted | refused.keys(), run.stderr
    return [refused.get(str(path), (0, None)) for path in leaves]


def _file(folder: Path, name: str, certificates: Sequence[Certificate], option: str) -> list[str]:
    if not certificates:
        return []
    path = folder / f"{name}.pem"
    path.write_text("".join(certificate.pem() for certificate in certificates))
    return [option, str(path)]


def _refusals(output: str) -> dict[str, tuple[int, int]]:
    """The first of the errors that precede each `error <file>: verification failed`."""
    found: dict[str, tuple[int, int]] = {}
    first: tuple[int, int] | None = None
    for line in output.splitlines():
        if match := re.fullmatch(r"error (\d+) at (\d+) depth lookup: .*", line):
            first = first or (int(match[1]), int(match[2]))
        elif match := re.fullmatch(r"error (.*): verification failed", line):
            assert first is not None, output
            found[match[1]], first = first, None
    return found

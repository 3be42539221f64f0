"""One link judged against a trust list of 10,000 CAs, by this program and by OpenSSL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from certclinic.builders.authorities import filler
from certclinic.builders.deployment import build
from certclinic.builders.pki import pem, trust_list
from certclinic.builders.scenarios import healthy

from . import tools
from .measure import PROGRAM, Contestant, WrongAnswerError, measure
from .settings import Settings
from .table import Row, compared, missing

_CAS = 10_000
_LIMIT = 0.1


def rows(settings: Settings) -> Iterator[Row]:
    """A certificate that the list anchors, and one that it does not."""
    openssl = tools.openssl()
    for anchored in (True, False):
        known = "known" if anchored else "missing"
        work = f"a link judged, {_CAS:,} certificates in the trust list, its root {known}"
        if openssl is None:
            yield missing(work, "openssl is not installed", _LIMIT)
            continue
        ours, theirs = measure(_contestants(settings.folder, anchored, openssl), settings.rounds)
        yield compared(work, ours, f"{openssl.name} verify", theirs, _LIMIT)


def _contestants(folder: Path, anchored: bool, openssl: tools.Tool) -> list[Contestant]:
    deployment = build(healthy())
    edge = next(node for node in deployment.nodes if node.role == "e")
    root, issuing = (deployment.authorities[name].certificate for name in ("root", "issuing-1"))
    others = list(filler(deployment.at, _CAS - anchored))
    leaf, untrusted, trust = (folder / f"{name}.pem" for name in ("leaf", "untrusted", "trust"))
    leaf.write_bytes(pem(edge.certificate))
    untrusted.write_bytes(pem(issuing))
    trust.write_bytes(trust_list([*others, root] if anchored else others))
    at = deployment.at
    asked = ("--leaf", leaf, "--untrusted", untrusted, "--trust", trust, "--at", f"{at:%Y-%m-%d}")
    options = (
        *("-no-CApath", "-no-CAstore", "-attime", int(at.timestamp())),
        *("-CAfile", trust, "-untrusted"),
    )
    statuses = (0,) if anchored else (1, 2)

    def ours(output: bytes) -> None:
        if json.loads(output)["trusted"] != anchored:
            raise WrongAnswerError(output.decode()[:300])

    def theirs(output: bytes) -> None:
        if output.decode().strip().endswith(": OK") != anchored:
            raise WrongAnswerError(output.decode()[:300])

    return [
        Contestant(
            "certclinic verify",
            (*PROGRAM, "verify", "--format", "json", *map(str, asked)),
            ours,
            statuses,
        ),
        Contestant(
            "openssl verify",
            (*openssl.command, "verify", *map(str, (*options, untrusted, leaf))),
            theirs,
            statuses,
        ),
    ]

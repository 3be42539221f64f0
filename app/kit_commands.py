"""Commands for the CLI of a UC server: what a step of the kit can be done with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..facts.changes import AddTrust, DeploymentChange, RemoveTrust, ReplaceCertificate
from .change_texts import restarts

_RESTART = "utils service restart {}"
_AT_THE_CLI = ("Cisco Tomcat", "Cisco HAProxy")
"""Services that the CLI restarts (Cisco 217748); the others have a page of their own."""


def commands(steps: Iterable[tuple[int, DeploymentChange, Sequence[str]]]) -> str:
    """The command list of one UC server; empty where nothing is done at the CLI.

    A step is its number, its change, and the names of the PEM files that it imports, or of a new
    certificate the names beside its common name. Lines that begin with # tell people what to paste
    or read; they are no commands.
    """
    lines: list[str] = []
    services: dict[str, None] = {}
    for number, change, named in steps:
        own = list(_imports(change, named))
        if own:
            lines += [f"# {number}", *own, ""]
        services |= dict.fromkeys(restarts(change, on_uc_server=True))
    lines += [_RESTART.format(service) for service in services if service in _AT_THE_CLI]
    return "\n".join(lines).rstrip() + "\n" if lines else ""


def _imports(change: DeploymentChange, named: Sequence[str]) -> Iterator[str]:
    """Cisco Unified CM CLI Reference: set cert import {own|trust} UNIT, then the PEM is pasted.

    Of a request the CLI knows no names but the server's own: others are asked for on a page.
    """
    match change:
        case AddTrust():
            for file in named:
                yield f"# {file}"
                yield f"set cert import trust {(change.trust_store or '').removesuffix('-trust')}"
            if named:
                yield "show cert list trust"
        case RemoveTrust():
            yield "show cert list trust"
        case ReplaceCertificate():
            if named:
                yield "# OS Administration > Security > Certificate Management > Generate CSR"
                yield f"# SAN: {', '.join(named)}"
            else:
                yield f"set csr gen {change.unit}"
            yield f"show csr own {change.unit}"
            yield "# CA"
            yield f"set cert import trust {change.unit}"
            yield f"# {change.unit}"
            yield f"set cert import own {change.unit}"
            yield f"show cert own {change.unit}"

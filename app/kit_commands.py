"""Commands for the CLI of a UC server: what a step of the kit can be done with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..facts.changes import AddTrust, DeploymentChange, RemoveTrust, ReplaceCertificate

_RESTART = "utils service restart Cisco {}"
_SERVICES = {
    "tomcat": ("Tomcat", "HAProxy"),
    "tomcat-ECDSA": ("Tomcat", "HAProxy"),
    "CallManager": ("HAProxy",),
    "CallManager-ECDSA": ("HAProxy",),
}
"""Services of a unit that the CLI restarts (Cisco 217748); the others have a page of their own."""


def commands(steps: Iterable[tuple[int, DeploymentChange, Sequence[str]]]) -> str:
    """The command list of one UC server; empty where nothing is done at the CLI.

    A step is its number, its change, and the names of the PEM files that it imports. Lines that
    begin with # tell people what to paste or read; they are no commands.
    """
    lines: list[str] = []
    services: dict[str, None] = {}
    for number, change, files in steps:
        own = list(_imports(change, files))
        if own:
            lines += [f"# {number}", *own, ""]
        services |= dict.fromkeys(_services(change))
    lines += [_RESTART.format(service) for service in services]
    return "\n".join(lines).rstrip() + "\n" if lines else ""


def _imports(change: DeploymentChange, files: Sequence[str]) -> Iterator[str]:
    """Cisco Unified CM CLI Reference: set cert import {own|trust} UNIT, then the PEM is pasted."""
    match change:
        case AddTrust():
            for file in files:
                yield f"# {file}"
                yield f"set cert import trust {(change.trust_store or '').removesuffix('-trust')}"
            if files:
                yield "show cert list trust"
        case RemoveTrust():
            yield "show cert list trust"
        case ReplaceCertificate():
            yield f"show cert own {change.unit}"


def _services(change: DeploymentChange) -> tuple[str, ...]:
    if isinstance(change, ReplaceCertificate):
        return _SERVICES.get(change.unit or "", ())
    # The lists of both stores serve Tomcat as well as CallManager.
    return _SERVICES["tomcat"] if isinstance(change, AddTrust | RemoveTrust) else ()

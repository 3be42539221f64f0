"""Which Expressway-C connects to which UC server, and under which names its log shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .inputs.observations import Problem, UcServerObservation
from .names import fold, name_kind
from .profile import Profile
from .vocabulary import Evidence


@dataclass(frozen=True)
class Served:
    """A UC server and an Expressway-C that connects to it.

    `targets` are the names and ports under which that Expressway-C's log shows it.
    """

    core: Profile
    server: UcServerObservation
    targets: tuple[tuple[str, int | None, Evidence], ...]


def serve(
    profiles: Sequence[Profile], servers: Sequence[UcServerObservation]
) -> tuple[tuple[Served, ...], tuple[Problem, ...]]:
    """Which Expressway-C connects to which UC server, and what could not be told.

    With several Expressway-C that are not one cluster, a log or the DNS domain has to tell.
    """
    cores = [p for p in profiles if p.role == "expressway_c"]
    mra = [core for core in cores if any(zone.uc for zone in core.zones)] or cores
    found: list[Served] = []
    problems: list[Problem] = []
    for server in servers:
        known = names_of(server)
        seen = {core.host: _targets(core, known) for core in mra}
        fitting = mra
        if len({core.cluster or core.host for core in mra}) > 1:
            domains = {name.partition(".")[2] for name in known if "." in name} - {""}
            fitting = [c for c in mra if seen[c.host]] or [
                c for c in mra if c.fqdn and c.fqdn.partition(".")[2] in domains
            ]
            if not fitting:
                hosts = ", ".join(core.host for core in mra)
                text = f"nothing tells which of {hosts} connects to {server.host}; not judged"
                problems.append(Problem(", ".join(server.inputs), text))
        found += [Served(core, server, seen[core.host]) for core in fitting]
    return tuple(found), tuple(problems)


def by_name(servers: Sequence[UcServerObservation]) -> dict[str, str]:
    """The servers' hosts by each name that is of one server alone."""
    found: dict[str, set[str]] = {}
    for server in servers:
        for name in names_of(server):
            found.setdefault(name, set()).add(server.host)
    return {name: next(iter(hosts)) for name, hosts in found.items() if len(hosts) == 1}


def names_of(server: UcServerObservation) -> set[str]:
    """All names by which a server is known, those of its tomcat certificate included."""
    names = {server.host, *(fold(name) for name in server.names)}
    for entry in server.own():
        if entry.certificate and entry.unit.startswith("tomcat"):
            names.update(fold(name) for name in entry.certificate.dns_names)
    return names


def _targets(core: Profile, known: set[str]) -> tuple[tuple[str, int | None, Evidence], ...]:
    """Names under which a log shows the server: allowed requests, and refused connections.

    A name that differs in its domain alone is the same server: that is how a wrong one is found.
    """
    events = core.observation.events
    if events is None:
        return ()
    found: dict[tuple[str, int | None], Evidence] = {}
    for target, tally in events.uc_targets.items():
        found.setdefault((target.host, target.port), tally.samples[0])
    for kind, tally in events.traffic_server.items():
        found.setdefault((kind.server, kind.port), tally.samples[0])
    labels = {name.partition(".")[0] for name in known if name_kind(name) != "ip"}
    return tuple(
        (name, port, evidence)
        for (name, port), evidence in found.items()
        if name in known or (name_kind(name) != "ip" and name.partition(".")[0] in labels)
    )

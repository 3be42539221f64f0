"""Which Expressway-E each zone of an Expressway-C leads to, and why that is believed.

A peer address that names a node decides; else what both sides tell of each other: the name that
the E expects, its certificate in the C's log, addresses in the logs. Where only ports and domains
fit, the pair is assumed and said to be; where nothing fits, there is no pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .inputs.observations import Listed, NodeObservation, Problem
from .names import carries, name_kind
from .profile import ConfiguredZone, Profile
from .vocabulary import Evidence

Basis = Literal["name", "certificate", "address", "assumed"]


@dataclass(frozen=True)
class ZonePair:
    """An Expressway-C node, a zone of it, the peer address, and the Expressway-E it leads to."""

    core: Profile
    zone: ConfiguredZone
    address: str
    address_at: int
    edge: Profile
    edge_zone: ConfiguredZone | None
    basis: Basis


@dataclass(frozen=True)
class Pairing:
    """All pairs, and the peers that are not among the inputs, by node."""

    pairs: tuple[ZonePair, ...]
    absent: dict[str, tuple[str, ...]]
    problems: tuple[Problem, ...]


def pair(profiles: Sequence[Profile]) -> Pairing:
    """Pair Expressway-C zones with Expressway-E nodes."""
    edges = [p for p in profiles if p.role == "expressway_e"]
    pairs: list[ZonePair] = []
    absent: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for core in profiles:
        if core.role != "expressway_c":
            continue
        for zone in core.zones:
            if zone.type != "traversal_client":
                continue
            found, missing = _pair_zone(core, zone, edges)
            pairs += found
            if missing:
                absent[core.host] = tuple(sorted({*absent.get(core.host, ()), *missing}))
    for one in pairs:
        if one.basis == "assumed":
            text = (
                f"{one.edge.host} is taken as the Expressway-E that zone “{one.zone.name}” of"
                f" {one.core.host} leads to, since port and domain fit; its peer address"
                f" {one.address} does not name it"
            )
            problems.append(Problem(", ".join(one.core.observation.inputs), text))
    problems += _unpaired(profiles, pairs, absent)
    return Pairing(tuple(pairs), absent, tuple(dict.fromkeys(problems)))


def _pair_zone(
    core: Profile, zone: ConfiguredZone, edges: list[Profile]
) -> tuple[list[ZonePair], list[str]]:
    pairs: list[ZonePair] = []
    missing: list[str] = []
    open_addresses: list[tuple[int, str]] = []
    for index, (address, _) in enumerate(zone.peers):
        matches = _named(address, edges)
        pairs += [
            ZonePair(core, zone, address, index, edge, _zone_of(edge, zone), "name")
            for edge in matches
        ]
        if not matches:
            open_addresses.append((index, address))
    taken = {p.edge.host for p in pairs}
    for index, address in open_addresses:
        free = [edge for edge in edges if edge.host not in taken]
        edge, basis = _evident(core, zone, free, len(open_addresses))
        edge = edge or _seen_in_log(core, address)
        if edge is None:
            missing.append(address)
            continue
        taken.add(edge.host)
        pairs.append(ZonePair(core, zone, address, index, edge, _zone_of(edge, zone), basis))
        if not edge.given:
            missing.append(address)
    return pairs, missing


def _named(address: str, edges: list[Profile]) -> list[Profile]:
    """The Expressway-E nodes that an address names; all peers, where it is a cluster's name."""
    kind = name_kind(address)
    if kind == "ip":
        return [edge for edge in edges if address in edge.addresses]
    exact = [edge for edge in edges if address in (edge.fqdn, edge.host)]
    if exact:
        return exact
    if kind == "short":
        return [edge for edge in edges if edge.fqdn and edge.fqdn.split(".")[0] == address]
    clusters = [edge for edge in edges if edge.cluster == address]
    if clusters:
        return clusters
    carrying = [
        edge
        for edge in edges
        if (server := edge.observation.server) and carries(server.certificate, address)
    ]
    return carrying if len(carrying) == 1 else []


def _evident(
    core: Profile, zone: ConfiguredZone, edges: list[Profile], open_addresses: int
) -> tuple[Profile | None, Basis]:
    """The one node that other evidence ties to the zone, strongest kind first."""
    expecting = [e for e in edges if (z := _zone_of(e, zone)) and _expects(z, core)]
    seen = core.observation.events.seen if core.observation.events else {}
    presented = [
        e for e in edges if (s := e.observation.server) and s.certificate.fingerprint in seen
    ]
    spoken = [e for e in edges if _met(core, e)]
    fitting = [e for e in edges if _fits(core, zone, e)]
    kinds: tuple[tuple[list[Profile], Basis], ...] = (
        (presented, "certificate"),
        (spoken, "address"),
        (expecting, "name"),
        (fitting, "assumed"),
    )
    for candidates, basis in kinds:
        if len(candidates) == 1 or (candidates and len(candidates) == open_addresses):
            return candidates[0], basis
    return None, "assumed"


def _expects(edge_zone: ConfiguredZone, core: Profile) -> bool:
    """The E's TLS verify subject name names the C."""
    wanted = edge_zone.verify_name
    if wanted is None:
        return False
    if wanted in (core.fqdn, core.host, core.cluster):
        return True
    shown = core.client
    return shown is not None and carries(shown.certificate, wanted) is not None


def _met(core: Profile, edge: Profile) -> bool:
    """Either log holds a handshake with an address of the other."""
    pairs = ((core, edge), (edge, core))
    return any(
        kind.remote_ip in other.addresses
        for one, other in pairs
        for kind in (one.observation.events.tls if one.observation.events else {})
    )


def _fits(core: Profile, zone: ConfiguredZone, edge: Profile) -> bool:
    """A zone on the same port, and the same DNS domain or, without any name, the same user."""
    other = _zone_of(edge, zone)
    if other is None or (zone.port and other.port != zone.port):
        return False
    one, two = (core.fqdn or "").partition(".")[2], (edge.fqdn or "").partition(".")[2]
    shared = {name for name, _ in core.domains} & {name for name, _ in edge.domains}
    if (one and one == two) or shared:
        return True
    # A user name alone is often a default; any other name that leads elsewhere outweighs it.
    named = [address for address, _ in zone.peers if name_kind(address) != "short"]
    return bool(zone.user) and zone.user == other.user and not named and not other.verify_name


def _zone_of(edge: Profile, zone: ConfiguredZone) -> ConfiguredZone | None:
    """The E's end of a C's zone: by port, else by kind, else the only one."""
    servers = [z for z in edge.zones if z.type == "traversal_server"]
    for candidates in (
        [z for z in servers if z.port == zone.port and z.uc == zone.uc],
        [z for z in servers if z.port == zone.port],
        [z for z in servers if z.port is None and z.uc == zone.uc],
    ):
        if candidates:
            return candidates[0]
    return servers[0] if len(servers) == 1 and zone.port is None else None


def _seen_in_log(core: Profile, address: str) -> Profile | None:
    """An Expressway-E without a bundle, whose certificate stands in the C's log."""
    own = core.observation.server
    for seen in (core.observation.events.seen if core.observation.events else {}).values():
        certificate = seen.certificate
        if (own and certificate.fingerprint == own.certificate.fingerprint) or certificate.is_ca:
            continue
        if carries(certificate, address):
            where = replace(seen.evidence, fingerprint=certificate.fingerprint)
            server = Listed(certificate, where)
            record = NodeObservation(host=address, server=server, release_seen=_peer_release(core))
            return Profile(record, given=False)
    return None


def _peer_release(core: Profile) -> tuple[str, Evidence] | None:
    """The release that the C's log names of its peer: another than its own, else the only one."""
    releases = core.observation.events.releases if core.observation.events else {}
    own = core.version[0] if core.version else None
    others = [release for release in releases if release != own] or list(releases)
    return (others[0], releases[others[0]].samples[0]) if len(others) == 1 else None


def _unpaired(
    profiles: Sequence[Profile], pairs: list[ZonePair], absent: dict[str, tuple[str, ...]]
) -> list[Problem]:
    """Nodes that nothing ties to the others, and peers whose bundles are not given."""
    problems: list[Problem] = []
    for host, addresses in absent.items():
        inputs = next(p.observation.inputs for p in profiles if p.host == host)
        text = (
            f"{host} leads to {', '.join(addresses)}, of which no bundle is given; the checks"
            " between them stay open until it is"
        )
        problems.append(Problem(", ".join(inputs), text))
    paired = {one.edge.host for one in pairs} | {one.core.host for one in pairs}
    cores = [p for p in profiles if p.role == "expressway_c"]
    for profile in profiles:
        if profile.role != "expressway_e" or profile.host in paired:
            continue
        if cores:
            names = ", ".join(core.host for core in cores)
            text = (
                f"{profile.host} and {names} name each other nowhere; they are judged apart,"
                " as parts of two deployments"
            )
        else:
            text = (
                f"no Expressway-C is given that leads to {profile.host}; what stands between"
                " them stays open until its bundle is"
            )
        problems.append(Problem(", ".join(profile.observation.inputs), text))
    return problems

"""The links between Expressway nodes: traversal zones, their SSH tunnels, and cluster peers.

In the SIP handshake a node sends its certificate with the chain that its own trusted CA list holds;
on the SSH tunnels nothing but the certificate counts, so the other side's list needs the whole
chain (Cisco 221624, 212475). Between X15.5 nodes the C shows its client certificate (225693).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .knowledge import Knowledge, Use
from .links import Direction, Held, checks
from .model import LinkCheck
from .pairing import ZonePair
from .profile import ConfiguredZone, Profile
from .terms import State
from .vocabulary import Evidence

SIP_PORT, SSH_PORT, CLUSTER_PORT, NEIGHBOR_PORT = 7001, 2222, 4372, 5061


def zone_checks(pair: ZonePair, at: int, held: Held, knowledge: Knowledge) -> Iterator[LinkCheck]:
    """The checks of a traversal zone, and of its SSH tunnels where it carries UC, both ways."""
    core, edge, zone, other = pair.core, pair.edge, pair.zone, pair.edge_zone
    edge_verifies: State = "unknown"
    if other is not None or zone.uc:
        edge_verifies = "ok" if (other.tls_verify if other else zone.uc) else "fail"
    port = zone.port or SIP_PORT
    wanted = None
    if other and other.verify_name:
        wanted = (other.verify_name, other.verify_evidence[-1] if other.verify_evidence else None)
    common: dict[str, Any] = {"client": core, "server": edge}
    to_edge: dict[str, Any] = {
        **common,
        "verifier": core,
        "presenter": edge,
        "shown": edge.observation.server,
        "store": "server",
        "purpose": "server",
    }
    to_core: dict[str, Any] = {
        **common,
        "verifier": edge,
        "presenter": core,
        "shown": core.client,
        "store": core.client_store,
        "purpose": "client",
    }
    core_verifies: State = "ok" if zone.tls_verify else "fail"
    yield from checks(
        Direction(
            **to_edge,
            link="sip",
            sends_chain=True,
            port=port,
            zone=zone.name,
            expected=(pair.address, zone.peers[pair.address_at][1]),
            asks_name=True,
            enforced=core_verifies,
            purpose_enforced=_demanded("sip", "expressway_e", core, edge, core_verifies, knowledge),
            settings=zone.evidence,
        ),
        at,
        held,
    )
    yield from checks(
        Direction(
            **to_core,
            link="sip",
            sends_chain=True,
            port=port,
            zone=other.name if other else None,
            expected=wanted,
            asks_name=True,
            enforced=edge_verifies,
            purpose_enforced=_demanded("sip", "expressway_c", edge, core, edge_verifies, knowledge),
            settings=other.evidence if other else (),
        ),
        at,
        held,
    )
    if not zone.uc:
        return
    for role, direction in (("expressway_e", to_edge), ("expressway_c", to_core)):
        yield from checks(
            Direction(
                **direction,
                link="ssh",
                sends_chain=False,
                port=SSH_PORT,
                zone=None,
                expected=None,
                asks_name=False,
                enforced="ok",
                purpose_enforced=_demanded("ssh", role, core, edge, "ok", knowledge),
            ),
            at,
            held,
        )


def _demanded(
    use: Use,
    role: str,
    verifier: Profile,
    presenter: Profile,
    enforced: State,
    knowledge: Knowledge,
) -> State:
    """Whether a link that is verified demands the usage; `fail` where the release does not."""
    known = verifier.version or presenter.version
    row = knowledge.requirement(use, role, known[0] if known else None)
    return "fail" if row is None or row.lifted(verifier.setting) else enforced


def neighbor_checks(
    verifier: Profile,
    zone: ConfiguredZone,
    presenter: Profile,
    address: tuple[str, Evidence],
    at: int,
    held: Held,
    knowledge: Knowledge,
) -> Iterator[LinkCheck]:
    """A neighbour zone of one Expressway to another: both open connections, the zone's owner
    looks for the peer address that it is configured with."""
    enforced: State = "ok" if zone.tls_verify else "fail"
    yield from checks(
        Direction(
            link="neighbor",
            client=presenter,
            server=verifier,
            verifier=verifier,
            presenter=presenter,
            shown=presenter.client,
            store=presenter.client_store,
            purpose="client",
            sends_chain=True,
            port=zone.port or NEIGHBOR_PORT,
            zone=zone.name,
            expected=address,
            asks_name=True,
            enforced=enforced,
            purpose_enforced=_demanded(
                "neighbor", presenter.role, verifier, presenter, enforced, knowledge
            ),
            settings=zone.evidence,
        ),
        at,
        held,
    )


def cluster_checks(
    verifier: Profile,
    presenter: Profile,
    mode: str | None,
    at: int,
    held: Held,
    knowledge: Knowledge,
) -> Iterator[LinkCheck]:
    """One cluster peer judging another, each being TLS client and server of the other."""
    enforced: State = {"enforcing": "ok", "permissive": "fail"}.get(mode or "", "unknown")  # type: ignore[assignment]
    yield from checks(
        Direction(
            link="cluster",
            client=presenter,
            server=verifier,
            verifier=verifier,
            presenter=presenter,
            shown=presenter.observation.server,
            store="server",
            purpose="client",
            sends_chain=True,
            port=CLUSTER_PORT,
            zone=None,
            expected=_peer_address(verifier, presenter),
            asks_name=True,
            enforced=enforced,
            purpose_enforced=_demanded(
                "cluster", presenter.role, verifier, presenter, enforced, knowledge
            ),
        ),
        at,
        held,
    )


def _peer_address(verifier: Profile, presenter: Profile) -> tuple[str, Evidence] | None:
    """The address under which one cluster peer knows another."""
    names = {presenter.fqdn, presenter.host, *presenter.addresses}
    for address, line in verifier.cluster_peers:
        if address in names:
            return address, line
    own = {verifier.fqdn, verifier.host, *verifier.addresses}
    rest = [peer for peer in verifier.cluster_peers if peer[0] not in own]
    return rest[0] if len(rest) == 1 else None

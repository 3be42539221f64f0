"""The other side of a logged handshake is named where its address tells which node it is."""

from __future__ import annotations

import io

from certclinic.facts import log_facts
from certclinic.facts.inputs.observations import NodeObservation
from certclinic.facts.inputs.xconfiguration import parse
from certclinic.facts.logs.log_reader import read_log
from certclinic.facts.model import TlsFailure
from certclinic.facts.profile import Profile
from certclinic.facts.vocabulary import Evidence

LINE = (
    b'2026-11-24T10:00:00.123+01:00 core1 tvcs: Event="Outbound TLS Negotiation Error"'
    b' Service="SIP" Src-ip="10.0.0.11" Src-port="25697" Dst-ip="10.0.1.21" Dst-port="7001"'
    b' Detail="certificate has expired" Protocol="TLS" Level="1"\n'
)


def peers(**addresses: str) -> list[str | None]:
    """Whom core1's log line is taken to name, among nodes with these addresses."""
    events, _ = read_log(io.BytesIO(LINE), Evidence(input="log"))
    nodes = [NodeObservation(host="core1", events=events)]
    for host, address in addresses.items():
        dump = parse(f'*c xConfiguration Ethernet 1 IP V4 Address: "{address}"')
        nodes.append(NodeObservation(host=host, configuration=dump))
    found = log_facts.facts([Profile(node) for node in nodes], {})
    return [fact.peer for fact in found if isinstance(fact, TlsFailure)]


def test_the_node_that_has_the_address_is_the_peer() -> None:
    """One node holds the address."""
    assert peers(edge1="10.0.1.21", edge2="10.0.1.22") == ["edge1"]


def test_an_address_that_two_nodes_hold_names_neither() -> None:
    """Private addresses recur from one deployment to the next."""
    assert peers(edge1="10.0.1.21", other="10.0.1.21") == [None]

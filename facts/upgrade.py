"""The same deployment as if it ran another release."""

from __future__ import annotations

from dataclasses import replace

from .inputs.observations import NodeObservation, Observations
from .profile import TWO_STORES, Profile
from .releases import release_key
from .vocabulary import Evidence, Version


def upgraded(observations: Observations, release: Version) -> Observations:
    """The observations after every Expressway below a release was upgraded to it."""
    nodes = tuple(upgraded_node(node, release) for node in observations.nodes)
    return replace(observations, nodes=nodes)


def upgraded_node(node: NodeObservation, release: Version) -> NodeObservation:
    """One node after its upgrade; as it was, where it runs the release or a later one."""
    present = Profile(node).version
    if present is not None and release_key(present[0]) >= release_key(release):
        return node
    text = f"{node.host} taken to run {release}"
    evidence = Evidence(input="", text=text, said=("taken_to_run", node.host, release))
    assumed = replace(node, assumed_release=(release, evidence))
    if node.client is None and release_key(release) >= release_key(TWO_STORES):
        # The upgrade fills the new store with the certificate that served both (225693).
        return replace(assumed, client=node.server)
    return assumed

"""The same deployment as if it ran another release."""

from __future__ import annotations

from dataclasses import replace

from .inputs.observations import NodeObservation, Observations
from .profile import TWO_STORES, Profile
from .releases import release_key
from .vocabulary import Evidence, Version


def upgraded(observations: Observations, release: Version) -> Observations:
    """The observations after every Expressway below a release was upgraded to it."""
    nodes = tuple(_upgraded(node, release) for node in observations.nodes)
    return replace(observations, nodes=nodes)


def _upgraded(node: NodeObservation, release: Version) -> NodeObservation:
    present = Profile(node).version
    if present is not None and release_key(present[0]) >= release_key(release):
        return node
    evidence = Evidence(input="", text=f"{node.host} taken to run {release}")
    assumed = replace(node, assumed_release=(release, evidence))
    if node.client is None and release_key(release) >= release_key(TWO_STORES):
        # The upgrade fills the new store with the certificate that served both (225693).
        return replace(assumed, client=node.server)
    return assumed

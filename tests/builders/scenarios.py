"""Deployments by name: healthy ones, the demo, one for each symptom, and mixtures of faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .spec import Spec
from .symptom import ALL, ISSUING_2, Scenario, cluster, pair
from .symptoms_certificate import CERTIFICATE_SYMPTOMS
from .symptoms_mra import MRA_SYMPTOMS
from .symptoms_traversal import TRAVERSAL_SYMPTOMS
from .symptoms_tunnel import TUNNEL_SYMPTOMS

__all__ = ["MIXED", "SYMPTOMS", "Mixed", "Scenario", "demo", "healthy", "healthy_cluster"]


def healthy() -> dict[str, Any]:
    """An Expressway-C and an Expressway-E without a fault."""
    return pair()


def healthy_cluster(cores: int = 2, edges: int = 2) -> dict[str, Any]:
    """A cluster on each side, without a fault."""
    return cluster(cores, edges)


def demo(at: datetime) -> dict[str, Any]:
    """A pair whose Expressway-E certificate was renewed under a new intermediate three days ago.

    The Expressway-C does not trust that intermediate: the zone is up, since the handshake brings
    the intermediate along, and the SSH tunnels are down.
    """
    return pair(
        at=at,
        authorities={
            "root": {"cn": "Example Root CA G2"},
            "issuing-1": {"cn": "Example Issuing CA 2024"},
            "issuing-2": {"cn": "Example Issuing CA 2026", "issuer": "root", "from": "-60d"},
        },
        core={
            "trust": ["root", "issuing-1"],
            "tunnels": "Failed",
            "alarms": [25019, 35013],
            "log_noise": 400,
        },
        edge={
            "certificate": {"issuer": "issuing-2", "from": "-3d", "to": "197d"},
            "trust": ["root", "issuing-1", "issuing-2"],
            "tunnels": "Failed",
            "alarms": [25019],
            "log": [{"event": "http_502", "count": 6}],
            "log_noise": 400,
        },
    )


SYMPTOMS: Mapping[str, Scenario] = {
    **CERTIFICATE_SYMPTOMS,
    **TRAVERSAL_SYMPTOMS,
    **TUNNEL_SYMPTOMS,
    **MRA_SYMPTOMS,
}
"""A scenario by the id of the symptom."""


@dataclass(frozen=True)
class Mixed:
    """A deployment with several faults: the symptoms planted, and those they bring with them."""

    spec: Spec
    symptoms: tuple[str, ...]
    also: tuple[str, ...] = ()


_CUCM = {"event": "ats_untrusted", "server": "cucm.example.com", "count": 3}
_IMP = {"event": "ats_rejected", "server": "imp.example.com", "ip": "10.0.0.22", "port": 8443}
_DOWN = {"tunnels": "Failed", "alarms": [40049, 35013]}
_RENEWED = {"issuer": "issuing-2", "from": "-3d", "to": "197d"}

MIXED: Mapping[str, Mixed] = {
    "renewed under a new CA, without the service domain": Mixed(
        pair(
            core={"tunnels": "Failed", "alarms": [35013]},
            edge={
                "certificate": {**_RENEWED, "san": ["edge1.example.com"]},
                "trust": ALL,
                "tunnels": "Failed",
                "log": [{"event": "http_502", "count": 5}],
            },
            authorities=ISSUING_2,
        ),
        symptoms=("EXW-030", "EXW-039c", "EXW-063"),
    ),
    "a wrong password beside a certificate that expires soon": Mixed(
        pair(
            core={"zone": {"status": "Failed"}, "tunnels": "Failed", "alarms": [35013]},
            edge={
                "zone": {"status": "Failed"},
                "tunnels": "Failed",
                "certificate": {"from": "-355d", "to": "10d"},
                "alarms": [{"id": 40069, "hosts": "10"}],
                "log": [{"event": "wrong_password", "remote": "core1", "count": 5}],
            },
        ),
        symptoms=("EXW-011", "EXW-029c"),
        also=("EXW-039a",),
    ),
    "both directions of Traffic Server, and a wildcard": Mixed(
        pair(
            core={"log": [_CUCM, {**_IMP, "port": 6972}]},
            edge={"certificate": {"san": ["*.example.com", "edge1.example.com", "example.com"]}},
        ),
        symptoms=("EXW-014", "EXW-050", "EXW-052"),
    ),
    "one peer of each cluster at fault": Mixed(
        cluster(
            changes={
                "core1": {"trust": ALL},
                "core2": _DOWN,
                "edge1": {"certificate": _RENEWED, "trust": ALL},
                "edge2": {
                    "certificate": {**_RENEWED, "san": ["edge2.example.com", "edge.example.com"]},
                    "trust": ALL,
                },
            },
            authorities=ISSUING_2,
        ),
        symptoms=("EXW-029e", "EXW-030", "EXW-063"),
    ),
    "server-only client certificate on X15.5, and Unified CM by its address": Mixed(
        pair(
            core={
                "client_certificate": {"eku": ["server"]},
                "tunnels": "Failed",
                "alarms": [35013],
                "log": [{"event": "ats_name", "server": "10.0.0.20", "count": 2}],
            },
            edge={
                "tunnels": "Failed",
                "settings": {"SIP TLS Certificate ExtendedKeyUsage Checking Mode": "Off"},
                "log": [{"event": "http_502", "count": 4}],
            },
            version="X15.5",
        ),
        symptoms=("EXW-035", "EXW-039c", "EXW-051"),
        also=("EXW-006",),
    ),
}
"""Mixed deployments by what is wrong with them."""

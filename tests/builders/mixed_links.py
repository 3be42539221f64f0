"""Mixed deployments whose main fault lies in names, purposes, clocks and ports."""

from __future__ import annotations

from collections.abc import Mapping

from .handshakes import IDENTITY
from .mixture import (
    CLOCK_SET_RIGHT,
    DOWN,
    ENDPOINT_PASSWORD,
    EXPIRED_UNUSED,
    FIREWALL_ELSEWHERE,
    GATEWAY,
    RENEWED,
    SCANNED,
    ZONE_DOWN,
    Fault,
    Mixture,
    each,
    failure,
)
from .symptom import ALL, ISSUING_2, cluster

LINKS: Mapping[str, Mixture] = {
    "before the upgrade of X12.7, two domains": Mixture(
        spec=cluster(
            2,
            2,
            changes={
                **each(
                    "core1 core2",
                    {
                        "mra_domains": ["example.com", "example.org"],
                        "zone": {"tls_verify": False},
                        "alarms": [40049, 40040],
                    },
                ),
                "edge1": {"log": [GATEWAY]},
                "edge2": {
                    "certificate": {
                        "san": ["edge2.example.com", "edge.example.com", "example.com"]
                    },
                    "log": [{"event": "http_502", "reason": "connect failed", "count": 2}],
                },
            },
            version="X12.7",
            unified_cm={
                "cucm1": {},
                "unity1": {"certificates": {"tomcat": {"issuer": "self"}}},
            },
        ),
        faults=(
            Fault("EXW-024", ("core1", "core2")),
            Fault("EXW-063", ("edge2",)),
            Fault("EXW-050", ("core1", "core2"), status="predicted"),
        ),
        lookalikes=(
            "an application-level gateway that cuts handshakes of endpoints",
            "a 502 of a server behind tunnels that are up",
        ),
    ),
    "X15.5, two clusters behind one Expressway-E cluster": Mixture(
        spec=cluster(
            4,
            2,
            changes={
                "core1": {**DOWN, "client_certificate": {"eku": ["server"]}},
                "core2": {
                    "log": [
                        {"event": "ats_name", "server": "10.0.0.20", "count": 2},
                        FIREWALL_ELSEWHERE,
                    ]
                },
                **each(
                    "core3 core4",
                    {
                        "cluster": {"name": "branch.example.com"},
                        "log": [
                            {
                                "event": "tcp_closed",
                                "remote": "edge1",
                                "port": 7002,
                                "reason": "Got EOF on socket",
                            }
                        ],
                        **ZONE_DOWN,
                    },
                ),
                **each(
                    "edge1 edge2",
                    {
                        "settings": {"SIP TLS Certificate ExtendedKeyUsage Checking Mode": "Off"},
                        "alarms": [40049, *CLOCK_SET_RIGHT],
                        "tunnels": "Failed",
                        "zones": [
                            {
                                "type": "traversal_server",
                                "name": "Main",
                                "uc": True,
                                "port": 7001,
                                "verify_name": "core.example.com",
                            },
                            {
                                "type": "traversal_server",
                                "name": "Branch",
                                "uc": True,
                                "port": 7002,
                                "verify_name": "branches.example.com",
                                "status": "Failed",
                            },
                        ],
                        "log": [
                            failure("inbound", "core3", IDENTITY, port=7002),
                            failure("inbound", "core4", IDENTITY, port=7002),
                        ],
                    },
                ),
            },
            version="X15.5",
        ),
        faults=(
            Fault("EXW-026", ("core3", "core4", "edge1", "edge2")),
            Fault("EXW-035", ("core1", "edge1", "edge2"), brings=("EXW-006",)),
            Fault("EXW-051", ("core2",)),
        ),
        lookalikes=("clocks that were set right", "a port of another server that is closed"),
    ),
    "a closed port 2222, an account, and an IM and Presence that refuses": Mixture(
        spec=cluster(
            2,
            3,
            changes={
                "core1": {
                    "tunnels": "Failed",
                    "alarms": [40049, 35013, 35014],
                    "trust": ["root", *ALL[:0:-1]],
                    "log": [
                        {"event": "tcp_failed", "remote": "edge1", "port": 2222, "count": 4},
                        {
                            "event": "ats_rejected",
                            "server": "imp1.example.com",
                            "ip": "10.0.0.22",
                            "count": 3,
                        },
                    ],
                },
                "core2": {"trust": ALL},
                **each("edge1 edge2 edge3", {"certificate": RENEWED, "trust": ALL}),
                "edge3": {
                    "certificate": {**RENEWED, "to": "9d"},
                    "trust": ALL,
                    "alarms": [40049, {"id": 40069, "hosts": "9"}],
                    "log": [*SCANNED, ENDPOINT_PASSWORD],
                },
            },
            version="X14.0.8",
            authorities=ISSUING_2,
        ),
        faults=(
            Fault("EXW-031", ("core1",)),
            Fault("EXW-052", ("core1",)),
            Fault("EXW-011", ("edge3",), status="predicted"),
        ),
        lookalikes=(
            "a trusted CA list in another order",
            "scanners on port 5061",
            "an endpoint's wrong password",
        ),
    ),
    "clocks apart, and an Expressway-E certificate for servers alone": Mixture(
        spec=cluster(
            1,
            2,
            changes={
                "core1": {
                    **ZONE_DOWN,
                    "alarms": [25021, 25022, 35013, 40049],
                    "trust": [*ALL[:2], "old-root"],
                },
                "edge1": {
                    "clock": "+500s",
                    "certificate": {"eku": ["server"]},
                    **ZONE_DOWN,
                    "alarms": [25022, 40049],
                    "log": [GATEWAY],
                },
                "edge2": {
                    "clock": "+500s",
                    **ZONE_DOWN,
                    "alarms": [25022, 40049],
                    "log": [{"event": "http_502", "count": 3}],
                },
            },
            version="X15.2.1",
            authorities=EXPIRED_UNUSED,
            unified_cm={"cucm1": {}, "imp1": {}, "unity1": {}},
        ),
        faults=(
            Fault("EXW-029c", ("core1", "edge1", "edge2"), brings=("EXW-034", "EXW-039c")),
            Fault("EXW-060", ("core1", "edge1"), brings=("EXW-005",)),
        ),
        lookalikes=(
            "an application-level gateway that cuts handshakes of endpoints",
            "an expired CA that nothing rests on",
        ),
    ),
    "six peers that verify each other": Mixture(
        spec=cluster(
            2,
            6,
            changes={
                **each(
                    "edge1 edge3 edge4 edge5",
                    {"cluster": {"tls_verify": "enforcing"}, "alarms": [20004, 20006]},
                ),
                "edge2": {
                    "cluster": {"tls_verify": "enforcing"},
                    "alarms": [20004, 20006],
                    "certificate": {"san": ["edge.example.com", "example.com"]},
                },
                "edge6": {
                    "cluster": {"tls_verify": "enforcing"},
                    "certificate": {"from": "-360d", "to": "5d"},
                    "alarms": [20004, 20006, {"id": 40069, "hosts": "5"}],
                    "log": [ENDPOINT_PASSWORD, *SCANNED],
                },
                "core1": {"trust": ["root", "issuing-1", "old-root"]},
                "core2": {"trust": ["root", "issuing-1", "old-root"]},
            },
            version="X14.3.4",
            authorities=EXPIRED_UNUSED,
            clients={
                "csf-unified.log": [
                    {"event": "jabber_identity", "name": "imp1.example.com"},
                ]
            },
        ),
        faults=(
            Fault(
                "EXW-040",
                ("edge1", "edge2", "edge3", "edge4", "edge5", "edge6"),
                brings=("EXW-025", "EXW-029d"),
            ),
            Fault("CLI-001", ("csf-unified.log",)),
            Fault("EXW-011", ("edge6",), status="predicted"),
        ),
        lookalikes=(
            "an expired CA that nothing rests on",
            "an endpoint's wrong password",
            "scanners on port 5061",
        ),
    ),
}
"""Mixtures by what is wrong with them."""

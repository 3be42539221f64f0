"""Mixed deployments whose main fault lies in a trusted CA list."""

from __future__ import annotations

from collections.abc import Mapping

from .mixture import (
    DOWN,
    ENDPOINT_PASSWORD,
    EXPIRED_UNUSED,
    FIREWALL_ELSEWHERE,
    GATEWAY,
    RENEWED,
    REPAIRED,
    SCANNED,
    ZONE_DOWN,
    Fault,
    Mixture,
    each,
    failure,
)
from .spec import merge
from .symptom import ALL, ISSUING_2, cluster

TRUST: Mapping[str, Mixture] = {
    "a renewal that one peer was not told of, and a Unified CM that does not trust": Mixture(
        spec=cluster(
            3,
            2,
            changes={
                **each("core1 core3", {"trust": [*ALL, "old-root"]}),
                "core2": {**DOWN, "trust": ["root", "issuing-1", "old-root"]},
                "edge1": {
                    "certificate": RENEWED,
                    "trust": ALL,
                    "log": [*SCANNED, {"event": "http_502", "count": 3}],
                },
                "edge2": {"certificate": RENEWED, "trust": ALL, "log": [ENDPOINT_PASSWORD]},
            },
            authorities={**ISSUING_2, **EXPIRED_UNUSED},
            unified_cm={
                "cucm1": {},
                "cucm2": {"trust": {"tomcat-trust": ["root"], "CallManager-trust": ["root"]}},
                "imp1": {},
            },
        ),
        faults=(
            Fault("EXW-029e", ("core2",), brings=("EXW-030", "EXW-039c")),
            Fault("EXW-052", ("core1", "core2", "core3"), brings=("EXW-057", "UCM-003")),
        ),
        lookalikes=(
            "scanners on port 5061 of edge1",
            "an endpoint's wrong password on edge2",
            "an expired CA that nothing rests on in every list",
        ),
    ),
    "an issuing CA expired, a neighbour is called by its address": Mixture(
        spec=merge(
            cluster(
                2,
                2,
                changes={
                    "core1": {
                        **ZONE_DOWN,
                        "trust": [*ALL, "issuing-1-old"],
                        "zones": [
                            {
                                "type": "traversal_client",
                                "name": "UC traversal",
                                "uc": True,
                                "peers": ["edge1.example.com", "edge2.example.com"],
                                "status": "Failed",
                            },
                            {
                                "type": "neighbor",
                                "name": "To core9",
                                "peers": ["10.0.0.13"],
                                "port": 5061,
                                "status": "Failed",
                            },
                        ],
                        "log": [
                            failure("outbound", "edge1", "certificate has expired"),
                            failure("outbound", "edge2", "certificate has expired"),
                        ],
                    },
                    "core2": {
                        **ZONE_DOWN,
                        "trust": [*ALL, "issuing-1-old"],
                        "certificate": {"from": "-353d", "to": "12d"},
                        "alarms": [40049, 35013, {"id": 40069, "hosts": "12"}],
                    },
                    **each(
                        "edge1 edge2",
                        {
                            **ZONE_DOWN,
                            "certificate": {"issuer": "issuing-2"},
                            "trust": ALL,
                            "log": SCANNED,
                        },
                    ),
                },
                version="X14.2",
                authorities={
                    "issuing-2": {"issuer": "root", "from": "-900d", "to": "-2d"},
                    "issuing-1-old": {"twin_of": "issuing-1", "issuer": "root", "from": "-2000d"},
                },
            ),
            {"nodes": {"core9": {"zones": []}}},
        ),
        faults=(
            Fault("EXW-012", ("core1", "core2", "edge1", "edge2")),
            Fault("EXW-074", ("core1", "core9")),
            Fault("EXW-011", ("core2",), status="predicted"),
        ),
        lookalikes=(
            "an old CA of the same subject below the one that is used",
            "scanners on port 5061",
        ),
    ),
    "two Expressway-E clusters, one with a public CA that is not trusted": Mixture(
        spec=cluster(
            2,
            4,
            changes={
                **each(
                    "core1 core2",
                    {
                        "alarms": [40049, 35013],
                        "zones": [
                            {
                                "type": "traversal_client",
                                "name": "Taipei",
                                "uc": True,
                                "peers": ["edge1.example.com", "edge2.example.com"],
                            },
                            {
                                "type": "traversal_client",
                                "name": "Tainan",
                                "uc": True,
                                "peers": ["edge3.example.com", "edge4.example.com"],
                                "status": "Failed",
                            },
                        ],
                        "log": [
                            failure(
                                "outbound", "edge3", "self signed certificate in certificate chain"
                            ),
                        ],
                    },
                ),
                "edge1": {"log": SCANNED},
                "edge2": {
                    "certificate": {"san": ["edge2.example.com", "edge.example.com"]},
                    "log": [ENDPOINT_PASSWORD],
                },
                **each(
                    "edge3 edge4",
                    {
                        **ZONE_DOWN,
                        "cluster": {"name": "tainan.example.com"},
                        "certificate": {"issuer": "public-issuing"},
                        "trust": ["root", "issuing-1", "public-root", "public-issuing"],
                    },
                ),
            },
            authorities={
                "public-root": {"cn": "Public Trust Root R1", "from": "-4000d"},
                "public-issuing": {"cn": "Public Trust Server CA 3", "issuer": "public-root"},
            },
            version="X14.3.4",
            unified_cm={
                "cucm1": {"certificates": {"tomcat": {"from": "-400d", "to": "-3d"}}},
                "imp1": {},
            },
            clients={
                "csf-unified.log": [{"event": "jabber_discovery", "result": "SUCCESS"}],
            },
        ),
        faults=(
            Fault("EXW-027", ("core1", "core2", "edge3", "edge4"), brings=("EXW-029a",)),
            Fault("EXW-063", ("edge2",)),
            Fault("EXW-050", ("core1", "core2"), brings=("UCM-005",)),
        ),
        lookalikes=(
            "scanners on port 5061",
            "an endpoint's wrong password",
            "a Jabber that found its services",
        ),
    ),
    "Webex beside MRA": Mixture(
        spec=cluster(
            2,
            2,
            changes={
                **each("core1 core2", {"trust": ALL, "log": [FIREWALL_ELSEWHERE]}),
                "edge1": {
                    "trust": ALL,
                    "certificate": RENEWED,
                    "log": [
                        failure(
                            "inbound",
                            "146.20.193.73",
                            "self signed certificate in certificate chain",
                            port=5062,
                        ),
                        *SCANNED,
                    ],
                },
                "edge2": {
                    "certificate": RENEWED,
                    "trust": ["root", "issuing-1"],
                    "log": [GATEWAY],
                },
            },
            version="X14.2.5",
            authorities=ISSUING_2,
            unified_cm={"cucm1": {"files": ["list", "show"]}, "imp1": {}},
            clients={"csf-unified.log": [{"event": "jabber_login", "which": "CUP"}]},
        ),
        faults=(
            Fault("EXW-090", ("edge1",)),
            Fault("EXW-002", ("edge2",), brings=("EXW-029f",)),
            Fault("CLI-002", ("csf-unified.log",)),
        ),
        lookalikes=(
            "scanners on port 5061",
            "an application-level gateway that cuts handshakes of endpoints",
            "a port of another server that is closed",
        ),
    ),
    "an old CA of the same name above the one that is needed": Mixture(
        spec=cluster(
            3,
            2,
            changes={
                "core1": {
                    **ZONE_DOWN,
                    "trust": ["root", "issuing-1-old", "issuing-1"],
                    "log": [
                        failure("outbound", "edge1", "certificate signature failure"),
                        failure("outbound", "edge2", "certificate signature failure"),
                    ],
                },
                "core2": {"trust": ["root", "issuing-1", "issuing-1-old"]},
                "core3": {
                    "log": [
                        failure("outbound", "edge1", "certificate signature failure"),
                        *REPAIRED,
                    ],
                    "uptime": "20m",
                },
                "edge1": {"certificate": {"aki": False}},
                "edge2": {
                    "certificate": {"aki": False, "from": "-350d", "to": "15d"},
                    "alarms": [40049, {"id": 40069, "hosts": "15"}],
                    "log": SCANNED,
                },
            },
            version="X14.3.1",
            authorities={
                "issuing-1-old": {"twin_of": "issuing-1", "issuer": "root", "from": "-2000d"},
            },
            unified_cm={
                "cucm1": {},
                "cucm2": {"files": ["sql", "show_newer"]},
            },
        ),
        faults=(
            Fault(
                "EXW-023a",
                ("core1",),
                brings=("EXW-002", "EXW-027", "EXW-030", "EXW-029a", "EXW-029e"),
            ),
            Fault("EXW-011", ("edge2",), status="predicted"),
        ),
        lookalikes=(
            "the same old CA below the one that is needed",
            "lines of a failure before its repair and the restart",
            "scanners on port 5061",
        ),
    ),
}
"""Mixtures by what is wrong with them."""

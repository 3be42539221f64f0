"""Symptoms of the SSH tunnels (TCP 2222) between Expressway-C and Expressway-E, and of clusters."""

from __future__ import annotations

from .symptom import ALL, ISSUING_2, Scenario, cluster, failed, pair

_DOWN = {"tunnels": "Failed", "alarms": [35013]}
_RENEWED = {"certificate": {"issuer": "issuing-2", "from": "-3d", "to": "197d"}, "trust": ALL}
_BLOCKED = {"event": "tcp_failed", "remote": "edge1", "port": 2222, "count": 4}
_PURPOSE = {
    "event": "tls_failure",
    "direction": "inbound",
    "remote": "core1",
    "detail": "unsupported certificate purpose",
    "count": 3,
}
_ENFORCING = {"tls_verify": "enforcing"}
_NO_EKU_CHECK = {"SIP TLS Certificate ExtendedKeyUsage Checking Mode": "Off"}
_UPLOAD_FLAG = {"XCP TLS Certificate CVS EnableServerEkuUpload": "On"}
_UNNAMED_PEER = {"san": ["core.example.com"]}

TUNNEL_SYMPTOMS = {
    "EXW-030": Scenario(
        nodes=("core1",),
        shows=pair(core=_DOWN, edge={**_DOWN, **_RENEWED}, authorities=ISSUING_2),
        # The intermediate is there; the port is closed.
        almost=pair(
            core={**_DOWN, "trust": ALL, "log": [_BLOCKED]},
            edge={**_DOWN, **_RENEWED},
            authorities=ISSUING_2,
        ),
    ),
    "EXW-031": Scenario(
        nodes=("core1",),
        shows=pair(
            core={"tunnels": "Failed", "alarms": [35013, 35014], "log": [_BLOCKED]},
            edge={"tunnels": "Failed"},
        ),
        # Another port of another server.
        almost=pair(core={"log": [{"event": "tcp_failed", "remote": "10.0.0.30", "port": 5061}]}),
    ),
    "EXW-033": Scenario(
        nodes=("edge_1",),
        shows=pair(
            core=_DOWN,
            edge={
                "hostname": "edge_1",
                "certificate": {"san": ["edge1.example.com", "edge_1.example.com", "example.com"]},
                "tunnels": "Failed",
                "alarms": [15004],
            },
        ),
        almost=pair(
            edge={
                "hostname": "edge-1",
                "certificate": {"san": ["edge1.example.com", "edge-1.example.com", "example.com"]},
            }
        ),
    ),
    "EXW-034": Scenario(
        nodes=("core1",),
        shows=pair(
            core={"tunnels": "Failed", "alarms": [25022, 35013]},
            edge={"clock": "+400s", "tunnels": "Failed", "alarms": [25021, 25022]},
        ),
        almost=pair(core={"alarms": [{"id": 25022, "lowered": True}]}),
    ),
    # The zone is up because the Expressway-E does not look at the EKU; SSH does.
    "EXW-035": Scenario(
        nodes=("core1",),
        also=("EXW-006",),
        shows=pair(
            core={**_DOWN, "client_certificate": {"eku": ["server"]}},
            edge={"tunnels": "Failed", "settings": _NO_EKU_CHECK},
            version="X15.5",
        ),
        almost=pair(
            core={
                "certificate": {"eku": ["server"]},
                "client_certificate": {"eku": ["server", "client"]},
            },
            edge={"certificate": {"eku": ["server"]}},
            version="X15.5",
        ),
    ),
    "EXW-036": Scenario(
        nodes=("core1",),
        also=("EXW-005", "EXW-029a", "EXW-029b"),
        shows=pair(
            core=failed(35013, certificate={"eku": ["server"]}),
            edge=failed(log=[_PURPOSE]),
        ),
        almost=pair(
            edge={"certificate": {"eku": ["server"]}, "settings": _UPLOAD_FLAG}, version="X15.4"
        ),
    ),
    "EXW-039c": Scenario(
        nodes=("edge1",),
        also=("EXW-030",),
        shows=pair(
            core=_DOWN,
            edge={**_DOWN, **_RENEWED, "log": [{"event": "http_502", "count": 5}]},
            authorities=ISSUING_2,
        ),
        # The tunnels are up: a server behind them does not answer.
        almost=pair(edge={"log": [{"event": "http_502", "reason": "connect failed"}]}),
    ),
    "EXW-040": Scenario(
        nodes=("core2",),
        shows=cluster(
            changes={
                "core1": {
                    "cluster": _ENFORCING,
                    "alarms": [20004, 20006],
                    "log": [{"event": "cluster_mode", "to": "Enforcing"}, {"event": "restart"}],
                },
                "core2": {
                    "cluster": _ENFORCING,
                    "alarms": [20004, 20006],
                    "certificate": _UNNAMED_PEER,
                },
            }
        ),
        almost=cluster(changes={"core2": {"certificate": _UNNAMED_PEER}}),
    ),
}

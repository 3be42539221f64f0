"""Symptoms of the traversal zone: SIP over TLS from Expressway-C to Expressway-E, port 7001."""

from __future__ import annotations

from typing import Any

from .handshakes import DISCONNECT, IDENTITY
from .symptom import ALL, ISSUING_2, Scenario, cluster, failed, pair

# A public CA that signs for the Expressway-E, a private one for the Expressway-C.
_PUBLIC = {
    "public-root": {"cn": "Public Trust Root R1", "from": "-4000d"},
    "public-issuing": {"cn": "Public Trust Server CA 3", "issuer": "public-root"},
}
_BOTH = ("root", "issuing-1", "public-root", "public-issuing")
_SELF_SIGNED = "self signed certificate in certificate chain"
_UNKNOWN_CA = "tlsv1 alert unknown ca"


def _failure(direction: str, detail: str, **keys: Any) -> dict[str, Any]:
    remote = "edge1" if direction == "outbound" else "core1"
    return {
        "event": "tls_failure",
        "direction": direction,
        "remote": remote,
        "detail": detail,
        "count": 4,
        **keys,
    }


_CORE_CLOSED = {
    "event": "tcp_closed",
    "remote": "edge1",
    "port": 7001,
    "reason": "Got EOF on socket",
}
_EDGE_PRIVATE = {"certificate": {"issuer": "public-issuing"}, "trust": _BOTH}
_EXTRA_ZONE = {"name": "B2B", "port": 7003, "tls_verify": False}

TRAVERSAL_SYMPTOMS = {
    "EXW-024": Scenario(
        nodes=("core1",),
        shows=pair(core={"zone": {"tls_verify": False}, "alarms": [40040]}),
        # A traversal zone that carries no Unified Communications may do without.
        almost=pair(
            core={
                "zones": [
                    {
                        "type": "traversal_client",
                        "name": "UC traversal",
                        "uc": True,
                        "peers": ["edge1.example.com"],
                    },
                    {"type": "traversal_client", "peers": ["edge1.example.com"], **_EXTRA_ZONE},
                ]
            },
            edge={
                "zones": [
                    {
                        "type": "traversal_server",
                        "name": "UC traversal",
                        "uc": True,
                        "verify_name": "core1.example.com",
                    },
                    {"type": "traversal_server", **_EXTRA_ZONE},
                ]
            },
        ),
    ),
    "EXW-025": Scenario(
        nodes=("core1",),
        shows=pair(
            core=failed(
                35013,
                zone={"peers": ["10.0.1.21"]},
                log=[_failure("outbound", IDENTITY, expected="10.0.1.21")],
            ),
            edge=failed(),
        ),
        almost=pair(core={"zone": {"peers": ["EDGE1.Example.COM"]}}),
    ),
    "EXW-026": Scenario(
        nodes=("edge1",),
        shows=pair(
            core=failed(35013, log=[_CORE_CLOSED]),
            edge=failed(
                zone={"verify_name": "core.example.com"}, log=[_failure("inbound", IDENTITY)]
            ),
        ),
        almost=pair(edge={"zone": {"verify_name": "CORE1.Example.COM"}}),
    ),
    "EXW-027": Scenario(
        nodes=("core1",),
        also=("EXW-029a",),
        shows=pair(
            core=failed(
                35013, log=[_failure("outbound", _SELF_SIGNED, expected="edge1.example.com")]
            ),
            edge=failed(log=[_failure("inbound", _UNKNOWN_CA)], **_EDGE_PRIVATE),
            authorities=_PUBLIC,
        ),
        # The handshake brings the intermediate; the zone needs no more than the root.
        almost=pair(
            core={"trust": ("root", "issuing-1", "public-root"), "tunnels": "Failed"},
            edge={**_EDGE_PRIVATE, "tunnels": "Failed"},
            authorities=_PUBLIC,
        ),
    ),
    "EXW-028": Scenario(
        nodes=("edge1",),
        also=("EXW-029a",),
        shows=pair(
            core=failed(35013, log=[_failure("outbound", _UNKNOWN_CA)], **_EDGE_PRIVATE),
            edge=failed(log=[_failure("inbound", _SELF_SIGNED)]),
            authorities=_PUBLIC,
        ),
        almost=pair(
            core={**_EDGE_PRIVATE, "tunnels": "Failed"},
            edge={"trust": ("root", "issuing-1", "public-root"), "tunnels": "Failed"},
            authorities=_PUBLIC,
        ),
    ),
    # Only the side that was refused sent its bundle.
    "EXW-029a": Scenario(
        nodes=("core1",),
        shows=pair(
            core=failed(35013, log=[_failure("outbound", _UNKNOWN_CA)]), edge={"given": False}
        ),
        almost=pair(
            core=failed(35013, log=[_failure("outbound", DISCONNECT)]), edge={"given": False}
        ),
    ),
    "EXW-029b": Scenario(
        nodes=("core1",),
        also=("EXW-005", "EXW-029a", "EXW-036"),
        shows=pair(
            core=failed(
                35013,
                certificate={"eku": ["server"]},
                log=[_failure("outbound", "sslv3 alert unsupported certificate")],
            ),
            edge=failed(log=[_failure("inbound", "unsupported certificate purpose")]),
        ),
        # Without the extension a certificate is good for both purposes.
        almost=pair(core={"certificate": {"eku": "none"}}),
    ),
    "EXW-029c": Scenario(
        nodes=("edge1",),
        shows=pair(
            core=failed(35013),
            edge=failed(log=[{"event": "wrong_password", "remote": "core1", "count": 5}]),
        ),
        # An endpoint's password, not that of the traversal zone.
        almost=pair(
            edge={
                "log": [
                    {
                        "event": "wrong_password",
                        "remote": "198.51.100.9",
                        "method": "REGISTER",
                        "port": 5061,
                    }
                ]
            }
        ),
    ),
    "EXW-029d": Scenario(
        nodes=("edge1",),
        also=("EXW-025",),
        shows=pair(
            core=failed(35013, log=[_failure("outbound", IDENTITY, expected="edge1.example.com")]),
            edge=failed(certificate={"cn": "edge1.example.com", "san": ["example.com"]}),
        ),
        almost=pair(
            edge={"certificate": {"cn": "Expressway", "san": ["edge1.example.com", "example.com"]}}
        ),
    ),
    "EXW-029e": Scenario(
        nodes=("core2",),
        also=("EXW-030",),
        shows=cluster(
            changes={
                "core1": {"trust": ALL},
                "core2": {"tunnels": "Failed", "alarms": [40049, 35013]},
                "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
                "edge2": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
            },
            authorities=ISSUING_2,
        ),
        almost=cluster(
            changes={
                "core1": {"trust": ALL},
                "core2": {"trust": ALL[::-1]},
                "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
                "edge2": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
            },
            authorities=ISSUING_2,
        ),
    ),
    # Whom it calls trusts the root only, and gets the certificate without its issuer.
    "EXW-029f": Scenario(
        nodes=("edge1",),
        also=("EXW-002",),
        shows=pair(
            core={"trust": ALL},
            edge={
                "certificate": {"issuer": "issuing-2"},
                "log": [
                    _failure(
                        "inbound",
                        "sslv3 alert certificate unknown",
                        remote="198.51.100.62",
                        port=5062,
                    )
                ],
            },
            authorities=ISSUING_2,
        ),
        almost=pair(
            core={"trust": ALL},
            edge={
                "certificate": {"issuer": "issuing-2"},
                "trust": ALL,
                "log": [
                    _failure(
                        "inbound",
                        "sslv3 alert certificate unknown",
                        remote="198.51.100.62",
                        port=5062,
                    )
                ],
            },
            authorities=ISSUING_2,
        ),
    ),
}

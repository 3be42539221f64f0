"""What a deployment with several faults is, and the things in it that only look like faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .handshakes import DISCONNECT, NO_CERTIFICATE
from .spec import Spec


@dataclass(frozen=True)
class Fault:
    """A planted fault: the symptom by which it is known, and all nodes that are part of it.

    `brings` are symptoms that follow from it and must stand beneath it.
    """

    symptom: str
    nodes: tuple[str, ...]
    brings: tuple[str, ...] = ()
    status: Literal["active", "predicted"] = "active"


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """A deployment, its faults, and in words what only looks like one."""

    spec: Spec
    faults: tuple[Fault, ...]
    lookalikes: tuple[str, ...]


SCANNER = "203.0.113.66"
RENEWED = {"issuer": "issuing-2", "from": "-3d", "to": "197d"}
DOWN = {"tunnels": "Failed", "alarms": [40049, 35013]}
ZONE_DOWN = {"zone": {"status": "Failed"}, **DOWN}

# Somebody tries the port for SIP over TLS; whoever it is shows nothing or something self-signed.
SCANNED = [
    {
        "event": "tls_failure",
        "direction": "inbound",
        "remote": SCANNER,
        "port": 5061,
        "detail": detail,
        "count": 3,
    }
    for detail in (NO_CERTIFICATE, "self signed certificate", "tlsv1 alert protocol version")
]
# An application-level gateway in somebody's router cuts the handshakes of endpoints.
GATEWAY = {
    "event": "tls_failure",
    "direction": "inbound",
    "remote": "198.51.100.40",
    "port": 5061,
    "detail": DISCONNECT,
    "count": 6,
}
ENDPOINT_PASSWORD = {
    "event": "wrong_password",
    "remote": "198.51.100.9",
    "method": "REGISTER",
    "port": 5061,
    "count": 4,
}
FIREWALL_ELSEWHERE = {"event": "tcp_failed", "remote": "10.0.0.30", "port": 5061, "count": 4}
CLOCK_SET_RIGHT = [{"id": 25021, "lowered": True}, {"id": 25022, "lowered": True}]
REPAIRED = [
    {"event": "certificate_upload", "store": "Trusted CA"},
    {"event": "restart"},
]
EXPIRED_UNUSED = {"old-root": {"cn": "Retired Root CA", "from": "-4000d", "to": "-400d"}}


def failure(direction: str, remote: str, detail: str, **keys: Any) -> dict[str, Any]:
    """Handshakes with `remote` that failed; `keys` are further ones of the event."""
    return {
        "event": "tls_failure",
        "direction": direction,
        "remote": remote,
        "detail": detail,
        "count": 4,
        **keys,
    }


def each(names: str, own: Spec) -> dict[str, Any]:
    """The same changes for several nodes."""
    return dict.fromkeys(names.split(), own)

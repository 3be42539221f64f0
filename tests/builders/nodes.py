"""What a deployment is made of once every default is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from cryptography import x509

Role = Literal["c", "e"]
State = Literal["Active", "Failed", "none"]

# Of ordinary lines, and of repetitions of one event.
MOST_RECORDS = 100_000
ZONE_KINDS = {
    "traversal_client": "TraversalClient",
    "traversal_server": "TraversalServer",
    "neighbor": "Neighbor",
    "dns": "DNS",
}


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A zone as configured, and its state.

    `verify_name` is the TLS verify subject name of a traversal server or DNS zone; `user` the
    account of a traversal zone.
    """

    name: str
    type: str
    uc: bool = False
    peers: tuple[str, ...] = ()
    port: int = 7001
    tls_verify: bool = True
    verify_name: str | None = None
    status: str = "Active"
    user: str = "traversal"

    @property
    def kind(self) -> str:
        """The type as configuration and status write it."""
        return ZONE_KINDS[self.type]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Membership of a cluster: its FQDN, the peers' addresses in order, the verification mode."""

    name: str
    peers: tuple[str, ...]
    tls_verify: Literal["permissive", "enforcing"] = "permissive"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm as logged; `detail` is its title and description."""

    id: int
    severity: str
    detail: str
    lowered: bool


@dataclass(frozen=True, kw_only=True)
class Node:
    """One Expressway peer at the time its diagnostic log was downloaded.

    `client_certificate` is None before X15.5, where one certificate serves both roles. `crls` stand
    in the file of the trusted CA list. `now` is the time that the node's own clock shows.
    `far_side` are the nodes on the other side of the firewall, address by FQDN. `chain_file` says
    whether the CAs stand behind the server certificate in its file, `whole_xml` whether the XML
    dump holds the whole configuration, `given` whether the node's bundle is among the inputs.
    """

    name: str
    role: Role
    fqdn: str
    hostname: str
    domain: str
    ip: str
    version: str
    now: datetime
    uptime: timedelta
    cluster: Cluster | None
    certificate: x509.Certificate
    client_certificate: x509.Certificate | None
    trust: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...]
    zones: tuple[Zone, ...]
    tunnels: State
    far_side: Mapping[str, str]
    mra_domains: tuple[str, ...]
    settings: Mapping[str, str]
    alarms: tuple[Alarm, ...]
    log: tuple[Any, ...]
    log_noise: int
    chain_file: bool
    whole_xml: bool
    omit: frozenset[str]
    naming: str
    format: str
    nested: bool
    given: bool

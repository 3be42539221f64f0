"""What one node is: its names, role, release, cluster, zones and domains, read off its dumps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from .inputs.observations import Listed, NodeObservation
from .inputs.xconfiguration import Value
from .inputs.xstatus import Leaf
from .names import fold, name_kind
from .releases import release_key
from .terms import Role
from .vocabulary import Evidence, Version

ZoneType = Literal["traversal_client", "traversal_server", "neighbor", "dns", "enum", "other"]
ZoneStatus = Literal["active", "failed", "unknown"]
_ZONE_TYPES: dict[str, tuple[ZoneType, str]] = {
    "traversalclient": ("traversal_client", "TraversalClient"),
    "traversalserver": ("traversal_server", "TraversalServer"),
    "neighbor": ("neighbor", "Neighbor"),
    "dns": ("dns", "DNS"),
    "enum": ("enum", "ENUM"),
}
_ADDRESS_KEY = re.compile(
    r"^(Ethernet|NetworkInterface|IP|System).*\bV[46] Address$", re.IGNORECASE
)
_DOMAIN_KEY = re.compile(r"^SIP Domains?(?: Domain)? (\d+) Name$", re.IGNORECASE)
_RELEASE = re.compile(r"X\d+(?:\.\d+)*")
TWO_STORES = "X15.5"


@dataclass(frozen=True)
class ConfiguredZone:
    """A zone as configured, with the line of each of its settings that matter."""

    number: int
    name: str
    type: ZoneType
    uc: bool
    port: int | None
    transport: str | None
    tls_verify: bool
    verify_name: str | None
    user: str | None
    peers: tuple[tuple[str, Evidence], ...]
    status: ZoneStatus
    status_evidence: tuple[Evidence, ...]
    evidence: tuple[Evidence, ...]
    verify_evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Profile:
    """A node, described; computed once from its observation."""

    observation: NodeObservation
    given: bool = True

    @property
    def host(self) -> str:
        """The node's name."""
        return self.observation.host

    def line(self, value: Value) -> Evidence:
        """A configuration value as evidence."""
        where = self.observation.configuration_at or Evidence(input="")
        return replace(where, line=value.line, text=value.source)

    def setting(self, key: str) -> str | None:
        """A configured value."""
        configuration = self.observation.configuration
        return configuration.text(key) if configuration else None

    @cached_property
    def fqdn(self) -> str | None:
        """Configured DNS name, lower case."""
        host, domain = self.setting("IP DNS Hostname"), self.setting("IP DNS Domain Name")
        if host and domain:
            return fold(f"{host}.{domain}")
        return fold(host) if host and "." in host else None

    @cached_property
    def version(self) -> tuple[Version, Evidence] | None:
        """The release: assumed, else of the status, else the only one that its log names."""
        if self.observation.assumed_release:
            return self.observation.assumed_release
        status = self.observation.status
        leaf = status.find("Software", "Version") if status else None
        match = _RELEASE.search(leaf.value) if leaf else None
        if leaf and match:
            where = self.observation.status_at or Evidence(input="")
            return Version(match[0]), replace(where, line=leaf.line, text=leaf.source)
        if self.observation.release_seen:
            release, evidence = self.observation.release_seen
            return Version(release), evidence
        releases = self.observation.events.releases if self.observation.events else {}
        if len(releases) == 1:
            ((release, tally),) = releases.items()
            return Version(release), tally.samples[0]
        return None

    @cached_property
    def role(self) -> Role:
        """The side of the firewall; unknown where nothing shows it or two things disagree."""
        found = {role for role, _ in self.role_signs}
        return found.pop() if len(found) == 1 else "unknown"

    @cached_property
    def role_signs(self) -> tuple[tuple[Role, str], ...]:
        """What speaks for a role, strongest kind only: zones, else status, else the log."""
        kinds = {zone.type for zone in self.zones}
        zones: list[tuple[Role, str]] = []
        if "traversal_server" in kinds:
            zones.append(("expressway_e", "it has a traversal server zone"))
        if "traversal_client" in kinds:
            zones.append(("expressway_c", "it has a traversal client zone"))
        status = self.observation.status
        leaf = status.find("Configuration", "Expressway") if status else None
        if leaf and len(zones) != 1:
            role: Role = "expressway_e" if leaf.value.lower() == "true" else "expressway_c"
            return ((role, f"its status says Expressway: {leaf.value}"),)
        return tuple(zones) or tuple(dict.fromkeys(self._log_signs()))

    def _log_signs(self) -> Iterator[tuple[Role, str]]:
        events = self.observation.events
        if events is None:
            return
        for kind in events.tls:
            if 7001 <= kind.port <= 7010:
                outbound = kind.direction == "outbound"
                role: Role = "expressway_c" if outbound else "expressway_e"
                yield role, f"its log shows {kind.direction} handshakes on port {kind.port}"
        if events.traffic_server:
            yield "expressway_c", "its Traffic Server verifies Unified Communications servers"

    @cached_property
    def cluster_peers(self) -> tuple[tuple[str, Evidence], ...]:
        """Peer addresses of its cluster, itself included, lower case."""
        configuration = self.observation.configuration
        if configuration is None:
            return ()
        found = []
        for number in range(1, 7):
            value = configuration.get(f"Alternates Peer {number} Address")
            value = value or configuration.get(f"Alternates {number} Peer Address")
            if value:
                found.append((fold(value.text), self.line(value)))
        return tuple(found)

    @cached_property
    def cluster(self) -> str | None:
        """Name of its cluster, where it has more than one peer."""
        if len(self.cluster_peers) < 2:
            return None
        name = self.setting("Alternates Cluster Name")
        return fold(name) if name else self.cluster_peers[0][0]

    @cached_property
    def zones(self) -> tuple[ConfiguredZone, ...]:
        """Its zones, by number."""
        configuration = self.observation.configuration
        numbers = configuration.indexes("Zones Zone") if configuration else []
        return tuple(zone for number in numbers if (zone := self._zone(number)) is not None)

    @property
    def zone_names(self) -> tuple[str, ...]:
        """Names of its zones, of the configuration and of the status."""
        _, by_name = self._status_zones
        return tuple(dict.fromkeys((*(zone.name for zone in self.zones), *by_name)))

    def _zone(self, number: int) -> ConfiguredZone | None:
        configuration = self.observation.configuration
        assert configuration is not None  # noqa: S101  (zones come from a configuration)
        prefix = f"Zones Zone {number}"
        kind = (configuration.text(f"{prefix} Type") or "").replace(" ", "").lower()
        if not kind:
            kind = next(
                (
                    key
                    for key, (_, word) in _ZONE_TYPES.items()
                    if configuration.get(f"{prefix} {word} Peer 1 Address")
                    or configuration.get(f"{prefix} {word} SIP Port")
                ),
                "",
            )
        if not kind:
            return None
        type_, word = _ZONE_TYPES.get(kind, ("other", kind))
        branch = f"{prefix} {word}"
        uc_value = configuration.get(f"{branch} Collaboration Edge")
        uc = bool(uc_value and uc_value.text.lower() == "on")
        verify = configuration.get(f"{branch} SIP TLS Verify Mode")
        subject = configuration.get(f"{branch} SIP TLS Verify Subject Name")
        name = configuration.get(f"{prefix} Name")
        port = configuration.text(f"{branch} SIP Port")
        peers = []
        for index in range(1, 7):
            value = configuration.get(f"{branch} Peer {index} Address")
            if value:
                peers.append((fold(value.text), self.line(value)))
        lines = tuple(self.line(v) for v in (name, uc_value, verify) if v)
        title = name.text if name else f"zone {number}"
        status, status_line = self._zone_status(number, title)
        return ConfiguredZone(
            number,
            title,
            type_,
            uc,
            int(port) if port and port.isdecimal() else None,
            (configuration.text(f"{branch} SIP Transport") or "").upper() or None,
            verify.text.lower() == "on" if verify else uc,
            fold(subject.text) if subject else None,
            configuration.text(f"{branch} Authentication UserName"),
            tuple(peers),
            status,
            status_line,
            lines,
            tuple(self.line(v) for v in (verify, subject) if v),
        )

    def _zone_status(self, number: int, name: str) -> tuple[ZoneStatus, tuple[Evidence, ...]]:
        """The state of a zone, and the line that says so."""
        by_number, by_name = self._status_zones
        leaf = (by_name.get(name) or by_number.get(f"zone {number}", {})).get("status")
        if leaf is None:
            return "unknown", ()
        words: dict[str, ZoneStatus] = {
            "active": "active",
            "failed": "failed",
            "warning": "failed",
        }
        where = self.observation.status_at or Evidence(input="")
        line = replace(where, line=leaf.line, text=leaf.source)
        return words.get(leaf.value.lower(), "unknown"), (line,)

    @cached_property
    def _status_zones(self) -> tuple[dict[str, dict[str, Leaf]], dict[str, dict[str, Leaf]]]:
        """The zones of the status, by `zone <number>` and by name."""
        zones: dict[str, dict[str, Leaf]] = {}
        status = self.observation.status
        for leaf in status.under("Zones") if status else ():
            if len(leaf.path) == 3:
                zones.setdefault(leaf.path[1].lower(), {})[leaf.path[2].lower()] = leaf
        by_name: dict[str, dict[str, Leaf]] = {}
        for zone in zones.values():
            by_name.setdefault(zone["name"].value if "name" in zone else "", zone)
        return zones, by_name

    @cached_property
    def domains(self) -> tuple[tuple[str, Evidence], ...]:
        """MRA domains: SIP domains with Edge on."""
        configuration = self.observation.configuration
        found = []
        for key, value in (configuration.values if configuration else {}).items():
            match = _DOMAIN_KEY.match(key)
            if match and value.text:
                edge = configuration.text(key[: -len("Name")] + "Edge") if configuration else None
                if edge and edge.lower() == "on":
                    found.append((fold(value.text), self.line(value)))
        return tuple(found)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """IP addresses that are its own, from configuration, status and its own log lines."""
        found: set[str] = set()
        configuration = self.observation.configuration
        for key, value in (configuration.values if configuration else {}).items():
            if _ADDRESS_KEY.match(key) and name_kind(value.text) == "ip":
                found.add(value.text)
        status = self.observation.status
        for leaf in status.under("NetworkInterface") if status else ():
            if leaf.path[-1].lower() == "address" and name_kind(leaf.value) == "ip":
                found.add(leaf.value)
        events = self.observation.events
        found.update(kind.local_ip for kind in (events.tls if events else {}) if kind.local_ip)
        return frozenset(found - {"127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104

    @property
    def two_stores(self) -> bool:
        """Runs a release that keeps a client certificate apart (X15.5 and later)."""
        if self.version is None:
            return self.observation.client is not None
        return release_key(self.version[0]) >= release_key(TWO_STORES)

    @cached_property
    def client(self) -> Listed | None:
        """The certificate that it shows as a TLS client."""
        if self.two_stores and self.observation.client is not None:
            return self.observation.client
        return self.observation.server

    @property
    def client_store(self) -> Literal["server", "client"]:
        """The store that its client certificate is taken from."""
        return "client" if self.two_stores and self.observation.client else "server"

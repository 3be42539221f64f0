"""Facts of configuration and status: nodes, zones, tunnels, settings, names to be carried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from .model import (
    CipherPreference,
    ClusterTls,
    NameCheck,
    Node,
    Setting,
    Tunnel,
    Zone,
    ZonePeer,
)
from .names import carries_service_domain, name_kind, shown
from .pairing import ZonePair
from .profile import Profile
from .terms import SETTINGS
from .vocabulary import Evidence, Fact

RSA_FIRST = "ECDHE-RSA-AES256-GCM-SHA384:"
_UP = {"active", "established", "up", "ok", "connected"}
_DOWN = {"failed", "down", "inactive", "disconnected", "error", "warning", "not established"}


def hosts_by_name(profiles: Iterable[Profile]) -> dict[str, str]:
    """The node that each FQDN, host name or address belongs to, where it is one only."""
    owners: dict[str, set[str]] = {}
    for profile in profiles:
        for name in (profile.fqdn, profile.host, *profile.addresses):
            if name:
                owners.setdefault(name, set()).add(profile.host)
    return {name: min(hosts) for name, hosts in owners.items() if len(hosts) == 1}


def facts(profile: Profile, hosts: Mapping[str, str]) -> Iterator[Fact]:
    """The facts of one node. `hosts` are all nodes by their names."""
    yield _node(profile)
    for zone in profile.zones:
        yield Zone(
            host=profile.host,
            number=zone.number,
            name=zone.name,
            type=zone.type,
            uc=zone.uc,
            port=zone.port,
            transport=zone.transport,
            tls_verify=zone.tls_verify,
            verify_name=zone.verify_name,
            status=zone.status,
            evidence=(*zone.evidence, *zone.status_evidence),
        )
        for address, line in zone.peers:
            yield ZonePeer(
                host=profile.host,
                zone=zone.name,
                address=address,
                kind=name_kind(address),
                evidence=(line,),
            )
    yield from _tunnels(profile, hosts)
    yield from _settings(profile)
    mode = cluster_mode(profile)
    if mode:
        yield ClusterTls(
            host=profile.host, cluster=profile.cluster, mode=mode[0], evidence=(mode[1],)
        )


def _node(profile: Profile) -> Node:
    evidence = [profile.version[1]] if profile.version else []
    for key in ("SystemUnit Name", "IP DNS Hostname"):
        configuration = profile.observation.configuration
        value = configuration.get(key) if configuration else None
        if value:
            evidence.append(profile.line(value))
    return Node(
        host=profile.host,
        fqdn=profile.fqdn,
        role=profile.role if profile.given else "expressway_e",
        version=profile.version[0] if profile.version else None,
        cluster=profile.cluster,
        mra=any(zone.uc for zone in profile.zones),
        given=profile.given,
        evidence=tuple(evidence),
    )


def _tunnels(profile: Profile, hosts: Mapping[str, str]) -> Iterator[Tunnel]:
    """Tunnels as the status shows them; leaf names are not published, so any state word counts."""
    status = profile.observation.status
    if status is None:
        return
    where = profile.observation.status_at or Evidence(input="")
    for top in ("Tunnels", "Gwtunnels"):
        leaves = list(status.under(top))
        for leaf in leaves:
            if leaf.path[-1].lower() not in ("status", "state"):
                continue
            word = leaf.value.lower()
            state: Literal["active", "failed", "unknown"] = (
                "active" if word in _UP else "failed" if word in _DOWN else "unknown"
            )
            beside = [one for one in leaves if one.path[:-1] == leaf.path[:-1]]
            names = [
                one.value.lower()
                for one in beside
                if one.path[-1].lower() in ("peer", "address", "host", "name", "fqdn", "hostname")
            ]
            yield Tunnel(
                host=profile.host,
                peer=names[0] if names else None,
                node=next((hosts[name] for name in names if name in hosts), None),
                state=state,
                evidence=(replace(where, line=leaf.line, text=leaf.source),),
            )


def _settings(profile: Profile) -> Iterator[Setting | CipherPreference]:
    configuration = profile.observation.configuration
    if configuration is None:
        return
    for key, value in configuration.values.items():
        if not value.text or not key.startswith(SETTINGS):
            continue
        evidence = (profile.line(value),)
        yield Setting(host=profile.host, key=key, value=value.text, evidence=evidence)
        group = key.removeprefix("Ciphers ").removesuffix(" Value")
        if key.startswith("Ciphers ") and group.endswith("Ciphers"):
            yield CipherPreference(
                host=profile.host,
                group=group,
                prefers="rsa" if rsa_first(value.text) else "ecdsa",
                value=value.text,
                evidence=evidence,
            )


def rsa_first(ciphers: str) -> bool:
    """Whether a cipher string leads the other side to its RSA certificate (Cisco 218018)."""
    return ciphers.startswith(RSA_FIRST) or ciphers.endswith((":+ECDSA", ":!ECDSA"))


def cluster_mode(profile: Profile) -> tuple[Literal["permissive", "enforcing"], Evidence] | None:
    """TLS verification mode of a cluster peer: as last changed in the log, else as dumped."""
    events = profile.observation.events
    if events and events.cluster_mode:
        return events.cluster_mode[0], events.cluster_mode[1]
    configuration = profile.observation.configuration
    for key, value in (configuration.values if configuration else {}).items():
        if "verif" in key.lower() and value.text.lower() in ("permissive", "enforcing", "enforce"):
            return ("permissive" if value.text[0] in "pP" else "enforcing"), profile.line(value)
    dumped = profile.observation.cluster_mode
    if dumped:
        return ("enforcing" if dumped[0] == "enforcing" else "permissive"), dumped[1]
    return None


def domain_checks(pairs: Iterable[ZonePair]) -> Iterator[NameCheck]:
    """Every MRA domain of an Expressway-C against the certificate of each Expressway-E it uses."""
    for pair in pairs:
        if not pair.zone.uc:
            continue
        server = pair.edge.observation.server
        for domain, line in pair.core.domains:
            if server is None:
                continue
            held = carries_service_domain(server.certificate, domain)
            yield NameCheck(
                host=pair.edge.host,
                purpose="mra_domain",
                name=domain,
                state="ok" if held else "fail",
                configured_on=pair.core.host,
                certificate=server.certificate.fingerprint,
                names=shown(server.certificate),
                evidence=(line, server.evidence),
            )

"""What asks for clientAuth, who issued the certificates that have it, and what renewal brings.

Public CAs stop issuing clientAuth (FN74362), so a certificate that is good today may come back
from its next renewal without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .certificate_facts import issuers
from .inputs.observations import Listed
from .knowledge import Knowledge, Use
from .links import Held
from .model_checks import CertificateOrigin, ClientAuthUse, Origin
from .node_facts import cluster_mode
from .pairing import ZonePair
from .profile import Profile
from .vocabulary import Evidence, Fact, Time, Version
from .x509 import dn
from .x509.certificate import Certificate as X509

ORGANISATION = "2.5.4.10"


@dataclass(frozen=True)
class Issuer:
    """Who issued a certificate; `server_only_from` where that is a public CA without clientAuth."""

    origin: Origin
    organisation: str | None = None
    server_only_from: Time | None = None


class _Asked(NamedTuple):
    """One demand for clientAuth."""

    presenter: Profile
    store: Literal["server", "client"]
    use: Use
    asked_by: str
    evidence: tuple[Evidence, ...] = ()


def facts(
    profiles: Sequence[Profile],
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    held: Held,
    knowledge: Knowledge,
) -> Iterator[Fact]:
    """Origin of every node's own certificates, and every use of them that asks for clientAuth."""
    for profile in profiles:
        for store in _stores(profile):
            listed = profile.observation.own(store)
            if listed is None:
                continue
            issuer = issuer_of(listed.certificate, held, knowledge)
            yield CertificateOrigin(
                host=profile.host,
                store=store,
                certificate=listed.certificate.fingerprint,
                origin=issuer.origin,
                organisation=issuer.organisation,
                server_only_from=issuer.server_only_from,
                evidence=(listed.evidence,),
            )
    for asked in _asked(profiles, pairs, clusters, knowledge):
        listed = asked.presenter.observation.own(asked.store)
        if listed is not None and asked.presenter.given:
            issuer = issuer_of(listed.certificate, held, knowledge)
            yield _use(asked, listed, issuer, knowledge.client_auth_ends)


def issuer_of(certificate: X509, held: Held, knowledge: Knowledge) -> Issuer:
    """The issuer, told by the organisations of all CAs above a certificate that are at hand."""
    above = tuple(issuers(certificate, held))
    names = [certificate.issuer_name, *(ca.issuer_name for ca in above)]
    for name in names:
        organisations = [text for a in dn.attributes(name, ORGANISATION) if (text := a.text)]
        authority = knowledge.authority(frozenset(text.lower() for text in organisations))
        if authority is not None:
            keeps = any(set(dn.common_names(name)) & authority.clientauth for name in names)
            return Issuer("public", organisations[0], None if keeps else authority.server_only_from)
    complete = certificate.self_signed or any(ca.self_signed for ca in above)
    return Issuer("private" if complete else "unknown")


def _stores(profile: Profile) -> tuple[Literal["server", "client"], ...]:
    return ("server", "client") if profile.two_stores else ("server",)


def _asked(
    profiles: Sequence[Profile],
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    knowledge: Knowledge,
) -> Iterator[_Asked]:
    """Every demand for clientAuth that the releases, zones and settings at hand make."""
    for pair in pairs:
        core, edge, zone = pair.core, pair.edge, pair.zone
        lines = zone.evidence
        verified = zone.uc or (pair.edge_zone is not None and pair.edge_zone.tls_verify)
        if verified and _asks(knowledge, "sip", core, edge):
            yield _Asked(core, core.client_store, "sip", edge.host, lines)
        if zone.uc and _asks(knowledge, "ssh", core, edge):
            yield _Asked(core, core.client_store, "ssh", edge.host, lines)
        if zone.uc and _asks(knowledge, "service", edge, core):
            yield _Asked(edge, "server", "service", core.host, lines)
    for members in clusters.values():
        for one in members:
            mode = cluster_mode(one)
            if mode and mode[0] == "enforcing" and _asks(knowledge, "cluster", one, one):
                yield _Asked(one, "server", "cluster", one.host, (mode[1],))
    for profile in profiles:
        for zone in profile.zones:
            tls = zone.type == "neighbor" and zone.tls_verify and zone.transport == "TLS"
            if tls and _asks(knowledge, "neighbor", profile, profile):
                yield _Asked(profile, profile.client_store, "neighbor", profile.host, zone.evidence)
        for store in _stores(profile):
            row = knowledge.requirement("upload", profile.role, _release(profile), store)
            if row and row.asks == "client" and not row.lifted(profile.setting):
                yield _Asked(profile, store, "upload", profile.host)


def _asks(knowledge: Knowledge, use: Use, presenter: Profile, asking: Profile) -> bool:
    row = knowledge.requirement(use, presenter.role, _release(asking) or _release(presenter))
    return row is not None and row.asks == "client" and not row.lifted(asking.setting)


def _release(profile: Profile) -> Version | None:
    return profile.version[0] if profile.version else None


def _use(asked: _Asked, listed: Listed, issuer: Issuer, ends: Time) -> ClientAuthUse:
    certificate = listed.certificate
    renewal = Time(certificate.not_after or 0)
    until = issuer.server_only_from
    return ClientAuthUse(
        host=asked.presenter.host,
        store=asked.store,
        certificate=certificate.fingerprint,
        subject=certificate.subject,
        use=asked.use,
        asked_by=asked.asked_by,
        allowed=certificate.eku in ("both", "client", "none"),
        origin=issuer.origin,
        organisation=issuer.organisation,
        renewal=renewal,
        server_only_from=until,
        public_until=ends,
        lost_at_renewal=until is not None and renewal >= until,
        evidence=(listed.evidence, *asked.evidence),
    )

"""Facts of what lists hold: the trusted CA list, and the key algorithms of the SSH tunnels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .inputs.observations import Listed
from .knowledge import Knowledge
from .model_checks import CloudRoot, TrustList, TunnelAlgorithm
from .pairing import ZonePair
from .profile import Profile
from .revocation_facts import HeldList
from .vocabulary import Fact, not_among
from .x509.certificate import Certificate as X509

ALGORITHMS_KEY = "Ciphers sshd_pfwd_pubkeyalgorithms Value"
_CURVES = {"secp256r1": "nistp256", "secp384r1": "nistp384", "secp521r1": "nistp521"}


def facts(
    profiles: Sequence[Profile],
    pairs: Sequence[ZonePair],
    lists: Sequence[HeldList],
    at: int,
    knowledge: Knowledge,
) -> Iterator[Fact]:
    """The list facts of all nodes."""
    for profile in profiles:
        trust = profile.observation.trust
        if not trust:
            continue
        where = replace(
            trust[0].evidence,
            line=None,
            fingerprint=None,
            text=f"{len(trust)} certificates",
            said=("certificates", str(len(trust))),
        )
        yield TrustList(
            host=profile.host,
            entries=len(trust),
            crls=len(profile.observation.trust_crls or ()),
            crl_ended=next(_ended([one for one in lists if one.host == profile.host], at), None),
            evidence=(where,),
        )
        for root in knowledge.cloud_roots:
            entry = next((e for e in trust if root.common_name in e.certificate.common_names), None)
            absent = not_among(where, len(trust), root.common_name)
            yield CloudRoot(
                host=profile.host,
                service=root.service,
                common_name=root.common_name,
                held=entry is not None,
                evidence=(entry.evidence if entry else absent,),
            )
    for pair in pairs:
        if pair.zone.uc:
            yield from _algorithm(pair.edge, pair.core, pair.core.client)
            yield from _algorithm(pair.core, pair.edge, pair.edge.observation.server)


def _ended(lists: Sequence[HeldList], at: int) -> Iterator[str]:
    """The CAs whose lists are all out of date."""
    current = {
        one.crl.issuer for one in lists if one.crl.next_update is None or one.crl.next_update > at
    }
    yield from (one.crl.issuer for one in lists if one.crl.issuer not in current)


def _algorithm(
    decides: Profile, presenter: Profile, shown: Listed | None
) -> Iterator[TunnelAlgorithm]:
    configuration = decides.observation.configuration
    value = configuration.get(ALGORITHMS_KEY) if configuration else None
    algorithm = tunnel_algorithm(shown.certificate) if shown else None
    if value is None or shown is None or algorithm is None:
        return
    yield TunnelAlgorithm(
        host=decides.host,
        presenter=presenter.host,
        algorithm=algorithm,
        accepted=algorithm in [name.strip() for name in value.text.split(",")],
        value=value.text,
        evidence=(decides.line(value), shown.evidence),
    )


def tunnel_algorithm(certificate: X509) -> str | None:
    """The SSH public key algorithm (RFC 6187) of a certificate's key, as the setting names it."""
    if certificate.key_type == "RSA":
        return "x509v3-rsa2048-sha256"
    curve = _CURVES.get(certificate.curve or "")
    return f"x509v3-ecdsa-sha2-{curve}" if curve else None

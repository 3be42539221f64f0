"""Renewals under another issuer key: who has to trust a CA that signed nothing here before.

A new certificate whose authority key identifier differs from that of the one before was issued by
another CA, or by a CA that took a new key under its old name; either has to reach every list that
verifies the certificate before it is installed (Cisco 218034). The one before is known where an
older bundle of the node, or a certificate file, is among the inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from .inputs.observations import FileObservation, Listed
from .links import Held, own_chain
from .model_checks import Renewal
from .names import fold
from .pairing import ZonePair
from .profile import Profile
from .terms import Store
from .uc_links import party
from .uc_pairing import Served
from .vocabulary import Evidence
from .x509.certificate import Certificate

_TRUSTED_CA_LIST = "trusted CA list"
_MISSING = {2, 18, 19, 20, 21}
"""X509_V_ERR numbers of a chain that does not reach a trusted root."""


@dataclass(frozen=True)
class _Change:
    """A certificate and its successor; `installed` says that the successor is the node's own."""

    profile: Profile
    store: Store
    old: Listed
    new: Listed
    source: str
    installed: bool


def facts(
    profiles: Sequence[Profile],
    files: Sequence[FileObservation],
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    served: Sequence[Served],
    at: int,
    held: Held,
) -> Iterator[Renewal]:
    """Every renewal under another issuer key, against each list that has to verify it."""
    for profile in profiles:
        for change in _changes(profile, files):
            if not _another_issuer(change.old.certificate, change.new.certificate):
                continue
            for verifier, trust_store in _verifiers(profile, pairs, clusters, served, held):
                yield _renewal(change, verifier, trust_store, at, held)


def _changes(profile: Profile, files: Sequence[FileObservation]) -> Iterator[_Change]:
    """What took, or may take, the place of a node's own certificates."""
    stores: tuple[Store, ...] = ("server", "client")
    for store in stores:
        own = profile.observation.own(store)
        if own is None or (store == "client" and not profile.two_stores):
            continue
        for source, other in (*_earlier(profile, store), *_of_files(own.certificate, files)):
            if other.certificate.fingerprint == own.certificate.fingerprint:
                continue
            if _start(other.certificate) <= _start(own.certificate):
                yield _Change(profile, store, other, own, source, installed=True)
            else:
                yield _Change(profile, store, own, other, source, installed=False)


def _earlier(profile: Profile, store: Store) -> Iterator[tuple[str, Listed]]:
    for one, listed in profile.observation.earlier:
        if one == store:
            yield PurePath(listed.evidence.input).name, listed


def _of_files(own: Certificate, files: Iterable[FileObservation]) -> Iterator[tuple[str, Listed]]:
    """Certificate files with a certificate of the same common name, and no CA's."""
    for file in files:
        for found in file.contents.certificates:
            certificate = found.certificate
            if certificate.is_ca or not _same_name(certificate, own):
                continue
            evidence = Evidence(
                input=file.path,
                line=found.line,
                text=certificate.subject,
                fingerprint=certificate.fingerprint,
            )
            yield PurePath(file.path).name, Listed(certificate, evidence)


def _same_name(one: Certificate, other: Certificate) -> bool:
    return bool(one.common_name) and fold(one.common_name or "") == fold(other.common_name or "")


def _start(certificate: Certificate) -> int:
    return certificate.not_before or 0


def _another_issuer(old: Certificate, new: Certificate) -> bool:
    """The key that signed is another one, as far as the two certificates tell."""
    if old.aki and new.aki:
        return old.aki != new.aki
    return old.issuer_key != new.issuer_key


def _verifiers(
    profile: Profile,
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    served: Sequence[Served],
    held: Held,
) -> Iterator[tuple[Profile, str]]:
    """Everyone whose list decides on a node's certificate, each once, and which list that is."""
    known = {profile.host: profile}
    for pair in pairs:
        if profile.host == pair.core.host:
            known.setdefault(pair.edge.host, pair.edge)
        if profile.host == pair.edge.host:
            known.setdefault(pair.core.host, pair.core)
    for peer in clusters.get(profile.cluster or "", ()):
        known.setdefault(peer.host, peer)
    yield from ((one, _TRUSTED_CA_LIST) for one in known.values())
    for one in served:
        if one.core.host == profile.host and one.server.product == "cucm":
            for store in ("tomcat-trust", "CallManager-trust"):
                yield party(one.server, store, held), store


def _renewal(change: _Change, verifier: Profile, trust_store: str, at: int, held: Held) -> Renewal:
    old, new = change.old.certificate, change.new.certificate
    defects = own_chain(verifier, change.new, at, held).defects
    missing = [d for d in defects if d.check == "chain" and d.openssl in _MISSING]
    first = min(missing, key=lambda d: d.depth, default=None)
    known = verifier.observation.trust is not None
    return Renewal(
        host=change.profile.host,
        store=change.store,
        source=change.source,
        installed=change.installed,
        certificate=new.fingerprint,
        subject=new.subject,
        issuer=new.issuer,
        issuer_key_id=new.aki,
        old_issuer=old.issuer,
        old_issuer_key_id=old.aki,
        same_name=new.issuer_key == old.issuer_key,
        verifier=verifier.host,
        trust_store=trust_store,
        state="unknown" if not known else "fail" if missing else "ok",
        missing_subject=first.missing_subject if known and first else None,
        evidence=(change.new.evidence, change.old.evidence),
    )

"""Facts of certificates and trusted CA lists, and of certificate files given by themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any, Literal

from .inputs.observations import FileObservation, Listed
from .links import Held, chain_reason, hold, own_chain, trusted
from .model import (
    Certificate,
    CertificateFile,
    TrustDifference,
    TrustEntry,
    TrustTwin,
    UploadCheck,
)
from .names import fold, name_kind
from .pairing import ZonePair
from .profile import Profile
from .terms import Store
from .trust.judgement import Judgement, judge
from .vocabulary import Evidence, Fact, Time
from .x509 import dn
from .x509.certificate import Certificate as X509

DAY = 86_400
UNUSUAL_DAYS = 21
PRIVATE_ENTERPRISE = "1.3.6.1.4.1."
EV_JURISDICTION = "1.3.6.1.4.1.311.60.2.1."
"""Place of incorporation, the attributes of Extended Validation that Expressway supports."""
_CA_FILE = re.compile(r"(^|[^a-z])(ca|root|trust|chain|bundle)", re.IGNORECASE)


def facts(
    profiles: Sequence[Profile],
    files: Sequence[FileObservation],
    at: int,
    held: Held,
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    shown_to: Sequence[tuple[str, Listed]] = (),
) -> Iterator[Fact]:
    """All certificate facts at a time.

    `shown_to` are certificates of other products, by the node that has to verify them.
    """
    needed = _needed(profiles, pairs, clusters, held, at)
    for host, leaf in shown_to:
        self_signed = (leaf.certificate,) if leaf.certificate.self_signed else ()
        for issuer in (*self_signed, *issuers(leaf.certificate, held)):
            needed.setdefault(host, {})[issuer.fingerprint] = issuer
    for profile in profiles:
        yield from _own(profile, at, held)
        wanted = needed.get(profile.host, {})
        yield from _entries(profile, at, set(wanted))
        yield from _twins(profile, set(wanted))
    for name, peers in clusters.items():
        yield from _differences(name, peers, needed)
    yield from _files(files, at, alone=not profiles)


def certificate(host: str, store: Store, listed: Listed, at: int) -> Certificate:
    """The fact of one certificate at a time."""
    x509 = listed.certificate
    end = x509.not_after if x509.not_after is not None else 0
    start = x509.not_before if x509.not_before is not None else 0
    return Certificate(
        host=host,
        store=store,
        fp=x509.fingerprint,
        subject=x509.subject,
        issuer=x509.issuer,
        common_name=x509.common_name,
        serial=x509.serial,
        not_before=Time(start),
        not_after=Time(end),
        days_left=(end - at) // DAY,
        expired=end <= at,
        not_yet_valid=start > at,
        eku=x509.eku,
        kind="ca" if x509.is_ca else "leaf",
        self_signed=x509.self_signed,
        wildcard=any(n.startswith("*.") for n in (*x509.dns_names, *x509.common_names)),
        key_type=x509.key_type,
        key_bits=x509.key_bits,
        digest=x509.signature_digest,
        names=tuple(fold(name) for name in x509.dns_names),
        addresses=x509.ip_addresses,
        names_length=sum(map(len, (*x509.dns_names, *x509.ip_addresses, *x509.srv_names))),
        unqualified_name=next(
            (n for n in (*x509.dns_names, *x509.ip_addresses) if name_kind(fold(n)) != "fqdn"),
            None,
        ),
        unqualified_cn=bool(x509.common_name) and name_kind(fold(x509.common_name or "")) != "fqdn",
        unreadable_attribute=_unreadable_attribute(x509),
        in_file=listed.of,
        evidence=(listed.evidence,),
    )


def _unreadable_attribute(certificate: X509) -> str | None:
    """A private attribute beyond those of Extended Validation that Expressway supports."""
    for name in (certificate.subject_name, certificate.issuer_name):
        for attribute in (a for rdn in dn.rdns(name) for a in rdn):
            private = attribute.oid.startswith(PRIVATE_ENTERPRISE)
            if private and not attribute.oid.startswith(EV_JURISDICTION):
                return attribute.oid
    return None


def _own(profile: Profile, at: int, held: Held) -> Iterator[Fact]:
    stores: tuple[Literal["server", "client"], ...] = ("server", "client")
    for store in stores:
        listed = profile.observation.own(store)
        if listed is None or (store == "client" and not profile.two_stores):
            continue
        yield certificate(profile.host, store, listed, at)
        if profile.given and profile.observation.trust is not None:
            verdict = own_chain(profile, listed, at, held)
            yield _upload(profile.host, store, listed, verdict, held)


def _upload(host: str, store: Store, listed: Listed, verdict: Judgement, held: Held) -> UploadCheck:
    base: dict[str, Any] = {
        "host": host,
        "store": store,
        "certificate": listed.certificate.fingerprint,
        "subject": listed.certificate.subject,
        "evidence": (listed.evidence,),
    }
    defects = [d for d in verdict.defects if d.check == "chain"]
    missing = [d for d in defects if d.openssl in (2, 18, 19, 20, 21)]
    if not missing:
        return UploadCheck(
            **base,
            state="fail" if defects else "ok",
            reason=chain_reason(defects[0], verdict) if defects else None,
        )
    first = min(missing, key=lambda d: d.depth)
    return UploadCheck(
        **base,
        state="fail",
        reason=chain_reason(first, verdict),
        missing_subject=first.missing_subject,
        missing_key_id=first.missing_key_id,
        found_in=held.where(first.found_in),
    )


def _needed(
    profiles: Sequence[Profile],
    pairs: Sequence[ZonePair],
    clusters: Mapping[str, Sequence[Profile]],
    held: Held,
    at: int,
) -> dict[str, dict[str, X509]]:
    """By node, the CAs that a chain which it has to verify rests on, by fingerprint."""
    presented: dict[str, list[Listed]] = {p.host: [] for p in profiles}
    for profile in profiles:
        for store in ("server", "client"):
            own = profile.observation.own(store)
            if own:
                presented[profile.host].append(own)
    for pair in pairs:
        if pair.edge.observation.server:
            presented[pair.core.host].append(pair.edge.observation.server)
        if pair.core.client:
            presented[pair.edge.host].append(pair.core.client)
    for peers in clusters.values():
        for one in peers:
            presented[one.host] += [
                other.observation.server
                for other in peers
                if other.host != one.host and other.observation.server
            ]
    lists = {profile.host: trusted(profile) for profile in profiles}
    needed: dict[str, dict[str, X509]] = {}
    for host, leaves in presented.items():
        wanted = needed.setdefault(host, {})
        replaced = _replaced(lists.get(host, ()), at)
        for leaf in leaves:
            for issuer in issuers(leaf.certificate, held, replaced):
                wanted[issuer.fingerprint] = issuer
    return needed


def _replaced(entries: Sequence[X509], at: int) -> frozenset[str]:
    """The expired CAs of a list in whose place it holds another certificate of the same key.

    OpenSSL takes the one that is valid, so no chain goes on above the expired one.
    """
    valid = {
        (ca.subject_key, ca.public_key.spki) for ca in entries if ca.not_after and ca.not_after > at
    }
    return frozenset(
        ca.fingerprint
        for ca in entries
        if ca.not_after is not None
        and ca.not_after <= at
        and (ca.subject_key, ca.public_key.spki) in valid
    )


def issuers(leaf: X509, held: Held, ends: Collection[str] = ()) -> Iterator[X509]:
    """Every held certificate on a path upwards from a leaf, by name and signature.

    Above those whose fingerprints are in `ends` no path goes on.
    """
    todo, seen = [leaf], {leaf.fingerprint}
    while todo:
        current = todo.pop()
        for candidate in held.certificates:
            if (
                candidate.fingerprint not in seen
                and candidate.subject_key == current.issuer_key
                and current.signed_by(candidate)
            ):
                seen.add(candidate.fingerprint)
                if candidate.fingerprint not in ends:
                    todo.append(candidate)
                yield candidate


def _entries(profile: Profile, at: int, needed: set[str]) -> Iterator[TrustEntry]:
    """Entries of the trusted CA list that rules can use: needed ones, and well-known odd ones."""
    for entry in profile.observation.trust or ():
        x509 = entry.certificate
        end = x509.not_after if x509.not_after is not None else 0
        if x509.fingerprint not in needed and (end - at) // DAY > UNUSUAL_DAYS and x509.is_ca:
            continue
        yield TrustEntry(
            host=profile.host,
            fp=x509.fingerprint,
            position=entry.position,
            subject=x509.subject,
            not_after=Time(end),
            days_left=(end - at) // DAY,
            expired=end <= at,
            kind="ca" if x509.is_ca else "leaf",
            used=x509.fingerprint in needed,
            evidence=(entry.evidence,),
        )


def _twins(profile: Profile, needed: set[str]) -> Iterator[TrustTwin]:
    by_subject: dict[object, list[Listed]] = {}
    for entry in profile.observation.trust or ():
        by_subject.setdefault(entry.certificate.subject_key, []).append(entry)
    for same in by_subject.values():
        keys = {entry.certificate.public_key.spki: entry for entry in reversed(same)}
        distinct = sorted(keys.values(), key=lambda entry: entry.position)
        for first, second in pairwise(distinct):
            which: Literal["first", "second", "none"] = "none"
            if second.certificate.fingerprint in needed:
                which = "second"
            elif first.certificate.fingerprint in needed:
                which = "first"
            yield TrustTwin(
                host=profile.host,
                subject=first.certificate.subject,
                first_fp=first.certificate.fingerprint,
                second_fp=second.certificate.fingerprint,
                first_position=first.position,
                second_position=second.position,
                needed=which,
                evidence=(first.evidence, second.evidence),
            )


def _differences(
    cluster: str, peers: Sequence[Profile], needed: Mapping[str, Mapping[str, X509]]
) -> Iterator[TrustDifference]:
    """CAs that one peer's list holds and another's lacks, each told once for each lacking peer."""
    holders: dict[str, tuple[Profile, Listed]] = {}
    for peer in peers:
        for entry in peer.observation.trust or ():
            holders.setdefault(entry.certificate.fingerprint, (peer, entry))
    for peer in peers:
        if peer.observation.trust is None:
            continue
        own = {c.fingerprint for c in trusted(peer)}
        for fingerprint, (holder, entry) in holders.items():
            if fingerprint not in own:
                yield TrustDifference(
                    host=peer.host,
                    peer=holder.host,
                    cluster=cluster,
                    fp=fingerprint,
                    subject=entry.certificate.subject,
                    needed=fingerprint in needed.get(peer.host, {}),
                    evidence=(entry.evidence,),
                )


def _files(files: Sequence[FileObservation], at: int, *, alone: bool) -> Iterator[Fact]:
    """Files given by themselves; without any bundle, leaves are held against the CAs given."""
    authorities: list[X509] = []
    leaves: list[tuple[str, Listed]] = []
    for file in files:
        contents = file.contents
        where = Evidence(input=file.path, text=contents.fault or contents.format)
        yield CertificateFile(
            path=file.path,
            format=contents.format,
            acceptable=contents.acceptable,
            certificates=len(contents.certificates),
            private_keys=contents.private_keys,
            encrypted_key=contents.encrypted_key,
            final_newline=file.final_newline,
            fault=contents.fault,
            evidence=(where,),
        )
        for number, found in enumerate(contents.certificates, 1):
            x509 = found.certificate
            place = Evidence(
                input=file.path, line=found.line, text=x509.subject, fingerprint=x509.fingerprint
            )
            listed = Listed(x509, place, number, len(contents.certificates))
            if x509.is_ca or (x509.self_signed and _CA_FILE.search(PurePath(file.path).name)):
                authorities.append(x509)
            else:
                leaves.append((PurePath(file.path).name, listed))
                yield certificate(PurePath(file.path).name, "file", listed, at)
    if alone and authorities:
        trust = tuple(authorities)
        held = hold((), [("the files given", authority) for authority in authorities])
        for name, listed in leaves:
            verdict = judge(listed.certificate, (), trust, purpose="any", at=at, elsewhere=trust)
            yield _upload(name, "file", listed, verdict, held)

"""Lays certificates out as PEM files: split, labelled, ordered and named for people."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal

from ..facts.x509.certificate import Certificate

Content = Literal["certificate", "chain", "ca", "all-cas"]

_LONGEST_NAME = 80
_LONGEST_LABEL = 200  # OpenSSL takes longer lines in pieces, and a piece might look like BEGIN
_LONGEST_CHAIN = 32
_CANDIDATES = 16  # issuers of one name that are tried for one certificate
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PemFile:
    """A file to write: its name, what it is, and the certificates in it in order."""

    name: str
    content: Content
    certificates: tuple[Certificate, ...]

    def text(self) -> str:
        """PEM blocks, each below lines that say what it is; other readers skip those lines."""
        return "\n".join(_labelled(certificate) for certificate in self.certificates)


def pem_files(certificates: Iterable[Certificate]) -> list[PemFile]:
    """One file for each certificate, a chain for each that is no CA, and all CAs together.

    Duplicates are left out. Chains run from the certificate to its root, as far as the issuers
    are among the certificates; of CAs, the issued stand before their issuers.
    """
    unique = list(dict.fromkeys(certificates))
    issuers = _by_subject(unique)
    chains = {certificate: _chain(certificate, issuers) for certificate in unique}
    authorities = [c for c in unique if is_authority(c)]
    authorities.sort(key=lambda c: (-len(chains[c]), c.subject_key, c.fingerprint))
    others = [c for c in unique if not is_authority(c)]
    names = _names(unique)
    files = [_file("certificate", names[c], (c,)) for c in others]
    files += [_file("chain", names[c], chains[c]) for c in others if len(chains[c]) > 1]
    files += [_file("ca", names[c], (c,)) for c in authorities]
    if len(authorities) > 1:
        files.append(PemFile("all-cas.pem", "all-cas", tuple(authorities)))
    return files


def _file(content: Content, name: str, certificates: tuple[Certificate, ...]) -> PemFile:
    return PemFile(f"{content}-{name}.pem", content, certificates)


def is_authority(certificate: Certificate) -> bool:
    """A CA by its extension, or a root from before there were extensions."""
    return certificate.is_ca or (certificate.version == 1 and certificate.self_signed)


def _by_subject(certificates: Sequence[Certificate]) -> Mapping[bytes, list[Certificate]]:
    found: defaultdict[bytes, list[Certificate]] = defaultdict(list)
    for certificate in certificates:
        found[certificate.subject_key].append(certificate)
    for twins in found.values():
        twins.sort(key=lambda c: (-(c.not_after or 0), c.fingerprint))
    return found


def _chain(
    leaf: Certificate, issuers: Mapping[bytes, list[Certificate]]
) -> tuple[Certificate, ...]:
    """The certificate and its issuers up to the root; of several, the one that lasts longest."""
    chain = [leaf]
    while not chain[-1].self_issued and len(chain) < _LONGEST_CHAIN:
        last = chain[-1]
        candidates = islice(issuers.get(last.issuer_key, ()), _CANDIDATES)
        issuer = next((c for c in candidates if c not in chain and last.signed_by(c)), None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain)


def _names(certificates: Sequence[Certificate]) -> dict[Certificate, str]:
    """A name for each, without its prefix; those that would share one get a fingerprint."""
    names = {c: _slug(c) for c in certificates}
    taken = Counter(names.values())
    distinct = {
        c: f"{name}-{c.fingerprint[:16]}" if taken[name] > 1 else name for c, name in names.items()
    }
    if len(set(distinct.values())) < len(distinct):  # somebody chose names to make them clash
        return {c: c.fingerprint for c in certificates}
    return distinct


def _slug(certificate: Certificate) -> str:
    """ASCII letters, digits, dots and hyphens, from the common name or the first DNS name."""
    called = certificate.common_name or next(iter(certificate.dns_names), "")
    plain = unicodedata.normalize("NFKD", called.replace("*", "wildcard"))
    letters = plain.encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9.]+", "-", letters))
    return slug[:_LONGEST_NAME].strip(".-") or "unnamed"


def _labelled(certificate: Certificate) -> str:
    validity = f"{_day(certificate.not_before)} to {_day(certificate.not_after)}"
    labels = (
        f"subject: {certificate.subject}",
        f"issuer: {certificate.issuer}",
        f"valid: {validity}, SHA-256: {certificate.fingerprint}",
    )
    return "\n".join((*map(_shortened, labels), certificate.pem()))


def _day(seconds: int | None) -> str:
    return (
        "unreadable"
        if seconds is None
        else (_EPOCH + timedelta(seconds=seconds)).date().isoformat()
    )


def _shortened(label: str) -> str:
    encoded = label.encode("utf-8")
    if len(encoded) <= _LONGEST_LABEL:
        return label
    return encoded[:_LONGEST_LABEL].decode("utf-8", "ignore") + "…"

"""What is asked about a chain, and how OpenSSL relates an issuer to a subject."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..x509.certificate import Certificate
from ..x509.crl import Crl
from ..x509.extensions import AuthorityKeyId

Purpose = Literal["server", "client", "any"]
Profile = Literal["openssl-3", "openssl-1.1.1"]
DEFAULT_DEPTH = 100  # of X509_VERIFY_PARAM


@dataclass(frozen=True)
class Name:
    """The name that the peer is expected to have. ValueError where it cannot be one."""

    kind: Literal["dns", "ip", "email"]
    value: str

    def __post_init__(self) -> None:
        if self.kind not in {"dns", "ip", "email"}:
            raise ValueError(f"a name is of kind dns, ip or email, not {self.kind!r}")
        if not self.value or "\0" in self.value:
            raise ValueError("the expected name is empty or holds a NUL character")
        if self.kind == "ip":
            ipaddress.ip_address(self.value)


class Failure(NamedTuple):
    """An X509_V_ERR number and the depth of the certificate at fault, 0 being the leaf.

    `derived`: another failure of the same certificate says it already.
    """

    code: int
    depth: int
    derived: bool = False


@dataclass(frozen=True)
class Parameters:
    """How a chain is verified.

    `at`: seconds since 1970, or None to leave time out. `crls`: if any are given, every certificate
    of the chain is checked for revocation. `depth`: the most certificates between leaf and anchor.
    Security level 1, trusted first, no partial chains: the defaults of a TLS handshake.
    """

    at: int | None = None
    purpose: Purpose = "any"
    name: Name | None = None
    crls: tuple[Crl, ...] = ()
    depth: int = DEFAULT_DEPTH
    profile: Profile = "openssl-3"

    @property
    def legacy(self) -> bool:
        """The rules of OpenSSL 1.1.1 hold."""
        return self.profile == "openssl-1.1.1"

    def damaged(self, certificate: Certificate) -> bool:
        """OpenSSL cannot read it (EXFLAG_INVALID), so builds no chain with it."""
        empty_usage = certificate.key_usage is not None and not certificate.key_usage
        return certificate.extensions.damaged or (empty_usage and not self.legacy)

    def time_error(self, certificate: Certificate) -> int:
        """9, 10, 13 or 14 where the validity does not cover the time asked for; else 0."""
        if self.at is None:
            return 0
        if certificate.not_before is None:
            return 13
        if certificate.not_before > self.at:
            return 9
        if certificate.not_after is None:
            return 14
        return 10 if certificate.not_after <= self.at else 0

    def likely_issued(self, issuer: Certificate, subject: Certificate) -> bool:
        """Whether OpenSSL takes one for the issuer of the other; no signature is looked at."""
        return (
            issuer.subject_key == subject.issuer_key
            and not self.damaged(issuer)
            and not self.damaged(subject)
            and not key_id_error(issuer, subject.extensions.authority_key_id)
            and key_fits(issuer, subject)
        )

    def seems_self_signed(self, certificate: Certificate) -> bool:
        """Whether OpenSSL takes it for self-signed (EXFLAG_SS); no signature is looked at."""
        return (
            certificate.self_issued
            and not key_id_error(certificate, certificate.extensions.authority_key_id)
            and key_fits(certificate, certificate)
        )


def key_id_error(issuer: Certificate, wanted: AuthorityKeyId | None) -> int:
    """30 or 31 where the authority key identifier names another certificate (X509_check_akid)."""
    if wanted is None:
        return 0
    ski = issuer.extensions.subject_key_id
    if wanted.key_id is not None and ski is not None and wanted.key_id != ski:
        return 30
    if wanted.serial is not None and wanted.serial != issuer.serial_number:
        return 31
    if wanted.issuer is not None and wanted.issuer != issuer.issuer_key:
        return 31
    return 0


def key_fits(issuer: Certificate, subject: Certificate) -> bool:
    """Whether the issuer's key is readable and of the type that made the subject's signature."""
    known = subject.signature.known
    if known is None or issuer.public_key.unusable:
        return False
    return known.key == issuer.key_type or (known.key, issuer.key_type) == ("RSA-PSS", "RSA")


def forbids(certificate: Certificate, usage: str) -> bool:
    """Whether there is a keyUsage extension without that usage."""
    return certificate.key_usage is not None and usage not in certificate.key_usage

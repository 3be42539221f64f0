"""A certificate as a CA would issue it anew, for what-if: no CA's key is needed.

The successor is signed with a key that everybody knows, and the keys that signed its predecessor
vouch for it. It never leaves the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..terms import Usage
from .certificate import Certificate

_WELL_KNOWN = Ed25519PrivateKey.from_private_bytes(bytes(32))
_RSA_2048 = RSAPublicNumbers(65537, (1 << 2047) + (1 << 1024) + 1)
"""A modulus of the right size: nothing is ever signed with this key."""

_SHA256 = {"RSA": "1.2.840.113549.1.1.11", "EC": "1.2.840.10045.4.3.2"}
"""Signature algorithms by the issuer's type of key (RFC 4055, RFC 5758)."""

_USAGES = {
    "both": (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
    "server": (ExtendedKeyUsageOID.SERVER_AUTH,),
    "client": (ExtendedKeyUsageOID.CLIENT_AUTH,),
}


class ReissueError(ValueError):
    """No successor can be made of a certificate; the text says why."""


@dataclass(frozen=True)
class Wanted:
    """What the successor has other than its predecessor.

    `names` are DNS names that are added, `without` those that are left out; `rsa` gives it an
    RSA key of 2048 bits, `plain` a subject of nothing but the common name, `fqdns_only` no bare
    names, addresses and wildcards; `authority` makes it a CA; `private` has it issued by
    `private_ca`. It is valid for `days`.
    """

    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    usage: Usage | None = None
    common_name: str | None = None
    plain: bool = False
    fqdns_only: bool = False
    authority: bool = False
    rsa: bool = False
    private: bool = False
    days: int = 365


def reissued(
    certificate: Certificate, issuers: Iterable[Certificate], wanted: Wanted, at: int
) -> Certificate:
    """The successor of a certificate, valid from the day before `at` (seconds since the epoch).

    `issuers` are candidates; those whose key signed the predecessor vouch for the successor.
    Raises ReissueError where the certificate can't be read as strictly as X.509 asks.
    """
    try:
        old = x509.load_der_x509_certificate(certificate.der)
        key = _RSA_2048.public_key() if wanted.rsa else old.public_key()
        issuer = private_ca(at) if wanted.private else certificate
        issuer_name = x509.load_der_x509_certificate(issuer.der).issuer
        subject = _subject(old, wanted)
        if certificate.self_signed and not wanted.private:
            issuer_name = subject
        begin = datetime.fromtimestamp(at, UTC)
        seed = repr((certificate.fingerprint, wanted, at)).encode()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name)
            .public_key(key)
            .serial_number(int.from_bytes(hashlib.sha256(seed).digest()[:16]) | 1)
            .not_valid_before(begin - timedelta(days=1))
            .not_valid_after(begin + timedelta(days=wanted.days))
        )
        for value, critical in _extensions(old, wanted):
            builder = builder.add_extension(value, critical)
        der = builder.sign(_WELL_KNOWN, None).public_bytes(Encoding.DER)
    except (ValueError, TypeError, OverflowError, x509.ExtensionNotFound) as error:
        raise ReissueError(f"no successor can be made of {certificate.subject}: {error}") from error
    new = Certificate.from_der(der)
    # That CA's key has signed it in truth.
    return new if wanted.private else _vouched(new, certificate, issuers)


def issued(
    request: bytes, predecessor: Certificate | None, issuers: Iterable[Certificate], at: int
) -> Certificate:
    """What a CA makes of a request (PKCS #10, DER): the predecessor's CA, else a private one.

    Where the request asks for no extended key usage, the predecessor's is taken. Raises
    ReissueError where the request can't be read.
    """
    try:
        asked = x509.load_der_x509_csr(request)
        old = x509.load_der_x509_certificate((predecessor or private_ca(at)).der)
        begin = datetime.fromtimestamp(at, UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(asked.subject)
            .issuer_name(old.issuer)
            .public_key(asked.public_key())
            .serial_number(int.from_bytes(hashlib.sha256(request).digest()[:16]) | 1)
            .not_valid_before(begin - timedelta(days=1))
            .not_valid_after(begin + timedelta(days=365))
        )
        extensions = {extension.oid: extension for extension in old.extensions if predecessor}
        extensions.pop(x509.SubjectAlternativeName.oid, None)
        extensions |= {extension.oid: extension for extension in asked.extensions}
        key_id = x509.SubjectKeyIdentifier.from_public_key(asked.public_key())
        extensions[key_id.oid] = x509.Extension(key_id.oid, False, key_id)
        for extension in extensions.values():
            builder = builder.add_extension(extension.value, extension.critical)
        der = builder.sign(_WELL_KNOWN, None).public_bytes(Encoding.DER)
    except (ValueError, TypeError, OverflowError) as error:
        raise ReissueError(f"the request can't be read: {error}") from error
    new = Certificate.from_der(der)
    return _vouched(new, predecessor, issuers) if predecessor else new


def _vouched(new: Certificate, old: Certificate, issuers: Iterable[Certificate]) -> Certificate:
    """The new certificate as if the keys that signed the old one had signed it."""
    signers = [ca.public_key for ca in issuers if old.signed_by(ca)]
    if old.self_signed:
        signers.append(new.public_key)
    if not signers:
        return new
    algorithm = _SHA256.get(signers[0].type, old.signature.oid)
    return replace(
        new,
        vouched_for=frozenset(key.spki for key in signers),
        # OpenSSL takes no issuer whose kind of key does not fit the signature.
        signature=replace(new.signature, oid=algorithm),
    )


@lru_cache(maxsize=4)
def private_ca(at: int) -> Certificate:
    """The root of a company's own CA that stands in for the one to be chosen."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "private CA (stand-in)")])
    begin = datetime.fromtimestamp(at, UTC) - timedelta(days=1)
    public = _WELL_KNOWN.public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(_WELL_KNOWN, None)
    )
    return Certificate.from_der(made.public_bytes(Encoding.DER))


def _subject(old: x509.Certificate, wanted: Wanted) -> x509.Name:
    names = [
        attribute
        for attribute in old.subject
        if attribute.oid == NameOID.COMMON_NAME or not wanted.plain
    ]
    if wanted.common_name is None:
        return x509.Name(names)
    kept = [attribute for attribute in names if attribute.oid != NameOID.COMMON_NAME]
    return x509.Name([*kept, x509.NameAttribute(NameOID.COMMON_NAME, wanted.common_name)])


def _extensions(old: x509.Certificate, wanted: Wanted) -> list[tuple[x509.ExtensionType, bool]]:
    replaced: tuple[type[x509.ExtensionType], ...] = ()
    added: list[tuple[x509.ExtensionType, bool]] = []
    if wanted.rsa:
        replaced += (x509.SubjectKeyIdentifier,)
        value = x509.SubjectKeyIdentifier.from_public_key(_RSA_2048.public_key())
        added.append((value, False))
    if wanted.private:
        replaced += (x509.AuthorityKeyIdentifier,)
        public = _WELL_KNOWN.public_key()
        added.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False))
    if wanted.usage is not None:
        replaced += (x509.ExtendedKeyUsage,)
        if wanted.usage != "none":
            added.append((x509.ExtendedKeyUsage(_USAGES[wanted.usage]), False))
    if wanted.authority and not _is_ca(old):
        replaced += (x509.BasicConstraints,)
        added.append((x509.BasicConstraints(ca=True, path_length=None), True))
    if wanted.names or wanted.without or wanted.fqdns_only:
        replaced += (x509.SubjectAlternativeName,)
        names = _names(old, wanted)
        added += [(x509.SubjectAlternativeName(names), False)] if names else []
    kept = [(e.value, e.critical) for e in old.extensions if not isinstance(e.value, replaced)]
    return kept + added


def _names(old: x509.Certificate, wanted: Wanted) -> list[x509.GeneralName]:
    left_out = {name.lower() for name in wanted.without}
    found: list[x509.GeneralName] = []
    for extension in old.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            found = [
                name
                for name in extension.value
                if not (isinstance(name, x509.DNSName) and name.value.lower() in left_out)
                and not (wanted.fqdns_only and _no_fqdn(name))
            ]
    known = {name.value.lower() for name in found if isinstance(name, x509.DNSName)}
    return found + [x509.DNSName(name) for name in wanted.names if name.lower() not in known]


def _no_fqdn(name: x509.GeneralName) -> bool:
    """A bare host name, a wildcard or an address."""
    if isinstance(name, x509.DNSName):
        return "." not in name.value.strip(".") or "*" in name.value
    return isinstance(name, x509.IPAddress)


def _is_ca(certificate: x509.Certificate) -> bool:
    return any(
        isinstance(extension.value, x509.BasicConstraints) and extension.value.ca
        for extension in certificate.extensions
    )

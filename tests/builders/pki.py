"""Authorities and certificates (RFC 5280), the same bytes for the same profile.

A `Profile` says what a certificate states; `issue` signs it. Faults that a certificate authority
would not make on purpose (no basicConstraints, no key identifiers, an expired issuer) are fields
of the profile, so that a test names the fault instead of patching bytes.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from .keys import PrivateKey

_EKU = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_DNS_SRV = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7")  # id-on-dnsSRV, RFC 4985
_IA5_STRING = 0x16

EKUS = frozenset(_EKU)
DIGESTS = frozenset(_DIGESTS) | {"sha1"}
# Object identifiers of RSA signatures, DER (RFC 8017, appendix C): they differ in one octet.
_SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
_SHA1_WITH_RSA = bytes.fromhex("06092a864886f70d010105")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a certificate states, apart from its issuer and key.

    `names` are dNSName entries, or `ip:`, `srv:` and `email:` followed by the value. `eku` holds
    `server` and `client`; None leaves the extension out. `ca` is the cA flag of basicConstraints;
    None leaves the extension out. `attribute` is the OID of one more attribute of the subject.
    `aia` are addresses of the issuer's certificate.
    """

    common_name: str | None
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...] = ()
    eku: tuple[str, ...] | None = None
    ca: bool | None = False
    path_length: int | None = None
    ski: bool = True
    aki: bool = True
    digest: str = "sha256"
    organisation: str = "Example Corp"
    attribute: str | None = None
    aia: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Issued:
    """A certificate with the key that belongs to it."""

    certificate: x509.Certificate
    key: PrivateKey


def issue(profile: Profile, key: PrivateKey, issuer: Issued | None = None) -> Issued:
    """The certificate for `key`; self-signed without an issuer."""
    subject = _subject(profile)
    issuer_name = issuer.certificate.subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(_serial(profile, key, issuer_name))
        .not_valid_before(profile.not_before)
        .not_valid_after(profile.not_after)
    )
    for extension, critical in _extensions(profile, key, issuer):
        builder = builder.add_extension(extension, critical)
    signer = issuer.key if issuer else key
    if profile.digest == "sha1":
        return Issued(_signed_with_sha1(builder, signer), key)
    # Deterministic ECDSA (RFC 6979); RSA PKCS #1 v1.5 is deterministic by itself.
    deterministic = True if isinstance(signer, ec.EllipticCurvePrivateKey) else None
    # EdDSA has its digest within itself (RFC 8410).
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey)
    digest = None if edwards else _DIGESTS[profile.digest]
    return Issued(builder.sign(signer, digest, ecdsa_deterministic=deterministic), key)  # type: ignore[arg-type]


def _signed_with_sha1(builder: x509.CertificateBuilder, signer: PrivateKey) -> x509.Certificate:
    """A certificate with an RSA signature over SHA-1, which the library no longer makes."""
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise ValueError("only an issuer with an RSA key signs with sha1")
    model = builder.sign(signer, hashes.SHA256())
    stated = model.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    signature = signer.sign(stated, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the fault
    der = model.public_bytes(Encoding.DER).replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


def pem(certificate: x509.Certificate) -> bytes:
    """The certificate as one PEM block (RFC 7468)."""
    return certificate.public_bytes(Encoding.PEM)


def trust_list(certificates: Iterable[x509.Certificate]) -> bytes:
    """A trusted CA list as Expressway exports it: the subject on a line before each block."""
    return b"\n".join(
        certificate.subject.rfc4514_string().encode() + b"\n" + pem(certificate)
        for certificate in certificates
    )


def revocation_list(
    issuer: Issued,
    at: datetime,
    *,
    until: datetime | None = None,
    revoked: Iterable[x509.Certificate] = (),
) -> x509.CertificateRevocationList:
    """The list of an authority, in force for a week around a time, or for a week `until` one."""
    deterministic = True if isinstance(issuer.key, ec.EllipticCurvePrivateKey) else None
    digest = None if isinstance(issuer.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    end = until or at + timedelta(days=4)
    begin = min(at - timedelta(days=3), end - timedelta(days=7))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begin)
        .next_update(end)
    )
    for certificate in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(begin)
            .build()
        )
    return builder.sign(issuer.key, digest, ecdsa_deterministic=deterministic)


def _subject(profile: Profile) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, profile.organisation),
    ]
    if profile.common_name is not None:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, profile.common_name))
    if profile.attribute is not None:
        oid = x509.ObjectIdentifier(profile.attribute)
        attributes.append(x509.NameAttribute(oid, "private attribute"))
    return x509.Name(attributes)


def _serial(profile: Profile, key: PrivateKey, issuer: x509.Name) -> int:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    text = f"{profile!r}{''.join(profile.aia)} {identifier.hex()} {issuer.rfc4514_string()}"
    # 127 bits: positive and within the 20 octets of RFC 5280, 4.1.2.2.
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16]) >> 1 | 1


def _extensions(
    profile: Profile, key: PrivateKey, issuer: Issued | None
) -> Iterable[tuple[x509.ExtensionType, bool]]:
    is_ca = profile.ca is not False
    if profile.ca is not None:
        yield x509.BasicConstraints(profile.ca, profile.path_length), True
    yield _key_usage(is_ca), True
    if profile.eku is not None:
        yield x509.ExtendedKeyUsage([_EKU[usage] for usage in profile.eku]), False
    if profile.names:
        yield x509.SubjectAlternativeName([_general_name(name) for name in profile.names]), False
    if profile.ski:
        yield x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
    if profile.aki:
        public = (issuer.key if issuer else key).public_key()
        yield x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False
    if profile.aia:
        places = [
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(address)
            )
            for address in profile.aia
        ]
        yield x509.AuthorityInformationAccess(places), False


def _key_usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=not is_ca,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    kind, _, value = name.partition(":")
    match kind:
        case "ip":
            return x509.IPAddress(ipaddress.ip_address(value))
        case "email":
            return x509.RFC822Name(value)
        case "srv":
            ascii_value = value.encode("ascii")
            return x509.OtherName(_DNS_SRV, bytes([_IA5_STRING, len(ascii_value)]) + ascii_value)
        case _:
            return x509.DNSName(name)

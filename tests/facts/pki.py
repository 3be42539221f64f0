"""Certificates for tests of path building: right ones, and wrong ones in every way that matters."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certclinic.facts.trust.judgement import Name
from certclinic.facts.x509 import der
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl

NOW = 1_795_478_400  # 2026-11-24
HOST = "expe.example.com"
YEAR = 31_536_000
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_EXTENDED = {
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(name: str) -> Key:
    """The key of that name: `rsa…` and `weak…` are RSA 2048 and 1024, `ed…` Ed25519, else P-256."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(65537, 2048)
    if name.startswith("weak"):
        return rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose
    if name.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def issue(
    subject: str,
    issuer: str | None = None,
    *,
    own: str | None = None,
    signer: str | None = None,
    ca: bool | None = True,
    path_length: int | None = None,
    not_before: int = NOW - 10 * YEAR,
    not_after: int = NOW + 10 * YEAR,
    key_ids: bool = True,
    authority: bytes | None = None,
    names: Sequence[str] = (),
    usage: Sequence[str] | None = None,
    extended: Sequence[str] | None = None,
    permitted: Sequence[str] | None = None,
    excluded: Sequence[str] | None = None,
    extra: Sequence[tuple[str, bool, bytes]] = (),
) -> Certificate:
    """Issue a certificate; without an issuer it is self-signed.

    `own` and `signer` name keys, by default those called as the subject and the issuer. `ca` None
    leaves basicConstraints out. `authority` is another key identifier than the issuer's. `extra`
    are extensions as OID, criticality and DER.
    """
    issuer = issuer or subject
    own_key, signing = (
        key(own or subject),
        key(signer or (own if issuer == subject else issuer) or issuer),
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(own_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_moment(not_before))
        .not_valid_after(_moment(not_after))
    )
    if ca is not None:
        constraints = x509.BasicConstraints(ca, path_length if ca else None)
        builder = builder.add_extension(constraints, critical=True)
    if key_ids:
        identifier = x509.SubjectKeyIdentifier.from_public_key(own_key.public_key())
        wanted = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        if authority is not None:
            wanted = x509.AuthorityKeyIdentifier(authority, None, None)
        builder = builder.add_extension(identifier, critical=False)
        builder = builder.add_extension(wanted, critical=False)
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
    if usage is not None:
        flags: dict[str, Any] = {flag: flag in usage for flag in _USAGES}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if extended is not None:
        usages = x509.ExtendedKeyUsage([_EXTENDED[word] for word in extended])
        builder = builder.add_extension(usages, critical=False)
    if permitted is not None or excluded is not None:
        trees = [
            None if given is None else [_general_name(name) for name in given]
            for given in (permitted, excluded)
        ]
        builder = builder.add_extension(x509.NameConstraints(*trees), critical=True)
    for oid, critical, value in extra:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)
        builder = builder.add_extension(unknown, critical=critical)
    digest = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Certificate.from_der(builder.sign(signing, digest).public_bytes(Encoding.DER))


def leaf(issuer: str, **given: Any) -> Certificate:
    """A leaf for the host, good for TLS server and client, unless told otherwise."""
    usual: dict[str, Any] = {"ca": False, "names": [HOST], "extended": ["server", "client"]}
    return issue(HOST, issuer, **{**usual, "own": "leaf", **given})


def revocations(
    issuer: str,
    *revoked: Certificate,
    signer: str | None = None,
    until: int = NOW + YEAR,
    extensions: Sequence[x509.ExtensionType] = (),
) -> Crl:
    """The CRL of an issuer; its extensions are critical, as those of scope and kind must be."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name(issuer))
        .last_update(_moment(NOW - 2 * YEAR))
        .next_update(_moment(until))
    )
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder(int(certificate.serial, 16), _moment(NOW - YEAR))
        builder = builder.add_revoked_certificate(entry.build())
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    signed = builder.sign(key(signer or issuer), hashes.SHA256())
    return Crl.from_der(signed.public_bytes(Encoding.DER))


def encoded(tag: int, *parts: bytes) -> bytes:
    """DER of an element with these contents."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def resigned(
    certificate: Certificate, signer: str, edit: Callable[[list[bytes]], list[bytes]]
) -> Certificate:
    """The certificate with edited fields of its tbsCertificate, signed anew with a P-256 key."""
    _, algorithm, _ = der.sequence(certificate.der)
    fields = [field.raw for field in der.sequence(certificate.signature.signed)]
    tbs = encoded(der.SEQUENCE, *edit(fields))
    signing = key(signer)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    signature = encoded(der.BIT_STRING, b"\0", signing.sign(tbs, ec.ECDSA(hashes.SHA256())))
    return Certificate.from_der(encoded(der.SEQUENCE, tbs, algorithm.raw, signature))


def version_1(certificate: Certificate, signer: str) -> Certificate:
    """The certificate as X.509 version 1: without a version field and extensions."""
    return resigned(certificate, signer, lambda fields: fields[1:7])


def tampered(certificate: Certificate) -> Certificate:
    """The certificate with one bit of its signature turned."""
    data = bytearray(certificate.der)
    data[-1] ^= 1
    return Certificate.from_der(bytes(data))


class Graphs:
    """Random questions about tangled hierarchies: cross-signed, twinned, re-keyed, damaged CAs."""

    def __init__(self, seed: int, authorities: int = 160, leaves: int = 80) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.authorities = [self._authority() for _ in range(authorities)]
        self.leaves = [self._leaf() for _ in range(leaves)]

    def question(self) -> dict[str, Any]:
        """The parts of a question, by the names of `judge`."""
        pick = self.random
        return {
            "leaf": pick.choice(self.leaves),
            "presented": pick.sample(self.authorities, pick.randrange(6)),
            "trust": pick.sample(self.authorities, pick.randrange(1, 40)),
            "name": pick.choice(
                [None, Name("dns", HOST), Name("dns", "a.b.example.com"), Name("ip", "10.0.0.1")]
            ),
            "purpose": pick.choice(["server", "client", "any"]),
            "at": pick.choice([NOW, NOW, NOW, None]),
            "depth": pick.choice([None, None, None, None, 0, 1, 2]),
        }

    def _authority(self) -> Certificate:
        pick = self.random
        subject = pick.choice(["Root", "Issuing", "Sub", "Other"])
        issuer = pick.choice(["Root", "Issuing", "Sub", "Other", subject])
        own = subject + pick.choice(["1", "2"])
        rsa_key = pick.random() < 0.1
        signer = own if issuer == subject and pick.random() < 0.8 else issuer + pick.choice("12")
        given: dict[str, Any] = {
            "own": f"rsa{own}" if rsa_key else own,
            "signer": f"rsa{signer}" if rsa_key and pick.random() < 0.7 else signer,
            "ca": pick.choices([True, False, None], [90, 5, 5])[0],
            "key_ids": pick.random() < 0.6,
            "not_after": NOW + pick.choice([10, 10, 10, -6, 4]) * YEAR,
            "not_before": NOW - pick.choices([10, -3], [3, 1])[0] * YEAR,
        }
        given["not_before"] = min(given["not_before"], given["not_after"] - YEAR)
        if pick.random() < 0.15:
            given["path_length"] = pick.choice([0, 1])
        if pick.random() < 0.15:
            given["extended"] = pick.choice([["server"], ["client"], ["any"]])
        if pick.random() < 0.15:
            given["usage"] = pick.choice(
                [["key_cert_sign"], ["digital_signature"], ["key_cert_sign", "crl_sign"]]
            )
        if pick.random() < 0.08:
            given[pick.choice(["permitted", "excluded"])] = [
                pick.choice(["example.com", "example.org", HOST])
            ]
        if pick.random() < 0.1:
            given["authority"] = b"\7" * 20
        if pick.random() < 0.03:
            given["extra"] = [pick.choice(_ODD_EXTENSIONS)]
        written = subject.upper() if pick.random() < 0.1 else subject
        made = issue(written, issuer, **given)
        if pick.random() < 0.05 and not given["signer"].startswith("rsa"):
            return version_1(made, given["signer"])
        return tampered(made) if pick.random() < 0.03 else made

    def _leaf(self) -> Certificate:
        pick = self.random
        issuer = pick.choice(["Root", "Issuing", "Sub", "Other"])
        given: dict[str, Any] = {
            "signer": issuer + pick.choice("12"),
            "own": pick.choices(["leaf", "rsaleaf", "edleaf", "weakleaf"], [85, 5, 5, 5])[0],
            "names": pick.choice([[HOST], [HOST], ["*.example.com"], [], ["10.0.0.1"]]),
            "key_ids": pick.random() < 0.7,
            "extended": pick.choice([None, ["server"], ["client"], ["server", "client"]]),
            "not_after": NOW + pick.choice([10, 10, 10, -6]) * YEAR,
            "usage": pick.choice([None, None, ["key_encipherment"], ["digital_signature"]]),
        }
        if given["key_ids"] and pick.random() < 0.1:
            given["authority"] = b"\7" * 20
        if pick.random() < 0.05:
            given["extra"] = [pick.choice(_ODD_EXTENSIONS)]
        return leaf(issuer, **given)


_ODD_EXTENSIONS = [
    ("1.2.3.4.5", True, b"\5\0"),  # unknown and critical
    ("1.2.3.4.5", False, b"\5\0"),
    ("2.5.29.31", False, b"\x30\1"),  # cRLDistributionPoints, cut off
    ("2.16.840.1.113730.1.1", False, b"\3\2\0\x07"),  # nsCertType: any CA
]


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.RFC822Name(name) if "@" in name else x509.DNSName(name)


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

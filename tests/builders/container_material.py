"""What messy certificate files are made of: a small hierarchy, and its encodings.

The key material here is made for tests, anew in each process.
"""

from __future__ import annotations

import base64
import struct
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BOM = b"\xef\xbb\xbf"

_ISSUING = "Example Issuing CA 1"
_FROM = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Messy:
    """One file: its bytes, what it is, and the DER of the certificates that can be read from it.

    `clean` files have nothing that is worth a word; `password` opens those that want one.
    """

    name: str
    data: bytes
    format: str
    certificates: tuple[bytes, ...] = ()
    clean: bool = False
    password: bytes | None = None


@dataclass(frozen=True)
class Hierarchy:
    """A root, an issuing CA and a server certificate with its key."""

    root: x509.Certificate
    issuing: x509.Certificate
    leaf: x509.Certificate
    key: rsa.RSAPrivateKey
    issuing_key: ec.EllipticCurvePrivateKey

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """From the server's certificate to the root."""
        return self.leaf, self.issuing, self.root


@cache
def hierarchy() -> Hierarchy:
    """The certificates that all files here are made of."""
    root_key, issuing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    key = rsa.generate_private_key(65537, 2048)
    root_name, issuing_name = _name("Example Root CA"), _name(_ISSUING)
    root = _authority(root_name, root_name, root_key, root_key)
    issuing = _authority(issuing_name, root_name, issuing_key, root_key)
    leaf = issued("expe.example.com", key, issuing_key)
    while len(to_der(leaf)) % 3 == 0:  # its base64 is to have padding
        leaf = issued("expe.example.com", key, issuing_key)
    return Hierarchy(root, issuing, leaf, key, issuing_key)


def issued(
    common_name: str, key: rsa.RSAPrivateKey, issuing_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """A server certificate of the issuing CA."""
    return (
        _certificate(_name(common_name), _name(_ISSUING), key.public_key())
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(issuing_key, hashes.SHA256())
    )


def to_der(certificate: x509.Certificate) -> bytes:
    """DER of a certificate."""
    return certificate.public_bytes(Encoding.DER)


def to_pem(*certificates: x509.Certificate) -> bytes:
    """PEM of certificates, one block after the other, with LF line ends."""
    return b"".join(c.public_bytes(Encoding.PEM) for c in certificates)


def armour(data: bytes, label: str) -> bytes:
    """PEM of any DER under any label."""
    body = base64.b64encode(data)
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    name = label.encode("ascii")
    return b"\n".join((b"-----BEGIN %s-----" % name, *lines, b"-----END %s-----" % name, b""))


def indefinite(data: bytes, depth: int = 3) -> bytes:
    """BER of the same as DER `data`: lengths left open, and long strings in pieces, to a depth."""
    tag, value, _ = _element(data)
    parts, rest = b"", value
    while rest:
        inner, content, size = _element(rest)
        if inner & 0x20 and depth > 1:
            parts += indefinite(rest[:size], depth - 1)
        elif inner == 0x04 and len(content) > 100:
            pieces = (content[i : i + 100] for i in range(0, len(content), 100))
            parts += b"\x24\x80" + b"".join(b"\x04%c" % len(p) + p for p in pieces) + b"\0\0"
        else:
            parts += rest[:size]
        rest = rest[size:]
    return bytes([tag, 0x80]) + parts + b"\0\0"


def serialized_store(*certificates: bytes, crls: tuple[bytes, ...] = ()) -> bytes:
    """A Microsoft serialised store; each certificate has a friendly name before it."""
    name = "server".encode("utf-16-le") + b"\0\0"
    entries = b""
    for certificate in certificates:
        entries += struct.pack("<III", 11, 1, len(name)) + name
        entries += struct.pack("<III", 32, 1, len(certificate)) + certificate
    for crl in crls:
        entries += struct.pack("<III", 33, 1, len(crl)) + crl
    return b"\0\0\0\0CERT" + entries + bytes(12)


def key_pem() -> bytes:
    """The server's private key in PKCS#8."""
    return hierarchy().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def request() -> x509.CertificateSigningRequest:
    """A request for the server's certificate."""
    pki = hierarchy()
    builder = x509.CertificateSigningRequestBuilder().subject_name(pki.leaf.subject)
    return builder.sign(pki.key, hashes.SHA256())


def revocation_list() -> x509.CertificateRevocationList:
    """An empty revocation list of the issuing CA."""
    pki = hierarchy()
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pki.issuing.subject)
        .last_update(_FROM)
        .next_update(_FROM + timedelta(days=7))
        .sign(pki.issuing_key, hashes.SHA256())
    )


def _element(data: bytes) -> tuple[int, bytes, int]:
    """Tag, contents and size of the first DER element."""
    start, length = 2, data[1]
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + length], start + length


def _name(common_name: str) -> x509.Name:
    if not common_name:
        return x509.Name([])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names longer than X.520 allows are wanted, too
        called = x509.NameAttribute(NameOID.COMMON_NAME, common_name, _validate=False)
    return x509.Name([called])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_FROM + timedelta(days=3650))
    )


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    return (
        _certificate(subject, issuer, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )

"""One X.509 certificate (RFC 5280), read so tolerantly that every field can always be asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from . import der, dn
from . import extensions as ext
from .signatures import PublicKey, Signature, algorithm_oid, read_key, read_signature

SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
TlsUsage = Literal["both", "server", "client", "none", "other"]


class CertificateError(ValueError):
    """The bytes are not a certificate; the text says which part is wrong."""


@dataclass(frozen=True, eq=False, repr=False)
class Certificate:
    """A certificate. Two are equal if their DER is.

    Times are seconds since 1970, None where unreadable. Names are RFC 4514 text; `subject_key`
    and `issuer_key` compare as OpenSSL compares names. Extensions that are absent give None or ().
    `unreadable_times` says in words which times could not be read.
    """

    der: bytes
    version: int
    serial_number: bytes
    subject_name: bytes
    issuer_name: bytes
    validity: tuple[int | None, int | None]
    public_key: PublicKey
    signature: Signature
    algorithms_agree: bool  # inside and outside the signed part (RFC 5280, 4.1.1.2)
    raw_extensions: tuple[ext.RawExtension, ...]
    unreadable_times: tuple[str, ...]
    subject_key: bytes
    issuer_key: bytes
    fingerprint: str
    vouched_for: frozenset[bytes] = frozenset()
    """Public keys that are taken to have signed it, where it stands for one yet to be issued."""

    @staticmethod
    def from_der(data: bytes) -> Certificate:
        """Read one certificate.

        Raises CertificateError where the structure of RFC 5280, 4.1 is not there, or where bytes
        follow it; a broken extension or time is noted in `unreadable` instead.
        """
        return _from_der(bytes(data))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<Certificate {self.subject} {self.fingerprint[:16]}>"

    @cached_property
    def extensions(self) -> ext.Extensions:
        """The extensions by what they mean; read when asked for, since most CAs are never asked."""
        return ext.read_extensions(self.raw_extensions)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What could not be read."""
        return (*self.unreadable_times, *self.extensions.unreadable)

    @property
    def serial(self) -> str:
        """Serial number in lower-case hex, without leading zeros."""
        return f"{int.from_bytes(self.serial_number, 'big', signed=True):x}"

    @property
    def not_before(self) -> int | None:
        """Start of validity."""
        return self.validity[0]

    @property
    def not_after(self) -> int | None:
        """End of validity."""
        return self.validity[1]

    @cached_property
    def subject(self) -> str:
        """Subject, RFC 4514."""
        return dn.rfc4514(self.subject_name)

    @cached_property
    def issuer(self) -> str:
        """Issuer, RFC 4514."""
        return dn.rfc4514(self.issuer_name)

    @cached_property
    def common_names(self) -> tuple[str, ...]:
        """Common names of the subject, in order."""
        return dn.common_names(self.subject_name)

    @property
    def common_name(self) -> str | None:
        """The first common name."""
        return self.common_names[0] if self.common_names else None

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name."""
        return self.subject_key == self.issuer_key

    @property
    def self_signed(self) -> bool:
        """Signed with its own key."""
        return self.self_issued and self.signed_by(self)

    @property
    def is_ca(self) -> bool:
        """basicConstraints say that it is a CA."""
        return self.basic_constraints is not None and self.basic_constraints.ca

    @property
    def is_proxy(self) -> bool:
        """It is a proxy certificate (RFC 3820)."""
        return self.extensions.proxy

    @property
    def basic_constraints(self) -> ext.BasicConstraints | None:
        """The basicConstraints extension."""
        return self.extensions.basic_constraints

    @property
    def key_usage(self) -> frozenset[str] | None:
        """Usages by the names of RFC 5280, 4.2.1.3, such as keyCertSign."""
        return self.extensions.key_usage

    @property
    def eku_oids(self) -> frozenset[str] | None:
        """Extended key usages as dotted OIDs."""
        return self.extensions.extended_key_usage

    @property
    def eku(self) -> TlsUsage:
        """Extended key usage for TLS; `none`: no such extension; `other`: neither of the two."""
        if self.eku_oids is None:
            return "none"
        server, client = SERVER_AUTH in self.eku_oids, CLIENT_AUTH in self.eku_oids
        if server and client:
            return "both"
        return "server" if server else "client" if client else "other"

    @property
    def key_type(self) -> str:
        """RSA, RSA-PSS, EC, DSA, Ed25519, Ed448, X25519, X448, or a dotted OID."""
        return self.public_key.type

    @property
    def key_bits(self) -> int:
        """Size of the key in bits; 0 where unreadable."""
        return self.public_key.bits

    @property
    def curve(self) -> str | None:
        """Name of an EC key's curve, such as secp256r1."""
        return self.public_key.curve

    @property
    def signature_algorithm(self) -> str:
        """Name of the signature algorithm as OpenSSL writes it, or a dotted OID."""
        known = self.signature.known
        return known.name if known else self.signature.oid

    @property
    def signature_digest(self) -> str:
        """Digest of the signature, such as sha256; `unknown` where it cannot be told."""
        known = self.signature.known
        return known.digest if known else "unknown"

    @property
    def ski(self) -> str | None:
        """Subject key identifier in hex."""
        found = self.extensions.subject_key_id
        return None if found is None else found.hex()

    @property
    def aki(self) -> str | None:
        """Key identifier of the authority key identifier in hex."""
        found = self.extensions.authority_key_id
        return None if found is None or found.key_id is None else found.key_id.hex()

    @cached_property
    def dns_names(self) -> tuple[str, ...]:
        """The dNSName entries, as written."""
        return self.extensions.texts(ext.DNS)

    @property
    def emails(self) -> tuple[str, ...]:
        """The rfc822Name entries."""
        return self.extensions.texts(ext.EMAIL)

    @property
    def uris(self) -> tuple[str, ...]:
        """The uniformResourceIdentifier entries."""
        return self.extensions.texts(ext.URI)

    @property
    def ip_addresses(self) -> tuple[str, ...]:
        """The iPAddress entries."""
        return self.extensions.ip_addresses

    @property
    def srv_names(self) -> tuple[str, ...]:
        """The id-on-dnsSRV entries (RFC 4985)."""
        return self.extensions.srv_names

    @property
    def xmpp_addresses(self) -> tuple[str, ...]:
        """The id-on-xmppAddr entries."""
        return self.extensions.xmpp_addresses

    @property
    def aia_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate is to be had."""
        return self.extensions.aia_urls

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where OCSP is to be asked."""
        return self.extensions.ocsp_urls

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where CRLs are to be had."""
        return self.extensions.crl_urls

    @property
    def policy_oids(self) -> tuple[str, ...]:
        """Certificate policies as dotted OIDs."""
        return self.extensions.policies

    @cached_property
    def spki_sha256(self) -> str:
        """SHA-256 of the subjectPublicKeyInfo: equal for equal keys."""
        return hashlib.sha256(self.public_key.spki).hexdigest()

    def pem(self) -> str:
        """The certificate as PEM (RFC 7468), with a final newline."""
        return der.pem("CERTIFICATE", self.der)

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's key made the signature; names are not compared."""
        spki = issuer.public_key.spki
        if spki not in self._signers:
            self._signers[spki] = spki in self.vouched_for or (
                self.algorithms_agree and self.signature.verifies(issuer.public_key)
            )
        return self._signers[spki]

    @cached_property
    def _signers(self) -> dict[bytes, bool]:
        return {}


# Every node of a deployment brings the same authorities, so most certificates are seen many times.
@lru_cache(maxsize=8192)
def _from_der(data: bytes) -> Certificate:
    try:
        return _parse(data)
    except (ValueError, IndexError) as error:
        raise CertificateError(f"not a readable certificate: {error}") from error


def _parse(data: bytes) -> Certificate:
    outer = der.read(data).expect(der.SEQUENCE, "certificate")
    if outer.raw != data:
        raise der.DerError(f"it is followed by other data, from byte {len(outer.raw)} on")
    tbs, algorithm, signature = _fields(der.children(outer.value), 3, "certificate")
    tbs.expect(der.SEQUENCE, "tbsCertificate")
    fields, version = der.children(tbs.value), 1
    if fields and fields[0].tag == 0xA0:
        version = der.integer(der.read(fields[0].value)) + 1
        fields = fields[1:]
    serial, inner, issuer, validity, subject, spki = _fields(fields, 6, "tbsCertificate")
    unreadable: list[str] = []
    found = tuple(
        ext.raw_extension(element)
        for part in fields[6:]
        if part.tag == 0xA3
        for element in der.sequence(part.value)
    )
    bounds = der.children(validity.expect(der.SEQUENCE, "validity").value)
    times = tuple(
        _time(bound, label, unreadable)
        for bound, label in zip(bounds, ("notBefore", "notAfter"), strict=True)
    )
    outer_signature = read_signature(algorithm, tbs.raw, signature)
    return Certificate(
        der=data,
        version=version,
        serial_number=serial.expect(der.INTEGER, "serialNumber").value,
        subject_name=subject.expect(der.SEQUENCE, "subject").raw,
        issuer_name=issuer.expect(der.SEQUENCE, "issuer").raw,
        validity=(times[0], times[1]),
        public_key=read_key(spki.expect(der.SEQUENCE, "subjectPublicKeyInfo").raw),
        signature=outer_signature,
        algorithms_agree=algorithm_oid(inner) == outer_signature.oid,
        raw_extensions=found,
        unreadable_times=tuple(unreadable),
        subject_key=dn.canonical(subject.raw),
        issuer_key=dn.canonical(issuer.raw),
        fingerprint=hashlib.sha256(data).hexdigest(),
    )


def _fields(found: list[der.Element], count: int, what: str) -> list[der.Element]:
    if len(found) < count:
        raise der.DerError(f"{what}: {len(found)} fields instead of {count}")
    return found[:count]


def _time(bound: der.Element, label: str, unreadable: list[str]) -> int | None:
    try:
        return der.time(bound)
    except der.DerError as error:
        unreadable.append(f"{label}: {error}")
        return None

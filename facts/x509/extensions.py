"""Certificate extensions (RFC 5280, 4.2), each read by itself: one broken one hides no other."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import der, dn

BASIC_CONSTRAINTS = "2.5.29.19"
KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"
SUBJECT_KEY_ID = "2.5.29.14"
AUTHORITY_KEY_ID = "2.5.29.35"
SUBJECT_ALT_NAME, ISSUER_ALT_NAME = "2.5.29.17", "2.5.29.18"
NAME_CONSTRAINTS = "2.5.29.30"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
CERTIFICATE_POLICIES = "2.5.29.32"
AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1"
PROXY_CERT_INFO = "1.3.6.1.5.5.7.1.14"
NETSCAPE_CERT_TYPE = "2.16.840.1.113730.1.1"

# Tags of GeneralName (RFC 5280, 4.2.1.6).
OTHER_NAME, EMAIL, DNS, DIRECTORY_NAME, URI, IP = 0xA0, 0x81, 0x82, 0xA4, 0x86, 0x87
_GENERAL_NAME_TAGS = frozenset({0xA0, 0x81, 0x82, 0xA3, 0xA4, 0xA5, 0x86, 0x87, 0x88})
SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"
_DNS_SRV, _XMPP_ADDRESS = "1.3.6.1.5.5.7.8.7", "1.3.6.1.5.5.7.8.5"
_CA_ISSUERS, _OCSP = "1.3.6.1.5.5.7.48.2", "1.3.6.1.5.5.7.48.1"

# Bits of ReasonFlags (RFC 5280, 4.2.1.13); the first one is unused.
ALL_REASONS = frozenset(range(1, 9))

_KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)


class RawExtension(NamedTuple):
    """One extension as it stands in the certificate."""

    oid: str
    critical: bool
    value: bytes


class GeneralName(NamedTuple):
    """One GeneralName: its tag byte and contents (a directoryName: a DER Name)."""

    tag: int
    value: bytes

    @property
    def text(self) -> str:
        """The contents as text that is safe to show."""
        return dn.printable(self.value.decode("latin-1"))


class BasicConstraints(NamedTuple):
    """Whether the subject is a CA, and how many CAs may follow it (None: any number)."""

    ca: bool
    path_length: int | None


class AuthorityKeyId(NamedTuple):
    """Which key signed: key identifier, or issuer's issuer and serial; None where not given."""

    key_id: bytes | None
    issuer: bytes | None  # canonical name, see dn.canonical
    serial: bytes | None


class Subtree(NamedTuple):
    """A GeneralSubtree: its base, and whether it has the bounds that RFC 5280 forbids."""

    base: GeneralName
    bounded: bool


class NameConstraints(NamedTuple):
    """Subtrees in which names must and must not lie."""

    permitted: tuple[Subtree, ...]
    excluded: tuple[Subtree, ...]


class DistributionPointName(NamedTuple):
    """A DistributionPointName: full names, or an RDN to be put below the CRL issuer's name.

    Directory names and the RDN are canonical, see dn.canonical.
    """

    full: frozenset[GeneralName]
    relative: bytes

    def below(self, issuer: bytes) -> frozenset[GeneralName]:
        """The full names, given the canonical name of the CRL issuer."""
        if self.relative:
            return frozenset({GeneralName(DIRECTORY_NAME, issuer + self.relative)})
        return self.full


class DistributionPoint(NamedTuple):
    """Where a CRL is to be had, and the canonical names of its issuers if others than the CA.

    `reasons`: the bits of ReasonFlags for which that CRL revokes.
    """

    name: DistributionPointName | None
    crl_issuers: frozenset[bytes] | None
    reasons: frozenset[int] = ALL_REASONS


@dataclass(frozen=True)
class Extensions:
    """What the extensions say; None and () where one is absent or unreadable."""

    basic_constraints: BasicConstraints | None = None
    key_usage: frozenset[str] | None = None
    extended_key_usage: frozenset[str] | None = None
    subject_key_id: bytes | None = None
    authority_key_id: AuthorityKeyId | None = None
    subject_alt_name: tuple[GeneralName, ...] | None = None
    name_constraints: NameConstraints | None = None
    distribution_points: tuple[DistributionPoint, ...] = ()
    policies: tuple[str, ...] = ()
    access: tuple[tuple[str, GeneralName], ...] = ()
    netscape_cert_type: int | None = None
    proxy: bool = False
    damaged: bool = False  # one that OpenSSL reads for every chain is unreadable
    unreadable: tuple[str, ...] = ()

    def names(self, tag: int) -> tuple[GeneralName, ...]:
        """The subject alternative names of one kind."""
        return tuple(name for name in self.subject_alt_name or () if name.tag == tag)

    def texts(self, tag: int) -> tuple[str, ...]:
        """The same, as text."""
        return tuple(name.text for name in self.names(tag))

    @property
    def ip_addresses(self) -> tuple[str, ...]:
        """The iPAddress names; those of a wrong length in hex."""
        return tuple(
            str(ipaddress.ip_address(value)) if len(value) in {4, 16} else value.hex()
            for _, value in self.names(IP)
        )

    @property
    def srv_names(self) -> tuple[str, ...]:
        """The id-on-dnsSRV names (RFC 4985), such as `_collab-edge._tls.example.com`."""
        return self._other_names(_DNS_SRV)

    @property
    def xmpp_addresses(self) -> tuple[str, ...]:
        """The id-on-xmppAddr names (RFC 6120, 13.7.1.4)."""
        return self._other_names(_XMPP_ADDRESS)

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where the CRLs are to be had."""
        return tuple(
            name.text
            for point in self.distribution_points
            for name in sorted(point.name.full if point.name else ())
            if name.tag == URI
        )

    @property
    def aia_urls(self) -> tuple[str, ...]:
        """Where the issuer's certificate is to be had (id-ad-caIssuers)."""
        return self._access_urls(_CA_ISSUERS)

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where the certificate's state is to be asked for (id-ad-ocsp)."""
        return self._access_urls(_OCSP)

    def _access_urls(self, method: str) -> tuple[str, ...]:
        return tuple(name.text for how, name in self.access if how == method and name.tag == URI)

    def _other_names(self, kind: str) -> tuple[str, ...]:
        return tuple(
            dn.printable(text.decode("utf-8", "replace"))
            for _, value in self.names(OTHER_NAME)
            for oid, text in [_other_name(value)]
            if oid == kind
        )


def raw_extension(element: der.Element) -> RawExtension:
    """Split an Extension into its parts. ValueError where malformed."""
    kind, *middle, value = der.children(element.value)
    critical = bool(middle) and der.is_true(middle[0])
    return RawExtension(der.oid(kind.value), critical, value.value)


def read_extensions(raw: Iterable[RawExtension]) -> Extensions:
    """Read the known extensions; never raises."""
    values: dict[str, Any] = {}
    unreadable, damaged, seen = [], False, set()
    for oid, _, value in raw:
        seen.add(oid)
        if oid not in _READERS:
            continue
        field, label, reader = _READERS[oid]
        try:
            if field in values:
                raise der.DerError("it occurs twice")
            values[field] = None
            values[field] = reader(value)
        except (ValueError, IndexError) as error:
            unreadable.append(f"{label}: {error}")
            # What OpenSSL reads for chain building; the rest it leaves alone.
            damaged |= field not in {"policies", "access"}
    constraints = values.get("basic_constraints")
    if values.get("proxy") and (
        (constraints and constraints.ca) or seen & {SUBJECT_ALT_NAME, ISSUER_ALT_NAME}
    ):
        unreadable.append("proxyCertInfo: in a CA or beside alternative names (RFC 3820, 3.2)")
        damaged = True
    if values.get("key_usage") == frozenset():
        unreadable.append("keyUsage: no usage at all, which RFC 5280, 4.2.1.3 forbids")
    return Extensions(
        **{field: value for field, value in values.items() if value is not None},
        damaged=damaged,
        unreadable=tuple(unreadable),
    )


def authority_key_id(value: bytes) -> AuthorityKeyId:
    """Read the AuthorityKeyIdentifier of a certificate or CRL. DerError where malformed."""
    parts = der.optional_fields(value, 0x80, 0xA1, 0x82)
    issuers = [e.value for e in der.children(parts.get(0xA1, b"")) if e.tag == DIRECTORY_NAME]
    return AuthorityKeyId(
        parts.get(0x80), dn.canonical(issuers[0]) if issuers else None, parts.get(0x82)
    )


def distribution_point_name(value: bytes | None) -> DistributionPointName | None:
    """Read the contents of a DistributionPointName; None where absent. DerError where malformed."""
    if value is None:
        return None
    choice = der.read(value)
    if choice.tag == 0xA1:
        return DistributionPointName(frozenset(), dn.canonical_rdn(choice.value))
    names = frozenset(
        GeneralName(e.tag, dn.canonical(e.value) if e.tag == DIRECTORY_NAME else e.value)
        for e in der.children(choice.value)
    )
    return DistributionPointName(names, b"")


def _basic_constraints(value: bytes) -> BasicConstraints:
    parts = der.optional_fields(value, der.BOOLEAN, der.INTEGER)
    length = None
    if der.INTEGER in parts:
        length = int.from_bytes(parts[der.INTEGER], "big", signed=True)
        if length < 0:
            raise der.DerError("a negative path length")
    return BasicConstraints(any(parts.get(der.BOOLEAN, b"")), length)


def _key_usage(value: bytes) -> frozenset[str]:
    bits = der.bits(der.read(value))
    return frozenset(name for bit, name in enumerate(_KEY_USAGES) if bit in bits)


def _oids(value: bytes) -> frozenset[str]:
    return frozenset(der.oid(e.expect(der.OID, "usage").value) for e in der.sequence(value))


def _octets(value: bytes) -> bytes:
    return der.read(value).expect(der.OCTET_STRING, "key identifier").value


def _general_names(value: bytes) -> tuple[GeneralName, ...]:
    names = tuple(GeneralName(e.tag, e.value) for e in der.sequence(value))
    for name in names:
        if name.tag not in _GENERAL_NAME_TAGS:
            raise der.DerError(f"a name of unknown kind 0x{name.tag:02x}")
        if name.tag == OTHER_NAME:
            _other_name(name.value)
    return names


def _other_name(value: bytes) -> tuple[str, bytes]:
    kind, wrapped = der.children(value)
    return der.oid(kind.value), der.read(wrapped.value).value


def smtp_utf8_mailbox(name: GeneralName) -> bytes | None:
    """The address in an otherName that is a SmtpUTF8Mailbox (RFC 8398), in UTF-8."""
    kind, wrapped = der.children(name.value)
    mailbox = der.read(wrapped.value)
    found = der.oid(kind.value) == SMTP_UTF8_MAILBOX and mailbox.tag == der.UTF8_STRING
    return mailbox.value if found else None


def _name_constraints(value: bytes) -> NameConstraints:
    subtrees = {
        tag: tuple(_subtree(e.value) for e in der.children(part))
        for tag, part in der.optional_fields(value, 0xA0, 0xA1).items()
    }
    return NameConstraints(subtrees.get(0xA0, ()), subtrees.get(0xA1, ()))


def _subtree(value: bytes) -> Subtree:
    base, *bounds = der.children(value)
    if [bound.tag for bound in bounds] not in ([], [0x80], [0x81], [0x80, 0x81]):
        raise der.DerError("a subtree with unexpected fields")
    bounded = any(bound.tag == 0x81 or any(bound.value) for bound in bounds)
    return Subtree(GeneralName(base.tag, base.value), bounded)


def _distribution_points(value: bytes) -> tuple[DistributionPoint, ...]:
    points = []
    for point in der.sequence(value):
        parts = der.optional_fields(point.raw, 0xA0, 0x81, 0xA2)
        if 0xA0 not in parts and not parts.get(0xA2):
            raise der.DerError("a distribution point without a name or an issuer")
        issuers = None
        if 0xA2 in parts:
            names = der.children(parts[0xA2])
            issuers = frozenset(dn.canonical(e.value) for e in names if e.tag == DIRECTORY_NAME)
        reasons = ALL_REASONS
        if 0x81 in parts:
            reasons &= der.bits(der.Element(der.BIT_STRING, parts[0x81], b""))
        points.append(DistributionPoint(distribution_point_name(parts.get(0xA0)), issuers, reasons))
    return tuple(points)


def _policies(value: bytes) -> tuple[str, ...]:
    return tuple(der.oid(der.children(e.value)[0].value) for e in der.sequence(value))


def _access(value: bytes) -> tuple[tuple[str, GeneralName], ...]:
    pairs = [der.children(e.value) for e in der.sequence(value)]
    return tuple((der.oid(how.value), GeneralName(at.tag, at.value)) for how, at in pairs)


def _netscape_cert_type(value: bytes) -> int:
    bits = der.read(value).expect(der.BIT_STRING, "certificate type").value
    return bits[1] if len(bits) > 1 else 0


def _proxy(value: bytes) -> bool:
    if der.SEQUENCE not in der.optional_fields(value, der.INTEGER, der.SEQUENCE):
        raise der.DerError("it has no policy")
    return True


_READERS: dict[str, tuple[str, str, Callable[[bytes], object]]] = {
    BASIC_CONSTRAINTS: ("basic_constraints", "basicConstraints", _basic_constraints),
    KEY_USAGE: ("key_usage", "keyUsage", _key_usage),
    EXTENDED_KEY_USAGE: ("extended_key_usage", "extKeyUsage", _oids),
    SUBJECT_KEY_ID: ("subject_key_id", "subjectKeyIdentifier", _octets),
    AUTHORITY_KEY_ID: ("authority_key_id", "authorityKeyIdentifier", authority_key_id),
    SUBJECT_ALT_NAME: ("subject_alt_name", "subjectAltName", _general_names),
    NAME_CONSTRAINTS: ("name_constraints", "nameConstraints", _name_constraints),
    CRL_DISTRIBUTION_POINTS: ("distribution_points", "cRLDistributionPoints", _distribution_points),
    CERTIFICATE_POLICIES: ("policies", "certificatePolicies", _policies),
    AUTHORITY_INFO_ACCESS: ("access", "authorityInfoAccess", _access),
    PROXY_CERT_INFO: ("proxy", "proxyCertInfo", _proxy),
    NETSCAPE_CERT_TYPE: ("netscape_cert_type", "nsCertType", _netscape_cert_type),
}

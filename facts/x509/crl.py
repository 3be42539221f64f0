"""One certificate revocation list (RFC 5280, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from . import der, dn
from .extensions import (
    AUTHORITY_KEY_ID,
    AuthorityKeyId,
    DistributionPointName,
    RawExtension,
    authority_key_id,
    distribution_point_name,
    raw_extension,
)
from .signatures import Signature, read_signature

_DELTA_CRL_INDICATOR = "2.5.29.27"
_ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
_REASON, _REMOVE_FROM_CRL = "2.5.29.21", bytes.fromhex("0a0108")
_CERTIFICATE_ISSUER = "2.5.29.29"


class CrlError(ValueError):
    """The bytes are not a CRL; the text says which part is wrong."""


@dataclass(frozen=True)
class Scope:
    """An issuingDistributionPoint: which certificates the list is about."""

    name: DistributionPointName | None = None
    only_user: bool = False
    only_ca: bool = False
    only_attribute: bool = False
    indirect: bool = False
    some_reasons: bool = False

    @property
    def contradictory(self) -> bool:
        """More than one of the `only…` flags is set, which RFC 5280, 5.2.5 forbids."""
        return self.only_user + self.only_ca + self.only_attribute > 1


@dataclass(frozen=True, eq=False)
class Crl:
    """A CRL. Times are seconds since 1970; `revoked` holds serial numbers as DER contents."""

    der: bytes
    issuer: str
    issuer_key: bytes
    this_update: int
    next_update: int | None
    revoked: frozenset[bytes]
    authority_key_id: AuthorityKeyId | None
    scope: Scope
    delta: bool
    unhandled_critical: bool
    signature: Signature

    @staticmethod
    def from_der(data: bytes) -> Crl:
        """Read one CRL. CrlError where the structure of RFC 5280, 5.1 is not there."""
        return _from_der(bytes(data))

    def pem(self) -> str:
        """The list as PEM, with a final newline."""
        return der.pem("X509 CRL", self.der)


@lru_cache(maxsize=256)
def _from_der(data: bytes) -> Crl:
    try:
        return _parse(data)
    except (ValueError, IndexError) as error:
        raise CrlError(f"not a readable CRL: {error}") from error


def _parse(data: bytes) -> Crl:
    tbs, algorithm, value = der.sequence(data)[:3]
    fields = der.children(tbs.value)
    if fields[0].tag == der.INTEGER:
        fields = fields[1:]
    _, issuer, this_update, *rest = fields
    next_update = None
    if rest and rest[0].tag in {der.UTC_TIME, der.GENERALIZED_TIME}:
        next_update = der.time(rest.pop(0))
    entries = der.children(rest.pop(0).value) if rest and rest[0].tag == der.SEQUENCE else []
    found = [
        raw_extension(e) for part in rest if part.tag == 0xA0 for e in der.sequence(part.value)
    ]
    values = {extension.oid: extension.value for extension in found}
    handled = {AUTHORITY_KEY_ID, _DELTA_CRL_INDICATOR, _ISSUING_DISTRIBUTION_POINT}
    key_id = values.get(AUTHORITY_KEY_ID)
    revoked, odd_entry = set(), False
    for entry in entries:
        serial, _, *more = der.children(entry.value)
        about = [raw_extension(e) for part in more for e in der.children(part.value)]
        if (_REASON, _REMOVE_FROM_CRL) not in ((e.oid, e.value) for e in about):
            revoked.add(serial.value)
        odd_entry |= _has_critical(about, {_CERTIFICATE_ISSUER})
    return Crl(
        der=data,
        issuer=dn.rfc4514(issuer.raw),
        issuer_key=dn.canonical(issuer.raw),
        this_update=der.time(this_update),
        next_update=next_update,
        revoked=frozenset(revoked),
        authority_key_id=None if key_id is None else authority_key_id(key_id),
        scope=_scope(values.get(_ISSUING_DISTRIBUTION_POINT)),
        delta=_DELTA_CRL_INDICATOR in values,
        unhandled_critical=odd_entry or _has_critical(found, handled),
        signature=read_signature(algorithm, tbs.raw, value),
    )


def _has_critical(found: Iterable[RawExtension], handled: set[str]) -> bool:
    return any(extension.critical and extension.oid not in handled for extension in found)


def _scope(value: bytes | None) -> Scope:
    tags = (0xA0, 0x81, 0x82, 0x83, 0x84, 0x85)
    parts = {} if value is None else der.optional_fields(value, *tags)
    return Scope(
        name=distribution_point_name(parts.get(0xA0)),
        only_user=any(parts.get(0x81, b"")),
        only_ca=any(parts.get(0x82, b"")),
        some_reasons=0x83 in parts,
        indirect=any(parts.get(0x84, b"")),
        only_attribute=any(parts.get(0x85, b"")),
    )

"""Tells DER objects apart by their structure, without decoding them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..x509 import der

Kind = Literal[
    "certificate",
    "csr",
    "crl",
    "pkcs7",
    "pkcs12",
    "key",
    "encrypted_key",
    "public_key",
]

PADDING = b"\0\r\n \t\x1a"
"""What editors and file transfers leave behind the last object."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_INT, _BITS, _OCTETS, _OID, _SEQ = (
    der.INTEGER,
    der.BIT_STRING,
    der.OCTET_STRING,
    der.OID,
    der.SEQUENCE,
)
_TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)
_EXPLICIT_0 = 0xA0
_FIELDS = 9  # no structure needs more to be recognised, however many there are


class DerObject(NamedTuple):
    """One top-level object: its kind, None if it is none of ours, and its whole encoding."""

    kind: Kind | None
    raw: bytes
    offset: int


def objects(data: bytes) -> Iterator[DerObject]:
    """The objects that stand one after the other, up to padding.

    Raises der.DerError at the first bytes that are no DER; ends after an unknown kind, since
    whatever follows it is not certificates either.
    """
    offset, end = 0, len(data.rstrip(PADDING))
    while offset < end:
        element = der.read(data, offset)
        kind = kind_of(element) if element.tag == _SEQ else None
        yield DerObject(kind, element.raw, offset)
        if kind is None:
            return
        offset += len(element.raw)


def kind_of(element: der.Element) -> Kind | None:
    """What a SEQUENCE is. Raises der.DerError if it is damaged inside."""
    fields = _fields(element)
    match tuple(field.tag for field in fields):
        case (der.SEQUENCE, der.SEQUENCE, der.BIT_STRING):
            return _signed(_fields(fields[0]))
        case (der.OID, 0xA0):
            return "pkcs7" if der.oid(fields[0].value) == _SIGNED_DATA else None
        case (der.INTEGER, der.SEQUENCE, *rest) if _starts_with_oid(fields[1]):
            if rest[:1] == [_OCTETS]:
                return "key"  # PKCS#8
            return "pkcs12" if der.integer(fields[0]) == 3 else None
        case (der.SEQUENCE, der.OCTET_STRING) if _starts_with_oid(fields[0]):
            return "encrypted_key"
        case (der.SEQUENCE, der.BIT_STRING) if _starts_with_oid(fields[0]):
            return "public_key"
        case (der.INTEGER, der.OCTET_STRING, *_):
            return "key"  # SEC 1, elliptic curves
        case tags if len(tags) >= 6 and set(tags[:6]) == {_INT}:
            return "key"  # PKCS#1 has nine numbers, DSA six
        case (der.INTEGER, der.INTEGER):
            return "public_key"  # PKCS#1
    return None


def _signed(fields: list[der.Element]) -> Kind | None:
    """Which of the three signed structures: certificate, request or revocation list."""
    tags = [field.tag for field in fields]
    if tags[:1] == [_EXPLICIT_0] or tags[:6] == [_INT, _SEQ, _SEQ, _SEQ, _SEQ, _SEQ]:
        return "certificate"
    if tags[:1] == [_INT]:
        tags = tags[1:]
    if tags[:2] == [_SEQ, _SEQ]:
        return "crl" if len(tags) > 2 and tags[2] in _TIMES else "csr"
    return None


def _fields(element: der.Element) -> list[der.Element]:
    found: list[der.Element] = []
    offset = 0
    while offset < len(element.value) and len(found) < _FIELDS:
        found.append(der.read(element.value, offset))
        offset += len(found[-1].raw)
    return found


def _starts_with_oid(element: der.Element) -> bool:
    return element.value[:1] == bytes([_OID])

"""Certificates out of PKCS#7 bundles (SignedData, RFC 5652, 5.1)."""

from __future__ import annotations

from typing import NamedTuple

from ..x509 import der

_CERTIFICATES, _CRLS = 0xA0, 0xA1


class Pkcs7Error(ValueError):
    """The bundle is damaged; the text says how."""


class SignedData(NamedTuple):
    """DER of what a certificates-only PKCS#7 holds."""

    certificates: list[bytes]
    crls: list[bytes]


def read(data: bytes) -> SignedData:
    """Certificates and revocation lists of a SignedData, in file order. Raises Pkcs7Error.

    The library at hand skips revocation lists and gives up at the first odd certificate.
    """
    parts: dict[int, list[bytes]] = {_CERTIFICATES: [], _CRLS: []}
    try:
        _content_type, content = der.sequence(data)[:2]
        for field in der.sequence(content.value):
            if field.tag in parts:
                elements = der.children(field.value)
                parts[field.tag] = [e.raw for e in elements if e.tag == der.SEQUENCE]
    except ValueError as error:
        raise Pkcs7Error(f"damaged PKCS#7: {error}") from error
    return SignedData(parts[_CERTIFICATES], parts[_CRLS])

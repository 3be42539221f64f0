"""Certificates out of PKCS#7 (RFC 5652) and PKCS#12 (RFC 7292) containers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from . import der

MAX_ITERATIONS = 1_000_000
"""Key derivation rounds allowed for one part of a PKCS#12 file; a million take about 0.3 s."""

MAX_TOTAL_ITERATIONS = 3 * MAX_ITERATIONS
"""The same for all its parts together: ordinary files have two or three."""

_CERTIFICATES, _CRLS = 0xA0, 0xA1
_CONSTRUCTED, _LONG_TAG, _INDEFINITE = 0x20, 0x1F, 0x80
_END_OF_CONTENTS = (0, 0)
_MAX_ELEMENTS = 200_000
_MAX_DEPTH = 6  # strings in strings; files have at most four

_Primitive = tuple[int, bytes]


class PkcsError(ValueError):
    """The container can't be read; the text says why."""


class PasswordError(PkcsError):
    """The container wants another password."""


class SignedData(NamedTuple):
    """DER of what a certificates-only PKCS#7 holds."""

    certificates: list[bytes]
    crls: list[bytes]


class Pfx(NamedTuple):
    """What a PKCS#12 file holds. Its private key is only noted, never kept."""

    certificates: list[bytes]
    has_key: bool


def read_pkcs7(data: bytes) -> SignedData:
    """Certificates and revocation lists of a SignedData, in file order. Raises PkcsError.

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
        raise PkcsError(f"damaged PKCS#7: {error}") from error
    return SignedData(parts[_CERTIFICATES], parts[_CRLS])


def read_pkcs12(data: bytes, password: bytes | None) -> Pfx:
    """The certificates of a PKCS#12 file, the one that belongs to its key first.

    `password` None tries no password and an empty one, which files in the field have. Raises
    PasswordError if that does not open it, and PkcsError if opening would take too long.
    """
    rounds = iterations(data)
    if max(rounds, default=0) > MAX_ITERATIONS or sum(rounds) > MAX_TOTAL_ITERATIONS:
        raise PkcsError(
            f"the PKCS#12 file asks for {max(rounds):,} key derivation rounds, more than the"
            f" {MAX_ITERATIONS:,} that are allowed: export it again with fewer"
        )
    for attempt in (None, b"") if password is None else (password,):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # BER, as browsers export it, draws a warning
                found = pkcs12.load_pkcs12(data, attempt)
        except ValueError:
            continue
        except UnsupportedAlgorithm as error:
            raise PkcsError(f"the PKCS#12 file uses unsupported encryption: {error}") from error
        certificates = [found.cert, *found.additional_certs]
        return Pfx(
            [c.certificate.public_bytes(Encoding.DER) for c in certificates if c is not None],
            found.key is not None,
        )
    if password is None:
        raise PasswordError("the PKCS#12 file is protected by a password, or damaged")
    raise PasswordError("the password does not open the PKCS#12 file, or the file is damaged")


def iterations(data: bytes) -> list[int]:
    """Every key derivation count that can be seen without the password. Raises PkcsError.

    Wherever a count stands (MacData, PBES1, PBKDF2, PBMAC1), it is the INTEGER right after an
    OCTET STRING, the salt. Contents of OCTET STRINGs are searched too, since the parts of the
    file are nested in them; in BER a string may be cut into pieces.
    """
    found: list[int] = []
    budget = _MAX_ELEMENTS
    level = [data]
    for _ in range(_MAX_DEPTH):
        below: list[bytes] = []
        for segment in level:
            elements = list(islice(_primitives(segment), budget))
            budget -= len(elements)
            if budget <= 0:
                raise PkcsError("the PKCS#12 file has too many parts to be opened safely")
            found += _counts(elements)
            below += (s for s in _strings(elements) if s[0] == der.SEQUENCE)
        level = below
    return found


def _counts(elements: list[_Primitive]) -> Iterator[int]:
    for (tag, _), (next_tag, value) in pairwise(elements):
        if (tag, next_tag) == (der.OCTET_STRING, der.INTEGER):
            yield int.from_bytes(value, "big")


def _strings(elements: list[_Primitive]) -> Iterator[bytes]:
    """The contents of OCTET STRINGs, pieces joined."""
    for is_octets, run in groupby(elements, lambda element: element[0] == der.OCTET_STRING):
        joined = b"".join(value for _, value in run) if is_octets else b""
        if joined:
            yield joined


def _primitives(data: bytes) -> Iterator[_Primitive]:
    """Tag and contents of every primitive element, however deep, until the data make no sense.

    Reads BER: constructed elements are entered, so that indefinite lengths need no stack.
    """
    offset = 0
    try:
        while offset < len(data):
            tag, offset = data[offset], offset + 1
            if tag & _LONG_TAG == _LONG_TAG:
                while data[offset] & 0x80:
                    offset += 1
                offset += 1
            length, offset = data[offset], offset + 1
            if length > _INDEFINITE:
                size = length & 0x7F
                length, offset = int.from_bytes(data[offset : offset + size], "big"), offset + size
            if tag & _CONSTRUCTED:
                continue
            if (tag, length) != _END_OF_CONTENTS:
                yield tag, data[offset : offset + length]
            offset += length
    except IndexError:
        return

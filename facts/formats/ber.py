"""Turns BER of indefinite length, as some exports have it, into definite lengths."""

from __future__ import annotations

from ..x509 import der

INDEFINITE = b"\x30\x80"
"""How a SEQUENCE of indefinite length begins."""

_MAX_DEPTH = 32
_END_OF_CONTENTS = b"\0\0"


def definite(data: bytes) -> bytes:
    """The same elements with definite lengths (X.690, 8.1.3), and what follows them unchanged.

    Strings in pieces stay in pieces. Raises der.DerError if the data end too early or nest deeper
    than any certificate container does.
    """
    tags: list[int] = []
    contents = [b""]
    offset = 0
    while tags or not contents[0]:
        if tags and data.startswith(_END_OF_CONTENTS, offset):
            body = contents.pop()
            contents[-1] += bytes([tags.pop()]) + _length(len(body)) + body
            offset += 2
        elif data[offset + 1 : offset + 2] == INDEFINITE[1:]:
            tags.append(data[offset])
            contents.append(b"")
            offset += 2
            if len(tags) > _MAX_DEPTH:
                raise der.DerError("elements of indefinite length nest too deep")
        else:
            element = der.read(data, offset)
            contents[-1] += element.raw
            offset += len(element.raw)
    return contents[0] + data[offset:]


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets

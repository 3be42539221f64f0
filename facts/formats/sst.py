"""Microsoft serialised certificate stores (.sst), as Windows exports a whole store.

The format is [MS-OSHARED] 2.3.9.1 and 2.3.2.5: a header, then entries of property, encoding and
length (little-endian, 4 bytes each) with their value, closed by an entry of zeros.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAGIC = b"\0\0\0\0CERT"

_HEADER = struct.Struct("<III")
_END = 0
_KINDS: dict[int, Literal["certificate", "crl", "ctl"]] = {32: "certificate", 33: "crl", 34: "ctl"}


class SstError(ValueError):
    """The store is damaged; the text says where."""


class Entry(NamedTuple):
    """One element of the store; a `ctl` is a certificate trust list, which nothing here reads."""

    kind: Literal["certificate", "crl", "ctl"]
    der: bytes
    offset: int


def entries(data: bytes) -> Iterator[Entry]:
    """The elements of a store that starts with MAGIC; their properties, such as names, are left.

    Raises SstError when the data end before the closing entry does.
    """
    offset = len(MAGIC)
    while offset + _HEADER.size <= len(data):
        prop, _encoding, length = _HEADER.unpack_from(data, offset)
        if prop == _END:
            return
        start = offset + _HEADER.size
        offset = start + length
        if offset > len(data):
            raise SstError(f"the entry at byte {start} is longer than the file")
        if prop in _KINDS:
            yield Entry(_KINDS[prop], data[start:offset], start)
    raise SstError("the store has no end mark: the file is cut off")

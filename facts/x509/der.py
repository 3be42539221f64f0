"""A tolerant reader of DER (ITU-T X.690), for certificates that stricter parsers refuse.

It takes non-minimal lengths and never recurses, so its cost is linear in the input.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from functools import lru_cache
from textwrap import wrap
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
UTF8_STRING, PRINTABLE_STRING, T61_STRING, IA5_STRING = 0x0C, 0x13, 0x14, 0x16
UTC_TIME, GENERALIZED_TIME, VISIBLE_STRING = 0x17, 0x18, 0x1A
UNIVERSAL_STRING, BMP_STRING = 0x1C, 0x1E
SEQUENCE, SET = 0x30, 0x31

_GREGORIAN_CYCLE = 146_097 * 86_400  # seconds in 400 years
_TIME_LENGTH = {UTC_TIME: 13, GENERALIZED_TIME: 15}


class DerError(ValueError):
    """The bytes are not the DER that was expected; the text says what was found."""


class Element(NamedTuple):
    """One tag-length-value: its tag byte, its contents, and the whole encoding."""

    tag: int
    value: bytes
    raw: bytes

    def expect(self, tag: int, what: str) -> Element:
        """This element, if it has that tag; DerError otherwise."""
        if self.tag != tag:
            raise DerError(f"{what}: expected tag 0x{tag:02x}, found 0x{self.tag:02x}")
        return self


def read(data: bytes, offset: int = 0) -> Element:
    """The element that starts at `offset`; bytes after it are left alone."""
    start = offset + 2
    try:
        tag, length = data[offset:start]
    except ValueError:
        raise DerError("the data end before an element begins") from None
    if tag & 0x1F == 0x1F:
        raise DerError("a tag of more than one byte")
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise DerError(f"a length of {size} bytes")
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    end = start + length
    if end > len(data):
        raise DerError(f"an element needs {end - len(data)} bytes more than there are")
    return Element(tag, data[start:end], data[offset:end])


def encoded(tag: int, value: bytes) -> bytes:
    """An element of these contents in DER."""
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + value


def children(data: bytes) -> list[Element]:
    """All elements of the contents of a constructed element."""
    found, offset, total = [], 0, len(data)
    while offset < total:
        # As `read` does it; most elements are short, and a certificate has some seventy.
        start = offset + 2
        if start <= total and data[offset] & 0x1F != 0x1F and (length := data[offset + 1]) < 0x80:
            end = start + length
            if end <= total:
                found.append(Element(data[offset], data[start:end], data[offset:end]))
                offset = end
                continue
        element = read(data, offset)
        found.append(element)
        offset += len(element.raw)
    return found


def sequence(data: bytes) -> list[Element]:
    """The elements inside the SEQUENCE that `data` begins with."""
    return children(read(data).expect(SEQUENCE, "sequence").value)


def optional_fields(data: bytes, *tags: int) -> dict[int, bytes]:
    """Contents by tag of the fields of a SEQUENCE, which are all optional.

    DerError where a field has none of the tags, or they are not in this order.
    """
    found, left = {}, list(tags)
    for element in sequence(data):
        if element.tag not in left:
            raise DerError(f"an unexpected field with tag 0x{element.tag:02x}")
        del left[: left.index(element.tag) + 1]
        found[element.tag] = element.value
    return found


@lru_cache(maxsize=1024)
def oid(value: bytes) -> str:
    """Dotted form of an object identifier's contents."""
    arcs, arc = [], 0
    for byte in value:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs or value[-1] & 0x80 or len(value) > 64:
        raise DerError("a malformed object identifier")
    top = min(arcs[0] // 40, 2)
    return ".".join(str(number) for number in (top, arcs[0] - 40 * top, *arcs[1:]))


def integer(element: Element) -> int:
    """Value of an INTEGER, which may be negative."""
    return int.from_bytes(element.expect(INTEGER, "number").value, "big", signed=True)


def is_true(element: Element) -> bool:
    """Value of a BOOLEAN in BER: anything but zero is true."""
    return element.tag == BOOLEAN and any(element.value)


def bits(element: Element) -> frozenset[int]:
    """Numbers of the bits set in a BIT STRING, 0 being the leftmost."""
    value = element.expect(BIT_STRING, "bit string").value
    if not value or value[0] > 7:
        raise DerError("a malformed bit string")
    return frozenset(
        bit for bit in range((len(value) - 1) * 8) if value[1 + bit // 8] >> (7 - bit % 8) & 1
    )


def time(element: Element) -> int:
    """Seconds since 1970 of a UTCTime or GeneralizedTime in the only forms of RFC 5280, 4.1.2.5."""
    digits = element.value[:-1]
    if (
        len(element.value) != _TIME_LENGTH.get(element.tag)
        or element.value[-1:] != b"Z"
        or not digits.isdigit()
    ):
        raise DerError("a time in a form that RFC 5280 does not allow")
    text = digits.decode("ascii")
    if element.tag == UTC_TIME:
        text = ("19" if text >= "50" else "20") + text
    year, rest = int(text[:4]), [int(text[i : i + 2]) for i in range(4, 14, 2)]
    # Python has no year 0; OpenSSL has, so read it one calendar cycle later.
    shift = _GREGORIAN_CYCLE if year == 0 else 0
    try:
        moment = datetime(year or 400, *rest, tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError as error:
        raise DerError(f"a time that does not exist: {text}") from error
    return int(moment.timestamp()) - shift


def pem(label: str, data: bytes) -> str:
    """The data as a PEM block (RFC 7468), with a final newline."""
    lines = wrap(b64encode(data).decode(), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])

"""Distinguished names: comparing them as OpenSSL does, and showing them to people."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from . import der

COMMON_NAME = "2.5.4.3"
EMAIL_ADDRESS = "1.2.840.113549.1.9.1"

# RFC 4514 section 3, and the short names that OpenSSL and Microsoft show beyond it.
_SHORT = {
    COMMON_NAME: "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    EMAIL_ADDRESS: "emailAddress",
    "2.5.4.5": "serialNumber",
    "2.5.4.4": "SN",
    "2.5.4.42": "GN",
    "2.5.4.12": "title",
    "2.5.4.97": "organizationIdentifier",
}
_CHARSET = {
    der.UTF8_STRING: "utf-8",
    der.PRINTABLE_STRING: "latin-1",
    der.T61_STRING: "latin-1",  # what OpenSSL takes T.61 for
    der.IA5_STRING: "latin-1",
    der.VISIBLE_STRING: "latin-1",
    der.BMP_STRING: "utf-16-be",
    der.UNIVERSAL_STRING: "utf-32-be",
}
_SPACES = re.compile(rb"[ \t\n\v\f\r]+")


class Attribute(NamedTuple):
    """One attribute of a name: its type as dotted OID, and its value."""

    oid: str
    value: der.Element

    @property
    def text(self) -> str | None:
        """The value as text; None where it is no string or is badly encoded."""
        try:
            return self.value.value.decode(_CHARSET[self.value.tag])
        except (KeyError, UnicodeDecodeError):
            return None

    def canonical(self) -> bytes:
        """The value without case, charset and repeated or outer spaces (X509_NAME_cmp)."""
        text = self.text
        if text is None:
            return self.value.raw
        squeezed = _SPACES.sub(b" ", text.encode("utf-8", "surrogatepass")).strip(b" ")
        return bytes([der.UTF8_STRING]) + squeezed.lower()  # bytes.lower: ASCII only, as OpenSSL


def rdns(name: bytes) -> list[list[Attribute]]:
    """The relative distinguished names of a DER Name. DerError where it is malformed."""
    return [_attributes(rdn.value) for rdn in der.sequence(name)]


def attributes(name: bytes, oid: str) -> list[Attribute]:
    """The attributes of one type, in their order."""
    return [a for rdn in rdns(name) for a in rdn if a.oid == oid]


@lru_cache(maxsize=16_384)
def canonical(name: bytes) -> bytes:
    """A key equal for names that OpenSSL takes for the same.

    Each RDN is length-prefixed, so that a name lies below another exactly if its key starts with
    the other's.
    """
    return b"".join(canonical_rdn(rdn.value) for rdn in der.sequence(name))


@lru_cache(maxsize=16_384)  # countries and organisations repeat
def canonical_rdn(rdn: bytes) -> bytes:
    """The part of such a key that stands for one RDN, given its contents."""
    parts = (_framed(a.oid.encode()) + _framed(a.canonical()) for a in _attributes(rdn))
    return _framed(b"".join(sorted(parts)))


@lru_cache(maxsize=16_384)
def rfc4514(name: bytes) -> str:
    """The name as RFC 4514 writes it, last RDN first; the empty name is ''."""
    return ",".join(
        "+".join(f"{_SHORT.get(a.oid, a.oid)}={_escaped(a)}" for a in rdn)
        for rdn in reversed(rdns(name))
    )


def common_names(name: bytes) -> tuple[str, ...]:
    """The readable common names, in their order."""
    texts = (attribute.text for attribute in attributes(name, COMMON_NAME))
    return tuple(printable(text) for text in texts if text is not None)


def printable(text: str) -> str:
    """The text with control, format and unassigned characters as RFC 4514 hex pairs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "".join(f"\\{byte:02X}" for byte in c.encode("utf-8", "surrogatepass"))
        if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in {"Zl", "Zp"}
        else c
        for c in text
    )


def _attributes(rdn: bytes) -> list[Attribute]:
    found = []
    for pair in der.children(rdn):
        match der.children(pair.value):
            case [kind, value]:
                found.append(Attribute(der.oid(kind.value), value))
            case parts:
                raise der.DerError(f"a name attribute of {len(parts)} parts")
    return found


def _framed(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _escaped(attribute: Attribute) -> str:
    text = attribute.text
    if text is None:
        return "#" + attribute.value.raw.hex()
    text = printable(re.sub(r'([\\"+,;<>])', r"\\\1", text))
    if text.startswith(("#", " ")):
        text = "\\" + text
    return text[:-1] + "\\ " if text.endswith(" ") and text != "\\ " else text

"""Reads a certificate file of any kind, and says what it is and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import replace

from ..x509 import der
from . import openssl_pem, pem, sst
from .contents import REMARKS, Contents, Format, Found, Problem
from .der_objects import PADDING, Kind
from .gathering import Gathered, Place

__all__ = ["MAX_BYTES", "Contents", "Format", "Found", "Problem", "read", "read_pem"]

MAX_BYTES = 8 << 20
"""Size of a file that is read at all."""

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"\xfe\xed\xfe\xed", "jks"),
    (b"\xce\xce\xce\xce", "jks"),
)
# The first of these kinds that a file holds, beside certificates, names it.
_FORMAT_OF_KIND: tuple[tuple[Kind, Format], ...] = (
    ("pkcs7", "pkcs7"),
    ("pkcs12", "pkcs12"),
    ("csr", "csr"),
    ("crl", "crl"),
    ("key", "key"),
    ("public_key", "public_key"),
)
_XML_CERTIFICATE = re.compile(rb"<(?:\w{1,20}:)?X509Certificate\b[^<>]{0,200}>([^<]{1,1000000})<")
_UTF16_LE = re.compile(rb"\xff\xfe|(?:[\t\r\n -~]\0){4}")
_UTF16_BE = re.compile(rb"\xfe\xff|(?:\0[\t\r\n -~]){4}")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
# What blocks are called names the file where the blocks themselves are illegible.
_KIND_OF_LABEL: dict[str, Kind] = {
    "PKCS7": "pkcs7",
    "CMS": "pkcs7",
    "CERTIFICATE REQUEST": "csr",
    "NEW CERTIFICATE REQUEST": "csr",
    "X509 CRL": "crl",
    "PUBLIC KEY": "public_key",
}
_TRUSTED = "TRUSTED CERTIFICATE"


def read(data: bytes, *, password: bytes | None = None, name: str = "") -> Contents:
    """Read a file of any kind; never raises, whatever the bytes.

    `password` opens PKCS#12; without it, no password and an empty one are tried. The bytes alone
    decide what a file is; `name` only serves the words of `fault`.
    """
    try:
        contents = _read(data, password)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the panic of a native parser is no Exception
        remark = REMARKS["damaged"]
        problem = Problem(None, f"a reader failed with {type(error).__name__}")
        return Contents("damaged", fault=remark.fault, advice=remark.advice, problems=(problem,))
    if contents.format == "der" and name.lower().endswith(".pem"):
        return replace(contents, fault=f"{contents.fault}, although it is named .pem")
    return contents


def read_pem(text: bytes) -> Contents:
    """Read PEM as trust lists have it: any text between blocks, broken blocks among good ones."""
    gathered = Gathered()
    labels = _take_blocks(text, gathered)
    return gathered.contents(_pem_format(gathered, labels), acceptable=openssl_pem.accepts(text))


def _read(data: bytes, password: bytes | None) -> Contents:
    if len(data) > MAX_BYTES:
        return Gathered().contents("oversized", acceptable=False)
    gathered = Gathered(password)
    file_format = _sniff(data, gathered)
    if gathered.private_keys and file_format == "key":
        _check_key(data, gathered)
    return gathered.contents(file_format, acceptable=openssl_pem.accepts(data))


def _sniff(data: bytes, gathered: Gathered) -> Format:
    """Take everything in the file, and say what the file is."""
    if not data.strip(PADDING):
        return "empty"
    for magic, its_format in _MAGIC:
        if data.startswith(magic):
            return its_format
    if data[257:262] == b"ustar":
        return "archive"
    if data.startswith(sst.MAGIC):
        return _take_sst(data, gathered)
    if _is_der(data):
        gathered.take(data, Place("DER object"))
        return _format(gathered, "der")
    if encoding := _utf16(data):
        text = data.decode(encoding, "replace").encode("utf-8")
        _take_text(text.removeprefix(pem.BOM), gathered)
        return "utf16"
    return _take_text(data, gathered)


def _is_der(data: bytes) -> bool:
    if len(data) < 2 or data[0] != der.SEQUENCE:
        return False
    if 0x80 <= data[1] <= 0x84:
        return True
    # Short lengths are printable characters, so only a whole object tells.
    return bool(_CONTROL.search(data[:8])) and len(data.rstrip(PADDING)) <= data[1] + 2


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 the text is in, judged by its mark or by the zeros between ASCII characters."""
    if _UTF16_LE.match(data):
        return "utf-16-le"
    return "utf-16-be" if _UTF16_BE.match(data) else None


def _format(gathered: Gathered, plain: Format) -> Format:
    """What the file is: `plain` if certificates stand in it as such, or if nothing was legible."""
    if "certificate" in gathered.kinds:
        return plain
    return next((its for kind, its in _FORMAT_OF_KIND if kind in gathered.kinds), plain)


def _pem_format(gathered: Gathered, labels: set[str]) -> Format:
    if not gathered.kinds:
        gathered.kinds.update(_KIND_OF_LABEL[its] for its in labels & _KIND_OF_LABEL.keys())
    return _format(gathered, "trusted_pem" if labels == {_TRUSTED} else "pem")


def _take_sst(data: bytes, gathered: Gathered) -> Format:
    place = Place("SST")
    found: list[bytes] = []
    try:
        for entry in sst.entries(data):
            if entry.kind == "certificate":
                found.append(entry.der)
            elif entry.kind == "crl":
                gathered.crls.append(entry.der)
            else:
                gathered.problem(place, "a certificate trust list (CTL) was left unread")
    except sst.SstError as error:
        gathered.problem(place, str(error))
    gathered.take_certificates(found, "SST", place)
    return "sst"


def _take_text(text: bytes, gathered: Gathered) -> Format:
    labels = _take_blocks(text, gathered)
    start = text[:2000].removeprefix(pem.BOM).lstrip().lower()
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if b"<html" in start or b"<!doctype html" in start:
        return "html"
    if labels:
        return _pem_format(gathered, labels)
    if _take_xml(text, gathered) or start.startswith(b"<?xml"):
        return "xml"
    if its_format := _take_base64(text, gathered):
        return its_format
    return "binary" if _CONTROL.search(text) else "text"


def _take_blocks(text: bytes, gathered: Gathered) -> set[str]:
    """Take all PEM blocks; their labels."""
    labels: set[str] = set()
    for number, block in enumerate(pem.blocks(text), 1):
        if gathered.full:
            break
        labels.add(block.label)
        place = Place(f"PEM block {number}", block.line, block.offset)
        if block.is_private_key:
            gathered.take_key(encrypted=block.encrypted, public_key=block.public_key)
        elif block.der is None:
            gathered.problem(place, f"{block.label} {block.error}")
        else:
            gathered.take(_without_trust(block, gathered), place)
        gathered.damage.update(dict.fromkeys(block.damage))
    return labels


def _without_trust(block: pem.Block, gathered: Gathered) -> bytes:
    """The block without the trust settings of `openssl x509 -trustout`."""
    data = block.der or b""
    if block.label != _TRUSTED:
        return data
    gathered.damage["trust settings of a TRUSTED CERTIFICATE left out"] = None
    try:
        return der.read(data).raw
    except der.DerError:
        return data


def _take_xml(text: bytes, gathered: Gathered) -> bool:
    """Take all X509Certificate elements (XML Signature, 4.5.4); whether there are any."""
    number = 0
    for number, element in enumerate(_XML_CERTIFICATE.finditer(text), 1):
        place = Place(f"X509Certificate {number}", None, element.start())
        try:
            gathered.take(pem.base64_der(element[1]), place)
        except ValueError as error:
            gathered.problem(place, str(error))
    return number > 0


def _take_base64(text: bytes, gathered: Gathered) -> Format | None:
    """Take base64 of DER or of a whole PEM file; None if the text is neither."""
    try:
        decoded = pem.base64_der(text)
    except ValueError:
        return None
    if _is_der(decoded):
        gathered.take(decoded, Place("base64"))
        return _format(gathered, "base64")
    return "base64" if _take_blocks(decoded, gathered) else None


def _check_key(data: bytes, gathered: Gathered) -> None:
    """Note what makes Expressway refuse a key file, or stumble over it later."""
    place = Place("private key")
    if gathered.encrypted_key:
        gathered.problem(place, "protected by a pass phrase, which Expressway does not take")
    if data[0] != der.SEQUENCE and not data.endswith(b"\n"):
        gathered.problem(place, "no line break at the end of the file, which breaks MRA")

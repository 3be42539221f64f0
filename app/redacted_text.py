"""Text without secrets, and on request without names: what a redacted bundle holds of each file.

Large logs pass through in pieces that end at the end of a line and never inside a PEM block.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    load_der_pkcs7_certificates,
    serialize_certificates,
)
from cryptography.x509 import load_der_x509_certificate

from ..facts.formats import pem
from ..facts.x509.stand_in import StandIns
from ..reports.mask import MASKED, masked, masked_log
from ..reports.pseudonyms import Pseudonyms
from . import redacted_tables

CHUNK = 1 << 18
LONGEST_BLOCK = 1 << 20
"""A PEM block or line that goes on longer is cut there."""

_MASKED = MASKED.encode()
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9#/ ]{1,40})-----", re.IGNORECASE)
_END = re.compile(rb"-----END [A-Z0-9#/ ]{1,40}-----", re.IGNORECASE)
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
_REQUESTS = ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
_PUBLIC = (*_CERTIFICATES, *_REQUESTS, "X509 CRL", "PKCS7", "PKCS #7 SIGNED DATA", "CMS")
_PEM_HEADER = re.compile(rb"^[ \t|>]*(?:Proc-Type|DEK-Info):[^\r\n]*", re.MULTILINE | re.IGNORECASE)
_BODY_LINE = re.compile(rb"\s*(?:[ \t|>]*[A-Za-z0-9+/]{1,80}={0,2}[ \t]*\r?(?:\n|\Z))*")
_LINE_END = re.compile(rb"\r?\n[ \t|>]*|\\r\\n|\\n")
# Begins with what it looks for, which is found ten times faster.
_BARE = re.compile(rb"MI(?<![A-Za-z0-9+/]MI)[A-Za-z0-9+/]{198,200000}={0,2}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]")


class _Source(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class TextRedaction:
    """Takes secrets out of texts; with `pseudonyms` and `stand_ins`, names as well."""

    def __init__(self, pseudonyms: Pseudonyms | None = None, stand_ins: StandIns | None = None):
        self._pseudonyms = pseudonyms
        self._stand_ins = stand_ins

    def stream(self, source: _Source) -> Iterator[bytes]:
        """The redacted text in pieces. Errors of the source pass through, after what was read."""
        pending, failure = b"", None
        while True:
            try:
                data = source.read1(CHUNK)
            except Exception as error:  # what was read before is still worth sending
                data, failure = b"", error
            pending += data
            cut = _cut(pending) if data else len(pending)
            if cut:
                yield self.whole(pending[:cut])
                pending = pending[cut:]
            if failure is not None:
                raise failure
            if not data:
                return

    def whole(self, data: bytes) -> bytes:
        """A text of whole lines and PEM blocks, redacted."""
        pieces: list[bytes] = []
        end = 0
        for begin in _BEGIN.finditer(data):
            if begin.start() < end:
                continue
            stop = _END.search(data, begin.end())
            following = _BEGIN.search(data, begin.end())
            closed = stop is not None and not (following and following.start() < stop.start())
            if closed and stop is not None:
                close = stop.start()
            else:
                body = _BODY_LINE.match(data, begin.end())
                close = body.end() if body else begin.end()
            pieces.append(self._lines(data[end : begin.start()]))
            label = begin[1].decode("ascii").strip().upper()
            block = data[begin.start() : stop.end() if closed and stop else close]
            pieces += begin[0], self._body(label, block, data[begin.end() : close])
            end = close
        pieces.append(self._lines(data[end:]))
        return b"".join(pieces)

    def der(self, label: str, data: bytes) -> bytes | None:
        """A certificate, request, list or PKCS #7 in DER, by its PEM label; None if unreadable."""
        return self._replaced(label, data)

    def name(self, name: str) -> str:
        """A file's name without the names in it."""
        name = masked(name, personal=True)
        return self._pseudonyms.text(name) if self._pseudonyms else name

    def _lines(self, data: bytes) -> bytes:
        if not data:
            return data
        data = masked_log(data)
        if self._pseudonyms is None:
            return data
        return redacted_tables.rewritten(data, self._renamed)

    def _renamed(self, data: bytes) -> bytes:
        assert self._pseudonyms is not None  # noqa: S101  (there is nothing to rename without)
        pieces: list[bytes] = []
        end = 0
        for bare in _BARE.finditer(data):
            pieces += self._pseudonyms.rewritten(data[end : bare.start()]), self._bare(bare[0])
            end = bare.end()
        pieces.append(self._pseudonyms.rewritten(data[end:]))
        return b"".join(pieces)

    def _bare(self, text: bytes) -> bytes:
        """Base64 on one line without BEGIN and END, as in XML, that may be a certificate."""
        try:
            found = self._replaced("CERTIFICATE", base64.b64decode(text, validate=True))
        except binascii.Error:
            found = None
        return _MASKED if found is None else base64.b64encode(found)

    def _body(self, label: str, block: bytes, body: bytes) -> bytes:
        """What stands between BEGIN and END from now on."""
        first = _LINE_END.search(body)
        line_end = first[0] if first else b""
        if label not in _PUBLIC:
            headers = [match[0].strip() for match in _PEM_HEADER.finditer(body)]
            last = line_end if body.endswith((b"\n", b"\\n")) or _END.search(block) else b""
            return line_end + line_end.join([*headers, _MASKED]) + last
        if self._stand_ins is None:
            return body
        found = next(pem.blocks(block), None)
        new = self._replaced(label, found.der) if found and found.der else None
        if new is None:
            return _noise(body)
        text = base64.b64encode(new)
        lines = [text[at : at + 64] for at in range(0, len(text), 64)] if line_end else [text]
        closed = line_end if _END.search(block) else body[len(body.rstrip()) :]
        return line_end + line_end.join(lines) + closed

    def _replaced(self, label: str, data: bytes) -> bytes | None:
        if self._stand_ins is None:
            return data
        if label in _CERTIFICATES:
            return self._stand_ins.certificate(data)
        if label in _REQUESTS:
            return self._stand_ins.request(data)
        if label == "X509 CRL":
            return self._stand_ins.crl(data)
        return self._container(data)

    def _container(self, data: bytes) -> bytes | None:
        """PKCS #7 (DER) with the stand-ins of its certificates; None where it is none."""
        try:
            held = [one.public_bytes(Encoding.DER) for one in load_der_pkcs7_certificates(data)]
            made = [self._replaced("CERTIFICATE", one) for one in held]
            stand_ins = [load_der_x509_certificate(one) for one in made if one is not None]
            return serialize_certificates(stand_ins, Encoding.DER) if stand_ins else None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return None


def _noise(body: bytes) -> bytes:
    """A block that can't be read, with as many characters, and no less readable than it was.

    The first bytes of DER say how long it is; they stay, so that what was cut off still is.
    """
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    kept = 5
    start = len(body) - len(body.lstrip())
    head, rest = body[: start + kept], body[start + kept :]
    return head + _BASE64.sub(lambda _: bytes((secrets.choice(alphabet),)), rest)


def _cut(data: bytes) -> int:
    """How much of the data can be redacted now: whole lines, and whole PEM blocks."""
    cut = data.rfind(b"\n") + 1
    begin = data.rfind(b"-----BEGIN ", 0, cut)
    if begin >= 0 and not _END.search(data, begin, cut) and len(data) < LONGEST_BLOCK:
        cut = data.rfind(b"\n", 0, begin) + 1
    if cut == 0 and len(data) >= LONGEST_BLOCK:
        return len(data)
    return cut

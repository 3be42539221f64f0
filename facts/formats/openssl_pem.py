"""PEM exactly as OpenSSL 3.0 reads it, which is what an upload page accepts.

OpenSSL takes a file line by line and forgives less than other readers: a block that is quoted,
indented or wrapped in the wrong way does not exist for it. The rules here are those of
PEM_read_bio, with the line length of 254 characters and without a pass phrase.
"""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Iterator

from ..x509 import der
from ..x509.certificate import Certificate, CertificateError

LABELS = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})
BOM = b"\xef\xbb\xbf"

_LINE = 254
_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----\n"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_SHORTEST_HEADER = 10  # a shorter encapsulated header is not looked at
# OpenSSL compares with the space as signed characters, so bytes from 0x80 up are trailing too.
_TRAILING = bytes((*range(33), *range(128, 256)))


def accepts(data: bytes) -> bool:
    """Whether `openssl x509 -inform PEM` finds a certificate in the file."""
    return any(label in LABELS and _is_certificate(body) for label, body in blocks(data))


def blocks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(label, DER) of the blocks without an encapsulated header that decode, in order."""
    stream = io.BytesIO(data)
    while label := _next_label(stream, data):
        body = _body(stream, label)
        decoded = None if body is None else _decode(body)
        if decoded is not None:
            yield label, decoded


def _is_certificate(body: bytes) -> bool:
    try:
        # Bytes after the certificate, such as trust settings, do not disturb OpenSSL.
        Certificate.from_der(der.read(body).raw)
    except (CertificateError, der.DerError):
        return False
    return True


def _next_label(stream: io.BytesIO, data: bytes) -> bytes | None:
    """The label of the next BEGIN line; the stream then stands behind that line."""
    first = start = looked = stream.tell()
    found = data.find(_BEGIN, first)
    while found >= 0:
        start, looked = max(data.rfind(b"\n", looked, found) + 1, start), found
        after_bom = start == first == found - len(BOM) and data.startswith(BOM, start)
        # Longer lines are read in pieces, and each piece counts as a line.
        if after_bom or (found - start) % _LINE == 0:
            stream.seek(found)
            line = _clean(stream.readline(_LINE))
            if line.endswith(_TAIL) and len(line) > len(_BEGIN) + len(_TAIL):
                return line[len(_BEGIN) : -len(_TAIL)]
        found = data.find(_BEGIN, found + 1)
    return None


def _clean(line: bytes) -> bytes:
    return line.partition(b"\0")[0].rstrip(_TRAILING) + b"\n"


def _body(stream: io.BytesIO, label: bytes) -> bytes | None:
    """The base64 up to the END line, None where the block is not one for OpenSSL."""
    end_line = _END + label + _TAIL
    lines: list[bytes] = []
    header: list[bytes] | None = None
    partial = short = open_header = False
    while raw := stream.readline(_LINE):
        if raw[0] == 0:
            return None
        was_partial, partial = partial, len(raw) == _LINE and raw[-1:] != b"\n"
        line = _clean(raw)
        open_header |= header is None and b":" in raw
        if line == b"\n":
            if was_partial:
                continue
            if header is not None:
                return None
            header, lines, open_header = lines, [], False
        elif line.startswith(_END):
            intact = line.startswith(end_line) and not open_header and _is_short(header)
            return b"".join(lines) if intact else None
        elif short:
            return None
        else:
            lines.append(line)
            if header is not None:
                if len(line) > 65:
                    return None
                short = len(line) < 65
    return None


def _is_short(header: list[bytes] | None) -> bool:
    return header is None or sum(map(len, header)) <= _SHORTEST_HEADER


def _decode(body: bytes) -> bytes | None:
    text = body.partition(b"-")[0].translate(None, b" \t\r\n")
    if not text or len(text) % 4 or not _BASE64.fullmatch(text):
        return None
    return b64decode(text)

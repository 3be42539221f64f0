"""Certificates out of PKCS#12 containers (.pfx, .p12; RFC 7292), without being tied up by them."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from itertools import groupby, islice, pairwise
from typing import Any, NamedTuple

from ..x509 import der

MAX_ITERATIONS = 1_000_000
"""Key derivation rounds allowed for one part of a file; a million take about 0.3 s."""

MAX_TOTAL_ITERATIONS = 3 * MAX_ITERATIONS
"""The same for all its parts together: ordinary files have two or three."""

MAX_SECONDS = 30
"""Time for opening a file: rounds can hide inside its encrypted parts, where nobody sees them."""

_CONSTRUCTED, _LONG_TAG, _INDEFINITE = 0x20, 0x1F, 0x80
_END_OF_CONTENTS = (0, 0)
_MAX_ELEMENTS = 200_000
_MAX_DEPTH = 6  # strings in strings; files have at most four

_Primitive = tuple[int, bytes]


class Pkcs12Error(ValueError):
    """The container can't be read; the text says why."""


class PasswordError(Pkcs12Error):
    """The container wants another password."""


class Pfx(NamedTuple):
    """DER of the certificates in a file. Its private key is only noted, never kept."""

    certificates: list[bytes]
    has_key: bool


def read(data: bytes, password: bytes | None) -> Pfx:
    """The certificates of a file, the one that belongs to its key first.

    `password` None tries no password and an empty one, which files in the field have. Raises
    PasswordError if that does not open it, and Pkcs12Error if opening would take too long.
    """
    rounds = iterations(data)
    if max(rounds, default=0) > MAX_ITERATIONS or sum(rounds) > MAX_TOTAL_ITERATIONS:
        raise Pkcs12Error(
            f"the PKCS#12 file asks for {max(rounds):,} key derivation rounds, more than the"
            f" {MAX_ITERATIONS:,} that are allowed: export it again with fewer"
        )
    answer = _open(data, (None, b"") if password is None else (password,))
    if "certificates" in answer:
        return Pfx([b64decode(raw) for raw in answer["certificates"]], answer["has_key"])
    if answer["error"]:
        raise Pkcs12Error(answer["error"])
    if password is None:
        raise PasswordError("the PKCS#12 file is protected by a password, or damaged")
    raise PasswordError("the password does not open the PKCS#12 file, or the file is damaged")


def _open(data: bytes, passwords: tuple[bytes | None, ...]) -> dict[str, Any]:
    """Ask the opener. Raises Pkcs12Error if it takes too long or breaks down."""
    question = {
        "data": b64encode(data).decode("ascii"),
        "passwords": [None if p is None else b64encode(p).decode("ascii") for p in passwords],
    }
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a module of this package
            [sys.executable, "-m", f"{__package__}.pkcs12_opener"],
            input=json.dumps(question).encode("ascii"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Pkcs12Error(
            f"opening the PKCS#12 file takes longer than {MAX_SECONDS} s: export it again"
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise Pkcs12Error("damaged PKCS#12: the reader broke down over it") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def iterations(data: bytes) -> list[int]:
    """Every key derivation count that can be seen without the password. Raises Pkcs12Error.

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
                raise Pkcs12Error("the PKCS#12 file has too many parts to be opened safely")
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

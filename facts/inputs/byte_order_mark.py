"""Text files that begin with a byte order mark, as PowerShell's redirections write them.

All readers of text take UTF-8 without a mark; this makes it of UTF-16 and of marked UTF-8, as a
stream, so that logs of any size pass.
"""

from __future__ import annotations

import codecs
import io
from typing import Any, cast

from .read_ahead import Source
from .unpacked import CHUNK

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class _Utf8(io.RawIOBase):
    """A stream of text in another encoding as UTF-8; what is no character becomes U+FFFD."""

    def __init__(self, stream: Source, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._ready and not self._ended:
            data = self._stream.read1(CHUNK)
            self._ended = not data
            # A lone half of a pair is a character to UTF-16 readers, and to no UTF-8.
            self._ready = self._decoder.decode(data, self._ended).encode("utf-8", "replace")
        piece, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def plain_head(head: bytes) -> bytes:
    """The first bytes of a file, as UTF-8 without a mark."""
    mark, encoding = _mark(head)
    return head[len(mark) :].decode(encoding, "ignore").encode() if mark else head


def plain_stream(stream: io.BufferedReader[Any]) -> io.BufferedReader[Any]:
    """The text of a stream as UTF-8 without a mark; the stream itself where it has none.

    A marked stream has been read up to its mark's end: take what is returned in its place.
    """
    mark, encoding = _mark(stream.peek(len(codecs.BOM_UTF32_LE)))
    if not mark:
        return stream
    stream.read(len(mark))
    return io.BufferedReader(cast(Any, _Utf8(stream, encoding)), CHUNK)


def _mark(head: bytes) -> tuple[bytes, str]:
    """The mark that a file begins with, and the encoding that it stands for; empty without."""
    if head.startswith(codecs.BOM_UTF32_LE):  # begins like UTF-16, and is not read
        return b"", ""
    return next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", ""))

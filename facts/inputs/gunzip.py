"""Decompresses gzip as a stream, giving all that precedes damage before it raises.

The library's file readers lose what the failing read had already decompressed.
"""

from __future__ import annotations

import io

from isal import isal_zlib

_PIECE = 1 << 18
_GZIP = 31  # zlib's window bits for a gzip header and trailer


class Gunzip:
    """A gzip stream (RFC 1952), of one or more members. Bytes after the last one are left alone."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._engine = isal_zlib.decompressobj(wbits=_GZIP)
        self._packed = b""

    def read1(self, size: int) -> bytes:
        """Up to so many bytes; b"" at the end.

        Raises EOFError where the stream is cut off, isal.isal_zlib.error where it is damaged.
        """
        while True:
            if self._engine.eof and not self._next_member():
                return b""
            self._packed = self._packed or self._stream.read1(_PIECE)
            if not self._packed:
                raise EOFError("the compressed data is cut off")
            data: bytes = self._engine.decompress(self._packed, size)
            self._packed = self._engine.unconsumed_tail
            if data:
                return data

    def _next_member(self) -> bool:
        rest = self._engine.unused_data or self._stream.read1(_PIECE)
        if rest[:2] != b"\x1f\x8b":
            return False
        self._engine, self._packed = isal_zlib.decompressobj(wbits=_GZIP), rest
        return True

"""The unpacked bytes of an archive as files: the whole of it, and one member at a time."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from isal import isal_zlib

from .read_ahead import Source

CHUNK = 1 << 18
DAMAGED: tuple[type[Exception], ...] = (
    EOFError,
    OSError,
    zlib.error,
    cast("type[Exception]", isal_zlib.error),
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
"""What the readers of gzip, tar and zip raise on damaged or encrypted data."""

_REMEMBERED = 16  # reads, each up to CHUNK; the end of an archive is in few


class Unpacked(io.RawIOBase):
    """A stream that counts what is read and ends, for its readers, where it is damaged.

    `failure` then holds what was wrong: an exception would cost what was read before it. Seeks
    go forward only, by reading.
    """

    def __init__(self, stream: Source, budget: Callable[[int], None]) -> None:
        self._stream = stream
        self._budget = budget
        self._ahead = b""
        self._last: deque[bytes] = deque(maxlen=_REMEMBERED)
        self.position = 0
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence != io.SEEK_SET or offset < self.position:
            raise io.UnsupportedOperation("packed data is read forward only")
        while self.position < offset and self._next(min(CHUNK, offset - self.position)):
            pass
        return self.position

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        data = self._next(len(view))
        view[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        if not data and self.failure is None:
            try:
                data = self._stream.read1(size)  # read() would lose what precedes damage
                self._budget(len(data))
            except DAMAGED as error:
                self.failure = error
                data = b""
        if data:
            self.position += len(data)
            self._last.append(data)
        return data

    def peek(self, size: int) -> bytes:
        """The first bytes, to be read again. Only before anything was read."""
        self._ahead = self.read(size) or b""
        self.position = 0
        self._last.clear()
        return self._ahead

    def after(self, offset: int) -> bytes:
        """The remembered bytes from an absolute position on."""
        tail = b"".join(self._last)
        return tail[max(0, offset - (self.position - len(tail))) :]

    def raise_failure(self) -> None:
        """Raise what ended the stream early, if anything did."""
        if self.failure is not None:
            raise self.failure


class Section(io.RawIOBase):
    """The next so many bytes of a stream, as a file of their own."""

    def __init__(self, stream: io.BufferedReader[Any], size: int) -> None:
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)[: self._left]
        count = self._stream.readinto1(view) if view else 0
        self._left -= count
        return count

"""Reads a stream in a thread of its own, so that unpacking and searching go on side by side."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Event, Thread
from typing import Protocol

PIECE = 1 << 18
_AHEAD = 4
"""Pieces that wait to be taken: 1 MiB."""


class Source(Protocol):
    """What can be read in pieces, losing nothing at damage."""

    def read1(self, size: int, /) -> bytes:
        """Up to so many bytes; b"" at the end."""


class ReadAhead:
    """A stream that is read before anybody asks. `close` it, also where it is not read to its end.

    What the source raises is raised to the reader, after all that came before it.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pieces: Queue[bytes | BaseException] = Queue(_AHEAD)
        self._closed = Event()
        self._rest = b""
        self._end: bytes | BaseException | None = None
        self._thread = Thread(target=self._read, name="read-ahead", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        piece: bytes | BaseException = b""
        while not self._closed.is_set():
            try:
                piece = self._source.read1(PIECE)
            except BaseException as error:
                piece = error
            self._pieces.put(piece)
            if not piece or isinstance(piece, BaseException):
                return

    def read1(self, size: int, /) -> bytes:
        """Up to so many bytes; b"" at the end. Raises what the source raised."""
        if not self._rest:
            piece = self._pieces.get() if self._end is None else self._end
            if not piece or isinstance(piece, BaseException):
                self._end = piece  # whoever asks again is told so again
            if isinstance(piece, BaseException):
                raise piece
            self._rest = piece
        data = self._rest
        self._rest = data[size:]
        return data[:size]

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        while self._thread.is_alive():
            try:  # makes room for what it is about to hand over
                self._pieces.get(timeout=0.01)
            except Empty:
                continue
        self._thread.join()

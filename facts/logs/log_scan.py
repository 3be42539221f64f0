"""Finds the few lines of a large log that an extractor asks for, in one pass and little memory.

The log is read in chunks; one multi-pattern search finds the lines that hold an anchor, and only
those are decoded. A line is judged once as much of the log as an extractor may want to see stands
around it, so that where chunks end makes no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from .literal_search import literal_search

CHUNK = 1 << 19
AROUND = 1 << 16
"""Bytes of the log before and after a line that an extractor sees."""
LONGEST_LINE = 1 << 16
LONGEST_RECORD = 1 << 20
_NEAR = 2048  # bytes on either side in which the lines beside it are looked for
_ALIKE, _FIRST_FEW, _DISTINCT = 24, 3, 1_000


class Stream(Protocol):
    """What can be read in pieces; `read1` gives what there is, so that damage costs nothing."""

    def read1(self, size: int, /) -> bytes:
        """Up to so many bytes; b"" at the end."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that holds an anchor, its number (from 1), and the 64 KiB of log on either side."""

    number: int
    line: bytes
    before: memoryview
    after: memoryview

    def around(self) -> tuple[bytes, bytes]:
        """What stands near the line; copied, so that who keeps it doesn't keep the chunk."""
        return bytes(self.before[-_NEAR:]), bytes(self.after[:_NEAR])


def scan(
    stream: Stream, anchors: Sequence[bytes], repeating: Sequence[bytes] = ()
) -> Iterator[Hit]:
    """Yield each line that holds at least one anchor, once, in order.

    Of the `repeating` anchors, which stand in every message, only the first few hits that go on
    alike are yielded. Lines longer than 64 KiB are cut. Errors of the stream pass through, after
    the hits in what was read before.
    """
    search = _Search([*anchors, *repeating], len(anchors))
    buffer, start, number = b"", 0, 1
    while True:
        failure: Exception | None = None
        try:
            data = stream.read1(CHUNK)
        except Exception as error:  # what was read before is still worth its hits
            data, failure = b"", error
        buffer += data
        end = _whole_lines(buffer, start) if data else len(buffer)
        number = yield from search.hits(buffer, start, end, number)
        if failure is not None:
            raise failure
        if not data:
            return
        seen = max(0, end - AROUND)
        buffer, start = buffer[seen:], end - seen


def _whole_lines(buffer: bytes, start: int) -> int:
    """Up to where the lines from a position on can be judged: what is after them was read too."""
    end = max(start, len(buffer) - AROUND)
    cut = buffer.rfind(b"\n", start, end) + 1
    return cut or (end if end - start >= LONGEST_RECORD else start)


class _Search:
    """The multi-pattern search, and which repeated texts it has seen."""

    def __init__(self, anchors: list[bytes], ordinary: int) -> None:
        self._search = literal_search(anchors)
        self._ordinary = ordinary
        self._seen: Counter[bytes] = Counter()
        self._dull: set[bytes] = set()

    def hits(self, buffer: bytes, start: int, end: int, number: int) -> Generator[Hit, None, int]:
        """The hits between two positions of a buffer, the first in the line that has a number.

        Returns the number of the line at the end.
        """
        view = memoryview(buffer)
        ordinary, dull = self._ordinary, self._dull
        counted, done = start, start
        for anchor, begin, _ in self._search(view[start:end]):
            position = start + begin
            if position < done:
                continue
            if anchor >= ordinary:
                text = buffer[position : position + _ALIKE]
                if text in dull or self._is_dull(text):
                    continue
            first = max(buffer.rfind(b"\n", start, position) + 1, start)
            last = buffer.find(b"\n", position, end)
            last = end if last < 0 else last
            number += buffer.count(b"\n", counted, first)
            counted, done = first, last
            if last - first > LONGEST_LINE:
                # Of a giant line, keep what surrounds the anchor.
                first = max(first, position - LONGEST_LINE // 2)
                last = min(last, first + LONGEST_LINE)
            yield Hit(
                number,
                buffer[first:last].rstrip(b"\r"),
                view[max(0, first - AROUND) : first],
                view[last : last + AROUND],
            )
        return number + buffer.count(b"\n", counted, end)

    def _is_dull(self, text: bytes) -> bool:
        """Whether a text stood there a few times before."""
        if len(self._seen) >= _DISTINCT:
            return True
        self._seen[text] += 1
        if self._seen[text] >= _FIRST_FEW:
            self._dull.add(text)
        return False

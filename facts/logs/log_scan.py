"""Finds the few lines of a large log that an extractor asks for, in one pass and little memory.

The log is read in chunks; one multi-pattern search finds the lines that hold an anchor, and only
those are decoded. A chunk always ends at a line's end, and never inside a certificate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ahocorasick_rs import BytesAhoCorasick, MatchKind

CHUNK = 1 << 18
HISTORY = 1 << 16
LONGEST_LINE = 1 << 16
LONGEST_RECORD = 1 << 20
_ALIKE, _FIRST_FEW, _DISTINCT = 24, 3, 1_000
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class Stream(Protocol):
    """What can be read in pieces; `read1` gives what there is, so that damage costs nothing."""

    def read1(self, size: int, /) -> bytes:
        """Up to so many bytes; b"" at the end."""


@dataclass(frozen=True)
class Hit:
    """A line that holds an anchor, its number (from 1), and the log around it."""

    number: int
    line: bytes
    before: memoryview
    after: memoryview


def scan(
    stream: Stream, anchors: Sequence[bytes], repeating: Sequence[bytes] = ()
) -> Iterator[Hit]:
    """Yield each line that holds at least one anchor, once, in order.

    `before` and `after` are views of what the buffer holds of the log around the line: at least
    the last 64 KiB before it, where there are so many. They must be used before the next hit is
    asked for. Of the `repeating` anchors, which stand in every message, only the first few hits
    that go on alike are yielded. Lines longer than 64 KiB are cut. Errors of the stream pass
    through, after the hits in what was read before.
    """
    search = _Search([*anchors, *repeating], len(anchors))
    history, pending, number = b"", b"", 1
    while True:
        failure: Exception | None = None
        try:
            data = stream.read1(CHUNK)
        except Exception as error:  # what was read before is still worth its hits
            data, failure = b"", error
        pending += data
        cut = _cut(pending, final=not data)
        if cut:
            buffer = history + pending[:cut]
            yield from search.hits(buffer, len(history), number)
            number += buffer.count(b"\n", len(history))
            history, pending = buffer[-HISTORY:], pending[cut:]
        if failure is not None:
            raise failure
        if not data:
            return


def _cut(data: bytes, *, final: bool) -> int:
    """How much of the data can be searched now: whole lines, and whole certificates."""
    if final:
        return len(data)
    cut = data.rfind(b"\n") + 1
    begin = data.rfind(_BEGIN, 0, cut)
    if begin >= 0 and data.find(_END, begin, cut) < 0 and len(data) < LONGEST_RECORD:
        cut = data.rfind(b"\n", 0, begin) + 1
    if cut == 0 and len(data) >= LONGEST_RECORD:
        return len(data)
    return cut


class _Search:
    """The multi-pattern search, and which repeated texts it has seen."""

    def __init__(self, anchors: list[bytes], ordinary: int) -> None:
        self._automaton = BytesAhoCorasick(anchors, matchkind=MatchKind.LeftmostFirst)
        self._ordinary = ordinary
        self._seen: Counter[bytes] = Counter()

    def hits(self, buffer: bytes, start: int, number: int) -> Iterator[Hit]:
        """The hits in a buffer from a position on, whose line has a number."""
        view = memoryview(buffer)
        counted, done = start, start
        for anchor, begin, _ in self._automaton.find_matches_as_indexes(view[start:]):
            position = start + begin
            if position < done:
                continue
            if anchor >= self._ordinary and self._dull(buffer[position : position + _ALIKE]):
                continue
            first = max(buffer.rfind(b"\n", start, position) + 1, start)
            last = buffer.find(b"\n", position)
            last = len(buffer) if last < 0 else last
            number += buffer.count(b"\n", counted, first)
            counted, done = first, last
            if last - first > LONGEST_LINE:
                # Of a giant line, keep what surrounds the anchor.
                first = max(first, position - LONGEST_LINE // 2)
                last = min(last, first + LONGEST_LINE)
            yield Hit(number, buffer[first:last].rstrip(b"\r"), view[:first], view[last:])

    def _dull(self, text: bytes) -> bool:
        if self._seen[text] >= _FIRST_FEW or len(self._seen) > _DISTINCT:
            return True
        self._seen[text] += 1
        return False

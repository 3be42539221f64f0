"""Many literals searched for at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ahocorasick_rs import BytesAhoCorasick, MatchKind

Search = Callable[[memoryview], Iterable[tuple[int, int, int]]]
"""Takes bytes and gives each literal found: its place in the list, where it begins and ends.

From left to right without overlap; of two that begin alike, the first in the list.
"""

FEW = 64
"""Up to here ahocorasick_rs compares many bytes at once, and is the fastest that was measured."""


def literal_search(literals: Sequence[bytes]) -> Search:
    """The search for these literals that takes the least time.

    Past 64 literals ahocorasick_rs takes ten times as long; pyperscan, where it is installed (the
    extra `fast`), hardly cares how many there are.
    """
    if len(literals) > FEW:
        try:
            return vector_search(literals)
        except ImportError:
            pass
    return packed_search(literals)


def packed_search(literals: Sequence[bytes]) -> Search:
    """The search by ahocorasick_rs."""
    # Only this kind of match has the fast way; the default one is thirteen times slower.
    automaton = BytesAhoCorasick(literals, matchkind=MatchKind.LeftmostFirst)
    return automaton.find_matches_as_indexes


def vector_search(literals: Sequence[bytes]) -> Search:
    """The search by pyperscan (Vectorscan). Raises ImportError where it is not installed."""
    from pyperscan import BlockDatabase, Pattern, Scan

    hits: list[tuple[int, int, int]] = []

    def take(_: object, literal: int, _start: int, end: int) -> Scan:
        hits.append((end - len(literals[literal]), literal, end))
        return Scan.Continue

    patterns = [
        Pattern(b"".join(b"\\x%02x" % byte for byte in literal), tag=number)
        for number, literal in enumerate(literals)
    ]
    scanner = BlockDatabase(*patterns).build(None, take)

    def search(data: memoryview) -> Iterable[tuple[int, int, int]]:
        hits.clear()
        scanner.scan(data)
        past = 0
        for begin, literal, end in sorted(hits):
            if begin >= past:
                past = end
                yield literal, begin, end

    return search

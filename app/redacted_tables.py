"""Tables of `run sql`, whose columns stand where a rule of `=` says: rewritten cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

_TABLE = re.compile(
    rb"^[^\n]*\n=+(?: +=+)+[ \t]*\r?(?:\n|\Z)(?:(?![ \t\r]*(?:\n|\Z)|admin:|\()[^\n]*(?:\n|\Z))*",
    re.MULTILINE,
)


def rewritten(data: bytes, rewrite: Callable[[bytes], bytes]) -> bytes:
    """The text with `rewrite` applied; columns of tables become as wide as what is in them."""
    if b"\n=" not in data:
        return rewrite(data)
    pieces: list[bytes] = []
    end = 0
    for table in _TABLE.finditer(data):
        pieces += rewrite(data[end : table.start()]), _table(table[0], rewrite)
        end = table.end()
    pieces.append(rewrite(data[end:]))
    return b"".join(pieces)


def _table(text: bytes, rewrite: Callable[[bytes], bytes]) -> bytes:
    lines = text.splitlines(keepends=True)
    starts = [match.start() for match in re.finditer(rb"=+", lines[1])]
    spans = list(pairwise([*starts, max(map(len, lines))]))
    rows = [
        [rewrite(line.rstrip(b"\r\n")[a:b].rstrip()) for a, b in spans]
        for line in (lines[0], *lines[2:])
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, [b"=" * max(1, width) for width in widths])
    return b"".join(_laid_out(rows, widths, lines))


def _laid_out(rows: list[list[bytes]], widths: list[int], lines: list[bytes]) -> Iterator[bytes]:
    for row, line in zip(rows, lines, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield b" ".join(cells) + line[len(line.rstrip(b"\r\n")) :]

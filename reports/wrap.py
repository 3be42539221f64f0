"""Line breaking by terminal cells, where a Chinese character takes two (Unicode TR 11)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WIDE = "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60"
_CLOSING = "、。，．：；！？）〕」』】》〉％"
# Lines break at spaces and between ideographs, but not before closing punctuation.
_PIECE = re.compile(rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*")
_SEAM = re.compile(r".*[.\-_/,=@:;]")


def cells(text: str) -> int:
    """Columns that the text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a line feed in it starts a new line.

    A word longer than a line, such as a host name, is broken after punctuation where it has any.
    `width` is at least 2. Nothing but spaces at the breaks is lost.
    """
    return [line for part in text.split("\n") for line in _lines(part.rstrip(), width)]


def _lines(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for piece in _PIECE.findall(text):
        size = cells(piece)
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
            if piece.isspace():
                continue
        while size > width:
            head = _head(piece, width)
            yield head
            piece = piece[len(head) :]
            size = cells(piece)
        line += piece
        used += size
    yield line.rstrip()


def _head(word: str, width: int) -> str:
    used = 0
    for end, char in enumerate(word):
        used += _cell(char)
        if used > width:
            seam = _SEAM.match(word, 0, end)
            return seam.group() if seam and len(seam.group()) * 2 > end else word[:end]
    return word


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

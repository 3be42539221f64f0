"""Line breaking by terminal cells, where a Chinese character takes two (Unicode TR 11)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WIDE = "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60"
_OPENING = "（〔「『【《〈“‘"
_CLOSING = "、。，．：；！？）〕」』】》〉％”’)…々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
# Lines break at spaces and between ideographs, but not behind opening punctuation, nor before what
# must not begin one: closing punctuation, and the small kana of Japanese (JIS X 4051).
_PIECE = re.compile(rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*")
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


def hung(text: str, width: int, *, indent: int = 0, mark: str = "") -> list[str]:
    """The text in lines of at most `width` cells, hung on a mark that stands before the first."""
    hang = indent + len(mark)
    first, *rest = wrap(text, max(width - hang, 2))
    return [" " * indent + mark + first, *(" " * hang + line for line in rest)]


def cut(text: str, width: int, most: int) -> list[str]:
    """The text wrapped, but at most so many lines; "…" ends the last if anything is left out."""
    lines = wrap(text, width)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], wrap(lines[most - 1], width - 1)[0] + "…"]


def _lines(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for piece in _PIECE.findall(text):
        size = cells(piece)
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
            if piece.isspace():
                continue
        start = 0
        while size > width:
            end = _break(piece, start, width)
            yield piece[start:end]
            size -= cells(piece[start:end])
            start = end
        piece = piece[start:]
        line += piece
        used += size
    yield line.rstrip()


def _break(word: str, start: int, width: int) -> int:
    """Where to break a word that does not fit: after punctuation in its second half, if any."""
    used = 0
    for end in range(start, len(word)):
        used += _cell(word[end])
        if used > width:
            seam = _SEAM.match(word, start, end)
            return seam.end() if seam and (seam.end() - start) * 2 > end - start else end
    return len(word)


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

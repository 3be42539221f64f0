"""Makes characters visible that would hide, reorder or overwrite what a reader sees.

Log lines and certificate subjects are written by strangers: a terminal must not obey them, and a
bidirectional override must not make one host name look like another (Unicode TR 36).
"""

from __future__ import annotations

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"})
"""General categories without a shape of their own: control, format, unassigned, separators."""

STACKABLE = 3
"""Combining marks let through on one letter; more would paint over the neighbouring lines."""


def visible(text: str) -> str:
    """The text with hidden characters written as Python writes them, such as ``\\x1b``.

    Line feeds stay, a carriage return before one goes, and a tab becomes a space.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for char in text.replace("\r\n", "\n").replace("\t", " "):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char != "\n" and (category in HIDDEN or marks > STACKABLE):
            shown.append(_code(char))
        else:
            shown.append(char)
    return "".join(shown)


def _code(char: str) -> str:
    point = ord(char)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"

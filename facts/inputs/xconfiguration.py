"""The text dump of a node's configuration (`xConfiguration`): one line for each value.

    *c xConfiguration Zones Zone 6 Name: "Traversal"

X8 and later quote every value, X7 only text; nothing follows the colon where a value is empty.
Pasted dumps may have lost `*c` or the line ends between values (Cisco 212475, 118675).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_BEGIN = "*c xConfiguration "
_GLUED = re.compile(rf"(?={re.escape(_BEGIN)})")
_ENTRY = re.compile(r"(?:\*c )?xConfiguration ([^:]+):(.*)", re.IGNORECASE)
_SECRET = re.compile(r"password|passphrase|secret|community|\bkey$", re.IGNORECASE)


class Value(NamedTuple):
    """A configured value, the line it stands on (from 1), and the line's text."""

    text: str
    line: int
    source: str


@dataclass(frozen=True)
class Configuration:
    """A node's configuration: values by key, without `xConfiguration`, as Cisco writes it."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", {_fold(key): key for key in self.values})

    def get(self, key: str) -> Value | None:
        """The value of a key, whatever its case and its blanks; None where absent or empty."""
        folded: dict[str, str] = self._folded  # type: ignore[attr-defined]
        found = self.values.get(folded.get(_fold(key), key))
        return found if found is not None and found.text else None

    def text(self, key: str) -> str | None:
        """The text of a key's value, or None."""
        found = self.get(key)
        return found.text if found else None

    def indexes(self, prefix: str) -> list[int]:
        """The numbers that follow a prefix: `Zones Zone` gives the zones' indexes, ascending."""
        pattern = re.compile(re.escape(prefix) + r" (\d+)\b", re.IGNORECASE)
        return sorted({int(m[1]) for key in self.values if (m := pattern.match(key))})


def _fold(key: str) -> str:
    """A key for comparison: the XML dump has elements of two words, which hold no blank."""
    return key.replace(" ", "").lower()


def configured(key: str, value: str, line: int, source: str) -> Value:
    """The value of a key as it may be shown: secrets are hidden, in the line's text too."""
    if value and (_SECRET.search(key) or "{cipher}" in value):
        source, value = source.replace(value, "(hidden)"), "(hidden)"
    return Value(value.strip(), line, source)


def parse(text: str) -> Configuration:
    """Read a text dump; lines that are not values are passed over."""
    return Configuration(dict(_entries(text)))


def _entries(text: str) -> Iterator[tuple[str, Value]]:
    for number, line in enumerate(text.splitlines(), 1):
        if "xConfiguration" not in line and "xconfiguration" not in line:
            continue
        # Splitting takes its time, and next to no line needs it.
        pieces = _GLUED.split(line) if line.find(_BEGIN, 1) > 0 else (line,)
        for piece in map(str.strip, pieces):
            match = _ENTRY.match(piece)
            if match is None:
                continue
            key = " ".join(match[1].split())
            value = match[2].strip()
            if len(value) > 1 and value[0] == '"' == value[-1]:
                value = value[1:-1]
            yield key, configured(key, value, number, piece)

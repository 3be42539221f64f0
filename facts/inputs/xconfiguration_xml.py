"""The XML dump of a node's configuration (`xconf_dump_….xml`), read as its text dump is.

Its schema is not published. Where its elements nest as the words of xConfiguration do, and numbered
ones carry their number in `item` or `index`, as in Cisco's other XML of endpoints and Expressway,
each value has a key that the text dump has too, and is read under it. What is built in another way
is left out and listed: a guessed number would be another zone's.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from .xconfiguration import Configuration, Value, configured

MOST_LISTED = 5
"""Elements that a problem names before it says how many more there are."""
_DEEPEST = 40
_LONGEST = 4_000
_NUMBERED = re.compile(
    r"(?:.* )?(?:Zones Zone|Peer|SIP Domain|(?:NTP|DNS) Server|Remote Syslog|Ethernet)",
    re.IGNORECASE,
)
"""Keys whose next word is a number in the text dump."""
_NAMES = ("SystemUnit Name", "IP DNS Hostname")


class XmlError(ValueError):
    """The file is no XML of a configuration; the text says why."""


@dataclass
class _Element:
    """An open element. `words` are those of its key so far, None where it has none."""

    tag: str
    words: tuple[str, ...] | None
    line: int
    text: str = ""
    leaf: bool = True
    children: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class XmlConfiguration:
    """What was read, and the elements that were not because they could not be told apart."""

    configuration: Configuration
    left_out: tuple[str, ...]


def parse(data: bytes) -> XmlConfiguration:
    """Read an XML dump.

    Raises XmlError if it is not well-formed, declares a document type, or does not have the node's
    name and its zones where xConfiguration has them.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(f"is not well-formed XML ({error})") from error
    configuration = Configuration(reader.values)
    named = any(configuration.get(key) for key in _NAMES)
    if not named or not any(key.startswith("Zones ") for key in configuration.values):
        raise XmlError("does not show the node's name and zones where xConfiguration has them")
    return XmlConfiguration(configuration, _listed(reader.left_out))


class _Reader:
    """Collects the leaves of a document, each under the words on the way to it."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.left_out: Counter[str] = Counter()
        self._open: list[_Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise XmlError("declares a document type, which no such file does")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise XmlError(f"nests deeper than {_DEEPEST} elements")
        words: tuple[str, ...] | None = ()
        if self._open:  # the root says no more than that it is the configuration
            parent = self._open[-1]
            parent.leaf = False
            words = self._words(parent, tag, attributes)
        self._open.append(_Element(tag, words, self.parser.CurrentLineNumber))

    def _words(
        self, parent: _Element, tag: str, attributes: dict[str, str]
    ) -> tuple[str, ...] | None:
        if parent.words is None:
            return None
        words = (*parent.words, tag)
        number = attributes.get("item", attributes.get("index", ""))
        numbered = _NUMBERED.fullmatch(" ".join(words)) is not None
        known = number.isdecimal() if numbered else number in ("", "1")
        if not known or (tag, number) in parent.children:
            self.left_out[" ".join(words)] += 1
            return None
        parent.children.add((tag, number))
        return (*words, number) if numbered else words

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) < _LONGEST:
            element.text += text

    def _end(self, _: str) -> None:
        element = self._open.pop()
        text = element.text.strip()
        if element.words and text and element.leaf:
            key = " ".join(element.words)
            text = text[:_LONGEST]
            self.values.setdefault(key, configured(key, text, element.line, f"{key}: {text}"))


def _listed(left_out: Counter[str]) -> tuple[str, ...]:
    """The elements without a number of their own, the first few by name."""
    named = [f"{path} ({count})" for path, count in sorted(left_out.items())]
    more = len(named) - MOST_LISTED
    return (*named[:MOST_LISTED], f"{more} more") if more > 0 else tuple(named)

"""YAML with the place of every key and value.

Read event by event, so that depth and size are bounded before anything is built. Scalars are
those of the YAML 1.2 core schema (`no` and `on` are text); anchors, aliases, tags and duplicate
keys are refused, since each makes a rule mean something else than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from ..problems import Problem
from .yaml_cures import Cure, cure, unreadable

Location = tuple[str | int, ...]
"""Keys and list positions that lead from the top of a file to a value."""

MAX_BYTES = 1 << 20
EMPTY = "`certclinic rules new AREA/NAME` writes a rule to start from"
MAX_DEPTH = 40
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CONTROL = re.compile("[^\t\n -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?([0-9]*\.[0-9]+|[0-9]+\.|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")


class Span(NamedTuple):
    """Where a key or value stands; lines and columns from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def width(self) -> int:
        return max(1, self.end_column - self.column) if self.line == self.end_line else 1


@dataclass
class Document:
    """One YAML file: its data, and the spans of its keys and values.

    `places` has the four numbers of each span, in the order of the file: that of a value, then
    those of what it holds, where a key comes before its value.
    """

    file: str
    lines: list[str]
    data: Any = None
    places: list[int] = field(default_factory=list)
    _sizes: dict[int, int] = field(default_factory=dict, compare=False, repr=False)

    def nearest(self, location: Location) -> Location:
        """The location without the parts that the file doesn't have.

        Validation puts words of its own between them, such as the branch of a union.
        """
        data: Any = self.data
        known: list[str | int] = []
        for part in location:
            inside = (
                part in data
                if isinstance(data, dict)
                else isinstance(data, list) and isinstance(part, int) and part < len(data)
            )
            if inside:
                known.append(part)
                data = data[part]
        return tuple(known)

    def has(self, location: Location) -> bool:
        """Whether the file has a value there."""
        return self.nearest(location) == location

    def line(self, location: Location) -> int:
        """The line of a key, or of the value where it has none."""
        return self.span(location, at_key=True).line

    def span(self, location: Location, *, at_key: bool = False) -> Span:
        """The span of the nearest value around a location, or of its key where it has one."""
        known = self.nearest(location)
        keyed = bool(known) and isinstance(known[-1], str)
        first = 4 * (self._position(known) - (at_key and keyed))
        return Span(*self.places[first : first + 4])

    def _position(self, location: Location) -> int:
        """Which of the spans is that of the value at a location."""
        data: Any = self.data
        position = 0
        for part in location:
            if isinstance(data, dict):
                position += 2  # past the mapping's own span and the key's
                for key, value in data.items():
                    if key == part:
                        break
                    position += 1 + self._size(value)
            else:
                position += 1 + sum(map(self._size, data[:part]))
            data = data[part]
        return position

    def _size(self, data: Any) -> int:
        """How many spans a value has, with all that it holds."""
        if not isinstance(data, dict | list):
            return 1
        size = self._sizes.get(id(data))
        if size is None:
            inner = data.values() if isinstance(data, dict) else data
            size = 1 + sum(map(self._size, inner)) + (len(data) if isinstance(data, dict) else 0)
            self._sizes[id(data)] = size
        return size

    def problem_at(self, span: Span, message: str, hint: str = "") -> Problem:
        """A problem at a span."""
        context = tuple(self.lines[max(0, span.line - 2) : span.line + 1])
        return Problem(
            self.file, span.line, span.column, message, hint, span.width, context=context
        )

    def problem(
        self, location: Location, message: str, hint: str = "", *, at_key: bool = False
    ) -> Problem:
        """A problem at a value, or at its key."""
        return self.problem_at(self.span(location, at_key=at_key), message, hint)

    def problem_within(
        self, location: Location, snippet: str, message: str, hint: str = ""
    ) -> Problem:
        """A problem at a piece of a text value; at the value where the piece is folded."""
        span = self.span(location)
        for number in range(span.line, min(span.end_line, len(self.lines)) + 1):
            column = self.lines[number - 1].find(
                snippet, span.column - 1 if number == span.line else 0
            )
            if column >= 0:
                span = Span(number, column + 1, number, column + 1 + len(snippet))
                break
        return self.problem_at(span, message, hint)


class _RefusedError(Exception):
    """Reading stops here."""

    def __init__(self, span: Span, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.span, self.message, self.hint = span, message, hint


def _place(event: Any) -> tuple[int, int, int, int]:
    start, end = event.start_mark, event.end_mark
    return start.line + 1, start.column + 1, end.line + 1, end.column + 1


def _span(event: Any) -> Span:
    return Span(*_place(event))


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style:  # quoted or block: text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


class _Builder:
    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document = document
        self.places = document.places
        self.events = events
        self.problems: list[Problem] = []

    def build(self, event: Any, depth: int = 0, *, item: bool = False) -> Any:
        """The value that begins with an event; `item` where it stands in a list."""
        self.places += _place(event)
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor:
            message = "anchors and aliases are not allowed"
            raise _RefusedError(_span(event), message, "write the value out")
        if event.tag:
            message = f"tags such as {event.tag} are not allowed"
            raise _RefusedError(_span(event), message, "remove it")
        if depth > MAX_DEPTH:
            raise _RefusedError(_span(event), TOO_DEEP)
        if kind is yaml.MappingStartEvent:
            return self._mapping(depth + 1, item=item)
        if kind is yaml.SequenceStartEvent:
            return self._sequence(depth + 1)
        return _scalar(event)

    def _sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            items.append(self.build(event, depth, item=True))
        return items

    def _mapping(self, depth: int, *, item: bool) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, int] = {}
        repeated = False
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                hint = "put a text that begins with '{' or '[' in quotes"
                raise _RefusedError(_span(event), "a key must be a single word", hint)
            key: str = event.value
            if key == "<<":
                raise _RefusedError(
                    _span(event), "merge keys are not allowed", "write the fields out"
                )
            if key in data:
                if not repeated:  # a dash that is forgotten repeats every key of its item
                    self.problems.append(self._duplicate(event, first[key], item=item))
                repeated = True
                known = len(self.places)
                self.build(next(self.events), depth)
                del self.places[known:]
                continue
            place = _place(event)
            first[key] = place[0]
            self.places += place
            data[key] = self.build(next(self.events), depth)
        return data

    def _duplicate(self, event: Any, first: int, *, item: bool) -> Problem:
        hint = f"first given on line {first}"
        if item:
            hint += "; a new item of a list begins with '- '"
        return self.document.problem_at(_span(event), f"duplicate key '{event.value}'", hint)


def _decode(file: str, raw: bytes) -> Document | Problem:
    if len(raw) > MAX_BYTES:
        return Problem(file, 1, 1, f"larger than {MAX_BYTES} bytes", "one rule per file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        before = raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8-sig")) + 1
        return Problem(file, line, column, "not UTF-8 text", "save the file as UTF-8")
    document = Document(file, text.splitlines())
    for line, content in enumerate(document.lines, 1):
        if found := _CONTROL.search(content):
            column = found.start() + 1
            span = Span(line, column, line, column + 1)
            message = f"the control character U+{ord(found[0]):04X} is not allowed"
            return document.problem_at(span, message, "remove it")
    odd = unreadable(document.lines)
    return document if odd is None else _problem(document, odd)


def parse_yaml(file: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """Read one YAML document of at most 1 MiB. None as document where reading had to stop."""
    document = _decode(file, raw)
    if isinstance(document, Problem):
        return None, [document]
    parser = _Parser("\n".join(document.lines) + "\n")
    builder = _Builder(document, iter(parser.get_event, None))
    try:
        next(builder.events)  # start of the stream
        event = next(builder.events)
        if isinstance(event, yaml.StreamEndEvent):
            return None, [Problem(file, 1, 1, "the file is empty", EMPTY)]
        document.data = builder.build(next(builder.events))
        next(builder.events)  # end of the document
        if not isinstance(event := next(builder.events), yaml.StreamEndEvent):
            raise _RefusedError(_span(event), "more than one document", "one rule per file")
    except _RefusedError as stop:
        return None, [*builder.problems, document.problem_at(stop.span, stop.message, stop.hint)]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.problems, _syntax_problem(document, error)]
    finally:
        parser.dispose()
    return document, builder.problems


def _syntax_problem(document: Document, error: yaml.MarkedYAMLError) -> Problem:
    if "nesting depth" in (error.problem or ""):
        # Newer parsers stop by themselves, before the events tell how deep it is.
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return document.problem_at(Span(line, column, line, column + 1), TOO_DEEP)
    return _problem(document, cure(document.lines, error))


def _problem(document: Document, found: Cure) -> Problem:
    line, column = found.line, found.column
    if line > len(document.lines) > 0:  # what is missing at the end of the file
        line, column = len(document.lines), len(document.lines[-1]) + 1
    span = Span(line, column, line, column + 1)
    return document.problem_at(span, found.message, found.hint)

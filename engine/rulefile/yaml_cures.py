"""What a YAML parser could not read, as a person would say it: where, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Cure:
    """The place of a mistake (line and column from 1), what it is, and the way out."""

    line: int
    column: int
    message: str
    hint: str


_CONFLICT = re.compile(r"(<{7}|={7}|>{7})( |$)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ODD_BLANK = re.compile("(?:^[ -]*|[:,] *)([\u00a0\u3000])")
_SUSPECT = re.compile(rf"^{_CONFLICT.pattern}|[\u00a0\u3000]|{_INVISIBLE.pattern}", re.MULTILINE)
_WIDE = {"：": ":", "，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]", "－": "-"}
_WIDE_KEY = re.compile(r"^\s*(?:- )?[{]?\s*[\w-]+(：)")
_NARROW_KEY = re.compile(r"^\s*(?:- )?[\w-]+(:)[^\s/]")
_KEY = re.compile(r"^\s*(?:- )*[\w-]+:(?: |$)")


def unreadable(lines: Sequence[str]) -> Cure | None:
    """The first line that can't be meant, whatever the parser makes of it."""
    if not _SUSPECT.search("\n".join(lines)):
        return None
    for number, line in enumerate(lines, 1):
        if _CONFLICT.match(line):
            message = "a merge conflict is not resolved"
            return Cure(number, 1, message, "keep one side and remove the merge marks")
        if found := _INVISIBLE.search(line):
            message = f"the invisible character U+{ord(found[0]):04X} is not allowed"
            return Cure(number, found.start() + 1, message, "remove it")
        if found := _ODD_BLANK.search(line):
            message = f"the blank U+{ord(found[1]):04X} means nothing to YAML"
            return Cure(number, found.start(1) + 1, message, "type an ordinary blank")
    return None


def cure(lines: Sequence[str], error: yaml.MarkedYAMLError) -> Cure:
    """What to do about a syntax error."""
    at = error.problem_mark or error.context_mark
    place = (at.line, at.column) if at else (0, 0)
    opened = error.context_mark
    began = (opened.line, opened.column) if opened else place
    problem = error.problem or "it ends here"
    hint = "look at quotes, colons and the indentation of this line and the one before"
    unknown: _Found = (*place, problem, hint)
    readings = _readings(lines, problem, place, began, error.context or "")
    row, column, message, hint = next(readings, unknown)
    return Cure(row + 1, column + 1, f"not valid YAML: {message}", hint)


_Found = tuple[int, int, str, str]


def _readings(
    lines: Sequence[str],
    problem: str,
    at: tuple[int, int],
    opened: tuple[int, int],
    context: str,
) -> Iterator[_Found]:
    """Ways to read the error, the surest first; lines and columns from 0."""
    line, column = at
    here = lines[line] if line < len(lines) else ""
    start = lines[opened[0]] if opened[0] < len(lines) else ""
    if "\t" in here[: column + 1] and not here[:column].strip():
        yield line, here.index("\t"), "a tab", "indent with spaces, not tabs"
    for row in dict.fromkeys((opened[0], line, line - 1)):
        if 0 <= row < len(lines):
            yield from _around(row, lines[row])
    if "quoted scalar" in context:
        yield *opened, "this quote is not closed", "add the closing quote"
    if "cannot start any token" in problem:
        character = here[column : column + 1]
        yield line, column, f"text can't begin with '{character}'", "put the text in quotes"
    if "block scalar" in context and (sign := re.search(r": ([<>]=?) ?(\S+)", here)):
        word = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}[sign[1]]
        yield line, sign.start(1), f"'{sign[1]}' is no operator", f"write {{{word}: {sign[2]}}}"
    if "expected ','" in problem:
        yield from _bracket(start, opened, at)
    if "mapping values are not allowed" in problem:
        yield from _second_colon(lines, line, column)
    if "expected key" in problem or "block end" in problem or "expected <" in problem:
        yield from _unexpected(lines, at, opened)


def _around(row: int, text: str) -> Iterator[_Found]:
    """What a line shows by itself."""
    outside = re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: " " * len(m[0]), text)
    if wide := _WIDE_KEY.match(outside):
        yield row, wide.start(1), "a full-width colon", "type ': ' instead of the full-width colon"
    if "{" in outside or "[" in outside:
        for column, character in enumerate(outside):
            if narrow := _WIDE.get(character):
                hint = f"type '{narrow}' instead of the full-width character"
                yield row, column, f"'{character}' means nothing to YAML", hint
    if tight := _NARROW_KEY.match(outside):
        yield row, tight.start(1), "a key and its value run together", "put a blank after the colon"
    if dash := re.match(r"^\s*(-)[^\s-]", outside):
        yield row, dash.start(1), "a dash and its text run together", "put a blank after the dash"


def _bracket(start: str, opened: tuple[int, int], at: tuple[int, int]) -> Iterator[_Found]:
    bracket = start[opened[1] : opened[1] + 1]
    closing = {"{": "}", "[": "]"}.get(bracket, "")
    if start.find(closing, opened[1]) < 0:
        hint = f"add the closing {closing}"
        yield *opened, f"the {bracket} that opens here is not closed", hint
    elif start[opened[1] :].startswith("{{") or start[opened[1] - 1 : opened[1] + 1] == "{{":
        yield opened[0], start.index("{{"), "a text with {{ }}", "put the text in quotes"
    yield *at, "something is missing here", "put a comma between values, and odd text in quotes"


def _second_colon(lines: Sequence[str], line: int, column: int) -> Iterator[_Found]:
    here = lines[line]
    before = next((text for text in reversed(lines[:line]) if text.strip()), "")
    indent, above = _indent(here), _indent(before)
    if _KEY.match(here) and ":" not in here[indent:column] and indent > above:
        hint = "start it in the same column as the line above; or put a text in quotes"
        yield line, indent, "this key is indented too far", hint
    yield line, column, "': ' within a text", "put text that holds ': ' in quotes"


def _unexpected(
    lines: Sequence[str], at: tuple[int, int], opened: tuple[int, int]
) -> Iterator[_Found]:
    """A token where a key should be: a quote that ended too early or too late, or an indent."""
    line, column = at
    here = lines[line] if line < len(lines) else ""
    closing = here[:column].rstrip()
    for row in range(line - 1, max(opened[0], line - 30) - 1, -1):
        quote = _unclosed(lines[row])
        if quote is not None:
            hint = "add the closing quote"
            yield row, quote, "the quote that opens here is not closed", hint
    if closing.endswith(('"', "'")):
        hint = "put the whole text in single quotes, or write the inner quotes as “ ”"
        yield line, len(closing) - 1, "the text ends at this quote", hint
    indent = _indent(here)
    if column == indent:
        hint = "start it in the same column as its neighbours"
        yield line, column, f"indented by {indent} columns, unlike its neighbours", hint


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _unclosed(text: str) -> int | None:
    """Where a quote opens a value that does not end on its line."""
    opening = re.search(r"(?:: |- |\[|, )([\"'])", text)
    if opening is None:
        return None
    rest = text[opening.end() :]
    return opening.start(1) if opening[1] not in rest else None

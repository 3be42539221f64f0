"""The few things that texts in rule files may say besides words.

`{{ alias.field }}` is the value in the first match of a finding, `{{ each.alias.field }}` all
distinct values over its matches; filters: `list`, `date`, `datetime`, `short`. A pair such as
`{{ each.alias.field | refuses/refuse }}` is the first word for one value and the second for more.
There are no expressions, so a template can't do anything but name observations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from ..facts import Value

MISSING = "—"
SHORT = 80
MAX_PLACEHOLDERS = 50
"""In one text; each may stand for a long list."""
FILTERS = ("list", "date", "datetime", "short")

_MARK = re.compile(r"\{\{(.*?)\}\}|(\{\{|\{%|\{#|\}\}|%\}|#\})", re.DOTALL)
_INSIDE = re.compile(
    r"\s*(?P<each>each\.)?(?P<alias>[a-z][a-z0-9_]*)\.(?P<field>[a-z][a-z0-9_]*)"
    r"\s*(?:\|\s*(?P<one>[a-z]+)/(?P<more>[a-z]+)\s*|(?P<filters>(\|\s*[a-z]+\s*)*))"
)
_FLAGS = {
    "en": ("no", "yes"),
    "zh-Hant": ("否", "是"),
    "zh-Hans": ("否", "是"),
    "ja": ("いいえ", "はい"),
}


class TemplateError(ValueError):
    """A piece of a template that is not allowed; `snippet` is that piece as written."""

    def __init__(self, message: str, snippet: str, hint: str = "") -> None:
        super().__init__(message)
        self.snippet = snippet
        self.hint = hint


@dataclass(frozen=True)
class Placeholder:
    """A place that an observed value fills."""

    alias: str
    field: str
    each: bool
    filters: tuple[str, ...]
    snippet: str
    words: tuple[str, str] | None = None
    """The word for one value, and that for several, instead of the values themselves."""


@dataclass(frozen=True)
class Template:
    """Words and placeholders in order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """The places that values fill."""
        return tuple(part for part in self.parts if isinstance(part, Placeholder))


Lookup = Callable[[str, str], Sequence[tuple[str, Value]]]
"""Kind and value of alias.field in every match that has it, the first match first."""


def parse_template(text: str) -> Template:
    """Read a template. Raises TemplateError."""
    parts: list[str | Placeholder] = []
    end = 0
    for mark in _MARK.finditer(text):
        if len(parts) >= 2 * MAX_PLACEHOLDERS:
            raise TemplateError(f"more than {MAX_PLACEHOLDERS} placeholders in a text", mark[0])
        parts.append(text[end : mark.start()])
        parts.append(_placeholder(mark))
        end = mark.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))


def _placeholder(mark: re.Match[str]) -> Placeholder:
    snippet = mark[0]
    if mark[2] is not None:
        raise TemplateError(
            f"'{snippet}' is not allowed in a text", snippet, "only {{ alias.field }}"
        )
    inside = _INSIDE.fullmatch(mark[1])
    if inside is None:
        hint = "write {{ alias.field }} or {{ each.alias.field | list }}"
        raise TemplateError(f"'{snippet}' is not a placeholder", snippet, hint)
    filters = tuple(name.strip() for name in (inside["filters"] or "").split("|")[1:])
    for name in filters:
        if name not in FILTERS:
            hint = "one of: " + ", ".join(FILTERS)
            raise TemplateError(f"there is no filter '{name}'", snippet, hint)
    words = (inside["one"], inside["more"]) if inside["one"] else None
    each = inside["each"] is not None
    if words and not each:
        hint = "write {{ each.alias.field | is/are }}"
        raise TemplateError("a word for one or several needs 'each.'", snippet, hint)
    return Placeholder(inside["alias"], inside["field"], each, filters, snippet, words)


def render(template: Template, lookup: Lookup, language: str) -> str:
    """The text in a language; a value that is missing shows as a dash."""
    return "".join(
        part if isinstance(part, str) else _fill(part, lookup, language) for part in template.parts
    )


def _fill(place: Placeholder, lookup: Lookup, language: str) -> str:
    found = lookup(place.alias, place.field)
    if not found:
        return MISSING
    words: list[str] = []
    for kind, value in sorted(set(found)) if place.each else found[:1]:
        items = value if isinstance(value, tuple) else (value,)
        words += [_word(kind, item, place.filters, language) for item in items]
    words = list(dict.fromkeys(words))
    if place.words:
        return place.words[len(words) > 1]
    return format_list(words, style="standard", locale=_locale(language)) if words else MISSING


def _word(kind: str, value: str | int | bool, filters: Sequence[str], language: str) -> str:
    if isinstance(value, bool):
        return _FLAGS[language][value]
    if isinstance(value, int) and (kind == "time" or {"date", "datetime"} & set(filters)):
        try:
            moment = datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return str(value)
        day = format_date(moment, "long", locale=_locale(language))
        return day if "date" in filters else f"{day} {moment:%H:%M:%S} UTC"
    text = str(value)
    if "short" in filters and len(text) > SHORT:
        return text[: SHORT - 1] + "…"
    return text


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")

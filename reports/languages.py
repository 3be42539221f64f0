"""The report's own words in the reader's language.

Catalogues are read from their .po files when they are needed, so there is no compiled copy to keep
in step. Sentences are translated whole; dates and lists come from Babel (Unicode CLDR).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh-Hant", "zh-Hans", "ja")
"""BCP 47 tags of the languages that a report can be written in; English is in the sources."""


class UnknownLanguageError(ValueError):
    """A report was asked for in a language that has no catalogue."""


@dataclass(frozen=True)
class Language:
    """What a renderer needs to speak one language."""

    tag: str
    locale: Locale
    translations: NullTranslations

    def gettext(self, message: str) -> str:
        return self.translations.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.translations.ngettext(singular, plural, count)

    def date(self, moment: datetime) -> str:
        """The day in UTC, such as "Nov 24, 2026"."""
        return format_date(moment.astimezone(UTC), "medium", locale=self.locale)

    def time(self, moment: datetime) -> str:
        """Day, hour and minute in UTC, such as "November 24, 2026 11:05 UTC"."""
        moment = moment.astimezone(UTC)
        return f"{format_date(moment, 'long', locale=self.locale)} {moment:%H:%M} UTC"

    def name_of(self, tag: str) -> str:
        """What a language is called in this one, such as "English"."""
        return str(self.locale.languages[tag.replace("-", "_")])

    def list(self, items: Sequence[str]) -> str:
        """The items as a phrase, such as "core1 and edge1"."""
        return format_list(items, "standard", locale=self.locale)

    def labelled(self, label: str, value: str) -> str:
        """A value behind what it is, such as "validity: not known"."""
        return self.gettext("%(label)s: %(value)s") % {"label": label, "value": value}

    def aside(self, note: str | None) -> str:
        """A remark to stand behind a sentence, such as " (nothing else is known)"; "" for none."""
        return self.gettext(" (%(note)s)") % {"note": note} if note else ""

    def sentences(self, items: Iterable[str]) -> str:
        """Sentences in a row; none but full-width stops stand without a blank between."""
        return ("" if self.locale.language in ("ja", "zh") else " ").join(items)

    def either(self, items: Iterable[str]) -> str:
        """The items as alternatives, such as "core1 or edge1"."""
        return format_list(list(items), "or", locale=self.locale)


@lru_cache
def language(tag: str) -> Language:
    """The language with this BCP 47 tag. Raises `UnknownLanguageError` unless it is known."""
    if tag not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UnknownLanguageError(f"no report in language {tag!r}; choose one of: {known}")
    locale = Locale.parse(tag, sep="-")
    if tag == "en":
        return Language(tag, locale, NullTranslations())
    source = files(__package__).joinpath("locale", str(locale), "LC_MESSAGES", "messages.po")
    compiled = io.BytesIO()
    with source.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=locale))
    compiled.seek(0)
    return Language(tag, locale, GNUTranslations(compiled))

"""The report's own words are complete in every language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import get_args

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from certclinic.reports import document
from certclinic.reports.languages import LANGUAGES, UnknownLanguageError, language
from certclinic.reports.words import words

SOURCES = [("**/templates/*.j2", "jinja2"), ("**.py", "python")]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")


def catalogue(tag: str) -> dict[object, Message]:
    name = tag.replace("-", "_")
    path = files("certclinic.reports").joinpath("locale", name, "LC_MESSAGES", "messages.po")
    with path.open("rb") as stream:
        return {message.id: message for message in read_po(stream) if message.id}


def used() -> set[object]:
    folder = str(files("certclinic.reports").joinpath("."))
    return {message for _, _, message, _, _ in extract_from_dir(folder, SOURCES)}


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_catalogue_holds_what_the_sources_use_and_nothing_else(tag: str) -> None:
    """A sentence without translation, and a translation without sentence, are faults."""
    assert used() == set(catalogue(tag))


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_translations_are_finished(tag: str) -> None:
    """No entry is empty or fuzzy, and each keeps its placeholders."""
    for identity, message in catalogue(tag).items():
        assert not message.fuzzy, identity
        wanted = str(identity[-1] if isinstance(identity, tuple) else identity)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert string, identity
            assert sorted(PLACEHOLDER.findall(wanted)) == sorted(PLACEHOLDER.findall(str(string)))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_fixed_value_of_the_document_has_a_word(tag: str) -> None:
    """Severity, confidence, proof and the like are never printed as codes."""
    vocabulary = words(language(tag))
    fields = {
        "severity": document.Found.model_fields["severity"],
        "confidence": document.Found.model_fields["confidence"],
        "proof": document.Fix.model_fields["proof"],
        "role": document.NodeSummary.model_fields["role"],
        "kind": document.ChainLink.model_fields["kind"],
        "certificate": document.ChainLink.model_fields["state"],
        "coverage": document.CoverageRow.model_fields["state"],
    }
    for kind, field in fields.items():
        assert set(get_args(field.annotation)) == set(vocabulary[kind])
    assert set(get_args(document.State)) == set(vocabulary["state"])


def test_dates_and_lists_follow_the_language() -> None:
    """Dates and enumerations are written as CLDR has them; times are in UTC."""
    moment = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
    assert language("en").time(moment) == "November 24, 2026 11:05 UTC"
    assert language("zh-Hant").time(moment) == "2026年11月24日 11:05 UTC"
    assert language("zh-Hans").time(moment) == "2026年11月24日 11:05 UTC"
    assert language("ja").time(moment) == "2026年11月24日 11:05 UTC"
    assert language("ja").date(moment) == "2026/11/24"
    assert language("en").list(["core1", "edge1"]) == "core1 and edge1"
    assert language("zh-Hant").list(["core1", "core2", "edge1"]) == "core1、core2和edge1"
    assert language("zh-Hans").list(["core1", "core2", "edge1"]) == "core1、core2和edge1"
    assert language("ja").list(["core1", "core2", "edge1"]) == "core1、core2、edge1"


def test_languages_are_named_in_the_readers_own() -> None:
    """As CLDR names them."""
    assert language("zh-Hans").name_of("zh-Hant") == "繁体中文"
    assert language("ja").name_of("en") == "英語"


def test_counts_have_their_plural() -> None:
    """English tells one from several."""
    speech = language("en")
    assert speech.ngettext("%(num)d day left", "%(num)d days left", 1) == "%(num)d day left"


def test_unknown_language_is_refused_with_the_choice() -> None:
    """The message names the languages there are."""
    with pytest.raises(UnknownLanguageError, match="'xx'; choose one of: en, zh-Hant, zh-Hans, ja"):
        language("xx")

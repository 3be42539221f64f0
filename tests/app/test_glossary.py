"""Reports and rules call the same thing by the same word, the one of the glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

from certclinic.reports.languages import LANGUAGES

RULES = files("certclinic.rules")
GLOSSARY: list[dict[str, Any]] = yaml.safe_load(
    RULES.joinpath("data", "glossary.yaml").read_text("utf-8")
)
OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def catalogue(tag: str) -> dict[str, str]:
    """The report's own words: English, or the plural of it, and the translation."""
    folder = files("certclinic.reports").joinpath("locale", tag.replace("-", "_"), "LC_MESSAGES")
    with folder.joinpath("messages.po").open("rb") as stream:
        entries = [message for message in read_po(stream) if message.id]
    return {first_and_last(one.id)[-1]: first_and_last(one.string)[0] for one in entries}


def first_and_last(text: str | Sequence[str] | None) -> tuple[str, str]:
    """Of a sentence with forms for counts the first and the last form; else the sentence twice."""
    forms = (text,) if isinstance(text, str) else tuple(text or ("",))
    return forms[0], forms[-1]


def texts(value: Any, tag: str) -> Iterator[str]:
    """Every text in a language, anywhere in a YAML document."""
    match value:
        case dict():
            for key, item in value.items():
                yield from leaves(item) if key == tag else texts(item, tag)
        case list():
            for item in value:
                yield from texts(item, tag)


def leaves(value: Any) -> Iterator[str]:
    """The texts in a text, a list of texts, or a mapping to texts."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from leaves(item)
        case dict():
            for item in value.values():
                yield from leaves(item)


def written() -> Iterator[tuple[str, str]]:
    """Where a Traditional Chinese text stands, and the text."""
    yield from catalogue("zh-Hant").items()
    for folder in RULES.iterdir():
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.name.endswith(".yaml") and file.name != "glossary.yaml":
                document = yaml.safe_load(file.read_text("utf-8"))
                for text in texts(document, "zh-Hant"):
                    yield f"{folder.name}/{file.name}", text


def test_words_that_the_glossary_rules_out_are_not_used() -> None:
    """A reader who meets 叢集 here and 集群 there takes them for two things."""
    ruled_out = {word: row["zh-Hant"] for row in GLOSSARY for word in row.get("not", ())}
    found = [
        f"{where}: {word} in place of {term}"
        for where, text in written()
        for word, term in ruled_out.items()
        if word in text
    ]
    assert not found


@pytest.mark.parametrize("tag", OTHERS)
def test_catalogue_has_the_words_of_the_glossary(tag: str) -> None:
    """Where a message is a term, its translation is the glossary's."""
    terms = {row["en"]: row[tag] for row in GLOSSARY}
    differing = {
        message: (translation, terms[message])
        for message, translation in catalogue(tag).items()
        if message in terms and translation != terms[message]
    }
    assert not differing


def test_every_term_is_in_every_language() -> None:
    """Each row has a term for each language of reports, and says how far it can be relied on."""
    for row in GLOSSARY:
        assert set(LANGUAGES) <= row.keys(), row
        assert row.keys() <= {*LANGUAGES, "not", "note", "reliance"}, row
        assert row.get("reliance") in (None, "M", "L"), row

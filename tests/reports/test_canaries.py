"""No secret of any kind gets out, wherever in a document it stands and whatever is made of it."""

from __future__ import annotations

import pytest

from ..app.canaries import IN_CONFIGURATION, IN_FILES, IN_LOG, PLANTED
from .outputs import OUTPUTS, calendar_texts, pdf_is_made, pdf_text, word_texts

SECRETS = {
    **IN_LOG,
    **{
        kind: f'*c xConfiguration {key}: "{value}"'
        for kind, (key, value) in IN_CONFIGURATION.items()
    },
    **IN_FILES,
}
ALL = "\n".join(SECRETS.values())
"""Every secret, one after the other; the key that is cut off comes last."""


def escaped(text: str) -> str:
    """As a log writes what it quotes: `Detail="…"`."""
    return 'core1 app: Detail="{}" Level="INFO"'.format(text.replace('"', '\\"'))


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("kind", SECRETS)
def test_no_canary_is_in_any_text(kind: str, output: str) -> None:
    """In every field, as it stands and in a log's quotes; and what is not secret is still there."""
    for text in (f"shown before {SECRETS[kind]}", escaped(SECRETS[kind])):
        written = OUTPUTS[output](text)
        assert "masked" in written
        assert not [word for word in PLANTED if word in written]


def test_no_canary_is_in_the_calendar_once_its_lines_are_unfolded() -> None:
    """RFC 5545 breaks lines after 75 octets, which would hide a word from a search."""
    read = "".join(calendar_texts(ALL))
    assert "masked" in read
    assert not [word for word in PLANTED if word in read]


def test_no_canary_is_in_the_word_file() -> None:
    """Neither in the text nor in any other part of the archive, such as its properties."""
    parts, told = word_texts(ALL)
    assert "masked" in "".join(told)
    assert not [word for word in PLANTED if word in parts]


@pytest.mark.skipif(not pdf_is_made(), reason="WeasyPrint or its fonts are not installed")
def test_no_canary_is_in_the_pdf() -> None:
    """Neither on its pages nor in bookmarks or title."""
    read = pdf_text(list(SECRETS.values()))
    assert "masked" in read
    assert not [word for word in PLANTED if word in read]

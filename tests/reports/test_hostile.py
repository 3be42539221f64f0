"""Texts that strangers made up are shown as what they are, in every output, and do nothing."""

from __future__ import annotations

import json
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt

from certclinic.reports.escape import HIDDEN, visible

from .outputs import OUTPUTS, calendar_texts, pdf_is_made, pdf_text, word_texts
from .test_html_format import Page

HOSTILE = {
    "html": "</style><script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% for x in y %}{# c #}${7*7}#{7*7}<%= 7*7 %>",
    "controls": "a\x00b\x07c\x08d\x0ce\x7ff\x9bg",
    "bidirectional": "edge\u202egpj.exe\u2066x\u2069\u200fy",
    "terminal": "\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\click",
    "formula": "=cmd|'/c calc'!A1",
    "calendar": "CN=a\r\nEND:VEVENT\r\nBEGIN:VALARM;x,y:z",
    "markdown": "](javascript:alert(1)) ![x](https://evil.example/p.png) `x` <b>b</b> | # *a*",
    "xml": "]]><!-- --><?php ?>&amp;&#x3c;<!ENTITY x SYSTEM 'file:///x'>",
    "long": "CN=" + "x" * 10_000,
}


def read(output: str, written: str) -> str:
    """What a reader of that format reads; fails where the text has become more than text."""
    match output:
        case "json" | "sarif":
            return " ".join(_strings(json.loads(written)))
        case "junit":
            root = ET.fromstring(written)  # noqa: S314  (it is our own)
            return " ".join(
                t for one in root.iter() for t in (*one.attrib.values(), one.text or "")
            )
        case "html" | "comparison.html":
            return " ".join(Page(written).text)
        case "md" | "kit":
            return " ".join(_shown(written))
        case "calendar":
            return written.replace("\r\n ", "")
        case _:
            return written


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _shown(written: str) -> Iterator[str]:
    parser = MarkdownIt("commonmark").enable("table")
    for block in parser.parse(written):
        for token in block.children or [block]:
            assert token.type not in ("html_inline", "html_block", "link_open", "image")
            yield token.content


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("output", sorted(set(OUTPUTS) - {"calendar"}))
@pytest.mark.parametrize("kind", HOSTILE)
def test_it_is_legible_as_what_it_is(kind: str, output: str) -> None:
    """Whole, with characters that would hide written as codes, and in JSON as it stands."""
    text = HOSTILE[kind]
    told = squeezed(read(output, OUTPUTS[output](text)))
    assert squeezed(visible(text)) in told or squeezed(text) in told


@pytest.mark.parametrize("output", sorted(set(OUTPUTS) - {"json"}))
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_character_acts_on_whatever_shows_it(kind: str, output: str) -> None:
    """No control, format or override character is written, but for line ends."""
    written = OUTPUTS[output](HOSTILE[kind])
    found = {char for char in written if unicodedata.category(char) in HIDDEN}
    assert found <= ({"\n", "\r"} if output == "calendar" else {"\n"})


@pytest.mark.parametrize("kind", HOSTILE)
def test_json_writes_no_control_character_as_it_is(kind: str) -> None:
    """A terminal that shows it obeys nothing; a program reads the text itself."""
    written = OUTPUTS["json"](HOSTILE[kind])
    assert {c for c in written if unicodedata.category(c) == "Cc"} <= {"\n"}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_calendar_shows_it_and_has_no_further_entry(kind: str) -> None:
    """Neither line ends nor commas and semicolons of RFC 5545 begin anything."""
    read_back = calendar_texts(HOSTILE[kind])
    assert len(read_back) == len(calendar_texts("x"))
    assert squeezed(visible(HOSTILE[kind])) in squeezed(read_back[0])


def test_a_word_file_shows_all_of_them() -> None:
    """No field, no link and no template is made of any."""
    parts, told = word_texts("\n".join(HOSTILE.values()))
    shown = squeezed("".join(told))
    assert [kind for kind, text in HOSTILE.items() if squeezed(visible(text)) not in shown] == []
    assert "<w:instrText" not in parts
    assert "<w:hyperlink" not in parts


@pytest.mark.skipif(not pdf_is_made(), reason="WeasyPrint or its fonts are not installed")
def test_a_pdf_shows_all_of_them() -> None:
    """In text that can be copied; of a long one the beginning, and how much there is beyond."""
    shown = pdf_text(list(HOSTILE.values()))
    short = {kind: text for kind, text in HOSTILE.items() if kind != "long"}
    assert [kind for kind, text in short.items() if squeezed(visible(text)) not in shown] == []
    assert "…(9,803morecharacters)" in shown.replace("9803", "9,803")

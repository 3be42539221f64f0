"""Markdown for tickets: no text of a stranger becomes markup, and no line closes its block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from certclinic.reports.document import Report
from certclinic.reports.escape import visible
from certclinic.reports.markdown_format import escaped, fenced
from certclinic.reports.mask import mask
from certclinic.reports.render import render

from .hostile import drowned
from .sample import Language, cluster, healthy, pair, unjudged

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = "harmless"

HOSTILE = [
    "</details><script>alert(1)</script><!-- ",
    "[click](https://evil.example) ![x](//evil.example/x.png) <https://evil.example>",
    "a | b\n| --- |\n# heading\n> quote\n- item\n1. item\n***\n===\n    code",
    "`` ` ``` ~~~ ```` ~~gone~~ **bold** _slanted_ __x__ $x$",
    "```\n~~~\n`````\nout?",
    "[x]: https://evil.example\n[x] [^1] &lt; &#x3c; \\* \\\\",
    "{{ 7*7 }}{% for x in y %}{# c #}",
    "\x1b[31mred \u202egpj.exe\x00",
    "1. one",
    "1234567890. ten digits",
    "--- ",
    "+ item",
]


def tokens(markdown: str) -> Iterator[Token]:
    for token in READER.parse(markdown):
        yield token
        yield from token.children or ()


def shape(markdown: str) -> Counter[str]:
    """How often each kind of markup occurs; pieces of text and of escapes are no markup."""
    return Counter(t.type for t in tokens(markdown) if not t.type.startswith(("text", "softbreak")))


def told(markdown: str) -> str:
    """All that a reader sees, without white space."""
    shown = "".join(
        t.content for t in tokens(markdown) if t.type in ("text", "fence", "text_special")
    )
    return "".join(shown.split())


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters() | st.sampled_from("`*_#|<>[]()!~-+=\\&\n.1"), max_size=80))
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
@example(HOSTILE[7])
def test_any_text_in_any_field_stays_text(text: str) -> None:
    """The ticket has the same headings, tables, lists and blocks as with a harmless word."""
    written = f"x{text}x"
    markdown = render(drowned(written), "md")
    assert shape(render(drowned(PLAIN), "md")) == shape(markdown)
    assert "".join(visible(mask(written)).split()) in told(markdown)


@given(st.text(st.characters() | st.sampled_from("`*_#|<>[]()!~-+=\\&\n.:1"), min_size=1))
@example(HOSTILE[8])
@example(HOSTILE[9])
@example(HOSTILE[10])
@example(HOSTILE[11])
def test_a_value_at_the_start_of_a_line_opens_nothing(text: str) -> None:
    """A title that begins like a list, a heading or a quote is a paragraph."""
    text = visible(text)
    assert {"paragraph_open", "inline", "paragraph_close"} >= set(shape(escaped(text)))
    assert "".join(text.split()) == told(escaped(text))


@given(st.text(st.sampled_from("`~a \n"), max_size=60))
def test_no_text_closes_its_block(text: str) -> None:
    """A block of evidence holds the text and nothing but the text."""
    (block,) = READER.parse(fenced(text))
    assert "fence" == block.type
    assert text.strip("\n") == block.content.removesuffix("\n")


@pytest.mark.parametrize(
    "text", ["https://evil.example/x", "WWW.evil.example", "alice@example.com", "ftp://x"]
)
def test_addresses_do_not_become_links(text: str) -> None:
    """What GitHub would take for an address or a mention has a backslash within."""
    assert not re.search(r"(?i)://|www\.|(?<!\\)@", escaped(text))


def test_plain_texts_stay_plain() -> None:
    """Names of hosts and files read in the raw text as they are."""
    assert "diagnostic_log_core1.tar.gz, 10.48.36.55 and 1.2" == escaped(
        "diagnostic_log_core1.tar.gz, 10.48.36.55 and 1.2"
    )


@pytest.mark.parametrize("sample", [pair, healthy, unjudged, cluster])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_verdict_is_the_title_and_causes_follow(
    sample: Callable[..., Report], language: Language
) -> None:
    """One title first, levels in order, no two blank lines in a row outside of evidence."""
    markdown = render(sample(language), "md")
    levels = [int(t.tag[1]) for t in tokens(markdown) if t.type == "heading_open"]
    assert 1 == levels[0]
    assert 1 == levels.count(1)
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert "\n\n\n" not in markdown


def test_evidence_fix_and_what_is_not_the_cause_are_told() -> None:
    """The line that proves it, the steps, the checks, and what was excluded."""
    report = pair()
    markdown = render(report, "md")
    first = report.findings[0]
    for text in (*(q.text for q in first.evidence), report.ledger[1].why):
        assert text in markdown
    for text in (*first.fix.steps, *first.verify):
        assert escaped(text) in markdown

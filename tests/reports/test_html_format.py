"""HTML is one inert file: hostile texts stay texts, and the page loads and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certclinic.reports.document import Report
from certclinic.reports.escape import visible
from certclinic.reports.mask import mask
from certclinic.reports.render import render

from .hostile import drowned
from .sample import Language, cluster, found, healthy, pair, unjudged

VOID = {"meta", "br", "path", "rect", "circle"}
DRAWING = {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
TAGS = DRAWING | set(
    re.findall(
        r"\w+",
        "html head meta style body a header div nav ul ol li main h1 h2 h3 h4 p section article "
        "figure figcaption pre code details summary span table thead tbody tr th td br footer time",
    )
)
CALLS = ("src", "srcset", "action", "formaction", "data", "style", "xlink:href", "background")

SAMPLES = [pair, healthy, unjudged, cluster]


class Page(HTMLParser):
    """Reads a page and fails on any tag, attribute or nesting that is not the report's own."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.labels: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        names = [name for name, _ in attrs]
        assert not [name for name in names if name.startswith("on") or name in CALLS], names
        for name, value in attrs:
            if name == "href":
                assert value is not None and re.fullmatch(r"#[a-z]+(-\d+)?", value), value
                self.targets.append(value[1:])
            elif name == "id":
                assert value is not None and re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", value), value
                self.ids.append(value)
            elif name == "aria-labelledby":
                self.labels += (value or "").split()
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


HOSTILE = [
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></svg><iframe src=https://evil.example>",
    "{{ 7*7 }}{% for x in y %}{# c #}",
    "javascript:alert(1)",
    "<!-- --><![CDATA[ ]]><?php ?>",
    "user\u202egpj.exe \x1b[31mred\x00",
    "&lt;b&gt; &amp;amp; &#x3c;",
    "%(name)s %s %% ${x}",
    "證書" * 40,
    "x" * 300,
]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
@example(HOSTILE[7])
@example(HOSTILE[8])
@example(HOSTILE[9])
def test_any_text_in_any_field_stays_text(text: str) -> None:
    """The page has no tag, attribute or link but the report's own, and shows the text."""
    page = Page(render(drowned(text), "html"))
    shown = "".join(" ".join(page.text).split())
    assert "".join(visible(mask(text)).split()) in shown


@pytest.mark.parametrize("text", HOSTILE[-2:])
def test_long_texts_are_shown_whole(text: str) -> None:
    """A long host name or subject is wrapped, never cut, in the page's own text."""
    assert text in render(drowned(text), "html")


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_page_is_self_contained_and_well_formed(
    sample: Callable[..., Report], language: Language
) -> None:
    """No script, no address, a strict policy, and every link and label leads somewhere."""
    html = render(sample(language), "html")
    page = Page(html)
    assert "://" not in html
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert f'<html lang="{language}">' in html
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) | set(page.labels) <= set(page.ids)


@pytest.mark.parametrize("sample", SAMPLES)
def test_headings_are_in_order(sample: Callable[..., Report]) -> None:
    """One h1 first, and no level is skipped on the way down."""
    levels = Page(render(sample(), "html")).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_missing_certificate_is_drawn_as_missing() -> None:
    """The gap in the chain has a dashed outline, the CA's name and the words."""
    html = render(pair(), "html")
    figure = html[html.index('aria-labelledby="cause-1-chain-1') : html.index("</article>")]
    (plate,) = re.findall(r'<rect[^>]*stroke-dasharray="7 5"/>(.*?)</g>', figure, re.DOTALL)
    assert "Example TLS Issuing CA G3" in plate
    assert "missing from the trusted CA list" in plate


def test_verdict_is_the_first_heading() -> None:
    """The page begins with the first root cause in one sentence."""
    html = render(pair(), "html")
    assert f"<h1>{pair().findings[0].title}</h1>" in html


def test_consequences_stand_in_their_causes_article() -> None:
    """The alarm is told beneath the tunnels, not beside them."""
    html = render(pair(), "html")
    article = html[html.index('id="cause-1"') : html.index("</article>")]
    assert "Alarm 35013 is raised on core1" in article
    assert 'id="cause-2"' not in html


@pytest.mark.parametrize("proof", ["proven", "not-proven", "not-modelled"])
def test_proof_is_said_in_words(proof: str) -> None:
    """Each state of proof has its own sentence beneath the steps."""
    words = {
        "proven": "the fault is gone and nothing new appears",
        "not-proven": "the fault stays or another appears",
        "not-modelled": "the observed data cannot show this change",
    }
    finding = found("A", "a", "", "en", fix={"steps": ("do",), "proof": proof})
    assert words[proof] in render(pair().model_copy(update={"findings": (finding,)}), "html")


def test_text_in_a_fallback_language_is_marked() -> None:
    """An English finding in a Chinese report is read out as English."""
    report = pair("zh-Hant").model_copy(update={"findings": pair("en").findings})
    assert '<h3 id="cause-1-title" lang="en">' in render(report, "html")


def test_many_causes_are_folded() -> None:
    """From the twenty-first on a cause shows its title, and its chain is left to its section."""
    first = pair().findings[0]
    many = tuple(first.model_copy(update={"rank": n}) for n in range(1, 31))
    articles = render(pair().model_copy(update={"findings": many}), "html").split("<article")[1:]
    folded = ["Cause, evidence and fix" in article for article in articles]
    assert folded == [False] * 20 + [True] * 10
    assert ["<svg" in article.partition("</article>")[0] for article in articles] == [
        not one for one in folded
    ]


def test_certificate_stands_beside_what_was_expected() -> None:
    """The article has the wanted issuer and what the list holds of it, in a table."""
    html = render(pair(), "html")
    article = html[html.index('id="cause-1"') : html.index("</article>")]
    assert (
        "Example TLS Issuing CA G3,O=Example Trust Services,C=GB in the trusted CA list" in article
    )
    assert "it is missing" in article


def test_trust_lists_alike_are_told_once() -> None:
    """Two nodes with the same list share a table of its entries."""
    html = render(pair(), "html")
    section = html[html.index('<section id="trust"') : html.index('<section id="inputs"')]
    assert "core1 and edge1: 1 entry" in section
    assert section.count("d0" * 32) == 1


def test_lines_beside_the_quoted_one_are_dimmed() -> None:
    """They stand in its block, in their order, and secrets in them are masked."""
    (first, *others) = pair().findings
    quote = first.evidence[1].model_copy(
        update={
            "text": "the line",
            "before": "core1 a: one",
            "after": "password=s3cr3t\n<b>two</b>",
        }
    )
    report = pair().model_copy(
        update={"findings": (first.model_copy(update={"evidence": (quote,)}), *others)}
    )
    assert (
        '<pre><span class="mute">core1 a: one</span>\nthe line\n'
        '<span class="mute">password=[masked]\n&lt;b&gt;two&lt;/b&gt;</span>'
        in render(report, "html")
    )

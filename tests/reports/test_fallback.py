"""A report in a language in which rules are not written says so, and marks what falls back."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Literal

import pytest
from docx import Document
from pypdf import PdfReader

from certclinic.reports.comparison_html import render_comparison_html
from certclinic.reports.comparison_text import render_comparison
from certclinic.reports.document import Moment, Report
from certclinic.reports.preflight_text import render_preflight
from certclinic.reports.render import render, render_file

from .other_documents import comparison, upload
from .sample import Language, pair

NOTES = {
    "ja": "ルールの文はまだこの言語では用意されていないため、英語で表示しています。",
    "zh-Hans": "规则文本尚无此语言的版本，以繁体中文显示。",
}
VOID = ("meta", "br")


def report_in(tag: str) -> Report:
    """A Japanese report with English findings, or a Simplified one with Traditional ones."""
    source = pair("en" if tag == "ja" else "zh-Hant")
    fallback = source.language
    coming = Moment(at=datetime(2027, 1, 1, tzinfo=UTC), appears=("a title to come",))
    return source.model_copy(
        update={"language": tag, "fallback": fallback, "timeline": (coming,), "ledger": ()}
    )


class Spoken(HTMLParser):
    """Gathers each text of a page with the language it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, str]] = [("", "")]
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.inside.append((tag, dict(attrs).get("lang") or self.inside[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((data.strip(), self.inside[-1][1]))


@pytest.mark.parametrize("tag", NOTES)
@pytest.mark.parametrize("format", ["text", "md"])
def test_note_stands_once(tag: str, format: Literal["text", "md"]) -> None:
    """The reader is told in their own language which language the rules speak."""
    report = report_in(tag)
    shown = render(report, format, width=400)
    assert 1 == shown.count(NOTES[tag])
    own = report.model_copy(update={"fallback": None})
    assert NOTES[tag] not in render(own, "text", width=400) + render(own, "md")


@pytest.mark.parametrize("tag", NOTES)
def test_note_stands_in_files(tag: str) -> None:
    """PDF and Word have the note as the page has it."""
    document = Document(io.BytesIO(render_file(report_in(tag), "docx")))
    assert 1 == [paragraph.text for paragraph in document.paragraphs].count(NOTES[tag])
    pages = PdfReader(io.BytesIO(render_file(report_in(tag), "pdf"))).pages
    assert NOTES[tag] in "".join(page.extract_text() for page in pages).replace("\n", "")


@pytest.mark.parametrize("tag", NOTES)
def test_page_marks_what_falls_back(tag: str) -> None:
    """Every text of a rule stands in its own language, all else in the page's."""
    report = report_in(tag)
    page = Spoken()
    page.feed(render(report, "html"))
    of_rules = {"a title to come"}
    for finding in report.findings:
        of_rules |= {finding.title, finding.cause, *finding.fix.steps, *finding.verify}
    spoken = dict(page.texts[2:])  # the head's title is one text of both
    assert {report.fallback} == {spoken[text] for text in of_rules & spoken.keys()}
    assert {finding.title for finding in report.findings} <= spoken.keys()
    assert tag == spoken[NOTES[tag]]


@pytest.mark.parametrize("tag", NOTES)
def test_other_answers_say_so_too(tag: str) -> None:
    """A comparison and the answer about an upload have findings of rules."""
    source: Language = "en" if tag == "ja" else "zh-Hant"
    changed = comparison(source).model_copy(update={"language": tag})
    assert 1 == render_comparison(changed, width=400).count(NOTES[tag])
    assert 1 == render_comparison_html(changed).count(NOTES[tag])
    asked = upload(source).model_copy(update={"language": tag})
    assert 1 == render_preflight(asked, width=400).count(NOTES[tag])
    assert NOTES[tag] not in render_preflight(upload(source), width=400)

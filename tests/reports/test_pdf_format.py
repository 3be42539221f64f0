"""PDF: the page on paper, tagged, with bookmarks, and never boxes in place of characters."""

from __future__ import annotations

import builtins
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from certclinic.reports import pdf_format
from certclinic.reports.errors import ReportError
from certclinic.reports.render import render_file

from .sample import pair

try:
    pdf_format.require_pdf("zh-Hant")
except ReportError as error:
    pytest.skip(str(error), allow_module_level=True)

from pypdf import PdfReader
from pypdf.generic import DictionaryObject


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(io.BytesIO(render_file(pair("zh-Hant"), "pdf")))


def test_tags_title_and_language_are_as_pdf_ua_asks(pdf: PdfReader) -> None:
    """ISO 14289-1: marked content, a structure tree, a shown title, a language, the identifier."""
    root = _root(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "zh-Hant" == root["/Lang"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).startswith(pair("zh-Hant").findings[0].title)
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()


def test_every_picture_has_words(pdf: PdfReader) -> None:
    """A figure without alternative text is nothing to a screen reader."""
    figures = [one for one in _structure(pdf) if one.get("/S") == "/Figure"]
    assert figures
    assert all(one.get("/Alt") for one in figures)


def _root(pdf: PdfReader) -> Any:
    return pdf.trailer["/Root"]


def _structure(pdf: PdfReader) -> Iterator[DictionaryObject]:
    waiting: list[Any] = [_root(pdf)["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, DictionaryObject) and "/S" in node:
            yield node
            waiting.append(node.get("/K", []))


def test_bookmarks_lead_to_sections_and_causes(pdf: PdfReader) -> None:
    """The verdict, beneath it the sections, beneath those the causes."""
    outline: Any = pdf.outline
    verdict, sections = outline
    titles = [one.title for one in sections if not isinstance(one, list)]
    title = pair("zh-Hant").findings[0].title
    assert title == verdict.title
    assert "根本原因" == titles[0]
    assert title == sections[1][0].title


def test_pages_are_numbered_and_text_can_be_searched(pdf: PdfReader) -> None:
    """Each page says which of how many it is; Chinese comes out as characters."""
    for number, page in enumerate(pdf.pages, 1):
        assert f"{number} / {len(pdf.pages)}" in page.extract_text()
    assert "遍歷區域" in "".join(page.extract_text() for page in pdf.pages).replace("\n", "")


def test_same_document_gives_the_same_bytes() -> None:
    """In another process, with another hash seed."""
    code = (
        "import sys, hashlib\n"
        "from certclinic.reports.document import Report\n"
        "from certclinic.reports.render import render_file\n"
        "report = Report.model_validate_json(sys.stdin.read())\n"
        "sys.stdout.buffer.write(render_file(report, 'pdf'))\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        input=pair().model_dump_json().encode(),
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    ).stdout
    assert render_file(pair(), "pdf") == other


def test_a_language_without_font_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters that no font has would be printed as boxes; U+10FFF0 has none."""
    pdf_format.require_pdf.cache_clear()
    monkeypatch.setattr(
        "certclinic.reports.languages.Language.gettext", lambda self, message: "\U0010fff0"
    )
    with pytest.raises(ReportError, match="apt install fonts-noto-cjk"):
        pdf_format.require_pdf("zh-Hant")
    pdf_format.require_pdf.cache_clear()


@pytest.mark.parametrize(
    ("error", "advice"),
    [(ImportError(), r"pip install .certclinic\[pdf\]"), (OSError(), "apt install libpango")],
)
def test_what_is_missing_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, advice: str
) -> None:
    """WeasyPrint itself, or the library of C that it loads."""
    imported = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:
        if name == "weasyprint":
            raise error
        return imported(name, *more)

    pdf_format.require_pdf.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ReportError, match=advice):
        pdf_format.require_pdf("en")


def test_headings_and_tables_are_tagged_as_such(pdf: PdfReader) -> None:
    """A screen reader leads from heading to heading, none of a level left out, and says heads."""
    tags = [str(one["/S"]) for one in _structure(pdf)]
    levels = {int(tag[2]) for tag in tags if re.fullmatch(r"/H[1-6]", tag)}
    assert levels == set(range(1, max(levels) + 1))
    assert tags.count("/H1") == 1
    assert tags.count("/Table") <= tags.count("/TH")
    assert {"/L", "/LI", "/P", "/TR", "/TD"} <= set(tags)


def test_pages_are_read_in_the_order_of_the_structure(pdf: PdfReader) -> None:
    """ISO 14289-1, 7.18.3: where there is something to tab to, the tab order is the tags'."""
    assert all(page.get("/Tabs") == "/S" for page in pdf.pages if "/Annots" in page)
    links = [one for one in _structure(pdf) if one.get("/S") == "/Link"]
    assert links or not any("/Annots" in page for page in pdf.pages)


def test_a_text_without_end_is_cut_with_a_remark() -> None:
    """Breaking it into lines would take minutes; the other formats have the whole of it."""
    first, *_ = pair().findings
    long = first.model_copy(update={"cause": "a b " * 2000, "title": "t" * 900, "trials": ()})
    data = render_file(pair().model_copy(update={"findings": (long,)}), "pdf")
    told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "6500 more characters" in " ".join(told.split())
    assert "700 more characters" in " ".join(told.split())

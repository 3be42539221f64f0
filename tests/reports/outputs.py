"""All that is written for people and programs, made of documents that say one text everywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, get_args

import icalendar
from docx import Document as Word

from certclinic.reports.calendar import render_calendar
from certclinic.reports.comparison_html import render_comparison_html
from certclinic.reports.comparison_text import render_comparison
from certclinic.reports.document import Fix, Quote, Report, Trouble
from certclinic.reports.errors import ReportError
from certclinic.reports.kit_text import for_node, overview
from certclinic.reports.mask import mask_personal
from certclinic.reports.preflight_text import render_preflight
from certclinic.reports.render import Format, render, render_file, require
from certclinic.reports.texts import Document, with_texts

from .hostile import drown, drowned
from .other_documents import comparison, kit, upload
from .sample import pair

WIDE = 100_000
"""Cells in a line, so that nothing is broken that a test looks for."""


def customers(text: str) -> Report:
    """The report for a customer, with the text in every field, and a time at which it says so."""
    return drowned(text).model_copy(update={"audience": "customer"})


def passed_on(document: Document, text: str) -> Document:
    """A document with the text in every field, masked as it is for others to read."""
    return with_texts(drown(document, text), mask_personal)


def _kit(text: str) -> str:
    document = passed_on(kit(), text)
    return overview(document) + for_node(document, document.nodes[0].host)


def _calendar(text: str) -> str:
    return render_calendar(customers(text))


OUTPUTS: dict[str, Callable[[str], str]] = {
    **{
        form: lambda text, form=form: render(customers(text), form)  # type: ignore[misc]
        for form in get_args(Format)
        if form != "text"
    },
    "text": lambda text: render(customers(text), "text", width=WIDE),
    "calendar": _calendar,
    "comparison": lambda text: render_comparison(passed_on(comparison(), text), WIDE),
    "comparison.html": lambda text: render_comparison_html(passed_on(comparison(), text)),
    "preflight": lambda text: render_preflight(passed_on(upload(), text), WIDE),
    "kit": _kit,
}
"""By name, every output that is text; each function is given what the document says everywhere."""


def calendar_texts(text: str) -> list[str]:
    """What a calendar program reads of each entry."""
    entries = icalendar.Calendar.from_ical(_calendar(text)).walk("VEVENT")
    return [str(entry[name]) for entry in entries for name in ("SUMMARY", "DESCRIPTION")]


def word_texts(text: str) -> tuple[str, list[str]]:
    """The XML of all parts of the Word file, and every paragraph and cell of it."""
    data = render_file(customers(text), "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = "".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
    document = Word(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return parts, [one.text for one in document.paragraphs] + cells


def pdf_is_made() -> bool:
    """WeasyPrint, its libraries and the fonts are there."""
    try:
        require("pdf", "en", None)
    except ReportError:
        return False
    return True


def pdf_text(texts: Sequence[str]) -> str:
    """What can be copied out of a PDF that says each text in a title, a cause, evidence, a step, a
    node, a subject and a problem: pages, bookmarks and title, without white space."""
    from pypdf import PdfReader

    report = pair().model_copy(update={"audience": "customer"})
    first, *_ = report.findings
    row, *_ = report.certificates
    findings = [
        first.model_copy(
            update={
                "title": text,
                "cause": text,
                "nodes": (text,),
                "compared": (),
                "evidence": (Quote(member=text, text=text),),
                "fix": Fix(steps=(text,)),
                "rank": rank,
            }
        )
        for rank, text in enumerate(texts, 1)
    ]
    changes = {
        "findings": tuple(findings),
        "chains": (),
        "certificates": tuple(row.model_copy(update={"subject": text}) for text in texts),
        "problems": tuple(Trouble(input=text, text=text) for text in texts),
    }
    reader = PdfReader(io.BytesIO(render_file(report.model_copy(update=changes), "pdf")))
    pages = [page.extract_text() for page in reader.pages]
    waiting: list[Any] = [*reader.outline]
    marks: list[str] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        else:
            marks.append(str(one.title))
    title = reader.metadata.title if reader.metadata else ""
    return "".join("".join((*pages, *marks, str(title))).split())

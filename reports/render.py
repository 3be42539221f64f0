"""One report document, several formats."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from .document import Report
from .errors import ReportError
from .mask import mask, mask_personal
from .texts import with_texts

Format = Literal["text", "json", "html", "md", "sarif", "junit"]
BinaryFormat = Literal["pdf", "docx"]

TEMPLATES = {"html": "*.j2", "pdf": "*.j2", "md": "report.md.j2", "docx": "report.docx"}
"""For each format that is made from templates, which files of a folder may take their place."""


def render(
    report: Report,
    format: Format,
    *,
    width: int | None = None,
    colour: bool = False,
    templates: Path | None = None,
) -> str:
    """The report in one format and the document's language, secrets masked.

    `width` (cells, at least 40) and `colour` (ANSI) are for text only; `templates` is a folder with
    templates that take the place of shipped ones. The same document gives the same text. Raises
    `UnknownLanguageError` for a language without a catalogue, `ReportError` for a wrong template.
    """
    # Secrets go before anything is laid out, so that no format can print one.
    report = masked(report)
    # Imported on demand: Jinja and Babel would slow down a start that needs neither.
    match format:
        case "json":
            from .json_format import render_json

            return render_json(report)
        case "text":
            from .text_format import render_text

            return render_text(report, width=width, colour=colour)
        case "md":
            from .markdown_format import render_markdown

            return render_markdown(report, templates)
        case "sarif":
            from .sarif_format import render_sarif

            return render_sarif(report)
        case "junit":
            from .junit_format import render_junit

            return render_junit(report)
        case "html":
            from .html_format import render_html

            return render_html(report, templates)


def render_file(report: Report, format: BinaryFormat, *, templates: Path | None = None) -> bytes:
    """As `render`, in a format that is not text. Raises `ReportError` where that can't be made."""
    report = masked(report)
    if format == "pdf":
        from .pdf_format import render_pdf

        return render_pdf(report, templates)
    from .word_format import render_word

    return render_word(report, templates)


def masked(report: Report) -> Report:
    """The report without secrets. A customer's goes on to others: users' names in paths go too."""
    return with_texts(report, mask_personal if report.audience == "customer" else mask)


def require(format: Format | BinaryFormat, language: str, templates: Path | None) -> None:
    """Raises `ReportError` unless the format can be made here, before any work is put into it."""
    if templates is not None:
        wanted = TEMPLATES.get(format)
        if wanted is None:
            made = ", ".join(TEMPLATES)
            raise ReportError(f"{format} is not made from templates; those are: {made}")
        if not any(templates.glob(wanted)):
            raise ReportError(f"{templates} holds no template for {format} ({wanted})")
    if format == "pdf":
        from .pdf_format import require_pdf

        require_pdf(language)
    elif format == "docx":
        from .word_format import require_word

        require_word()

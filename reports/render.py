"""One report document, several formats."""

from __future__ import annotations

from typing import Literal

from .document import Report
from .mask import mask
from .texts import with_texts

Format = Literal["text", "json", "html"]


def render(
    report: Report, format: Format, *, width: int | None = None, colour: bool = False
) -> str:
    """The report in one format and the document's language, secrets masked.

    `width` (cells, at least 40) and `colour` (ANSI) are for text only. The same document gives the
    same text. Raises `UnknownLanguageError` for a language without a catalogue.
    """
    # Secrets go before anything is laid out, so that no format can print one.
    report = with_texts(report, mask)
    # Imported on demand: Jinja and Babel would slow down a start that needs neither.
    if format == "json":
        from .json_format import render_json

        return render_json(report)
    if format == "text":
        from .text_format import render_text

        return render_text(report, width=width, colour=colour)
    from .html_format import render_html

    return render_html(report)

"""The report as PDF/UA-1: WeasyPrint prints the HTML page, with numbers, bookmarks and tags.

The same document gives the same bytes on the same machine; fonts are the machine's own.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from .document import Report
from .errors import ReportError
from .escape import visible
from .html_format import render_html
from .languages import Language, language
from .texts import with_texts

LONGEST = 1500
"""Characters of one text that are printed. Breaking lines takes time by the square of a text's
length; HTML and JSON have the whole."""

_LONG_WORD = re.compile(r"([!-~]{200})([!-~]+)")


def render_pdf(report: Report, templates: Path | None = None) -> bytes:
    """The PDF file. Raises `ReportError` where the machine lacks what it takes, as told there."""
    require_pdf(report.language)
    weasyprint = _weasyprint()
    report = with_texts(report, partial(_cut, speech=language(report.language)))
    css = files(__package__).joinpath("templates", "pdf.css").read_text(encoding="utf-8")
    page = weasyprint.HTML(string=render_html(report, templates), url_fetcher=_nothing_from_outside)
    pdf: bytes = page.write_pdf(
        stylesheets=[weasyprint.CSS(string=css)], pdf_variant="pdf/ua-1", pdf_identifier=None
    )
    return pdf


def _cut(text: str, speech: Language) -> str:
    """The text as far as it is printed, and how much there is beyond."""

    def more(rest: str) -> str:
        told = speech.ngettext(
            "… (%(count)d more character)", "… (%(count)d more characters)", len(rest)
        )
        return told % {"count": len(rest)}

    text = _LONG_WORD.sub(lambda word: word[1] + more(word[2]), visible(text))
    return text if len(text) <= LONGEST else text[:LONGEST] + more(text[LONGEST:])


@lru_cache
def require_pdf(tag: str) -> None:
    """Raises `ReportError`, with what to install, unless a PDF in this language can be made.

    Without a font for the language there would be boxes in place of characters, and no error.
    """
    sample = language(tag).gettext("Certificate report")
    trial = _weasyprint().HTML(string=f'<html lang="{tag}"><p>{sample}</p>').render()
    trial.write_pdf()
    if any(font.missing for font in trial.fonts.values()):
        raise ReportError(
            f"no installed font has the characters of language {tag}; install one, on Debian "
            "with: apt install fonts-noto-cjk (HTML needs none)"
        )


def _weasyprint() -> ModuleType:
    try:
        import weasyprint
    except ImportError as error:
        raise ReportError('PDF needs WeasyPrint: pip install "certclinic[pdf]"') from error
    except OSError as error:  # raised by the loader of C libraries
        raise ReportError(
            "PDF needs the library Pango, on Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0 (or print the HTML report from a browser)"
        ) from error
    # It warns of each property that only browsers know.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return weasyprint  # type: ignore[no-any-return]


def _nothing_from_outside(url: str, **_: Any) -> dict[str, Any]:
    raise ValueError(f"a report loads nothing: {url}")

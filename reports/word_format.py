"""The report as a Word document: a .docx template filled in by docxtpl.

The template is the shipped one, or `report.docx` of a reader's folder, made by a team in its own
colours. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from .document import Report
from .errors import ReportError
from .escape import visible
from .languages import language
from .templating import environment, plain_sentences, values
from .texts import with_texts

TEMPLATE = "report.docx"
_LONGEST = 255  # characters in one of Word's properties
_EAST_ASIAN = {
    "zh-Hant": ("zh-TW", "Microsoft JhengHei"),
    "zh-Hans": ("zh-CN", "Microsoft YaHei"),
    "ja": ("ja-JP", "Yu Gothic"),
}
"""For each language what Word calls it, and a font that comes with Word."""
_DAMAGED = (KeyError, OSError, SyntaxError, ValueError, zipfile.BadZipFile)
"""What reading a file that only claims to be a Word document ends in; lxml's is a SyntaxError."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP member can have


def render_word(report: Report, templates: Path | None = None) -> bytes:
    """The .docx file. Raises `ReportError` where docxtpl is missing or the template is wrong."""
    require_word()
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate

    from .word_template import word_template

    report = with_texts(report, visible)
    told = values(report)
    speech = language(report.language)
    own = templates / TEMPLATE if templates else None
    filled = DocxTemplate(own or io.BytesIO(word_template()))
    made = environment(None)
    made.globals |= plain_sentences(speech)
    try:
        filled.render(told, made, autoescape=True)
    except (TemplateError, OpcError, *_DAMAGED) as error:
        raise ReportError(f"template {own or TEMPLATE}: {error}") from error
    document = filled.docx
    properties = document.core_properties
    properties.title = told["verdict"][:_LONGEST]
    properties.author = report.tool.name[:_LONGEST]
    properties.language = speech.tag
    properties.created = properties.modified = report.judged_at.replace(tzinfo=None)
    _in_language(document, speech.tag)
    file = io.BytesIO()
    filled.save(file)
    return _dateless(file)


def require_word() -> None:
    """Raises `ReportError`, with what to install, unless docxtpl is there."""
    try:
        import docxtpl  # noqa: F401 - only to see whether it is there
    except ImportError as error:
        raise ReportError('Word needs docxtpl: pip install "certclinic[word]"') from error


def _in_language(document: Any, tag: str) -> None:
    """Tell Word the language of the text, and a font for it where the template names none."""
    from docx.oxml.ns import qn

    name, font = _EAST_ASIAN.get(tag, (None, None))
    for mark in document.styles.element.iter(qn("w:lang")):
        mark.set(qn("w:eastAsia" if name else "w:val"), name or tag)
    if font is None:
        return
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        if fonts.get(qn("w:eastAsia")) is None:
            fonts.attrib.pop(qn("w:eastAsiaTheme"), None)
            fonts.set(qn("w:eastAsia"), font)


def _dateless(file: io.BytesIO) -> bytes:
    """The same archive with members that tell no time of writing."""
    written = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _BEGINNING)
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()

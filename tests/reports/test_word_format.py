"""Word: a native document with everything the reader needs, whatever the texts are made of."""

from __future__ import annotations

import builtins
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from certclinic.reports.document import Report
from certclinic.reports.errors import ReportError
from certclinic.reports.escape import visible
from certclinic.reports.mask import mask
from certclinic.reports.render import render_file, require

from .hostile import drowned
from .sample import Language, cluster, found, healthy, pair, unjudged

OFFICE = shutil.which("soffice")


def told(report: Report) -> list[str]:
    """Every paragraph and cell of the written document."""
    document = Document(io.BytesIO(render_file(report, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@pytest.mark.parametrize("sample", [pair, healthy, unjudged, cluster])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_document_says_what_was_found(sample: Callable[..., Report], language: Language) -> None:
    """Titles, causes, evidence, steps and checks, and no tag of the template is left."""
    report = sample(language)
    lines = told(report)
    assert not [line for line in lines if "{{" in line or "{%" in line]
    for finding in report.findings:
        if not finding.follows_from:
            assert finding.title in lines
    for finding in report.findings[:1]:
        assert finding.cause in lines
        assert all(quote.text in lines for quote in finding.evidence)
        assert all(f"{n}. {step}" in lines for n, step in enumerate(finding.fix.steps, 1))
        assert all(check in lines for check in finding.verify)


@pytest.mark.parametrize(
    "text",
    [
        "A & B <c> ]]> &amp; \"'",
        "{{ 7*7 }}{% for x in y %}{# c #}{%p if x %}",
        "</w:t></w:r></w:p><w:p/>",
        "\x00\x1b[31m\x0c\x07\u202e\ufffe",
        "=cmd|'/c calc'!A1",
        "x" * 10_000,
    ],
    ids=["entities", "template", "tags", "controls", "formula", "long"],
)
def test_any_text_stays_text(text: str) -> None:
    """Nothing is lost, nothing is obeyed; white space may be another."""
    lines = ["".join(line.split()) for line in told(drowned(text))]
    assert any("".join(visible(mask(text)).split()) in line for line in lines)
    assert not [line for line in lines if line == "49"]


def test_east_asian_text_has_its_language_and_font() -> None:
    """Word picks glyphs by the language: the same character differs between Taipei and Tokyo."""
    document = Document(io.BytesIO(render_file(pair("zh-Hant"), "docx")))
    marks = [mark.get(qn("w:eastAsia")) for mark in document.styles.element.iter(qn("w:lang"))]
    fonts = {mark.get(qn("w:eastAsia")) for mark in document.styles.element.iter(qn("w:rFonts"))}
    assert {"zh-TW"} == set(marks)
    assert {"Microsoft JhengHei"} == fonts


def test_title_of_the_file_is_cut_to_what_word_allows() -> None:
    """255 characters; the heading has them all."""
    long = "t" * 300
    report = pair().model_copy(update={"findings": (found("EXW-030", long, "", "en"),)})
    document = Document(io.BytesIO(render_file(report, "docx")))
    assert long[:255] == document.core_properties.title
    assert long == document.paragraphs[0].text


def test_same_document_gives_the_same_bytes() -> None:
    """No time of writing is in the archive."""
    written = render_file(pair(), "docx")
    assert render_file(pair(), "docx") == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in archive.infolist()}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    """And reads the same first line."""
    (tmp_path / "report.docx").write_bytes(render_file(pair("zh-Hant"), "docx"))
    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation={(tmp_path / 'home').as_uri()}",
            "--headless",
            *("--convert-to", "txt:Text (encoded):UTF8"),
            *("--outdir", tmp_path, tmp_path / "report.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert pair("zh-Hant").findings[0].title in (tmp_path / "report.txt").read_text("utf-8")


def test_missing_docxtpl_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    imported = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:
        if name == "docxtpl":
            raise ImportError
        return imported(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ReportError, match=r"pip install .certclinic\[word\]"):
        require("docx", "en", None)

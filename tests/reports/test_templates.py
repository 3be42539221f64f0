"""Templates of a reader's own: they change the looks and reach nothing but the report."""

from __future__ import annotations

import io
import re
from importlib.resources import files
from pathlib import Path

import pytest
from docx import Document

from certclinic.reports.document import Trouble
from certclinic.reports.errors import ReportError
from certclinic.reports.render import render, render_file, require
from certclinic.reports.word_template import word_template

from .sample import pair

DOCS = Path(__file__).parents[2] / "docs" / "reports.md"


def own(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_block_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    """A footer of one's own in the HTML page, with the shipped one inside."""
    text = (
        '{% extends "certclinic/report.html.j2" %}'
        "{% block footer %}<footer>Example TAC & {{ verdict }}</footer>{{ super() }}{% endblock %}"
    )
    html = render(pair(), "html", templates=own(tmp_path, "report.html.j2", text))
    title = pair().findings[0].title
    assert f"<footer>Example TAC & {title}</footer>" in html
    assert html.replace(f"<footer>Example TAC & {title}</footer>", "") == render(pair(), "html")


def test_values_are_escaped_in_own_templates_too(tmp_path: Path) -> None:
    """Nobody has to think of it."""
    report = pair().model_copy(update={"problems": (Trouble(input="<b>", text="a|b"),)})
    text = "{% for one in report.problems %}{{ one.input }}{% endfor %}"
    assert "&lt;b&gt;" == render(report, "html", templates=own(tmp_path, "report.html.j2", text))
    assert "&lt;b>" == render(report, "md", templates=own(tmp_path, "report.md.j2", text))


def test_style_can_be_replaced_alone(tmp_path: Path) -> None:
    """`report.css` in the folder takes the place of the shipped one."""
    html = render(pair(), "html", templates=own(tmp_path, "report.css", "h1{color:teal}"))
    assert re.search(r"<style>\s*h1\{color:teal\}\s*</style>", html)


def test_markdown_block_is_replaced(tmp_path: Path) -> None:
    """Tickets may begin with a line of their own."""
    text = (
        '{% extends "certclinic/report.md.j2" %}'
        "{% block verdict %}Ticket: {{ verdict }}\n{% endblock %}"
    )
    markdown = render(pair(), "md", templates=own(tmp_path, "report.md.j2", text))
    assert markdown.startswith(f"Ticket: {pair().findings[0].title}\n")
    assert "## Root causes" in markdown


def test_word_template_is_replaced(tmp_path: Path) -> None:
    """A template made in Word, with the same tags."""
    branded = Document()
    branded.add_paragraph("Example TAC: {{ verdict }}")
    branded.save(str(tmp_path / "report.docx"))
    written = Document(io.BytesIO(render_file(pair(), "docx", templates=tmp_path)))
    assert f"Example TAC: {pair().findings[0].title}" == written.paragraphs[0].text


@pytest.mark.parametrize(
    "expression",
    [
        "report.parse_file('/etc/hostname')",
        "report.parse_raw('x', proto='pickle', allow_pickle=True)",
        "report.model_copy()",
        "report.__class__.__mro__",
        "''.__class__",
        "place.__globals__",
        "language.translations",
        "language.locale.parse('en')",
        "words.clear()",
        "_.__globals__",
        "self.__init__.__globals__",
    ],
)
def test_templates_reach_nothing_but_data(tmp_path: Path, expression: str) -> None:
    """Neither Python's inside nor the models' own methods, some of which read files."""
    for form, name in (("html", "report.html.j2"), ("md", "report.md.j2")):
        with pytest.raises(ReportError, match=rf"{re.escape(name)}:2"):
            render(
                pair(),
                form,  # type: ignore[arg-type]
                templates=own(tmp_path, name, f"\n{{{{ {expression} }}}}"),
            )


@pytest.mark.parametrize("name", ["/etc/hostname", "../secret.txt"])
def test_templates_include_nothing_from_outside(tmp_path: Path, name: str) -> None:
    """The folder is all there is."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "own").mkdir()
    folder = own(tmp_path / "own", "report.html.j2", f'{{% include "{name}" %}}')
    with pytest.raises(ReportError):
        render(pair(), "html", templates=folder)


@pytest.mark.parametrize("text", ["{% if %}", "{{ nonsense }}", "{% extends 'nowhere.j2' %}"])
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    """File and line, as for a program."""
    folder = own(tmp_path, "report.md.j2", "\n\n" + text)
    with pytest.raises(ReportError, match=r"report\.md\.j2:3: "):
        render(pair(), "md", templates=folder)


@pytest.mark.parametrize("content", [b"not a document", word_template()[:2000]])
def test_a_damaged_word_template_is_refused(tmp_path: Path, content: bytes) -> None:
    """The message names the file."""
    (tmp_path / "report.docx").write_bytes(content)
    with pytest.raises(ReportError, match=r"report\.docx"):
        render_file(pair(), "docx", templates=tmp_path)


def test_a_folder_without_a_template_for_the_format_is_refused(tmp_path: Path) -> None:
    """Before any work is done, and so are formats that have no template."""
    with pytest.raises(ReportError, match=r"holds no template for md \(report\.md\.j2\)"):
        require("md", "en", tmp_path)
    with pytest.raises(ReportError, match="json is not made from templates"):
        require("json", "en", tmp_path)


@pytest.mark.parametrize("name", ["report.html.j2", "report.md.j2"])
def test_blocks_are_documented(name: str) -> None:
    """docs/reports.md names each block of each template."""
    text = files("certclinic.reports").joinpath("templates", name).read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{re.escape(name)}` \| (.*) \|$", DOCS.read_text(), re.MULTILINE)
    assert set(re.findall(r"{% block (\w+)", text)) == set(re.findall(r"`(\w+)`", row))

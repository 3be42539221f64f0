"""The shipped Word template, built here so that no binary lies in the sources.

`python -m certclinic.reports.word_template report.docx` writes it, to be branded in Word: whoever
keeps the tags in braces may change all the rest.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FACE, MONOSPACE = "Calibri", "Consolas"
_CAUSE = (
    ("Heading 2", "{{ item.finding.title }}"),
    (
        "Subtitle",
        "{{ words.severity[item.finding.severity] }} · "
        "{{ words.confidence[item.finding.confidence] }} · {{ item.finding.symptom }} · "
        "{{ language.list(item.finding.nodes) }}",
    ),
    (None, "if item.finding.cause"),
    ("Normal", "{{ item.finding.cause }}"),
    (None, "endif"),
    (None, "if item.finding.evidence"),
    ("Heading 3", '{{ _("Evidence") }}'),
    (None, "for one in item.finding.evidence[:5]"),
    ("Caption", "{{ place(one, told.input_names) }}"),
    ("Evidence", "{{ one.text }}"),
    (None, "endfor"),
    (None, "if item.finding.evidence | length > 5"),
    (
        "Normal",
        '{{ ngettext("%(num)d more piece of evidence", "%(num)d more pieces of evidence", '
        "item.finding.evidence | length - 5) }}",
    ),
    (None, "endif"),
    (None, "endif"),
    (None, "if item.finding.against"),
    ("Heading 3", '{{ _("What speaks against it") }}'),
    (None, "for note in item.finding.against_notes"),
    ("Normal", "{{ note }}"),
    (None, "endfor"),
    (None, "for one in item.finding.against[:5]"),
    ("Caption", "{{ place(one, told.input_names) }}"),
    ("Evidence", "{{ one.text }}"),
    (None, "endfor"),
    (None, "endif"),
    (None, "if item.finding.fix.steps"),
    (
        "Heading 3",
        '{{ _("Stop-gap, not a cure") if item.finding.fix.stop_gap else _("Fix") }}',
    ),
    (None, "for step in item.finding.fix.steps"),
    ("List Paragraph", "{{ loop.index }}. {{ step }}"),
    (None, "endfor"),
    ("Normal", "{{ words.proof[item.finding.fix.proof] }}"),
    (None, "endif"),
    (None, "if item.finding.stop_gap"),
    ("Heading 3", '{{ _("Until then (stop-gap, not a cure)") }}'),
    (None, "for step in item.finding.stop_gap.steps"),
    ("List Paragraph", "{{ loop.index }}. {{ step }}"),
    (None, "endfor"),
    (None, "endif"),
    (None, "if item.finding.verify"),
    ("Heading 3", '{{ _("How to check that it worked") }}'),
    (None, "for one in item.finding.verify"),
    ("List Bullet", "{{ one }}"),
    (None, "endfor"),
    (None, "endif"),
    (None, 'for one in item.consequences | selectattr("same_fault_as", "none")'),
    (None, "if loop.first"),
    ("Heading 3", '{{ _("What follows from it") }}'),
    (None, "endif"),
    ("List Bullet", "{{ one.title }} ({{ one.symptom }})"),
    (None, "endfor"),
    (None, 'for one in item.consequences | rejectattr("same_fault_as", "none")'),
    (None, "if loop.first"),
    ("Heading 3", '{{ _("The same fault elsewhere") }}'),
    (None, "endif"),
    ("List Bullet", "{{ one.title }} ({{ one.symptom }})"),
    (None, "for step in one.fix.steps"),
    ("List Paragraph", "{{ loop.index }}. {{ step }}"),
    (None, "endfor"),
    (None, "endfor"),
    (None, "if item.finding.sources"),
    ("Caption", '{{ _("Sources: %(sources)s", sources=item.finding.sources | join("; ")) }}'),
    (None, "endif"),
)
"""Paragraphs of one root cause: a style and a text, or no style and a statement."""


def word_template() -> bytes:
    """The template as a .docx file."""
    document = Document()
    _looks(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.header.paragraphs[0].text = '{{ _("Certificate report") }}'
    section.footer.paragraphs[0].text = "{{ report.tool.name }} {{ report.tool.version }}"
    _paragraphs(
        document,
        ("Title", "{{ verdict }}"),
        (
            "Normal",
            '{{ tally }} {{ _("Judged as of %(time)s.", time=language.time(report.judged_at)) }}',
        ),
        (None, "if fallback_note"),
        ("Normal", "{{ fallback_note }}"),
        (None, "endif"),
    )
    parts = {"causes": "Root causes", "foreseen": "Foreseen", "advice": "Advice"}
    for name, heading in parts.items():
        _paragraphs(
            document,
            (None, f"if told.{name}"),
            ("Heading 1", f'{{{{ _("{heading}") }}}}'),
            (None, f"for item in told.{name}"),
            *_CAUSE,
            (None, "endfor"),
            (None, "endif"),
        )
    _paragraphs(
        document,
        (None, "if report.plan and told.causes | length > 1"),
        ("Heading 1", '{{ _("The whole cure, in this order") }}'),
        (None, "for change in report.plan.trial.changes"),
        ("List Paragraph", "{{ loop.index }}. {{ change.text }}"),
        (None, "endfor"),
        ("Normal", "{{ words.proof[report.plan.trial.proof] }}"),
        (None, "endif"),
        (None, "if report.timeline"),
        ("Heading 1", '{{ _("What comes next if nobody changes anything") }}'),
        (None, "for row in report.timeline"),
        (None, "for subject in row.ends"),
        (
            "List Bullet",
            "{{ language.labelled(language.date(row.at), "
            '_("%(subject)s expires", subject=subject)) }}',
        ),
        (None, "endfor"),
        (None, "for text in row.policies"),
        ("List Bullet", "{{ language.labelled(language.date(row.at), text) }}"),
        (None, "endfor"),
        (None, "for title in row.appears"),
        (
            "List Bullet",
            "{{ language.labelled(language.date(row.at), "
            '_("From then on: %(title)s", title=title)) }}',
        ),
        (None, "endfor"),
        (None, "endfor"),
        (None, "endif"),
    )
    known = "{{ row.title }} {{ row.symptom }}"
    nodes = "{{ language.list(row.nodes) }}"
    _table(
        document,
        "told.other_links",
        "Connections",
        ("Connection", "{{ row.client }} → {{ row.server }}"),
        ("Kind", "{{ words.link.get(row.link, row.link) }}"),
        ("State", "{{ words.reached[link_state(row)] }}"),
        ("Why", '{{ row.why or "" }}'),
    )
    _table(
        document,
        "told.unchecked",
        "What could not be checked",
        ("Known cause", known),
        ("Nodes", nodes),
        ("Why", "{{ row.why }}"),
        ("To collect", '{{ row.needs or "" }}'),
    )
    _table(
        document,
        "told.excluded",
        "What is not the cause",
        ("Known cause", known),
        ("Nodes", nodes),
        ("Why", "{{ row.why }}"),
    )
    _paragraphs(
        document,
        (None, "if report.problems"),
        ("Heading 1", '{{ _("Problems with the inputs") }}'),
        (None, "for one in report.problems"),
        ("List Bullet", "{{ one.input }}: {{ one.text }}"),
        (None, "endfor"),
        (None, "endif"),
        ("Caption", "{{ origin }}"),
    )
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _looks(document: WordDocument) -> None:
    evidence = document.styles.add_style("Evidence", WD_STYLE_TYPE.PARAGRAPH)
    evidence.base_style = document.styles["Normal"]
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F2F4F6")):
        shade.set(qn(f"w:{name}"), value)
    evidence.element.get_or_add_pPr().append(shade)
    sizes = {"Normal": 10.5, "Title": 20, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11}
    sizes |= {"Subtitle": 10, "Caption": 9, "Evidence": 8.5}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name = MONOSPACE if name == "Evidence" else FACE
        style.font.size = Pt(size)
        quiet = name in ("Subtitle", "Caption")
        style.font.color.rgb = RGBColor(0x57, 0x60, 0x6A) if quiet else RGBColor(0x1F, 0x23, 0x28)
        if quiet:
            style.font.bold = style.font.italic = False


def _paragraphs(document: WordDocument, *rows: tuple[str | None, str]) -> None:
    for style, text in rows:
        document.add_paragraph(text if style else f"{{%p {text} %}}", style or "Normal")


def _table(document: WordDocument, rows: str, heading: str, *columns: tuple[str, str]) -> None:
    """A heading and a table with a row for each item of `rows`; nothing where there is none."""
    _paragraphs(document, (None, f"if {rows}"), ("Heading 1", f'{{{{ _("{heading}") }}}}'))
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    for cell, (head, _) in zip(table.rows[0].cells, columns, strict=True):
        cell.text = f'{{{{ _("{head}") }}}}'
        cell.paragraphs[0].runs[0].bold = True
    table.rows[1].cells[0].text = f"{{%tr for row in {rows} %}}"
    for cell, (_, text) in zip(table.rows[2].cells, columns, strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    _paragraphs(document, (None, "endif"))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(word_template())

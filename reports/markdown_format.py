"""The report as Markdown (CommonMark with GitHub's tables), for tickets.

Tickets render what they get, so every value is escaped in full, and evidence stands in fenced
blocks that no line of it can close.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from .document import Report
from .escape import visible
from .languages import language
from .templating import environment, filled, plain_sentences, values
from .texts import with_texts

TEMPLATE = "report.md.j2"
_SPECIAL = re.compile(r"[\\`*{}\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^(\d{0,9})([.)](?=\s|$)|(?<!\d)[-+=#>:])")
_LINK = re.compile(r"://|\bwww\.|@", re.IGNORECASE)


def render_markdown(report: Report, templates: Path | None = None) -> str:
    """The report as Markdown text, by the template in `templates` where it holds one.

    Raises `ReportError` where that template is wrong.
    """
    report = with_texts(report, visible)
    return filled(_environment(report.language, templates), TEMPLATE, values(report))


@lru_cache
def _environment(tag: str, templates: Path | None) -> Environment:
    made = environment(templates, finalize=escaped)
    made.globals |= plain_sentences(language(tag))
    made.filters["fenced"] = fenced
    return made


def escaped(value: object) -> Markup:
    """A value as one line of text, with nothing in it that Markdown or HTML would obey."""
    if isinstance(value, Markup):
        return value
    text = " ".join(str(value).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = _SPECIAL.sub(r"\\\g<0>", text)
    # What only opens a block at the start of a line: `1.`, `-`, `#`; any value may stand there.
    text = _OPENING.sub(r"\1\\\2", text)
    # Addresses and mentions, which GitHub finds without any mark.
    text = _LINK.sub(lambda found: re.sub(r"([:/.@])", r"\\\1", found.group()), text)
    return Markup(text)  # noqa: S704 - escaped above


def fenced(text: str) -> Markup:
    """A text as a code block whose fence is longer than any run of backticks in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = text.strip("\n")
    return Markup(f"{fence}text\n{lines}\n{fence}")  # noqa: S704 - the fence keeps it code

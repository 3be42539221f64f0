"""Pages of documentation: a page is a list of blocks, written as Markdown or as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

PageFormat = Literal["md", "html"]
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#])")


@dataclass(frozen=True)
class Link:
    """A word that leads to another page, by that page's name, or to a heading on it."""

    text: str
    page: str
    heading: str = ""


Words = tuple[str | Link, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 to 4."""

    kind: ClassVar = "heading"
    text: str
    level: int = 2
    lang: str = "en"


@dataclass(frozen=True)
class Paragraph:
    """Running text, in the language with this BCP 47 tag."""

    kind: ClassVar = "paragraph"
    words: Words
    lang: str = "en"


@dataclass(frozen=True)
class Listing:
    """A list, numbered where the order matters."""

    kind: ClassVar = "listing"
    items: tuple[Words, ...]
    ordered: bool = False
    lang: str = "en"


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as there are heads."""

    kind: ClassVar = "table"
    heads: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture, which HTML holds and Markdown refers to by its file; `text` says what it shows."""

    kind: ClassVar = "picture"
    file: str
    text: str
    svg: str


Block = Heading | Paragraph | Listing | Table | Picture


@dataclass(frozen=True)
class Page:
    """One page; `name` is that of its file without the suffix."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def render_page(page: Page, form: PageFormat) -> str:
    """The page as text, to be stored as UTF-8 under its name with the format as suffix."""
    return _environment(form).get_template(f"docs/page.{form}.j2").render(page=page)


def markdown(text: str) -> str:
    """Text with the characters escaped that Markdown gives a meaning to."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def anchor(heading: str) -> str:
    """The name by which links lead to a heading, as Markdown renderers make it."""
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


@lru_cache
def _environment(form: PageFormat) -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        # Markdown has no entities to escape with; its texts pass `markdown` instead.
        autoescape=form == "html",  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["markdown"] = markdown
    environment.filters["anchor"] = anchor
    return environment

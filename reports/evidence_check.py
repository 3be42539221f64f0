"""What came of reading a report's quotes again: `check-evidence --format json` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from .document import Part, Quote
from .escape import visible
from .languages import Language, language
from .texts import with_texts
from .wrap import wrap

Standing = Literal["ok", "moved", "changed", "missing", "other_hash"]


class CheckedQuote(Part):
    """A quote, and whether it stands."""

    quote: Quote
    standing: Standing = Field(
        description="moved: on another line; changed: nowhere in that file; missing: no such file"
        " among the paths; other_hash: it stands, but in a file that is not the report's"
    )
    line: int | None = Field(None, description="where it stands now, if it moved")


class CheckedInput(Part):
    """An input of the report, and what was found of it."""

    path: str
    standing: Literal["same", "no_hash", "other_hash", "missing"] = Field(
        description="no_hash: a folder, which the report holds no hash of"
    )


class EvidenceCheck(Part):
    """The answer of `check-evidence`."""

    schema_version: Literal[1] = 1
    language: str
    inputs: tuple[CheckedInput, ...]
    quotes: tuple[CheckedQuote, ...]
    skipped: int = Field(description="texts of the report's own, which no line says")
    unread: tuple[str, ...] = Field((), description="what could not be read of the paths")

    @property
    def stands(self) -> bool:
        """Every quote is where the report says."""
        return all(one.standing == "ok" for one in self.quotes)


def render_evidence_check(check: EvidenceCheck, width: int = 80) -> str:
    """The answer for a terminal: the count first, then inputs and quotes that do not stand."""
    check = with_texts(check, visible)
    lines: list[str] = []
    for indent, text in _blocks(check, language(check.language)):
        lines += (" " * indent + line for line in wrap(text, max(width - indent, 2)))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _blocks(check: EvidenceCheck, tongue: Language) -> Iterator[tuple[int, str]]:
    """Indentation and text of each paragraph."""
    _ = tongue.gettext
    standing = sum(one.standing == "ok" for one in check.quotes)
    yield 0, tongue.ngettext(
        "%(standing)d of %(count)d quote stands.",
        "%(standing)d of %(count)d quotes stand.",
        len(check.quotes),
    ) % {"standing": standing, "count": len(check.quotes)}  # fmt: skip
    if check.skipped:
        yield 0, tongue.ngettext(
            "%(count)d text is the report's own, which no line says; it was not checked.",
            "%(count)d texts are the report's own, which no line says; they were not checked.",
            check.skipped,
        ) % {"count": check.skipped}  # fmt: skip
    inputs = {
        "other_hash": _("%(path)s is another file than the report was made of."),
        "missing": _("%(path)s is not among the given paths."),
        "no_hash": _("%(path)s is a folder, so only its lines were compared."),
    }
    for given in check.inputs:
        if given.standing != "same":
            yield 0, inputs[given.standing] % {"path": given.path}
    for text in check.unread:
        yield 0, text
    told = {
        "moved": _("moved to line %(line)s"),
        "changed": _("changed"),
        "missing": _("file missing"),
        "other_hash": _("stands, but in another file than the report was made of"),
    }
    for one in check.quotes:
        if one.standing != "ok":
            yield 0, ""
            yield 0, f"{_place(one.quote, tongue)}: {told[one.standing] % {'line': one.line}}"
            yield 2, one.quote.text


def _place(quote: Quote, tongue: Language) -> str:
    parts = [part for part in (quote.input, quote.member) if part]
    if quote.line is not None:
        parts.append(tongue.gettext("line %(line)d") % {"line": quote.line})
    return " › ".join(parts)

"""What is wrong in a rule file, where, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal


def _cells(text: str) -> int:
    """Columns of a terminal that the text takes; East Asian wide characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in text)


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake. Lines and columns count from 1, columns and width in characters.

    `code` names the kind of mistake. `context` holds the line before, the line itself and the line
    after, as far as they exist.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    width: int = 1
    level: Literal["error", "warning"] = "error"
    code: str = field(default="rule", compare=False)
    context: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.message}{hint}"

    def frame(self) -> str:
        """The mistake with its lines and a caret under it, aligned beneath wide characters."""
        margin = len(str(self.line + 1))
        place = f"{self.file}:{self.line}:{self.column}"
        lines = [f"{place}: {self.level}: {self.message}", f"{' ' * margin} |"]
        first = max(1, self.line - 1)
        for number, text in enumerate(map(_printable, self.context), first):
            lines.append(f"{number:>{margin}} | {text}".rstrip())
            if number == self.line:
                start = self.column - 1
                caret = "^" * max(1, _cells(text[start : start + self.width]))
                hint = f" {self.hint}" if self.hint else ""
                lines.append(f"{' ' * margin} | {' ' * _cells(text[:start])}{caret}{hint}")
        if not self.context and self.hint:
            lines.append(f"{' ' * margin} | {self.hint}")
        return "\n".join(lines)


def coded(problems: Iterable[Problem], code: str) -> Iterator[Problem]:
    """The problems, as those of one kind."""
    return (replace(problem, code=code) for problem in problems)


class RuleProblems(Exception):  # noqa: N818
    """The rule files can't be used; `problems` names every mistake in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))

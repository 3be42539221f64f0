"""The grammar of `loggingsnapshot` lines.

    2017-09-20T10:49:18.724-04:00 expe1 tvcs: Event="…" Key="value" UTCTime="…"

The tag with the process may be missing or lack its colon; values may hold blanks at their ends,
and quotes that do not end them; Traffic Server's own lines have no keys at all (Administrator
Guide, "Events and Levels"; Cisco 212475, 218018, 225746).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?[+-]\d\d:\d\d"
_HEADER = re.compile(
    rf"^(?P<time>{_STAMP}) (?P<host>\S+) +"
    r"(?:(?P<process>[A-Za-z_][\w.\-/]*)(?:\[(?P<pid>\d+)\])?(?::\s*|\s+)(?!=))?(?P<body>.*)$",
    re.DOTALL,
)
_GLUED = re.compile(rf"(?<=\S)\s*(?={_STAMP} \S+ )")
_FIELD = re.compile(r'([A-Za-z][\w\-]*)="(.*?)"(?=[ :\n\r\t)]|$|[A-Za-z][\w\-]*=")', re.DOTALL)


@dataclass(frozen=True)
class LogLine:
    """One log line. `number` counts from 1; `time` is in seconds since the epoch."""

    number: int
    text: str
    time: int | None
    host: str | None
    process: str
    pid: str | None
    body: str

    @cached_property
    def fields(self) -> dict[str, str]:
        """Values by key, blanks at their ends removed; of a repeated key the first."""
        found: dict[str, str] = {}
        for key, value in _FIELD.findall(self.body):
            found.setdefault(key, value.strip())
        return found


def read_line(number: int, text: str) -> LogLine:
    """Read a line; one without a header (a continuation) has neither time nor host."""
    match = _HEADER.match(text)
    if match is None:
        return LogLine(number, text, None, None, "", None, text)
    return LogLine(
        number,
        text,
        _seconds(match["time"]),
        match["host"].lower(),
        match["process"] or "",
        match["pid"],
        match["body"],
    )


def split_glued(text: str) -> list[str]:
    """The log lines that one physical line holds: more than one where line ends were lost."""
    return _GLUED.split(text)


def stamps(text: str) -> Iterator[tuple[int, str]]:
    """Time (seconds since the epoch) and host of every header in a piece of log, in order."""
    for match in re.finditer(rf"^({_STAMP}) (\S+) ", text, re.MULTILINE):
        seconds = _seconds(match[1])
        if seconds is not None:
            yield seconds, match[2].lower()


def _seconds(stamp: str) -> int | None:
    try:
        return int(datetime.fromisoformat(stamp).timestamp())
    except (ValueError, OverflowError):
        return None

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
# Few lines need to be split, and this is seen at once.
_STAMPED, _STAMP_BEGIN = re.compile(r"-\d\dT\d\d:"), len("2026-11-")
_NEIGHBOURS, _LONGEST_NEIGHBOUR = 2, 300
_FIELD = re.compile(r'([A-Za-z][\w\-]*)="(.*?)"(?=[ :\n\r\t)]|$|[A-Za-z][\w\-]*=")', re.DOTALL)


@dataclass(frozen=True)
class LogLine:
    """One log line. `number` counts from 1; `time` is in seconds since the epoch.

    `around` is what stands in the log before and after it, as far as anybody may want to see it.
    """

    number: int
    text: str
    time: int | None
    host: str | None
    process: str
    pid: str | None
    body: str
    around: tuple[bytes, bytes] = (b"", b"")

    @cached_property
    def fields(self) -> dict[str, str]:
        """Values by key, blanks at their ends removed; of a repeated key the first."""
        found: dict[str, str] = {}
        for key, value in _FIELD.findall(self.body):
            found.setdefault(key, value.strip())
        return found

    def neighbours(self) -> tuple[str, str]:
        """The lines just before and just after it, up to two each, shortened."""
        return neighbours(*self.around)


def neighbours(before: bytes, after: bytes) -> tuple[str, str]:
    """The last lines of what stands before a line, and the first of what stands after it.

    Up to two each, shortened; what is cut out of a longer line has no whole lines beside it.
    """
    above = before[:-1].split(b"\n")[-_NEIGHBOURS:] if before.endswith(b"\n") else []
    below = after[1:].split(b"\n")[:_NEIGHBOURS] if after.startswith(b"\n") else []
    return _shown(above), _shown(below)


def _shown(lines: list[bytes]) -> str:
    texts = (line.decode("utf-8", "replace").rstrip()[:_LONGEST_NEIGHBOUR] for line in lines)
    return "\n".join(text for text in texts if text.strip(" |"))


def read_line(number: int, text: str, around: tuple[bytes, bytes] = (b"", b"")) -> LogLine:
    """Read a line; one without a header (a continuation) has neither time nor host."""
    match = _HEADER.match(text)
    if match is None:
        return LogLine(number, text, None, None, "", None, text, around)
    return LogLine(
        number,
        text,
        _seconds(match["time"]),
        match["host"].lower(),
        match["process"] or "",
        match["pid"],
        match["body"],
        around,
    )


def split_glued(text: str) -> list[str]:
    """The log lines that one physical line holds: more than one where line ends were lost."""
    inner = _STAMPED.search(text, _STAMP_BEGIN)
    return _GLUED.split(text) if inner else [text]


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

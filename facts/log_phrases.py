"""Texts that stand for one known trouble by themselves, whatever line they stand in."""

from __future__ import annotations

from .log_events import LogEvents
from .log_lines import LogLine
from .model_checks import Phrase

PHRASES: tuple[tuple[bytes, Phrase], ...] = (
    (b"codec cannot decode byte", "non_ascii_certificate"),
    (b"codec can't decode byte", "non_ascii_certificate"),
    (b"is not an IM and Presence Server", "not_im_and_presence"),
    (b"52-set_pubkeyalgorithms", "tunnel_algorithms_upgrade"),
    (b"Smart license communication error", "smart_licensing"),
)
ANCHORS = tuple(anchor for anchor, _ in PHRASES)


def take(line: LogLine, events: LogEvents) -> None:
    """Count a line for each phrase that it holds."""
    raw = line.text.encode("utf-8", "replace")
    for anchor, phrase in PHRASES:
        if anchor in raw:
            events.count(events.phrases, phrase, line)

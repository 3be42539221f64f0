"""Texts that stand for one known trouble by themselves, whatever line they stand in."""

from __future__ import annotations

import re

from ..model_checks import Phrase
from .log_events import LogEvents
from .log_lines import LogLine
from .log_scan import Hit

PHRASES: tuple[tuple[bytes, Phrase], ...] = (
    (b"codec cannot decode byte", "non_ascii_certificate"),
    (b"codec can't decode byte", "non_ascii_certificate"),
    (b"is not an IM and Presence Server", "not_im_and_presence"),
    (b"52-set_pubkeyalgorithms", "tunnel_algorithms_upgrade"),
    (b"SIPPROXY_E_ROUTING_MSG_CERT_MISMATCH", "federation_name_mismatch"),
    (b"Smart license communication error", "smart_licensing"),
    (b", port 7400:(111) Connection refused", "xmpp_port_refused"),
)
RESPONSES: tuple[tuple[bytes, bytes, Phrase], ...] = (
    (b"SIP/2.0 408", b"SERVICE", "service_timeout"),
    (b"SIP/2.0 405", b"REGISTER", "register_not_allowed"),
)
"""Status lines that say something where they answer a request of one method."""
ANCHORS = (*(anchor for anchor, _ in PHRASES), *(status for status, _, _ in RESPONSES))
_LONGEST_HEAD = 4_096
# The rest of a SIP message's head: indented lines, up to an empty one or the next log line.
_HEAD = re.compile(rb"\n?(?:[ |]+[^\s|][^\n]*\n)*")
_METHOD = re.compile(rb"^[ |]*CSeq: *\d+ +([A-Z]+)\b", re.MULTILINE | re.IGNORECASE)


def take(line: LogLine, hit: Hit, events: LogEvents) -> None:
    """Count a line for each phrase that it holds."""
    raw = line.text.encode("utf-8", "replace")
    for anchor, phrase in PHRASES:
        if anchor in raw:
            events.count(events.phrases, phrase, line)
    for status, method, phrase in RESPONSES:
        if status in raw:
            head = _HEAD.match(bytes(hit.after[:_LONGEST_HEAD]))
            answered = _METHOD.search(head[0]) if head else None
            if answered and answered[1].upper() == method:
                events.count(events.phrases, phrase, line)

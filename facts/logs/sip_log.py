"""SIP TLS handshakes and refused credentials in the log.

One failed handshake leaves up to three lines: the `TLS Negotiation Error` event, the SSL module's
`ssl_error_reason`, and the closing of the TCP connection (Cisco 212475). They are put together by
the connection's two addresses and counted once.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from .log_events import AuthenticationKind, ConnectionKind, LogEvents, Tally, TlsKind
from .log_lines import LogLine
from .tls_reasons import read_reason, verify_failed_only

FAILED = "Failed to establish SSL connection"
ANCHORS = (
    b"TLS Negotiation Error",
    b"ssl_error_reason=",
    FAILED.encode(),
    b'Reason="no certificate returned',
    b"Incorrect authentication credential",
    b"Idle countdown expired",
    b'Dst-port="2222"',
)
_EVENT = re.compile(r'Event="\s*(?:(Inbound|Outbound) )?TLS Negotiation Error')
_ENDPOINT = re.compile(
    r"(Address|localAddress|remoteAddress)=\"\['IPv[46]''TCP''(.+?):(\d{1,5})'\]\""
)
_OPEN_HANDSHAKES = 1_024
_PORT_DIGITS = 5

Endpoint = tuple[str, int]


@dataclass
class _Handshake:
    direction: Literal["inbound", "outbound"] | None = None
    source: Endpoint | None = None
    target: Endpoint | None = None
    event: LogLine | None = None
    ssl: LogLine | None = None
    closed: LogLine | None = None
    texts: tuple[str, ...] = ()
    expected: str | None = None


class SipLog:
    """Collects the SIP stack's lines; `finish` counts what is still open."""

    def __init__(self, events: LogEvents) -> None:
        self._events = events
        self._open: OrderedDict[frozenset[Endpoint], _Handshake] = OrderedDict()

    def take(self, line: LogLine) -> None:
        """Take one line that holds one of ANCHORS."""
        if _EVENT.search(line.body):
            self._event(line)
        elif "ssl_error_reason=" in line.body or FAILED in line.body:
            self._ssl(line)
        elif "no certificate returned" in line.body:
            self._closed(line)
        elif "Incorrect authentication credential" in line.body:
            fields = line.fields
            kind = AuthenticationKind(
                fields.get("Method", "").upper(), fields.get("Detail", ""), fields.get("Src-ip")
            )
            self._events.count(self._events.authentication, kind, line)
        else:
            self._connection(line)

    def finish(self) -> None:
        """Count the handshakes that are still open."""
        while self._open:
            self._count(self._open.popitem(last=False)[1])

    def _event(self, line: LogLine) -> None:
        fields = line.fields
        source = _endpoint(fields, "Src")
        target = _endpoint(fields, "Dst")
        shake = self._handshake(source, target, "event")
        match = _EVENT.search(line.body)
        if match and match[1]:
            shake.direction = "inbound" if match[1] == "Inbound" else "outbound"
        shake.source, shake.target, shake.event = source, target, line
        shake.texts = (fields.get("Detail", ""), *shake.texts)
        shake.expected = (fields.get("Common-name") or "").lower() or None

    def _ssl(self, line: LogLine) -> None:
        ends = {name: (ip, int(port)) for name, ip, port in _ENDPOINT.findall(line.body)}
        local, remote = ends.get("localAddress"), ends.get("remoteAddress")
        if local is None and remote is None and "ssl_error_reason" not in line.fields:
            return  # neither who nor why
        shake = self._handshake(local, remote, "ssl")
        server = line.fields.get("bServer")
        if server in ("true", "false"):
            shake.direction = "inbound" if server == "true" else "outbound"
        if shake.event is None and shake.direction:
            inbound = shake.direction == "inbound"
            shake.source, shake.target = (remote, local) if inbound else (local, remote)
        shake.ssl = line
        shake.texts = (*shake.texts, line.fields.get("ssl_error_reason", FAILED))

    def _closed(self, line: LogLine) -> None:
        fields = line.fields
        source, target = _endpoint(fields, "Src"), _endpoint(fields, "Dst")
        shake = self._handshake(source, target, "closed")
        # Only a server misses a client's certificate.
        shake.direction = shake.direction or "inbound"
        shake.source, shake.target = shake.source or source, shake.target or target
        shake.closed = line
        shake.texts = (*shake.texts, fields.get("Reason", ""))

    def _handshake(
        self, one: Endpoint | None, other: Endpoint | None, part: Literal["event", "ssl", "closed"]
    ) -> _Handshake:
        """The open handshake between two addresses; a second line of one part starts a new one."""
        ends = frozenset(end for end in (one, other) if end is not None)
        found = self._open.get(ends)
        if found is not None and getattr(found, part) is not None:
            self._count(self._open.pop(ends))
            found = None
        if found is None:
            found = self._open[ends] = _Handshake()
            if len(self._open) > _OPEN_HANDSHAKES:
                self._count(self._open.popitem(last=False)[1])
        return found

    def _count(self, shake: _Handshake) -> None:
        line = shake.event or shake.ssl or shake.closed
        if line is None:
            return
        inbound = shake.direction != "outbound"
        local, remote = (shake.target, shake.source) if inbound else (shake.source, shake.target)
        server = local if inbound else remote
        reason = _most_telling(shake.texts)
        verdict = read_reason(reason)
        kind = TlsKind(
            "inbound" if inbound else "outbound",
            server[1] if server else 0,
            local[0] if local else "",
            remote[0] if remote else "",
            verdict.cls,
            verdict.rejected_by,
            reason,
            shake.expected,
        )
        kinds = self._events.tls
        self._events.count(kinds, kind, line)
        if kind in kinds and shake.event and shake.ssl:
            _also(kinds[kind], self._events, shake.ssl)

    def _connection(self, line: LogLine) -> None:
        fields = line.fields
        text = fields.get("Reason") or fields.get("Detail", "")
        port = _port(fields.get("Dst-port", "")) or 0
        if "Idle countdown expired" in line.body:
            kind = ConnectionKind(port, fields.get("Src-ip", ""), "idle", "Idle countdown expired")
        elif re.search(r"refused|timed? ?out|unreachable|failed|no route", text, re.IGNORECASE):
            lower = text.lower()
            cls: Literal["refused", "timeout", "other"] = (
                "refused" if "refused" in lower else "timeout" if "time" in lower else "other"
            )
            kind = ConnectionKind(port, fields.get("Dst-ip", ""), cls, text)
        else:
            return
        self._events.count(self._events.connections, kind, line)


def _also(tally: Tally, events: LogEvents, line: LogLine) -> None:
    """The companion line is evidence too, next to the first event."""
    if tally.count == 1:
        tally.samples.append(events.quote(line))


def _endpoint(fields: dict[str, str], side: Literal["Src", "Dst"]) -> Endpoint | None:
    port = _port(fields.get(f"{side}-port", ""))
    ip = fields.get(f"{side}-ip", "")
    return (ip, port) if ip and port is not None else None


def _port(text: str) -> int | None:
    return int(text) if len(text) <= _PORT_DIGITS and text.isdecimal() else None


def _most_telling(texts: tuple[str, ...]) -> str:
    """The text that names a cause; a bare `certificate verify failed` only where none does."""
    known = [text for text in texts if text]
    for text in known:
        if read_reason(text).cls not in ("other", "disconnect") and not verify_failed_only(text):
            return text
    return known[0] if known else ""

"""Reads one log: hands each line that an extractor asks for to that extractor."""

from __future__ import annotations

import re
from typing import Literal

from ..formats.containers import read_pem
from ..vocabulary import Evidence
from ..x509.certificate import Certificate
from . import log_phrases, sip_log, traffic_server_log
from .log_events import AlarmKind, AlarmState, ChangeKind, LogEvents, SeenCertificate, Tally
from .log_lines import LogLine, read_line, split_glued, stamps
from .log_scan import Hit, Stream, scan

_ALARM = b'Event="Alarm '
_CHANGES: tuple[tuple[bytes, Literal["certificate", "restart", "upgrade"]], ...] = (
    (b'Event="Certificate Management"', "certificate"),
    (b'Event="Restart Requested"', "restart"),
    (b'Event="System Start"', "restart"),
    (b'Event="Upgrade"', "upgrade"),
)
_CLUSTER = (b"tls_verify", b"TLS Verify change status")
_RELEASE = b"TANDBERG/41"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
ANCHORS = (
    *sip_log.ANCHORS,
    *traffic_server_log.ANCHORS,
    *log_phrases.ANCHORS,
    _ALARM,
    *(anchor for anchor, _ in _CHANGES),
    *_CLUSTER,
    _CERTIFICATE,
)
REPEATING = (_RELEASE, traffic_server_log.ALLOWED)
_RELEASE_TEXT = re.compile(r"TANDBERG/41\d\d \((X[\d.]+)\)")
_MODE = re.compile(r"tls_verify\b.*?\bto: *'?(Permissive|Enforcing)", re.IGNORECASE)
_BODY_PREFIX = re.compile(rb"^[ |]+", re.MULTILINE)
_LONGEST_CERTIFICATE = 1 << 16
_MOST_SEEN = 500
_EDGE = 1 << 17


class _Edges:
    """Passes a stream through and notes the times at its beginning and end."""

    def __init__(self, stream: Stream, events: LogEvents) -> None:
        self._stream = stream
        self._events = events
        self._head = b""
        self._tail = b""

    def read1(self, size: int, /) -> bytes:
        data = self._stream.read1(size)
        if data:
            if len(self._head) < _EDGE:
                self._head = (self._head + data)[:_EDGE]
            self._tail = data if len(data) >= _EDGE else (self._tail + data)[-_EDGE:]
        return data

    def finish(self) -> None:
        self._note(self._head)
        self._note(self._tail[-_EDGE:])

    def _note(self, data: bytes) -> None:
        for time, host in stamps(data.decode("utf-8", "replace")):
            events = self._events
            events.first = time if events.first is None else min(events.first, time)
            events.last = time if events.last is None else max(events.last, time)
            if events.host is None and host != "localhost":
                events.host = host


def read_log(stream: Stream, where: Evidence) -> tuple[LogEvents, Exception | None]:
    """Read a log to its end, or to where it is damaged; then that error comes with the events."""
    events = LogEvents(where)
    edges = _Edges(stream, events)
    sip = sip_log.SipLog(events)
    traffic = traffic_server_log.TrafficServerLog(events)
    failure: Exception | None = None
    try:
        for hit in scan(edges, ANCHORS, REPEATING):
            text = hit.line.decode("utf-8", "replace")
            around = hit.around()
            for piece in split_glued(text):
                _dispatch(read_line(hit.number, piece, around), hit, events, sip, traffic)
    except Exception as error:  # a damaged stream: what came before it counts
        failure = error
    sip.finish()
    edges.finish()
    return events, failure


def _dispatch(
    line: LogLine,
    hit: Hit,
    events: LogEvents,
    sip: sip_log.SipLog,
    traffic: traffic_server_log.TrafficServerLog,
) -> None:
    raw = line.text.encode("utf-8", "replace")
    if any(anchor in raw for anchor in sip_log.ANCHORS):
        sip.take(line)
    if any(anchor in raw for anchor in traffic_server_log.ANCHORS):
        traffic.take(line, hit)
    if traffic_server_log.ALLOWED in raw:
        traffic.take_allowed(line)
    log_phrases.take(line, hit, events)
    if _ALARM in raw:
        _alarm(line, events)
    for anchor, event in _CHANGES:
        if anchor in raw:
            detail = line.fields.get("Detail", "")[:200]
            events.count(events.changes, ChangeKind(event, detail), line)
    if any(anchor in raw for anchor in _CLUSTER):
        _cluster_mode(line, events)
    for release in _RELEASE_TEXT.findall(line.text):
        events.count(events.releases, release, line)
    if _CERTIFICATE in raw:
        _certificate(line, hit, events)


def _alarm(line: LogLine, events: LogEvents) -> None:
    fields = line.fields
    number = fields.get("Id", "")
    if not number.isdecimal() or len(number) > 6:
        return
    event = fields.get("Event", "").lower()
    kind = AlarmKind(int(number), fields.get("Detail", ""))
    lowered = "lowered" in event
    if lowered:
        # Lowering names the alarm, not always the same hosts as when it was raised.
        for other, state in events.alarms.items():
            if other.id == kind.id:
                state.active, state.changed = False, line.time
    state = events.alarms.setdefault(kind, AlarmState(not lowered, line.time, Tally()))
    state.active, state.changed = not lowered, line.time
    if not lowered:
        state.raised.add(line.time, events.quote(line))


def _cluster_mode(line: LogLine, events: LogEvents) -> None:
    match = _MODE.search(line.body)
    mode: Literal["permissive", "enforcing"] | None = None
    if match:
        mode = "enforcing" if match[1].lower() == "enforcing" else "permissive"
    elif "TLS Verify change status" in line.body and "New" in line.fields:
        mode = "enforcing" if line.fields["New"].lower() == "true" else "permissive"
    if mode:
        events.cluster_mode = (mode, events.quote(line), line.time)
        events.count(events.changes, ChangeKind("configuration", f"cluster TLS {mode}"), line)


def _certificate(line: LogLine, hit: Hit, events: LogEvents) -> None:
    """A certificate in a message body: its lines are indented, and the first may begin with `|`."""
    if len(events.seen) >= _MOST_SEEN:
        return
    block = hit.line[hit.line.find(_CERTIFICATE) :] + bytes(hit.after[:_LONGEST_CERTIFICATE])
    end = block.find(b"-----END CERTIFICATE-----")
    if end < 0:
        return
    text = _BODY_PREFIX.sub(b"", block[: end + len(b"-----END CERTIFICATE-----")])
    for found in read_pem(text).certificates:
        certificate: Certificate = found.certificate
        events.seen.setdefault(
            certificate.fingerprint, SeenCertificate(certificate, events.quote(line))
        )

"""Traffic Server's verification failures, XCP's, and HTTP failures in the log.

A WARNING names what Traffic Server refused; the ERROR that follows repeats it as `certificate
verify failed`. An ERROR with an alert and no WARNING means that the other side refused the
Expressway-C's certificate (Cisco 218018, 225746; upstream SSLClientUtils.cc). The port is only in
the transaction's `Sending Request` line.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from .log_events import HttpKind, LogEvents, TargetKind, TrafficServerKind, XcpKind
from .log_lines import LogLine
from .log_scan import Hit
from .tls_reasons import read_reason, verify_failed_only

ANCHORS = (
    b"server certificate verification failed for",
    b"not in certificate",
    b"SSL connection failed for",
    b"Certificate verification failed for host=",
    b"reverse DNS lookup failed",
    b"HTTP/1.1 502",
    b"HTTP/1.1 403",
)
ALLOWED = b'Rule="https://'
"""Stands in each line that lets a client's request through to a UC server."""
_TARGET = re.compile(r'Rule="https://(?P<host>\[[^\]"]+\]|[^:/"\s]+)(?::(?P<port>\d{1,5}))?')
_UNTRUSTED = re.compile(
    r"server certificate verification failed for\s*\(\s*(?P<sni>[^)]*?)\s*\)\s*\.\s*"
    r"Action=(?P<action>\w+)\s+Error=(?P<error>.+?)\s+"
    r"server=(?P<server>[^\s(]*)\((?P<ip>[^)]*)\)\s+depth=(?P<depth>\d+)"
)
_NAME = re.compile(
    r"(?:SNI|Origin hostname)\s*\(\s*(?P<sni>[^)]*?)\s*\) not in certificate\s*\.\s*"
    r"Action=(?P<action>\w+)\s+server=(?P<server>[^\s(]*)\((?P<ip>[^)]*)\)"
)
_ERROR = re.compile(r"SSL connection failed for '(?P<server>[^']*)'\s*:\s*(?P<error>error:.*)")
_XCP_NAME = re.compile(
    r"Certificate verification failed for host=(?P<host>[^,\"]+)"
    r"(?:,\s*additional info:\s*(?P<info>[^\"]*))?"
)
_XCP_PTR = re.compile(r"reverse DNS lookup failed for address=(?P<host>[^\s\"]+)")
_HTTP = re.compile(r"HTTP/1\.1 (?P<status>502|403)\b *(?P<reason>[^\"\r\n]*)")
_TXN = re.compile(rb'Txn-id="(\d+)"')
_SENT = re.compile(rb'Dst-ip="\s*([^"\s]+)\s*"\s*Dst-port="\s*(\d+)')
_SENDING, _RECEIVING = b"Sending Request", b"Receive Request"
_MRA_PATH = re.compile(rb"://[^/\s]+(?::\d+)?/([A-Za-z0-9+/_-]{12,})/")
_REACH = 1 << 16


class TrafficServerLog:
    """Collects the lines of Traffic Server and XCP."""

    def __init__(self, events: LogEvents) -> None:
        self._events = events
        self._warned: set[str | None] = set()

    def take(self, line: LogLine, hit: Hit) -> None:
        """Take one line that holds one of ANCHORS."""
        if match := _UNTRUSTED.search(line.body):
            self._failure(line, hit, match, match["error"].strip(), int(match["depth"]))
        elif match := _NAME.search(line.body):
            self._failure(line, hit, match, match[0], None)
        elif match := _ERROR.search(line.body):
            self._error(line, hit, match)
        elif match := _XCP_NAME.search(line.body):
            info = (match["info"] or "").strip()
            cls = "name" if "hostname" in info.lower() else "other"
            kind = XcpKind(match["host"].strip(), cls, match[0])  # type: ignore[arg-type]
            self._events.count(self._events.xcp, kind, line)
        elif match := _XCP_PTR.search(line.body):
            self._events.count(self._events.xcp, XcpKind(match["host"], "no_ptr", match[0]), line)
        elif match := _HTTP.search(line.body):
            port, ip = _destination(hit, line, None)
            target = f"{ip}:{port}" if ip else None
            kind_http = HttpKind(int(match["status"]), match["reason"].strip(), target)
            self._events.count(self._events.http, kind_http, line)

    def take_allowed(self, line: LogLine) -> None:
        """Take a line that holds ALLOWED: it names a UC server as clients are told to reach it."""
        if match := _TARGET.search(line.body):
            kind = TargetKind(match["host"].strip("[]").lower(), int(match["port"] or 443))
            self._events.count(self._events.uc_targets, kind, line)

    def _failure(
        self, line: LogLine, hit: Hit, match: re.Match[str], reason: str, depth: int | None
    ) -> None:
        verdict = read_reason(reason)
        ip = match["ip"].strip() or None
        port, _ = _destination(hit, line, ip)
        terminated = match["action"] == "Terminate"
        if terminated:  # only then an ERROR follows
            self._warned.add(line.pid)
        kind = TrafficServerKind(
            (match["sni"] or match["server"]).lower(),
            ip,
            port,
            verdict.cls,
            "local",
            reason,
            depth,
            terminated,
        )
        self._events.count(self._events.traffic_server, kind, line)

    def _error(self, line: LogLine, hit: Hit, match: re.Match[str]) -> None:
        reason = " ".join(match["error"].split())
        verdict = read_reason(reason)
        if verify_failed_only(reason) and line.pid in self._warned:
            self._warned.discard(line.pid)
            return
        port, ip = _destination(hit, line, None)
        server = match["server"].strip().lower()
        kind = TrafficServerKind(
            server, ip, port, verdict.cls, verdict.rejected_by, reason, None, True
        )
        self._events.count(self._events.traffic_server, kind, line)


def _destination(hit: Hit, line: LogLine, ip: str | None) -> tuple[int | None, str | None]:
    """Port and address that a transaction was sent to, from the lines around one of its lines.

    By Txn-id where the line or the answer after it has one; else the last request to `ip`, or
    where the address is not known, the last request of all.
    """
    start = max(0, len(hit.before) - _REACH)
    before = bytes(hit.before[start:])
    after = bytes(hit.after[:_REACH])
    own = _TXN.search(hit.line)
    answer = after.find(b"HTTP/1.1 502")
    if own is None and answer >= 0:
        begin = after.rfind(b"\n", 0, answer)
        own = _TXN.search(after, max(begin, 0), answer)
    if own is not None:
        lines = list(_lines_back(before, b'Txn-id="' + own[1] + b'"'))
        for read, kind in ((_sent, _SENDING), (_asked, _RECEIVING)):
            request = next((one for one in lines if kind in one), None)
            if request is not None:
                return read(request)
    if ip is not None:
        sent = (_sent(one) for one in _lines_back(before, _SENDING))
        return next((found for found in sent if found[1] == ip), (None, ip))
    return (None, None) if own is not None else _sent(next(_lines_back(before, _SENDING), b""))


def _lines_back(text: bytes, anchor: bytes) -> Iterator[bytes]:
    """The lines that hold an anchor, from the last one back."""
    begin = len(text)
    while (position := text.rfind(anchor, 0, begin)) >= 0:
        begin = text.rfind(b"\n", 0, position) + 1
        end = text.find(b"\n", position)
        yield text[begin : end if end >= 0 else len(text)]


def _sent(line: bytes) -> tuple[int | None, str | None]:
    """Port and address that a request was sent to."""
    match = _SENT.search(line)
    return (int(match[2]), match[1].decode("utf-8", "replace")) if match else (None, None)


def _asked(line: bytes) -> tuple[int | None, str | None]:
    """Port and host that a client's request asks for, from its MRA path."""
    match = _MRA_PATH.search(line)
    parts = (decode_mra_path(match[1].decode("ascii")) or "").split("/") if match else []
    if len(parts) == 4 and parts[3].isdecimal():
        return int(parts[3]), parts[2].lower()
    return None, None


def decode_mra_path(element: str) -> str | None:
    """The first path element of an MRA request, decoded: `domain/https/host/port` (Cisco 218018).

    >>> decode_mra_path("c3RldmVuLmxhYi9odHRwcy9jdWNtLnN0ZXZlbi5sYWIvNjk3Mg")
    'steven.lab/https/cucm.steven.lab/6972'
    """
    padded = element + "=" * (-len(element) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.isprintable() else None

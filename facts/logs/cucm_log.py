"""Certificate trouble in the logs of UC servers: SDL and SDI traces, syslog alarms, Unity's HTTPS.

A trace line of `HandleSSLError` gives the OpenSSL verification code of a refused peer; the
`verify_cb` before it gives the depth. `InvalidX509NameInCertificate` gives the name that Unified CM
looked for, `Expected=`, which is what the Expressway-C's certificate has to carry (Cisco 200694,
210541, 211304).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..terms import FailureClass, Side
from ..vocabulary import Evidence
from .line_counts import LineCounts, quoted
from .log_scan import Stream, scan
from .tls_reasons import read_reason

LONGEST = 8_000
"""Bytes of a line that are looked at."""
_ANCHORS = (
    b"HandleSSLError",
    b"verify_cb",
    b"InvalidX509NameInCertificate",
    b"ConnectionFailure",
    b"UC_CERT-",
    b"UC_ICSA-",
    b"Peer certificate cannot be authenticated with known CA",
)
_VERIFICATION = re.compile(
    r"HandleSSLError\s*-\s*Certificate verification failed:\s*"
    r"\(Verification error:\s*(?P<code>\d{1,4})\s*\)\s*-\s*(?P<text>[A-Za-z' -]{0,100}?)\s*"
    r"(?:\bfor\s+(?P<peer>[0-9A-Fa-f.:\[\]]+):\d+|$)"
)
_HANDSHAKE = re.compile(r"HandleSSLError\s*-\s*(?P<text>[^,\r\n]{1,200})")
_PEER = re.compile(r"\bfor\s+(?P<peer>[0-9A-Fa-f.:\[\]]{2,50}):\d+")
_CALLBACK = re.compile(
    r"verify_cb pre-verified\s*=\s*0\s*,\s*cert verification errno\s*=\s*(?P<code>\d{1,4})\s*,"
    r"\s*depth\s*=\s*(?P<depth>\d{1,3})"
)
_NAME = re.compile(
    r"InvalidX509NameInCertificate(?P<final>\s*Error\s*,?\s*did not find matching SAN either)?"
    r"[\s,]*Rcvd\s*=\s*(?P<received>[^\s,]+)\s*,\s*Expected\s*=\s*"
    r"(?P<expected>[^\s.,]+(?:\.[^\s.,]+)*)"
)
_CONNECTION = re.compile(r"ConnectionFailure\b.{0,600}?\bReason\s*[:=]\s*(?P<code>\d{1,4})")
_DEVICE = re.compile(r"\bDeviceName\s*[:=]\s*([^,\]\s]+)")
_DEVICE_IP = re.compile(r"\bIPAddress\s*[:=]\s*([0-9A-Fa-f.:]+)")
_ALARM = re.compile(r"%\s*UC_(?:CERT|ICSA)-(?P<level>\d)-(?P<name>\w{1,60})\s*:")
_UNIT = re.compile(r"\bUnit\s*[:=]\s*([A-Za-z0-9_-]+)")
_CERTIFICATE = re.compile(r"\bCertificate name\s*[:=]\s*([^\s,\]]+)", re.IGNORECASE)
_NODE = re.compile(r"\bNode ?ID\s*(?:::?|=)\s*([A-Za-z0-9][\w.-]*)", re.IGNORECASE)
_UNITY = re.compile(
    r"Peer certificate cannot be authenticated with known CA certificates.{0,200}?"
    r"(?:Details: (?P<error>error:\s*[0-9A-Fa-f]{8}:?[^\r\n\"]{0,200}))?$"
)
# Classes of X509_V_ERR numbers, which the trace gives with or without their text.
_CLASSES: dict[int, FailureClass] = {
    **dict.fromkeys((2, 7, 20, 21, 24, 30), "untrusted"),
    **dict.fromkeys((18, 19), "self_signed"),
    **dict.fromkeys((3, 12, 23), "revocation"),
    **dict.fromkeys((62, 64), "name"),
    9: "not_yet_valid",
    10: "expired",
    26: "purpose",
}
_NAME_REASONS = {2, 11}
"""Reasons of the ConnectionFailure alarm that mean InvalidX509NameInCertificate (by release)."""


class UcFailureKind(NamedTuple):
    """Failures alike."""

    event: Literal["verification", "handshake", "name", "name_not_in_cn", "connection", "client"]
    cls: FailureClass
    rejected_by: Side
    code: int | None
    depth: int | None
    reason: str
    remote_ip: str | None = None
    received: str | None = None
    expected: str | None = None
    device: str | None = None


class UcAlarmKind(NamedTuple):
    """Alarms alike."""

    name: str
    level: int
    unit: str | None
    certificate: str | None


@dataclass
class UcEvents:
    """What the logs of one UC server say. `hosts` are the servers that their lines name."""

    failures: LineCounts[UcFailureKind] = field(default_factory=LineCounts)
    alarms: LineCounts[UcAlarmKind] = field(default_factory=LineCounts)
    hosts: dict[str, None] = field(default_factory=dict)
    unity: bool = False

    def merge(self, other: UcEvents) -> None:
        """Add what another log of the same server says."""
        self.failures.merge(other.failures)
        self.alarms.merge(other.alarms)
        self.hosts |= other.hosts
        self.unity |= other.unity


class _Callback(NamedTuple):
    """A verification callback whose handshake has not been told of yet."""

    code: int
    depth: int
    evidence: Evidence


def recognises(head: bytes) -> bool:
    """Whether a file begins as a trace of Unified CM does, or holds one of the lines read here."""
    return bool(
        re.search(rb"^\d{8}\.\d{3} ?\|\d\d:\d\d:\d\d\.\d{3} ?\|", head, re.MULTILINE)
        or re.search(rb"%\s*(?:UC_CERT|UC_ICSA|UC_CALLMANAGER|UC_RTMT|UC_AUDITLOG)-\d-", head)
        or b"HandleSSLError" in head
        or b"validTLSConnection" in head
        or b"SdlSSLTCPListener" in head
        or b"AlarmName: ConnectionFailure" in head
        or _ANCHORS[-1] in head
    )


def read(stream: Stream, where: Evidence) -> tuple[UcEvents, Exception | None]:
    """Read a log to its end, or to where it is damaged; then that error comes with the events."""
    events = UcEvents()
    callback: _Callback | None = None
    failure: Exception | None = None
    try:
        for hit in scan(stream, _ANCHORS):
            text = hit.line[:LONGEST].decode("utf-8", "replace")
            callback = _take(text, quoted(where, hit, text), events, callback)
    except Exception as error:  # a damaged stream: what came before it counts
        failure = error
    _alone(callback, events)
    return events, failure


def _take(
    text: str, evidence: Evidence, events: UcEvents, callback: _Callback | None
) -> _Callback | None:
    """Count one line. Returns the callback that still waits for its handshake."""
    node = _NODE.search(text)
    if node and len(events.hosts) < 10:
        events.hosts.setdefault(node[1].lower())
    if match := _CALLBACK.search(text):
        found = _Callback(int(match["code"]), int(match["depth"]), evidence)
        if callback and callback.code == found.code:
            return callback  # the same verification, called for each certificate of the chain
        _alone(callback, events)
        return found
    if match := _VERIFICATION.search(text):
        code, words = int(match["code"]), " ".join(match["text"].split())
        depth = callback.depth if callback and callback.code == code else None
        kind = _verification(code, words, depth, _ip(match["peer"]))
        events.failures.add(kind, evidence)
        return None
    if kind_or_none := _other(text, events):
        events.failures.add(kind_or_none, evidence)
    elif match := _ALARM.search(text):
        unit, certificate = _UNIT.search(text), _CERTIFICATE.search(text)
        alarm = UcAlarmKind(
            match["name"],
            int(match["level"]),
            unit[1] if unit else None,
            certificate[1] if certificate else None,
        )
        events.alarms.add(alarm, evidence)
    return callback


def _other(text: str, events: UcEvents) -> UcFailureKind | None:
    if match := _HANDSHAKE.search(text):
        reason, peer = " ".join(match["text"].split()), _PEER.search(text)
        verdict = read_reason(reason)
        ip = _ip(peer["peer"]) if peer else None
        return UcFailureKind("handshake", verdict.cls, verdict.rejected_by, None, None, reason, ip)
    if match := _NAME.search(text):
        received, expected = match["received"].lower(), match["expected"].lower()
        event: Literal["name", "name_not_in_cn"] = "name" if match["final"] else "name_not_in_cn"
        return UcFailureKind(
            event, "name", "local", None, None, "InvalidX509NameInCertificate", None, received,
            expected,
        )  # fmt: skip
    if match := _CONNECTION.search(text):
        code = int(match["code"])
        device, address = _DEVICE.search(text), _DEVICE_IP.search(text)
        return UcFailureKind(
            "connection",
            "name" if code in _NAME_REASONS else "other",
            "local",
            code,
            None,
            f"ConnectionFailure, reason {code}",
            address[1] if address else None,
            device=device[1] if device else None,
        )
    if match := _UNITY.search(text.rstrip()):
        events.unity = True
        return UcFailureKind("client", "untrusted", "local", None, None, match[0][:200])
    return None


def _verification(code: int, words: str, depth: int | None, ip: str | None) -> UcFailureKind:
    cls = _CLASSES.get(code) or read_reason(words).cls
    reason = f"verification error {code}: {words}" if words else f"verification error {code}"
    return UcFailureKind("verification", cls, "local", code, depth, reason, ip)


def _alone(callback: _Callback | None, events: UcEvents) -> None:
    """Count a callback that no line about its handshake followed."""
    if callback:
        kind = _verification(callback.code, "", callback.depth, None)
        events.failures.add(kind, callback.evidence)


def _ip(peer: str | None) -> str | None:
    return peer.strip("[]") if peer else None

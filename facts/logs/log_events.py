"""What a log says, aggregated: each kind of event is counted, with its first lines as evidence.

Nothing grows with the log: kinds are bounded by what distinguishes them, samples by three.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeVar

from ..terms import FailureClass, Side
from ..vocabulary import Evidence
from ..x509.certificate import Certificate
from .log_lines import LogLine

SAMPLES = 3
KINDS = 2_000
QUOTED = 2_000

Kind = TypeVar("Kind", bound=Hashable)


@dataclass
class Tally:
    """How often something was logged, when first and last, and its first lines."""

    count: int = 0
    first: int | None = None
    last: int | None = None
    samples: list[Evidence] = field(default_factory=list)

    def add(self, time: int | None, evidence: Evidence) -> None:
        """Count one more, and keep it as evidence while there are few."""
        self.note(time)
        if len(self.samples) < SAMPLES:
            self.samples.append(evidence)

    def note(self, time: int | None) -> None:
        """Count one more."""
        self.count += 1
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)

    def merge(self, other: Tally) -> None:
        """Add what another log of the same node counted."""
        times = [t for t in (self.first, other.first, self.last, other.last) if t is not None]
        self.count += other.count
        self.first, self.last = (min(times), max(times)) if times else (None, None)
        self.samples = (self.samples + other.samples)[:SAMPLES]


class TlsKind(NamedTuple):
    """SIP TLS handshakes that failed alike; `local` and `remote` are addresses without port."""

    direction: Literal["inbound", "outbound"]
    port: int
    local_ip: str
    remote_ip: str
    cls: FailureClass
    rejected_by: Side
    reason: str
    expected_name: str | None


class TrafficServerKind(NamedTuple):
    """Traffic Server connections that failed alike."""

    server: str
    ip: str | None
    port: int | None
    cls: FailureClass
    rejected_by: Side
    reason: str
    depth: int | None
    terminated: bool


class TargetKind(NamedTuple):
    """A UC server as an Expressway-C's allow list names it."""

    host: str
    port: int


class AuthenticationKind(NamedTuple):
    """Refused SIP credentials alike."""

    method: str
    detail: str
    remote_ip: str | None


class XcpKind(NamedTuple):
    """Refusals by XCP's certificate verification alike."""

    remote: str
    cls: Literal["no_ptr", "name", "other"]
    reason: str


class HttpKind(NamedTuple):
    """HTTP failures alike."""

    status: int
    reason: str
    target: str | None


class ConnectionKind(NamedTuple):
    """Connections that failed alike without a certificate being named."""

    port: int
    remote: str
    cls: Literal["refused", "timeout", "idle", "eof", "other"]
    reason: str


class AlarmKind(NamedTuple):
    """An alarm with its text."""

    id: int
    detail: str


class ChangeKind(NamedTuple):
    """Something done to the node."""

    event: Literal["certificate", "restart", "configuration", "upgrade"]
    detail: str


@dataclass
class AlarmState:
    """An alarm's last known state, and every time it was raised."""

    active: bool
    changed: int | None
    raised: Tally


@dataclass(frozen=True)
class SeenCertificate:
    """A certificate that stands in a log."""

    certificate: Certificate
    evidence: Evidence


@dataclass
class LogEvents:
    """All that the extractors take from the logs of one node."""

    where: Evidence
    host: str | None = None
    first: int | None = None
    last: int | None = None
    tls: dict[TlsKind, Tally] = field(default_factory=dict)
    traffic_server: dict[TrafficServerKind, Tally] = field(default_factory=dict)
    uc_targets: dict[TargetKind, Tally] = field(default_factory=dict)
    authentication: dict[AuthenticationKind, Tally] = field(default_factory=dict)
    xcp: dict[XcpKind, Tally] = field(default_factory=dict)
    http: dict[HttpKind, Tally] = field(default_factory=dict)
    connections: dict[ConnectionKind, Tally] = field(default_factory=dict)
    changes: dict[ChangeKind, Tally] = field(default_factory=dict)
    alarms: dict[AlarmKind, AlarmState] = field(default_factory=dict)
    releases: dict[str, Tally] = field(default_factory=dict)
    phrases: dict[str, Tally] = field(default_factory=dict)
    cluster_mode: tuple[Literal["permissive", "enforcing"], Evidence, int | None] | None = None
    seen: dict[str, SeenCertificate] = field(default_factory=dict)

    def quote(self, line: LogLine) -> Evidence:
        """A line as evidence."""
        before, after = line.neighbours()
        text = line.text.strip()[:QUOTED]
        return replace(self.where, line=line.number, text=text, before=before, after=after)

    def count(self, kinds: dict[Kind, Tally], kind: Kind, line: LogLine) -> None:
        """Count a line as one more of its kind; past the bound, new kinds are left out."""
        tally = kinds.get(kind)
        if tally is None:
            if len(kinds) >= KINDS:
                return
            tally = kinds[kind] = Tally()
        tally.note(line.time)
        if len(tally.samples) < SAMPLES:
            tally.samples.append(self.quote(line))

    def merge(self, other: LogEvents) -> None:
        """Add the events of another log of the same node."""
        self.host = self.host or other.host
        self.first = min((t for t in (self.first, other.first) if t is not None), default=None)
        self.last = max((t for t in (self.last, other.last) if t is not None), default=None)
        _merge(self.tls, other.tls)
        _merge(self.traffic_server, other.traffic_server)
        _merge(self.uc_targets, other.uc_targets)
        _merge(self.authentication, other.authentication)
        _merge(self.xcp, other.xcp)
        _merge(self.http, other.http)
        _merge(self.connections, other.connections)
        _merge(self.changes, other.changes)
        _merge(self.releases, other.releases)
        _merge(self.phrases, other.phrases)
        for kind, state in other.alarms.items():
            mine = self.alarms.setdefault(kind, state)
            if mine is not state:
                mine.raised.merge(state.raised)
                if (state.changed or 0) >= (mine.changed or 0):
                    mine.active, mine.changed = state.active, state.changed
        if other.cluster_mode and (
            self.cluster_mode is None or (other.cluster_mode[2] or 0) >= (self.cluster_mode[2] or 0)
        ):
            self.cluster_mode = other.cluster_mode
        for fingerprint, seen in other.seen.items():
            self.seen.setdefault(fingerprint, seen)


def _merge(mine: dict[Kind, Tally], theirs: dict[Kind, Tally]) -> None:
    for kind, tally in theirs.items():
        mine.setdefault(kind, Tally()).merge(tally)

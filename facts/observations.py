"""What was read, before anything is concluded: one record for each node and each lone file.

What-if changes these records and derives the facts again.
"""

from __future__ import annotations

from dataclasses import dataclass

from .certificate import Certificate
from .containers import Contents
from .log_events import LogEvents
from .model import Store
from .vocabulary import Evidence, Topic
from .xconfiguration import Configuration
from .xstatus import Status


@dataclass(frozen=True)
class Listed:
    """A certificate and where it stands; `position` counts from 1 in its file."""

    certificate: Certificate
    evidence: Evidence
    position: int = 1


@dataclass(frozen=True)
class NodeObservation:
    """All that the inputs show of one node; None where they show nothing.

    `written` is the newest time that its bundle holds, in seconds since the epoch; `unreadable`
    are topics whose file was there but could not be read, `release_seen` is the release that a
    peer's log names.
    """

    host: str
    inputs: tuple[str, ...] = ()
    configuration: Configuration | None = None
    configuration_at: Evidence | None = None
    cluster_mode: tuple[str, Evidence] | None = None
    status: Status | None = None
    status_at: Evidence | None = None
    trust: tuple[Listed, ...] | None = None
    server: Listed | None = None
    client: Listed | None = None
    events: LogEvents | None = None
    release_seen: tuple[str, Evidence] | None = None
    written: int | None = None
    unreadable: frozenset[Topic] = frozenset()

    def own(self, store: Store) -> Listed | None:
        """The certificate in a store."""
        return self.client if store == "client" else self.server


@dataclass(frozen=True)
class FileObservation:
    """A certificate file given by itself."""

    path: str
    contents: Contents


@dataclass(frozen=True)
class InputObservation:
    """One path of the command line: what it is, and which members were not read and why."""

    path: str
    kind: str
    sha256: str | None
    members: int
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Something that could not be read or decided, and what that leaves open."""

    input: str
    text: str


@dataclass(frozen=True)
class Observations:
    """Everything that was read from all inputs."""

    inputs: tuple[InputObservation, ...] = ()
    nodes: tuple[NodeObservation, ...] = ()
    files: tuple[FileObservation, ...] = ()
    problems: tuple[Problem, ...] = ()

    def newest(self) -> int | None:
        """The newest time that any bundle holds, in seconds since the epoch."""
        return max((n.written for n in self.nodes if n.written is not None), default=None)

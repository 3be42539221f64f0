"""What was read, before anything is concluded: one record for each node and each lone file.

What-if changes these records and derives the facts again.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..formats.containers import Contents
from ..logs.client_log import ClientEvents
from ..logs.cucm_log import UcEvents
from ..logs.log_events import LogEvents
from ..terms import Store, UcProduct
from ..vocabulary import Evidence, Topic, Version
from ..x509.certificate import Certificate
from .uc_material import UcEntry
from .xconfiguration import Configuration
from .xstatus import Status


@dataclass(frozen=True)
class Listed:
    """A certificate and where it stands: `position`, from 1, of so many in its file."""

    certificate: Certificate
    evidence: Evidence
    position: int = 1
    of: int = 1


@dataclass(frozen=True)
class NodeObservation:
    """All that the inputs show of one node; None where they show nothing.

    `trust_crls` are the revocation lists (DER) in the file of its trusted CA list; `written` is the
    newest time that its bundle holds, in seconds since the epoch; `unreadable`
    are topics whose file was there but could not be read, `release_seen` is the release that a
    peer's log names, `earlier` are certificates that older bundles show in the place of its own,
    `assumed_release` one that takes the place of what the inputs say.
    """

    host: str
    inputs: tuple[str, ...] = ()
    configuration: Configuration | None = None
    configuration_at: Evidence | None = None
    cluster_mode: tuple[str, Evidence] | None = None
    status: Status | None = None
    status_at: Evidence | None = None
    trust: tuple[Listed, ...] | None = None
    trust_crls: tuple[bytes, ...] | None = None
    server: Listed | None = None
    client: Listed | None = None
    events: LogEvents | None = None
    release_seen: tuple[str, Evidence] | None = None
    assumed_release: tuple[Version, Evidence] | None = None
    written: int | None = None
    earlier: tuple[tuple[Store, Listed], ...] = ()
    unreadable: frozenset[Topic] = frozenset()

    def own(self, store: Store) -> Listed | None:
        """The certificate in a store."""
        return self.client if store == "client" else self.server


@dataclass(frozen=True)
class UcServerObservation:
    """All that the inputs show of one UC server.

    `entries` are its own certificates and its trust stores, each store in its order; what a
    database tells is among them and marked. `names` are further names and addresses of it.
    """

    host: str
    product: UcProduct = "unknown"
    names: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    entries: tuple[UcEntry, ...] = ()
    events: UcEvents | None = None

    def own(self) -> tuple[UcEntry, ...]:
        """Its own certificates."""
        return tuple(e for e in self.entries if not e.is_trust and not e.in_database)

    @property
    def shows_whole_stores(self) -> bool:
        """A source lists its trust stores whole, so what is not there is absent."""
        return any(entry.of_whole for entry in self.entries)

    def store(self, name: str) -> tuple[UcEntry, ...]:
        """The entries of a trust store, of the server's own list if given, else the database's."""
        listed = [entry for entry in self.entries if entry.unit == name]
        own = [entry for entry in listed if not entry.in_database]
        return tuple(own or listed)


@dataclass(frozen=True)
class FileObservation:
    """A certificate file given by itself; `final_newline`: its last byte ends a line."""

    path: str
    contents: Contents
    final_newline: bool = True


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
    uc_servers: tuple[UcServerObservation, ...] = ()
    clients: tuple[ClientEvents, ...] = ()

    def newest(self) -> int | None:
        """The newest time that any bundle holds, in seconds since the epoch."""
        return max((n.written for n in self.nodes if n.written is not None), default=None)

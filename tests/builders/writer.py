"""Log lines in the grammar of loggingsnapshot: who writes, when, and the stamps both forms need."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from .nodes import Node
from .spec import did_you_mean

# The log stamps its lines in local time with the offset, and the same time again in UTC.
_LOCAL = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class Writer:
    """Writes the lines of one record of a node's log.

    `addresses` and `pems` hold every node's address and server certificate by node name; `number`
    tells records apart where they need a port or an identifier of their own.
    """

    node: Node
    addresses: Mapping[str, str]
    pems: Mapping[str, str]
    time: datetime
    number: int

    @property
    def local(self) -> str:
        """Local time as at the start of a line, with milliseconds and offset."""
        return self.time.astimezone(_LOCAL).isoformat(timespec="milliseconds")

    @property
    def utc(self) -> str:
        """The `UTCTime` pair."""
        moment = self.time.astimezone(UTC)
        return f'UTCTime="{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d}"'

    @property
    def port(self) -> int:
        """An ephemeral port of the range for traversal clients."""
        return 25000 + self.number % 5000

    @property
    def thread(self) -> str:
        """Thread of the SIP process."""
        return f"0x7f{self.number % 16:x}9ddefa700"

    def token(self, purpose: str) -> str:
        """32 hex digits that are the same in every run."""
        text = f"{self.node.name} {self.number} {purpose}"
        return hashlib.shake_256(text.encode()).hexdigest(16)

    def uuid(self, purpose: str) -> str:
        """A token in the form of a UUID."""
        t = self.token(purpose)
        return f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}"

    def address(self, remote: str) -> str:
        """The address of a node by its name; anything else is an address already."""
        return self.addresses.get(remote, remote)

    def certificate(self, name: str) -> str:
        """The PEM of a node's server certificate; ValueError if there is no such node."""
        if name not in self.pems:
            raise ValueError(f"no node {name!r}{did_you_mean(name, self.pems)}")
        return self.pems[name]

    def line(self, process: str, text: str) -> str:
        """A line of a process: time, host, process, text."""
        return f"{self.local} {self.node.hostname} {process}: {text}"

    def event(self, process: str, text: str, level: int = 1) -> str:
        """An event: the text starts with `Event=`, the line ends with level and UTC time."""
        return self.line(process, f'{text} Level="{level}" {self.utc}')

    def trace(self, process: str, module: str, level: str, text: str) -> str:
        """A line of a module: UTC time, module and level come first."""
        return self.line(process, f'{self.utc} Module="{module}" Level="{level}": {text}')

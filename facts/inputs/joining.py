"""Puts the files of the inputs together into nodes.

A name `<what>_<host>_<time>` says whose a file is. Files without a host in their name belong to
the node of their folder; two bundles of one node are one node, the newer one deciding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

from ..logs.log_events import LogEvents
from ..terms import Store
from .bundle_names import archive_name
from .observations import Listed, NodeObservation, Problem

_SAID = ("configuration", "status", "trust", "server", "client", "events")


@dataclass
class Part:
    """The files of one node in one place, which is an archive's or a folder's folder.

    `host` is from the files' names, `content_host` from what they say, `named` the time in their
    names in seconds since the epoch.
    """

    input: str
    place: str
    host: str | None
    content_host: str | None = None
    record: NodeObservation = field(default_factory=lambda: NodeObservation(host=""))
    named: int | None = None

    def written(self) -> int | None:
        """The newest time that the files hold: of the log, else of the status, else the names'."""
        if self.record.events and self.record.events.last is not None:
            return self.record.events.last
        archive = archive_name(self.place)
        return self._status_time() or self.named or (archive.written if archive else None)

    def _status_time(self) -> int | None:
        leaf = self.record.status.find("SystemTime") if self.record.status else None
        try:
            moment = datetime.fromisoformat(leaf.value) if leaf else None
        except ValueError:
            return None
        return int(moment.replace(tzinfo=UTC).timestamp()) if moment else None


def join(parts: list[Part], problems: list[Problem]) -> tuple[NodeObservation, ...]:
    """The nodes, in order of their names; what cannot be told apart is stated in `problems`."""
    by_host: dict[str, list[Part]] = defaultdict(list)
    for part in _with_hosts(parts, problems):
        by_host[part.host or ""].append(part)
    nodes: dict[str, NodeObservation] = {}
    for host, same in sorted(by_host.items()):
        for group in _distinct(same):
            node = _merge(host, group, problems)
            if host in nodes or len(_distinct(same)) > 1:
                node = replace(node, host=_fqdn(group[0]) or host)
            nodes[node.host] = node
    return tuple(nodes[host] for host in sorted(nodes))


def _with_hosts(parts: list[Part], problems: list[Problem]) -> list[Part]:
    """Give every part a host: that of the files beside it, else what it says itself.

    Files that say nothing go to the only node of their input.
    """
    named = [part for part in parts if part.host]
    for part in parts:
        if part.host or part.record == NodeObservation(host=""):
            continue
        beside = {p.host for p in named if (p.input, p.place) == (part.input, part.place)}
        archive = archive_name(part.place)
        own = part.content_host or (archive.host if archive else None)
        if not beside and own is None:
            beside = {p.host for p in named if p.input == part.input}
        if len(beside) == 1:
            part.host = beside.pop()
        elif len(beside) > 1:
            hosts = ", ".join(sorted(host or "" for host in beside))
            text = f"holds files without a host in their names, beside those of {hosts}; not used"
            problems.append(Problem(part.input, text))
            continue
        else:
            part.host = own or _subject_host(part) or "unnamed"
            if part.host == "unnamed":
                text = "nothing in it names the node that it is from; it is called `unnamed`"
                problems.append(Problem(part.input, text))
        named.append(part)
    return [part for part in named if part.record != NodeObservation(host="")]


def _subject_host(part: Part) -> str | None:
    server = part.record.server
    name = server.certificate.common_name if server else None
    return name.split(".")[0].lower() if name else None


def _fqdn(part: Part) -> str | None:
    configuration = part.record.configuration
    if configuration is None:
        return None
    host = configuration.text("IP DNS Hostname")
    domain = configuration.text("IP DNS Domain Name")
    return f"{host}.{domain}".lower() if host and domain else None


def _distinct(parts: list[Part]) -> list[list[Part]]:
    """Nodes that share a system name but not their configured FQDN are different nodes."""
    groups: dict[str | None, list[Part]] = {}
    for part in parts:
        groups.setdefault(_fqdn(part), []).append(part)
    if len(groups) == 2 and None in groups:
        return [parts]
    return list(groups.values())


def _merge(host: str, parts: list[Part], problems: list[Problem]) -> NodeObservation:
    """One node of several bundles: the newest decides on everything but the logs, which add up."""
    ordered = sorted(parts, key=lambda p: (p.written() or 0, p.input, p.place), reverse=True)
    inputs = tuple(dict.fromkeys(part.input for part in ordered))
    said = [name for part in parts for name in _SAID if getattr(part.record, name) is not None]
    if len(said) > len(set(said)):
        text = (
            f"several inputs are of {host}; configuration, status and certificates are taken"
            f" from the newest that has them ({inputs[0]} first), all logs are read"
        )
        problems.append(Problem(", ".join(sorted(inputs)), text))
    merged = NodeObservation(host=host, inputs=tuple(sorted(inputs)), written=ordered[0].written())
    for part in ordered:
        for name in (f.name for f in fields(NodeObservation)):
            if name in ("host", "inputs", "written", "events", "unreadable"):
                continue
            if getattr(merged, name) is None:
                merged = replace(merged, **{name: getattr(part.record, name)})
        if part.record.events:
            merged = replace(merged, events=merged_events(merged.events, part.record.events))
        merged = replace(merged, unreadable=merged.unreadable | part.record.unreadable)
    return replace(merged, earlier=tuple(_earlier(merged, ordered)))


def _earlier(node: NodeObservation, parts: list[Part]) -> Iterator[tuple[Store, Listed]]:
    """The certificates of bundles that others took the place of, each once, newest first."""
    stores: tuple[Store, ...] = ("server", "client")
    for store in stores:
        own = node.own(store)
        seen = {own.certificate.fingerprint} if own else set()
        for listed in (part.record.own(store) for part in parts):
            if listed and listed.certificate.fingerprint not in seen:
                seen.add(listed.certificate.fingerprint)
                yield store, listed


def merged_events(one: LogEvents | None, other: LogEvents) -> LogEvents:
    """The events of two logs of one node."""
    if one is None:
        return other
    one.merge(other)
    return one

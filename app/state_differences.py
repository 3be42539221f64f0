"""What is otherwise in two states of a deployment, node by node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ..facts.inputs.observations import Listed, NodeObservation, UcServerObservation
from ..facts.inputs.uc_material import UcEntry
from ..facts.inputs.xconfiguration import Configuration
from ..facts.model import Alarm, Node, Zone
from ..facts.terms import Store
from ..facts.vocabulary import Fact
from ..facts.x509.certificate import Certificate
from ..reports.comparison import KINDS, Difference, Kind, NotCompared
from .case import Case
from .certificate_differences import certificate_differences

ZONE = "Zones Zone"
_STORES: tuple[Store, ...] = ("server", "client")
_TOPICS: tuple[tuple[str, Callable[[NodeObservation], object | None]], ...] = (
    ("configuration", lambda node: node.configuration),
    ("trust_list", lambda node: node.trust),
    ("server_certificate", lambda node: node.server),
    ("log", lambda node: node.events),
)
Value = TypeVar("Value")


def node_names(before: Case, after: Case) -> dict[str, str]:
    """Nodes of the second state that have another name in the first, by their FQDN."""
    names = {fact.fqdn.lower(): fact.host for fact in _of(before, Node) if fact.fqdn}
    hosts = {fact.host for fact in _of(before, Node)}
    return {
        fact.host: names[fact.fqdn.lower()]
        for fact in _of(after, Node)
        if fact.fqdn and fact.host not in hosts and fact.fqdn.lower() in names
    }


def differences(before: Case, after: Case, names: Mapping[str, str]) -> tuple[Difference, ...]:
    """All differences, numbered; `names` are the nodes that the first state calls otherwise."""
    old = {node.host: node for node in before.observations.nodes}
    new = {names.get(node.host, node.host): node for node in after.observations.nodes}
    servers = {server.host: server for server in before.observations.uc_servers}
    later = {server.host: server for server in after.observations.uc_servers}
    rows = [*_came_and_went(old, new), *_came_and_went(servers, later)]
    for host in sorted(old.keys() & new.keys()):
        rows += _of_node(host, old[host], new[host])
    for host in sorted(servers.keys() & later.keys()):
        rows += _of_server(host, servers[host], later[host])
    both = old.keys() & new.keys()
    rows += _of_facts(before, after, names, both)
    rows.sort(key=_place)
    return tuple(row.model_copy(update={"number": n}) for n, row in enumerate(rows, 1))


def _place(row: Difference) -> tuple[str | int, ...]:
    named = row.before or row.after or ""
    return (
        row.node,
        KINDS.index(row.kind),
        row.what,
        named if row.kind == "trust" else "",
        row.key,
    )


def not_compared(before: Case, after: Case, names: Mapping[str, str]) -> Iterator[NotCompared]:
    """What only one state shows of a node that both show."""
    new = {names.get(node.host, node.host): node for node in after.observations.nodes}
    for node in sorted(before.observations.nodes, key=lambda node: node.host):
        other = new.get(node.host)
        for topic, shown in _TOPICS if other else ():
            seen = [shown(one) is not None for one in (node, other) if one]
            if seen[0] != seen[1]:
                yield NotCompared.model_validate(
                    {"node": node.host, "topic": topic, "seen": "before" if seen[0] else "after"}
                )


def _row(
    node: str, kind: Kind, what: str, before: str | None, after: str | None, key: str = ""
) -> Difference:
    return Difference(
        number=0, node=node, kind=kind, what=what, key=key, before=before, after=after
    )


def _came_and_went(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Difference]:
    for host in old.keys() ^ new.keys():
        yield _row(host, "node", "", *((host, None) if host in old else (None, host)))


def _of_node(host: str, old: NodeObservation, new: NodeObservation) -> Iterator[Difference]:
    for store in _STORES:
        one, other = old.own(store), new.own(store)
        # What only one state shows is told as not compared; a store of its own may be new.
        if (one and other) or (store == "client" and old.server and new.server):
            yield from _certificates(host, store, _held(one), _held(other))
    if old.trust is not None and new.trust is not None:
        yield from _lists(host, "", _authorities(old.trust), _authorities(new.trust))
    if old.configuration is not None and new.configuration is not None:
        yield from _settings(host, old.configuration, new.configuration)


def _held(listed: Listed | None) -> Certificate | None:
    return listed.certificate if listed else None


def _certificates(
    host: str, store: str, old: Certificate | None, new: Certificate | None
) -> Iterator[Difference]:
    if old == new or (old and new and old.fingerprint == new.fingerprint):
        return
    told = [f"{one.subject} ({one.fingerprint})" if one else None for one in (old, new)]
    row = _row(host, "certificate", store, told[0], told[1])
    details = tuple(certificate_differences(old, new)) if old and new else ()
    yield row.model_copy(update={"details": details})


class _Entry(NamedTuple):
    """An entry of a list: its name, and the certificate where more than a name is known."""

    name: str
    certificate: Certificate | None


def _authorities(trust: Iterable[Listed]) -> dict[str, _Entry]:
    """Entries by fingerprint, in the order of the list."""
    found = (one.certificate for one in trust)
    return {one.fingerprint: _Entry(one.subject, one) for one in found}


def _lists(
    host: str, store: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry]
) -> Iterator[Difference]:
    gone = {key: entry for key, entry in old.items() if key not in new}
    for key, entry in new.items():
        if key in old:
            continue
        # Another certificate of the same name stands in for the one before.
        former = next((k for k, one in gone.items() if one.name == entry.name), None)
        row = _row(host, "trust", store, None, entry.name, key)
        if former is not None:
            one, other = gone.pop(former).certificate, entry.certificate
            details = tuple(certificate_differences(one, other)) if one and other else ()
            row = row.model_copy(update={"before": entry.name, "details": details})
        yield row
    for key, entry in gone.items():
        yield _row(host, "trust", store, entry.name, None, key)
    kept = [[key for key in one if key in old and key in new] for one in (old, new)]
    for first, later in zip(*kept, strict=True):
        if first != later:  # one place tells that the order is another
            yield _row(host, "trust_order", store, old[first].name, old[later].name)
            return


def _settings(host: str, old: Configuration, new: Configuration) -> Iterator[Difference]:
    """Values that changed; zones are told apart by their names, whatever their numbers."""
    (plain, zones), (later, zones_later) = (_parted(one) for one in (old, new))
    for key, before, after in _changed(plain, later):
        yield _row(host, "setting", key, before, after)
    for name in sorted(zones.keys() | zones_later.keys()):
        if name not in zones or name not in zones_later:
            came = name not in zones
            yield _row(host, "zone", name, None if came else name, name if came else None)
            continue
        for key, before, after in _changed(zones[name], zones_later[name]):
            yield _row(host, "zone", name, before, after, key)


def of_zone(key: str) -> tuple[str, str] | None:
    """The number of the zone that a setting belongs to, and the rest of its key."""
    words = key.split(" ", 3)
    return (words[2], words[3]) if key.startswith(f"{ZONE} ") and len(words) == 4 else None


def _parted(configuration: Configuration) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Settings by key, and those of zones by the zone's name and the rest of the key."""
    plain: dict[str, str] = {}
    numbered: dict[str, dict[str, str]] = {}
    for key, value in configuration.values.items():
        if zone := of_zone(key):
            number, rest = zone
            numbered.setdefault(number, {})[rest] = value.text
        else:
            plain[key] = value.text
    zones: dict[str, dict[str, str]] = {}
    for number, values in numbered.items():
        name = values.get("Name") or number
        zones[name if name not in zones else f"{name} ({number})"] = values
    return plain, zones


def _changed(
    old: Mapping[str, Value], new: Mapping[str, Value]
) -> Iterator[tuple[str, Value | None, Value | None]]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _of_server(
    host: str, old: UcServerObservation, new: UcServerObservation
) -> Iterator[Difference]:
    """Certificates by unit, and the trust stores that both states list whole."""
    units, later = ({entry.unit: entry for entry in one.own()} for one in (old, new))
    for unit, one, other in _changed(units, later) if units and later else ():
        first, second = (entry.certificate if entry else None for entry in (one, other))
        if first and second:
            yield from _certificates(host, unit, first, second)
        elif (told := _named(one)) != (told_later := _named(other)):
            yield _row(host, "certificate", unit, told, told_later)
    if old.shows_whole_stores and new.shows_whole_stores:
        trusting = {e.unit for e in (*old.entries, *new.entries) if e.is_trust}
        for store in sorted(trusting):
            held, held_later = (
                {_key(entry): _Entry(entry.name, entry.certificate) for entry in one.store(store)}
                for one in (old, new)
            )
            yield from _lists(host, store, held, held_later)


def _key(entry: UcEntry) -> str:
    """What tells an entry from others in every source: its serial number and its name."""
    return f"{entry.serial_number or ''} {entry.first_common_name or entry.name}".strip()


def _named(entry: UcEntry | None) -> str | None:
    return None if entry is None else f"{entry.name} ({entry.serial_number or '?'})"


def _of_facts(
    before: Case, after: Case, names: Mapping[str, str], both: Iterable[str]
) -> Iterator[Difference]:
    """Releases, states of zones and alarms of the nodes that both states show."""
    shown = frozenset(both)

    def hosts(case: Case, kind: type[Value]) -> Iterator[tuple[str, Value]]:
        known = names if case is after else {}
        for fact in _of(case, kind):
            host = str(getattr(fact, "host", ""))
            if known.get(host, host) in shown:
                yield known.get(host, host), fact

    releases = [{h: f.version for h, f in hosts(case, Node)} for case in (before, after)]
    for host, old, new in _changed(releases[0], releases[1]):
        if old and new:  # a release that one state does not tell has not changed for that
            yield _row(host, "version", "", str(old), str(new))
    states = [{(h, f.name): f.status for h, f in hosts(case, Zone)} for case in (before, after)]
    for zone in sorted(states[0].keys() & states[1].keys()):
        was, now = states[0][zone], states[1][zone]
        if was != now and "unknown" not in (was, now):
            yield _row(zone[0], "zone", zone[1], was, now, "status")
    alarms = [
        {(h, f"{f.id} {f.title}"): f.title for h, f in hosts(case, Alarm) if f.active}
        for case in (before, after)
    ]
    for raised in sorted(alarms[0].keys() ^ alarms[1].keys()):
        yield _row(raised[0], "alarm", raised[1], alarms[0].get(raised), alarms[1].get(raised))


def _of(case: Case, kind: type[Value]) -> Iterator[Value]:
    facts: Iterable[Fact] = case.facts.values()
    return (fact for fact in facts if isinstance(fact, kind))

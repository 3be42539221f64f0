"""Facts of the logs: what was counted, with the node that the other side is where it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .logs.log_events import LogEvents
from .model import (
    Alarm,
    AuthenticationFailure,
    Change,
    ConnectionFailure,
    HttpFailure,
    TlsFailure,
    TrafficServerFailure,
    XcpFailure,
)
from .model_checks import LogPhrase
from .model_uc import UcTarget
from .names import name_kind
from .profile import Profile
from .vocabulary import Evidence, Fact, Time

_SERVICES = {5061: "sip_tls", 5062: "mtls"}
_MORE_ZONES = range(7001, 7011)


def facts(profiles: Sequence[Profile], servers: Mapping[str, str]) -> Iterator[Fact]:
    """The log facts of all nodes. `servers` are UC servers by each of their names."""
    # Private addresses recur: one that two nodes hold tells nothing.
    holders = Counter(address for p in profiles for address in p.addresses)
    by_address = {a: p.host for p in profiles for a in p.addresses if holders[a] == 1}
    for profile in profiles:
        events = profile.observation.events
        logged = set()
        if events is not None:
            yield from _tls(profile, events, by_address)
            yield from _traffic_server(profile, events, servers)
            yield from _others(profile, events, by_address)
            for alarm in _alarms(profile, events):
                logged.add(alarm.id)
                yield alarm
        yield from _status_alarms(profile, logged)


def _time(value: int | None) -> Time | None:
    return None if value is None else Time(value)


def _tls(profile: Profile, events: LogEvents, by_address: dict[str, str]) -> Iterator[TlsFailure]:
    zone_ports = {z.port for z in profile.zones if z.type.startswith("traversal") and z.port}
    for kind, tally in events.tls.items():
        traversal = kind.port in zone_ports or kind.port in _MORE_ZONES
        yield TlsFailure(
            host=profile.host,
            direction=kind.direction,
            service="traversal" if traversal else _SERVICES.get(kind.port, "other"),  # type: ignore[arg-type]
            port=kind.port,
            remote_ip=kind.remote_ip,
            peer=by_address.get(kind.remote_ip),
            rejected_by=kind.rejected_by,
            cls=kind.cls,
            reason=kind.reason,
            expected_name=kind.expected_name,
            count=tally.count,
            first=_time(tally.first),
            last=_time(tally.last),
            evidence=tuple(tally.samples),
        )


def _traffic_server(
    profile: Profile, events: LogEvents, servers: Mapping[str, str]
) -> Iterator[TrafficServerFailure | UcTarget]:
    for target, tally in events.uc_targets.items():
        yield UcTarget(
            host=profile.host,
            server=target.host,
            port=target.port,
            kind=name_kind(target.host),
            peer=servers.get(target.host, ""),
            evidence=tuple(tally.samples),
        )
    for kind, tally in events.traffic_server.items():
        yield TrafficServerFailure(
            host=profile.host,
            server=kind.server,
            peer=servers.get(kind.server) or servers.get(kind.ip or "", ""),
            ip=kind.ip,
            port=kind.port,
            rejected_by=kind.rejected_by,
            cls=kind.cls,
            reason=kind.reason,
            depth=kind.depth,
            terminated=kind.terminated,
            is_ip=name_kind(kind.server) == "ip",
            ecdsa_name=kind.server.split(".")[0].endswith("-ec"),
            count=tally.count,
            first=_time(tally.first),
            last=_time(tally.last),
            evidence=tuple(tally.samples),
        )


def _others(profile: Profile, events: LogEvents, by_address: dict[str, str]) -> Iterator[Fact]:
    host = profile.host
    for who, tally in events.authentication.items():
        yield AuthenticationFailure(
            host=host,
            method=who.method,
            detail=who.detail,
            remote_ip=who.remote_ip,
            peer=by_address.get(who.remote_ip or ""),
            count=tally.count,
            last=_time(tally.last),
            evidence=tuple(tally.samples),
        )
    for xcp, tally in events.xcp.items():
        yield XcpFailure(
            host=host,
            remote=xcp.remote,
            cls=xcp.cls,
            reason=xcp.reason,
            count=tally.count,
            evidence=tuple(tally.samples),
        )
    for http, tally in events.http.items():
        yield HttpFailure(
            host=host,
            status=http.status,
            reason=http.reason,
            target=http.target,
            count=tally.count,
            evidence=tuple(tally.samples),
        )
    for cut, tally in events.connections.items():
        yield ConnectionFailure(
            host=host,
            port=cut.port,
            remote=cut.remote,
            cls=cut.cls,
            reason=cut.reason,
            count=tally.count,
            last=_time(tally.last),
            evidence=tuple(tally.samples),
        )
    for phrase, tally in events.phrases.items():
        yield LogPhrase(
            host=host,
            phrase=phrase,  # type: ignore[arg-type]
            text=tally.samples[0].text,
            count=tally.count,
            evidence=tuple(tally.samples),
        )
    for change, tally in events.changes.items():
        yield Change(
            host=host,
            event=change.event,
            detail=change.detail,
            last=_time(tally.last),
            count=tally.count,
            evidence=tuple(tally.samples),
        )


def _alarms(profile: Profile, events: LogEvents) -> Iterator[Alarm]:
    for kind, state in events.alarms.items():
        yield Alarm(
            host=profile.host,
            id=kind.id,
            title=kind.detail.partition(":")[0].strip(),
            detail=kind.detail,
            active=state.active,
            count=state.raised.count,
            first=_time(state.raised.first),
            last=_time(state.raised.last),
            evidence=tuple(state.raised.samples),
        )


def _status_alarms(profile: Profile, logged: set[int]) -> Iterator[Alarm]:
    """Alarms of the status dump that the log does not speak of; leaf names are not published."""
    status = profile.observation.status
    if status is None:
        return
    where = profile.observation.status_at or Evidence(input="")
    blocks: dict[tuple[str, ...], dict[str, str]] = {}
    lines: dict[tuple[str, ...], Evidence] = {}
    for leaf in status.under("Alarm"):
        block = leaf.path[:-1]
        blocks.setdefault(block, {})[leaf.path[-1].lower()] = leaf.value
        if leaf.path[-1].lower() in ("id", "alarmid"):
            lines[block] = replace(where, line=leaf.line, text=leaf.source)
    for block, values in blocks.items():
        number = values.get("id") or values.get("alarmid") or ""
        if block not in lines or not number.isdecimal() or int(number) in logged:
            continue
        title = values.get("title") or values.get("name") or ""
        detail = values.get("description") or values.get("detail") or values.get("reason") or ""
        state = (values.get("status") or values.get("state") or "raised").lower()
        yield Alarm(
            host=profile.host,
            id=int(number),
            title=title,
            detail=": ".join(part for part in (title, detail) if part),
            active=state not in ("lowered", "cleared", "inactive"),
            count=1,
            evidence=(lines[block],),
        )

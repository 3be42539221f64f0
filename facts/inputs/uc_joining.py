"""Puts the files of UC servers together: which server each is from.

A file says it itself (the snapshot's server, a database row, an alarm's NodeID, a host name, the
subject of its own tomcat certificate), or its name or folder does. Where nothing tells, a single
server beside it is taken, and otherwise it is stated and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ..logs.cucm_log import UcEvents
from ..names import fold, name_kind
from ..terms import UcProduct
from .observations import Problem, UcServerObservation
from .uc_material import UcEntry, UcFile

MOST_SERVERS = 200
_NAMING_UNITS = ("tomcat", "ipsec", "CallManager", "cup-xmpp", "cup", "tomcat-ECDSA")
_WORDS = (
    r"show|cert|certs|certificates?|list|own|trust|cli|run|sql|snapshot|output|txt|log|logs|json"
    r"|sdl\d*|sdi\d*|syslog\w*|ciscosyslog\w*|calllogs|tomcat|callmanager|cup|xmpp|ecdsa|ipsec"
    r"|cucm|imp|unity|cuc|publisher|subscriber|pub|sub|cm|trace|ccm|active|var|platform|rtmt|case"
    r"|bundle|attachment|tgz|tar|gz|zip|\d{1,6}"
)
_GENERIC = re.compile(rf"(?:{_WORDS})(?:[ _.()-]+(?:{_WORDS}))*", re.IGNORECASE)
_BEFORE_WORDS = re.compile(
    r"(?P<host>[A-Za-z][A-Za-z0-9.-]*?)[ _-]+(?:show|certs?|certificates?|list|snapshot|sql|run|cli"
    r"|sdl|syslog|tomcat|callmanager|trust|own)(?![a-z])",
    re.IGNORECASE,
)
_PRODUCTS: tuple[tuple[UcProduct, str], ...] = (
    ("imp", r"imp\d*|cups?\d*|imps?\d*|presence"),
    ("unity", r"unity\w*|cuc\d*|ucxn\d*|cxn\d*"),
    ("cms", r"cms\d*"),
    ("cucm", r"cucm\w*|ccm\d*|ucm\d*"),
)


@dataclass(frozen=True)
class UcPart:
    """One file: where it is, and what it holds."""

    input: str
    member: str
    file: UcFile = UcFile(())
    events: UcEvents | None = None


def join_uc(parts: Sequence[UcPart], problems: list[Problem]) -> tuple[UcServerObservation, ...]:
    """The servers, in order of their names."""
    pieces: list[tuple[str, UcPart]] = []
    open_parts: list[UcPart] = []
    for part in parts:
        split = list(_by_server(part))
        pieces += split
        rest = replace(part, file=replace(part.file, entries=_unnamed(part)))
        if rest.file.entries or part.events or not split:
            host = _told(rest)
            if host:
                pieces.append((host, rest))
            elif rest.file.entries or part.events:
                open_parts.append(rest)
    known = {_label(host) for host, _ in pieces}
    for part in open_parts:
        host = _by_path(part, known) or _only(part, pieces)
        if host is None:
            text = (
                f"{part.member or part.input} does not tell which server it is from; put the host"
                " name into the file's or folder's name; not used"
            )
            problems.append(Problem(part.input, text))
            continue
        pieces.append((host, part))
    servers = tuple(_servers(pieces))
    if len(servers) > MOST_SERVERS:
        text = f"the inputs name more than {MOST_SERVERS} UC servers; the rest is left out"
        problems.append(Problem(servers[MOST_SERVERS].inputs[0], text))
    return servers[:MOST_SERVERS]


def _by_server(part: UcPart) -> Iterator[tuple[str, UcPart]]:
    """The rows of a table, or the snapshots of a file, by the server that each names."""
    rows: dict[str, list[UcEntry]] = {}
    for entry in part.file.entries:
        if entry.server:
            rows.setdefault(entry.server, []).append(entry)
    for server, entries in rows.items():
        name = _own_name(entries) if name_kind(server) == "ip" else None
        yield name or server, replace(part, file=UcFile(tuple(entries), server))


def _unnamed(part: UcPart) -> tuple[UcEntry, ...]:
    return tuple(entry for entry in part.file.entries if not entry.server)


def _told(part: UcPart) -> str | None:
    """The server that a file itself tells: by its host, its log lines, or its own certificates."""
    if part.file.host and name_kind(part.file.host) != "ip":
        return part.file.host
    hosts = list(part.events.hosts) if part.events else []
    if len(hosts) == 1:
        return hosts[0]
    named = _own_name(part.file.entries)
    return named or part.file.host


def _own_name(entries: Iterable[UcEntry]) -> str | None:
    """The host of a file's own certificates; a multi-server one (`-ms`) names none."""
    own = {entry.unit: entry for entry in entries if not entry.is_trust}
    for unit in _NAMING_UNITS:
        name = own[unit].first_common_name if unit in own else None
        if name and name_kind(name) != "ip" and " " not in name:
            label = fold(name).removesuffix(".").partition(".")[0].removesuffix("-ec")
            if not label.endswith("-ms") and not label.startswith("*"):
                return fold(name).replace("-ec.", ".", 1) if "." in name else label
    return None


def _by_path(part: UcPart, known: set[str]) -> str | None:
    """The server that a file's name or folders name: a known one, else the words before `show`."""
    path = PurePosixPath(part.member or PurePosixPath(part.input).name)
    pieces = [path.name, *reversed(path.parts[:-1])]
    pieces += [] if part.member == "" else [PurePosixPath(part.input).name]
    for piece in pieces:
        words = set(re.split(r"[^a-z0-9-]+", piece.lower())) | {piece.lower().partition(".")[0]}
        found = sorted(host for host in known if host in words)
        if len(found) == 1:
            return found[0]
    before = _BEFORE_WORDS.match(path.name)
    if before and not _GENERIC.fullmatch(before["host"]):
        return before["host"].lower()
    for folder in reversed(path.parts[:-1]):
        if re.fullmatch(r"[A-Za-z][\w.-]{1,62}", folder) and not _GENERIC.fullmatch(folder):
            return folder.lower()
    return None


def _only(part: UcPart, pieces: Sequence[tuple[str, UcPart]]) -> str | None:
    """The one server whose files are beside this one."""
    hosts = {_label(host): host for host, other in pieces if other.input == part.input}
    return next(iter(hosts.values())) if len(hosts) == 1 else None


def _label(host: str) -> str:
    """The name by which a server is known everywhere: the first label, or its address."""
    return host if name_kind(host) == "ip" else fold(host).partition(".")[0]


def _servers(pieces: Iterable[tuple[str, UcPart]]) -> Iterator[UcServerObservation]:
    by_host: dict[str, list[tuple[str, UcPart]]] = {}
    for host, part in pieces:
        by_host.setdefault(_label(host), []).append((host, part))
    for label, given in sorted(by_host.items()):
        ordered = sorted(given, key=lambda piece: (piece[1].input, piece[1].member))
        entries = tuple(dict.fromkeys(e for _, part in ordered for e in part.file.entries))
        events: UcEvents | None = None
        for _, part in ordered:
            if part.events and events is None:
                events = part.events
            elif part.events and events:
                events.merge(part.events)
        names = dict.fromkeys(name for name, _ in ordered if name != label)
        told = (name for _, part in ordered for name in (part.file.host, *part.file.names))
        names |= dict.fromkeys(name for name in told if name and name != label)
        names |= dict.fromkeys(e.address for e in entries if e.address and e.address != label)
        words = " ".join(f"{n} {p.member} {PurePosixPath(p.input).name}" for n, p in ordered)
        yield UcServerObservation(
            host=label,
            product=_product(entries, events, words),
            names=tuple(names),
            inputs=tuple(sorted({part.input for _, part in ordered})),
            entries=entries,
            events=events,
        )


def _product(entries: Sequence[UcEntry], events: UcEvents | None, words: str) -> UcProduct:
    """What sort of server it is: by its units, its log, else by the words in its names."""
    own = {e.unit.removesuffix("-ECDSA") for e in entries if not e.is_trust}
    stores = {entry.unit for entry in entries}
    if any(unit == "cup" or unit.startswith("cup-") for unit in own | stores):
        return "imp"
    if own & {"CallManager", "CAPF", "TVS"}:
        return "cucm"
    if events and events.unity:
        return "unity"
    named = re.split(r"[^a-z0-9]+", words.lower())
    for product, pattern in _PRODUCTS:
        if any(re.fullmatch(pattern, word) for word in named):
            return product
    return "cucm" if "CallManager-trust" in stores or (events and not entries) else "unknown"

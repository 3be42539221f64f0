"""Reads all inputs of a case into observations: which file is whose, and what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from ..formats.containers import read, read_pem
from ..logs import client_log, cucm_log
from ..logs.client_log import ClientEvents
from ..logs.log_reader import read_log
from ..vocabulary import Evidence, Topic
from . import cucm_cli, cucm_snapshot, xconfiguration, xconfiguration_xml, xstatus
from .archive import Limits, Member, Watch, members
from .bundle_names import BundleName, classify
from .byte_order_mark import plain_head, plain_stream
from .joining import Part, join, merged_events
from .observations import (
    FileObservation,
    InputObservation,
    Listed,
    Observations,
    Problem,
)
from .same_files import Given, told_apart
from .side_by_side import side_by_side
from .uc_joining import UcPart, join_uc
from .uc_material import UcFile
from .unpacked import DAMAGED

TEXT_BYTES = 64 << 20
FILE_BYTES = 8 << 20
_TOPICS: dict[str, Topic] = {
    "configuration": "configuration",
    "status": "status",
    "trust_list": "trust_list",
    "server_certificate": "server_certificate",
    "client_certificate": "client_certificate",
    "log": "log",
}
_KNOWN_UNREAD = {
    "capture": "is a packet capture, which is not read; the bundle's log and certificates are",
    "status_xml": "is not read; the text dump xstat_dump_….txt says the same",
}
# Of an XML dump: whatever names the mode and is followed by one of its values.
_XML_MODE = re.compile(rb"tls_?verify.{0,200}?\b(permissive|enforc\w*)", re.IGNORECASE | re.DOTALL)


_Xml = tuple[
    BundleName, str, Evidence, xconfiguration_xml.XmlConfiguration | xconfiguration_xml.XmlError
]
"""An XML dump: name, place, where it stands, and what was read of it or why nothing was."""


@dataclass
class _Reading:
    """What one input shows, or all of them together."""

    parts: dict[tuple[str, str, str | None], Part] = field(default_factory=dict)
    files: list[FileObservation] = field(default_factory=list)
    uc: list[UcPart] = field(default_factory=list)
    clients: list[ClientEvents] = field(default_factory=list)
    xml: list[_Xml] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    members: int = 0
    kinds: set[str] = field(default_factory=set)


def observe(
    paths: Sequence[Path], limits: Limits | None = None, watch: Watch | None = None
) -> Observations:
    """Read archives, folders and files, in any order, as one case.

    `watch` is told what is read of which file. Raises OSError, with the path in `filename`, for a
    path that does not exist or may not be read.
    """
    reading = _Reading()
    inputs: list[InputObservation] = []
    pieces = [
        partial(_read_given, one, limits or Limits())
        for one in told_apart(sorted(paths, key=_by_name))
    ]
    for one, of_input in side_by_side(pieces, watch):
        inputs.append(of_input)
        reading.parts |= one.parts
        reading.files += one.files
        reading.uc += one.uc
        reading.clients += one.clients
        reading.xml += one.xml
        reading.problems += one.problems
    _take_configuration_xml(reading)
    nodes = join(list(reading.parts.values()), reading.problems)
    files = tuple(sorted(reading.files, key=lambda f: f.path))
    servers = join_uc(reading.uc, reading.problems)
    clients = tuple(sorted(reading.clients, key=lambda c: (c.where.input, c.where.member)))
    return Observations(tuple(inputs), nodes, files, tuple(reading.problems), servers, clients)


def _by_name(path: Path) -> tuple[str, str]:
    return path.name, str(path)


def _read_given(one: Given, limits: Limits, watch: Watch) -> tuple[_Reading, InputObservation]:
    """Read one input, while another thread hashes it."""
    reading = _Reading()
    if one.same_as is not None:
        text = f"is the same file as {one.same_as}; it is used once"
        reading.problems.append(Problem(str(one.path), text))
        return reading, InputObservation(str(one.path), "duplicate", one.digest, 0)
    with ThreadPoolExecutor(1) as pool:
        digest = pool.submit(one.sha256, watch)
        read = _read_input(one.path, limits, watch, reading)
        return reading, replace(read, sha256=digest.result())


def _read_input(path: Path, limits: Limits, watch: Watch, reading: _Reading) -> InputObservation:
    def unread(name: str, why: str) -> None:
        reading.unread.append(f"{name or path.name}: {why}")
        if not name or "damaged" in why or "limit" in why:
            reading.problems.append(Problem(f"{path}" + (f" › {name}" if name else ""), why))

    if path.is_file() and path.stat().st_size == 0:
        text = "is empty (0 bytes): the download or the copy did not finish; collect it again"
        reading.problems.append(Problem(str(path), text))
        return InputObservation(str(path), "unknown", None, 0)
    for member in members(path, limits, unread, watch):
        reading.members += 1
        _read_member(path, member, reading)
    if reading.members == 0 and not reading.problems:
        text = "holds no file; the archive is empty or was cut off at its beginning"
        reading.problems.append(Problem(str(path), text))
    elif not reading.kinds and not reading.problems:
        text = (
            "is not a diagnostic bundle, and holds no log, configuration, status or certificate"
            " that is known here; collect it under Maintenance > Diagnostics > Diagnostic logging"
        )
        reading.problems.append(Problem(str(path), text))
    return InputObservation(
        str(path), _kind_of(path, reading), None, reading.members, tuple(reading.unread)
    )


def _kind_of(path: Path, reading: _Reading) -> str:
    if not reading.kinds:
        return "unknown"
    if path.is_dir():
        return "folder"
    if reading.kinds <= {"certificate_file"}:
        return "certificate_file"
    if reading.members == 1 and path.suffix in (".txt", ".log", ".pem", ".xml", ".json"):
        return next(iter(reading.kinds))
    if reading.kinds <= {"client_log"}:
        return "client_log"
    if all(kind.startswith("uc_") for kind in reading.kinds):
        return "uc_material"
    return "expressway_bundle"


def _read_member(path: Path, member: Member, reading: _Reading) -> None:
    head = plain_head(member.stream.peek(8192)[:8192])
    name = classify(member.name or member.container, head)
    where = Evidence(input=str(path), member=member_label(path, member))
    place = f"{member.container}/{PurePosixPath(member.name).parent}" if member.name else ""
    lone = not member.name and name.host is None
    try:
        if lone and name.kind in ("trust_list", "server_certificate", "client_certificate"):
            name = BundleName("certificate_file")
        if name.kind != "certificate_file":  # of which every byte is judged
            member = replace(member, stream=plain_stream(member.stream))
        _read_kind(name, place, member, where, reading)
    except DAMAGED as error:
        text = f"cannot be read to its end ({error}); what it would have shown stays open"
        reading.problems.append(Problem(_at(where), text))
        if name.kind in _TOPICS:
            part = _part(reading, str(path), place, name.host)
            part.record = replace(
                part.record, unreadable=part.record.unreadable | {_TOPICS[name.kind]}
            )


def member_label(path: Path, member: Member) -> str:
    """The member's name as evidence quotes it: inner containers included, the input's own not."""
    inner = member.container.removeprefix(path.name).lstrip("/")
    return "/".join(part for part in (inner, member.name) if part)


def _at(where: Evidence) -> str:
    """Input and member, as problems name them; a file given by itself has no member."""
    return f"{where.input} › {where.member}" if where.member else where.input


def _read_kind(
    name: BundleName, place: str, member: Member, where: Evidence, reading: _Reading
) -> None:
    if name.kind == "log":
        events, failure = read_log(member.stream, where)
        part = _part(reading, where.input, place, name.host, name.written)
        if events.first is None and failure is None:
            _unreadable(part, "log", where, reading, "holds no line of the log's form")
            return
        part.content_host = part.content_host or events.host
        part.record = replace(part.record, events=merged_events(part.record.events, events))
        reading.kinds.add("log")
        if failure is not None:
            raise failure
    elif name.kind in ("configuration", "status"):
        _read_text(name, place, member, where, reading)
    elif name.kind in ("trust_list", "server_certificate", "client_certificate"):
        _read_store(name, place, member, where, reading)
    elif name.kind in ("uc_certificates", "uc_snapshot", "uc_log", "client_log"):
        _read_uc(name, member, where, reading)
    elif name.kind == "configuration_xml":
        _read_configuration_xml(name, place, member, where, reading)
    elif name.kind in _KNOWN_UNREAD:
        why = _KNOWN_UNREAD[name.kind]
        reading.unread.append(f"{where.member or member.container}: {why}")
        reading.kinds.add(name.kind)
        if not member.name:
            reading.problems.append(Problem(where.input, why))
    elif name.kind == "certificate_file":
        data = _bounded(member, FILE_BYTES)
        contents = read(data, name=member.name or member.container)
        path = where.member or where.input
        reading.files.append(FileObservation(path, contents, data.endswith((b"\n", b"\r"))))
        reading.kinds.add("certificate_file")
    elif name.kind == "unknown" and (member.name or not member.stream.peek(1)):
        why = "is empty" if not member.stream.peek(1) else "is of a kind that is not read"
        reading.unread.append(f"{where.member or member.container}: {why}")


def _read_text(
    name: BundleName, place: str, member: Member, where: Evidence, reading: _Reading
) -> None:
    text = _bounded(member, TEXT_BYTES).decode("utf-8", "replace")
    if name.kind == "configuration":
        configuration = xconfiguration.parse(text)
        part = _configured_part(name, place, configuration, where, reading)
        if not configuration.values:
            _unreadable(part, "configuration", where, reading, "holds no xConfiguration line")
            return
        part.record = replace(part.record, configuration=configuration, configuration_at=where)
    else:
        status = xstatus.parse(text)
        part = _part(reading, where.input, place, name.host, name.written)
        if not status.leaves:
            _unreadable(part, "status", where, reading, "holds no xStatus block")
            return
        part.record = replace(part.record, status=status, status_at=where)
    reading.kinds.add(name.kind)


def _read_configuration_xml(
    name: BundleName, place: str, member: Member, where: Evidence, reading: _Reading
) -> None:
    """Read an XML dump: its cluster mode now, the rest once it is known that no text says it."""
    reading.kinds.add("configuration")
    data = _bounded(member, TEXT_BYTES)
    match = _XML_MODE.search(data)
    if match:
        mode = "enforcing" if match[1].lower().startswith(b"enforc") else "permissive"
        quote = replace(where, text=match[0].decode("utf-8", "replace"))
        part = _part(reading, where.input, place, name.host, name.written)
        part.record = replace(part.record, cluster_mode=(mode, quote))
    try:
        reading.xml.append((name, place, where, xconfiguration_xml.parse(data)))
    except xconfiguration_xml.XmlError as error:
        reading.xml.append((name, place, where, error))


def _take_configuration_xml(reading: _Reading) -> None:
    """Take the configuration of nodes from their XML dump where there is no text dump."""
    texts = {(p.input, p.host) for p in reading.parts.values() if p.record.configuration}
    for name, place, where, dump in reading.xml:
        if (where.input, name.host) in texts:
            continue
        if isinstance(dump, xconfiguration_xml.XmlError):
            text = f"{dump}; only the text dump xconf_dump_….txt shows the configuration"
            reading.problems.append(Problem(_at(where), text))
            continue
        part = _configured_part(name, place, dump.configuration, where, reading)
        if part.record.configuration is not None:
            continue
        part.record = replace(part.record, configuration=dump.configuration, configuration_at=where)
        if dump.left_out:
            text = (
                "has elements of which it cannot be told which number they have, and which are left"
                f" out: {', '.join(dump.left_out)}; the text dump xconf_dump_….txt shows them"
            )
            reading.problems.append(Problem(_at(where), text))


def _configured_part(
    name: BundleName,
    place: str,
    configuration: xconfiguration.Configuration,
    where: Evidence,
    reading: _Reading,
) -> Part:
    """The part that a configuration belongs to."""
    host = _configured_host(configuration)
    part = _part(reading, where.input, place, name.host, name.written)
    if part.record.configuration is not None and host != part.content_host:
        # Two nodes' dumps side by side, with names that do not tell them apart.
        part = _part(reading, where.input, place, host, name.written)
    part.content_host = host or part.content_host
    return part


def _read_store(
    name: BundleName, place: str, member: Member, where: Evidence, reading: _Reading
) -> None:
    part = _part(reading, where.input, place, name.host, name.written)
    contents = read_pem(_bounded(member, TEXT_BYTES))
    for problem in contents.problems:
        line = f" line {problem.line}" if problem.line else ""
        reading.problems.append(Problem(f"{_at(where)}{line}", problem.text))
    listed = tuple(
        Listed(
            found.certificate,
            replace(
                where,
                line=found.line,
                fingerprint=found.certificate.fingerprint,
                text=found.certificate.subject,
            ),
            position,
            len(contents.certificates),
        )
        for position, found in enumerate(contents.certificates, 1)
    )
    topic = _TOPICS[name.kind]
    if not listed and name.kind != "trust_list":
        _unreadable(part, topic, where, reading, contents.fault or "holds no certificate")
        return
    reading.kinds.add(name.kind)
    if name.kind == "trust_list":
        part.record = replace(part.record, trust=listed, trust_crls=contents.crls)
        if not listed:
            _unreadable(part, topic, where, reading, contents.fault or "holds no certificate")
    elif name.kind == "server_certificate":
        part.record = replace(part.record, server=listed[0])
    else:
        part.record = replace(part.record, client=listed[0])


def _read_uc(name: BundleName, member: Member, where: Evidence, reading: _Reading) -> None:
    """Read a file of a UC server or of a client; whose it is, is told once all are read."""
    reading.kinds.add(name.kind)
    failure: Exception | None = None
    if name.kind == "client_log":
        base = PurePosixPath(member.name or member.container).name
        client, failure = client_log.read(member.stream, where, base)
        reading.clients.append(client)
    elif name.kind == "uc_log":
        events, failure = cucm_log.read(member.stream, where)
        reading.uc.append(UcPart(where.input, where.member, UcFile(()), events))
    else:
        reader = cucm_cli if name.kind == "uc_certificates" else cucm_snapshot
        file = reader.parse(_bounded(member, FILE_BYTES), where)
        for line, text in file.problems:
            place = f" line {line}" if line else ""
            reading.problems.append(Problem(f"{_at(where)}{place}", text))
        if not file.entries and not file.problems:
            text = "cannot be used: holds no certificate and no list of certificates"
            reading.problems.append(Problem(_at(where), text))
        reading.uc.append(UcPart(where.input, where.member, file))
    if failure is not None:
        raise failure


def _unreadable(part: Part, topic: Topic, where: Evidence, reading: _Reading, why: str) -> None:
    part.record = replace(part.record, unreadable=part.record.unreadable | {topic})
    reading.problems.append(Problem(_at(where), f"cannot be used: {why}"))


def _part(
    reading: _Reading, source: str, place: str, host: str | None, named: int | None = None
) -> Part:
    part = reading.parts.setdefault((source, place, host), Part(source, place, host))
    part.named = max((t for t in (part.named, named) if t is not None), default=None)
    return part


def _bounded(member: Member, limit: int) -> bytes:
    data = bytearray()
    while len(data) <= limit and (piece := member.stream.read1(limit)):
        data += piece
    if len(data) > limit:
        raise OSError(f"is larger than {limit:,} bytes, which no such file is")
    return bytes(data)


def _configured_host(configuration: xconfiguration.Configuration) -> str | None:
    name = configuration.text("SystemUnit Name") or configuration.text("IP DNS Hostname")
    return name.lower() if name else None

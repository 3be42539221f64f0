"""What a CUCM, IM&P or Unity server prints on its command line about certificates.

`show cert list own|trust` lists files (`tomcat-trust/name_serial.pem: description`); `show cert
own` and `show cert trust` print one certificate, in one of three dialects and, behind each, as PEM;
`run sql` prints the database as a table of fixed columns (Cisco 210541; Command Line Interface
guide). The PEM is what counts; the text is read only where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice, pairwise

from ..formats.containers import read_pem
from ..vocabulary import Evidence
from .uc_material import UcEntry, UcFile, plain_serial, read_file_name

MOST_ENTRIES = 20_000
_COMMAND = re.compile(
    r"^[ \t]*(?:admin:[ \t]*)?(?P<command>show cert (?:list )?(?:own|trust)\b|run sql )[ \t]*"
    r"(?P<argument>[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = re.compile(
    r"^[ \t]*(?P<unit>[A-Za-z0-9_-]{2,40})/(?P<file>[^:\s][^:\r\n]{0,300}?\.(?:pem|der))[ \t]*:"
    r"[ \t]*(?P<text>[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_HOST = re.compile(
    r"^[ \t]*Host ?Name[ \t]*:[ \t]*([A-Za-z0-9][\w.-]*)[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)
_DUMP = re.compile(
    r"^[ \t]*(?:\[0\] +Version: \d|Version: V?\d|Data:[ \t]*\r?$|Serial ?Number:)", re.MULTILINE
)
# The words of the three dialects: up to 14SU1, from 14SU2 on, and OpenSSL's.
_SUBJECT = re.compile(
    r"^[ \t]*(?:Subject Name|SubjectDN|Subject)[ \t]*:[ \t]*(\S[^\r\n]*)", re.MULTILINE
)
_ISSUER = re.compile(
    r"^[ \t]*(?:Issuer Name|IssuerDN|Issuer)[ \t]*:[ \t]*(\S[^\r\n]*)", re.MULTILINE
)
_SERIAL = re.compile(r"^[ \t]*Serial ?Number[ \t]*:\s*([0-9A-Fa-f][0-9A-Fa-f: ]*)", re.MULTILINE)
_END = re.compile(r"^[ \t]*(?:To|Final Date|Not After)[ \t]*:[ \t]*(\S[^\r\n]*)", re.MULTILINE)
_CN = re.compile(r"(?:^|[,/+][ ]*)CN ?= ?((?:\\.|[^,/+\\])+)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?:[A-Z][a-z]{2} )?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r"(?: [A-Z]{2,5}| GMT[+-]\d\d:\d\d)? (?P<year>\d{4})"
)
_OWN_DESCRIPTION = re.compile(r"self-signed certificate", re.IGNORECASE)
_RULE = re.compile(r"^=+(?: +=+)+[ \t]*$")


def recognises(head: bytes) -> bool:
    """Whether a text begins as such output does."""
    text = head.decode("utf-8", "replace")
    return bool(_COMMAND.search(text) or _LISTED.search(text) or _dumped(text) or _tabled(text))


def _dumped(text: str) -> bool:
    dialect = re.search(r"^[ \t]*(?:Validity From|IssuerDN|Final Date)[ \t]*:", text, re.MULTILINE)
    return bool(dialect and _DUMP.search(text))


def _tabled(text: str) -> bool:
    before, rule, _ = text.partition("\n===")
    return bool(rule) and "servername" in before.rpartition("\n")[2]


def parse(text: bytes, where: Evidence) -> UcFile:
    """All certificates in such output, in any mixture of the commands."""
    plain = text.decode("utf-8", "replace").removeprefix("\ufeff")
    host = _HOST.search(plain)
    entries: list[UcEntry] = []
    problems: list[tuple[int | None, str]] = []
    for number, section in enumerate(_sections(plain)):
        for rows in (_listed(section, where), _table(section, where)):
            entries += islice(rows, MOST_ENTRIES)
        entries += _printed(section, where, problems)
        if len(entries) > MOST_ENTRIES or number > MOST_ENTRIES:
            problems.append((section.line, f"more than {MOST_ENTRIES:,} entries; the rest is left"))
            break
    found = tuple(dict.fromkeys(entries[:MOST_ENTRIES]))
    return UcFile(found, host[1].lower() if host else None, problems=tuple(problems))


@dataclass(frozen=True)
class _Section:
    """A command with what it printed; `line` is the number of its first line, from 1."""

    line: int
    command: str
    argument: str
    body: str


def _sections(text: str) -> Iterator[_Section]:
    """The text in pieces, a command at the beginning of each but the first."""
    commands = list(_COMMAND.finditer(text))
    starts = [0, *(match.start() for match in commands), len(text)]
    line = 1
    for number, (start, end) in enumerate(pairwise(starts)):
        body = text[start:end]
        if number:
            match = commands[number - 1]
            command = " ".join(match["command"].lower().split())
            yield _Section(line, command, match["argument"].strip(), body)
        elif body.strip():
            yield _Section(line, "", "", body)
        line += body.count("\n")


def _listed(section: _Section, where: Evidence) -> Iterator[UcEntry]:
    if section.command.startswith("show cert ") and " list " not in section.command:
        return  # what looks like a line of a list is the argument of the command
    line, counted = section.line, 0
    for match in _LISTED.finditer(section.body):
        line += section.body.count("\n", counted, match.start())
        counted = match.start()
        name, serial = read_file_name(match["file"])
        trust = match["unit"].endswith("-trust")
        yield UcEntry(
            unit=match["unit"],
            evidence=replace(where, line=line, text=match[0].strip()),
            common_name=name if trust else None,
            serial=serial if trust else None,
            of_whole=trust,
            self_signed=True if _OWN_DESCRIPTION.match(match["text"]) else None,
        )


def _printed(
    section: _Section, where: Evidence, problems: list[tuple[int | None, str]]
) -> Iterator[UcEntry]:
    """The certificates that were printed: as PEM, or where there is none, as text."""
    unit, _, file = section.argument.partition("/")
    unit = unit.split()[0].removesuffix(".pem") if unit.split() else ""
    if section.command == "show cert trust" and unit and not unit.endswith("-trust"):
        unit = f"{unit}-trust"
    contents = read_pem(section.body.encode())
    for problem in contents.problems:
        line = section.line + problem.line - 1 if problem.line else section.line
        problems.append((line, problem.text))
    for found in contents.certificates:
        line = section.line + (found.line or 1) - 1
        certificate = found.certificate
        yield UcEntry(
            unit=unit or _default_unit(section.command),
            evidence=replace(
                where, line=line, text=certificate.subject, fingerprint=certificate.fingerprint
            ),
            certificate=certificate,
        )
    if contents.certificates or " list " in section.command or not _DUMP.search(section.body):
        return
    subject, issuer = _SUBJECT.search(section.body), _ISSUER.search(section.body)
    if subject is None:
        return
    serial, end = _SERIAL.search(section.body), _END.search(section.body)
    yield UcEntry(
        unit=unit or _default_unit(section.command),
        evidence=replace(
            where,
            line=section.line + section.body.count("\n", 0, subject.start(1)),
            text=subject[0].strip()[:2_000],
        ),
        subject=subject[1].strip(),
        issuer=issuer[1].strip() if issuer else None,
        common_name=_common_name(subject[1]) or read_file_name(file)[0],
        serial=_serial(serial[1], decimal="IssuerDN" in section.body) if serial else None,
        not_after=_moment(end[1]) if end else None,
        self_signed=bool(issuer and issuer[1].strip() == subject[1].strip()),
    )


def _default_unit(command: str) -> str:
    return "unknown-trust" if command.endswith("trust") else "unknown"


def _serial(text: str, *, decimal: bool) -> str:
    """A serial number as the dialect prints it; from 14SU2 on in decimal digits."""
    digits = re.sub(r"[^0-9A-Fa-f]", "", text)
    if decimal and digits.isdecimal() and len(digits) <= 60:
        return f"{int(digits):x}"
    return plain_serial(digits)


def _common_name(subject: str) -> str | None:
    match = _CN.search(subject)
    return match[1].strip() if match else None


def _moment(text: str) -> int | None:
    """A time as the dialects print it. Its zone is a local short name, so UTC is taken: good to
    a day."""
    match = _MOMENT.search(text)
    if match is None:
        return None
    stamp = f"{match['year']} {match['month']} {match['day']} {match['time']}"
    try:
        return int(datetime.strptime(stamp, "%Y %b %d %H:%M:%S").replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def _table(section: _Section, where: Evidence) -> Iterator[UcEntry]:
    """The rows of a table; its columns stand where the rule of `=` under the header says."""
    spans: list[tuple[int, int | None]] = []
    header: list[str] = []
    before = ""
    for number, line in enumerate(section.body.split("\n"), section.line):
        if _RULE.match(line.rstrip("\r")):
            starts = [match.start() for match in re.finditer(r"=+", line)]
            spans = list(zip(starts, [*starts[1:], None], strict=True))
            header = [before[a:b].strip().lower() for a, b in spans]
        elif not line.strip() or line.startswith(("admin:", "(")):
            spans = []
        elif spans:
            cells = dict(zip(header, (line[a:b].strip() for a, b in spans), strict=True))
            yield from _row(cells, replace(where, line=number, text=line.strip()[:2_000]))
        before = line


def _row(cells: dict[str, str], evidence: Evidence) -> Iterator[UcEntry]:
    """The entry of a row, where it names a unit and a server."""
    unit = cells.get("name") or cells.get("unit") or ""
    server = cells.get("servername") or cells.get("ipv4address") or ""
    if not unit or not server:
        return
    subject = cells.get("subjectname") or cells.get("subject") or None
    yield UcEntry(
        unit=unit,
        evidence=evidence,
        server=server.lower(),
        address=cells.get("ipv4address") or None,
        in_database=True,
        of_whole=True,
        subject=subject,
        issuer=cells.get("issuername") or cells.get("issuer") or None,
        common_name=_common_name(subject) if subject else None,
        serial=plain_serial(cells["serialnumber"]) if cells.get("serialnumber") else None,
    )

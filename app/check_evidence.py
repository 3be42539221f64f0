"""Reads the quotes of a report again: by file hash, member, line and text, or by fingerprint.

A quote is compared as the report shows it, so secrets are masked in the line, too. The words that
the program adds itself stand on no line; they are counted and left.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import ValidationError

from ..facts.formats.containers import read, read_pem
from ..facts.inputs import cucm_cli, cucm_snapshot, xconfiguration, xconfiguration_xml
from ..facts.inputs.archive import Limits, Member, members
from ..facts.inputs.bundle_names import Kind, classify
from ..facts.inputs.byte_order_mark import plain_head, plain_stream
from ..facts.inputs.reading import TEXT_BYTES, member_label
from ..facts.inputs.unpacked import DAMAGED
from ..facts.inputs.xconfiguration_xml import XmlError
from ..facts.logs.log_events import QUOTED
from ..facts.logs.log_lines import split_glued
from ..facts.logs.log_scan import LONGEST_RECORD
from ..facts.vocabulary import Evidence
from ..reports.document import Found, Input, Quote, Report
from ..reports.evidence_check import CheckedInput, CheckedQuote, EvidenceCheck, Standing
from ..reports.mask import MASKED, mask

_READ_WHOLE = ("configuration", "configuration_xml", "status")
_STORES = ("trust_list", "server_certificate", "client_certificate")
_ORDER: tuple[Standing, ...] = ("ok", "other_hash", "moved", "changed", "missing")


class EvidenceError(ValueError):
    """The file is no report that can be checked; the text says why and what to do."""


@dataclass(frozen=True)
class _Source:
    """A given path that is an input of the report, by its hash or by its name."""

    path: Path
    standing: Literal["same", "no_hash", "other_hash"]


@dataclass
class _Check:
    """What is known so far: the best that was found of each quote, and where it stands now."""

    found: dict[Quote, tuple[Standing, int | None]] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)

    def take(self, quote: Quote, standing: Standing, line: int | None = None) -> None:
        known, _ = self.found[quote]
        if _ORDER.index(standing) < _ORDER.index(known):
            self.found[quote] = (standing, line)


def read_report(path: Path) -> Report:
    """A report that `diagnose --format json` wrote. Raises OSError and EvidenceError."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise EvidenceError(
            f"{path} is no report of this release ({place + ': ' if place else ''}{first['msg']});"
            " name one that `certclinic diagnose --format json` wrote"
        ) from error


def check_evidence(
    report: Report, paths: Sequence[Path], language: str, limits: Limits | None = None
) -> EvidenceCheck:
    """Hold every quote of the report against the paths.

    Raises OSError, with the path in `filename`, for a path that does not exist or may not be read.
    """
    quotes = list(dict.fromkeys(_quotes(report)))
    asked = [q for q in quotes if q.line is not None or q.fingerprint is not None]
    check = _Check(dict.fromkeys(asked, ("missing", None)))
    sources = _sources(report.inputs, paths)
    for given in report.inputs:
        for source in sources[given.path]:
            _read_again(source, _wanted(asked, given, report.inputs), check, limits or Limits())
    return EvidenceCheck(
        language=language,
        inputs=tuple(
            CheckedInput(
                path=given.path,
                standing=min((s.standing for s in sources[given.path]), default="missing"),
            )
            for given in report.inputs
            if given.kind != "duplicate"
        ),
        quotes=tuple(
            CheckedQuote(quote=quote, standing=standing, line=line)
            for quote, (standing, line) in check.found.items()
        ),
        skipped=len(quotes) - len(asked),
        unread=tuple(check.unread),
    )


def _quotes(report: Report) -> Iterator[Quote]:
    """All quotes, with their text as a masked report shows it."""
    upgrade = (*report.target.breaks, *report.target.heals) if report.target else ()
    findings: tuple[Found, ...] = (*report.findings, *upgrade)
    for found in findings:
        for quote in (*found.evidence, *found.against):
            yield quote.model_copy(update={"text": mask(quote.text)})


def _sources(inputs: Sequence[Input], paths: Sequence[Path]) -> Mapping[str, tuple[_Source, ...]]:
    """For the path of each input what is given of it: the same bytes, else the same name."""
    hashes = {path: _sha256(path) for path in dict.fromkeys(paths)}
    found: dict[str, tuple[_Source, ...]] = {}
    for given in inputs:
        same = tuple(p for p, digest in hashes.items() if digest and digest == given.sha256)
        if same:
            found[given.path] = (_Source(same[0], "same"),)
            continue
        # A folder has no hash, and neither has an archive that was unpacked since.
        by_path = [path for path in hashes if mask(str(path)) == given.path]
        by_name = [path for path in hashes if mask(path.name) == Path(given.path).name]
        whole = given.sha256 is None
        found[given.path] = tuple(
            _Source(path, "no_hash" if whole and path.is_dir() else "other_hash")
            for path in by_path or by_name
        )
    return found


def _sha256(path: Path) -> str | None:
    if path.is_dir():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _wanted(
    quotes: Sequence[Quote], given: Input, inputs: Sequence[Input]
) -> dict[str, list[Quote]]:
    """The quotes of an input by member; of a certificate file in it, evidence names only that."""
    known = {one.path for one in inputs}
    wanted: dict[str, list[Quote]] = {}
    for quote in quotes:
        if quote.input == given.path:
            wanted.setdefault(quote.member or "", []).append(quote)
        elif quote.input is not None and quote.input not in known:
            wanted.setdefault(quote.input, []).append(quote)
    return wanted


def _read_again(
    source: _Source, wanted: Mapping[str, Sequence[Quote]], check: _Check, limits: Limits
) -> None:
    def unread(name: str, why: str) -> None:
        if not name or "damaged" in why or "limit" in why:
            check.unread[f"{source.path}{f' › {name}' if name else ''}: {why}"] = None

    for member in members(source.path, limits, unread):
        quotes = wanted.get(mask(member_label(source.path, member)))
        if not quotes:
            continue
        stands: Standing = "other_hash" if source.standing == "other_hash" else "ok"
        for quote, at in _looked_up(member, quotes, check.unread):
            if at is None:
                check.take(quote, "changed")
            elif quote.line is None or at == quote.line:
                check.take(quote, stands)
            else:
                check.take(quote, "moved", at)


def _looked_up(
    member: Member, quotes: Sequence[Quote], unread: dict[str, None]
) -> Iterator[tuple[Quote, int | None]]:
    """Each quote with the line it stands on: its own, else the first; None where nowhere."""
    head = plain_head(member.stream.peek(8192)[:8192])
    kind = classify(member.name or member.container, head).kind
    stream = member.stream if kind == "certificate_file" else plain_stream(member.stream)
    certified = [quote for quote in quotes if quote.fingerprint is not None]
    lines = [quote for quote in quotes if quote.fingerprint is None]
    # Masking a line is slow, so what is not masked of a quote is looked for before.
    clears = [(max(quote.text.split(MASKED), key=len), quote) for quote in lines]
    at: dict[Quote, int] = {}
    try:
        if certified or kind in _READ_WHOLE:
            data = stream.read(TEXT_BYTES)
            stream = io.BufferedReader(cast(Any, io.BytesIO(data)))
            for number, fingerprint in _certificates(data, kind, member) if certified else ():
                _take(at, number, [q for q in certified if q.fingerprint == fingerprint])
        for number, line in _lines(stream, kind) if lines else ():
            held = [quote for clear, quote in clears if clear in line]
            if held:
                sayings = _sayings(line)
                _take(at, number, [quote for quote in held if quote.text in sayings])
    except DAMAGED as error:
        unread[f"{member.path}: cannot be read to its end ({error})"] = None
    except XmlError as error:
        unread[f"{member.path}: {error}"] = None
    for quote in quotes:
        yield quote, at.get(quote)


def _take(at: dict[Quote, int], number: int, quotes: Iterable[Quote]) -> None:
    """Note a place of quotes: the first, unless a later one is their own."""
    for quote in quotes:
        if quote not in at or number == quote.line:
            at[quote] = number


def _certificates(data: bytes, kind: Kind, member: Member) -> Iterator[tuple[int, str]]:
    """Line and fingerprint of every certificate in a member; line 0 where it has no line."""
    if kind in ("uc_certificates", "uc_snapshot"):
        reader = cucm_cli if kind == "uc_certificates" else cucm_snapshot
        for entry in reader.parse(data, Evidence(input="")).entries:
            if entry.evidence.fingerprint:
                yield entry.evidence.line or 0, entry.evidence.fingerprint
        return
    contents = read_pem(data) if kind in _STORES else read(data, name=member.name)
    for found in contents.certificates:
        yield found.line or 0, found.certificate.fingerprint


def _lines(stream: io.BufferedReader[Any], kind: Kind) -> Iterator[tuple[int, str]]:
    """Numbered lines, by the line ends that the reader of that kind of file takes."""
    if kind == "configuration_xml":
        for value in xconfiguration_xml.parse(stream.read()).configuration.values.values():
            yield value.line, value.source
    elif kind in _READ_WHOLE:
        yield from enumerate(stream.read().decode("utf-8", "replace").splitlines(), 1)
    else:
        number = 1
        while line := stream.readline(LONGEST_RECORD):
            yield number, line.decode("utf-8", "replace")
            number += line.endswith(b"\n")


def _sayings(line: str) -> set[str]:
    """What evidence may quote of a line: all of it, or one of several records that it holds."""
    records = [line, *split_glued(line)]
    values = xconfiguration.parse(line).values.values() if "xConfiguration" in line else ()
    records += [value.source for value in values]
    return {mask(record.strip()[:QUOTED]) for record in records}

"""Makes of bundles what can be sent on: the same files without secrets, on request without names.

All of it is written beside the output folder and takes its place at the end, or not at all.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..facts.formats.containers import read
from ..facts.inputs.archive import Limits, Member, Watch, members
from ..facts.inputs.bundle_names import classify
from ..facts.inputs.byte_order_mark import plain_head
from ..facts.inputs.reading import observe
from ..facts.inputs.unpacked import DAMAGED
from ..facts.x509.stand_in import StandIns
from ..reports.pseudonyms import Kind
from .known_names import certificates, is_known_to_all, pseudonyms
from .pseudonym_map import read_map, write_map
from .redacted_archives import Archive, archive_for
from .redacted_text import TextRedaction

LARGEST_FILE = 8 << 20
"""Bytes of a certificate file that is judged whole."""

_HEAD = 8192


class RedactError(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass
class Redacted:
    """What was written: paths, number of files in them, and what was left out and why.

    `strange` are the inputs that hold nothing of a known kind.
    """

    paths: list[Path] = field(default_factory=list)
    files: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def redacted_bundles(
    paths: Sequence[Path],
    output: Path,
    kinds: Sequence[Kind] = (),
    map_file: Path | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Redacted:
    """Redact inputs, with pseudonyms for the kinds asked for.

    With such kinds, inputs are read twice, and `watch` is told both times. Raises RedactError,
    MapError, and OSError for a path that can't be opened.
    """
    if not kinds:
        return redact(paths, output, TextRedaction(), limits, watch)
    observations = observe(paths, limits, watch)
    made = pseudonyms(observations, kinds, read_map(map_file))
    stand_ins = StandIns(certificates(observations), made, is_known_to_all())
    for certificate in dict.fromkeys(certificates(observations)):
        new = stand_ins.certificate(certificate.der)
        if new is not None:
            made.know_serial(certificate.fingerprint, hashlib.sha256(new).hexdigest())
    done = redact(paths, output, TextRedaction(made, stand_ins), limits, watch)
    write_map(map_file, made.mapping())
    return done


def redact(
    paths: Sequence[Path],
    output: Path,
    redaction: TextRedaction,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Redacted:
    """Write the redacted inputs into a folder that does not exist yet or is empty.

    Raises RedactError where the folder can't be written or nothing is left, OSError for a path
    that can't be opened.
    """
    if output.is_symlink() or (output.exists() and (output.is_file() or any(output.iterdir()))):
        raise RedactError(f"{output} is there already; give --output a folder that is not")
    done = Redacted()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".certclinic-", dir=output.parent))
    except OSError as error:
        raise RedactError(
            f"can't write beside {output}: {error.strerror or error}; give --output another folder"
        ) from error
    try:
        for path in paths:
            _one(path, made, redaction, limits or Limits(), watch, done)
        if not done.files:
            reasons = "".join(f"\n  {name}: {why}" for name, why in done.left_out)
            raise RedactError(f"nothing is left that could be sent on{reasons}")
        if output.exists():
            output.rmdir()
        made.replace(output)
        output.chmod(0o755)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    done.paths = sorted(output.iterdir())
    return done


def _one(
    path: Path,
    folder: Path,
    redaction: TextRedaction,
    limits: Limits,
    watch: Watch | None,
    done: Redacted,
) -> None:
    def unread(name: str, why: str) -> None:
        done.left_out.append((_place(path, name), why))

    target = _free(folder / redaction.name(path.name or "input"))
    archive = archive_for(path, target)
    inner: Archive | None = None
    known = False
    with archive:
        for member in members(path, limits, unread, watch):
            container = member.container.removeprefix(path.name).lstrip("/")
            if inner is not None and inner.label != container:
                inner.close()
                inner = None
            if container and inner is None:
                inner = archive.inside(container, redaction.name(container))
            into = inner or archive
            try:
                known |= _member(path, member, into, redaction, done)
            except DAMAGED as error:
                unread(member.name, f"is damaged or cut off ({error}); what came before is there")
        if inner is not None:
            inner.close()
    if not known:
        done.strange.append(path.name)


def _member(
    path: Path, member: Member, into: Archive, redaction: TextRedaction, done: Redacted
) -> bool:
    """Whether the member is of a kind that is known here."""
    place = _place(path, member.name)
    head = bytes(member.stream.peek(_HEAD)[:_HEAD])
    kind = classify(member.name or path.name, plain_head(head)).kind
    name = redaction.name(member.name)
    if kind == "capture":
        done.left_out.append((place, "is a packet capture, which holds whatever was said"))
        return True
    lone = kind in ("certificate_file", "unknown")
    if lone and not (_is_text(head) and (b"-----BEGIN " in head or kind == "unknown")):
        data = member.stream.read(LARGEST_FILE + 1)
        changed = _lone(data, redaction, name) if len(data) <= LARGEST_FILE else None
        if changed is None:
            why = "is of a kind that can't be redacted; it may hold a private key or names"
            done.left_out.append((place, why))
            return kind != "unknown"
        into.add(name, iter((changed,)))
    else:
        into.add(name, redaction.stream(member.stream))
    done.files += 1
    return kind != "unknown"


def _lone(data: bytes, redaction: TextRedaction, name: str) -> bytes | None:
    """A file that holds a certificate, request, list or PKCS #7 by itself, in DER or in Base64
    without BEGIN and END, or is a text after all; None for anything else."""
    contents = read(data, name=name)
    if contents.private_keys:
        return None
    match contents.format:
        case "der" if [one.certificate.der for one in contents.certificates] == [data]:
            return redaction.der("CERTIFICATE", data)
        case "csr" if contents.csrs == (data,):
            return redaction.der("CERTIFICATE REQUEST", data)
        case "crl" if contents.crls == (data,):
            return redaction.der("X509 CRL", data)
        case "pkcs7" if contents.certificates and not _is_text(data):
            return redaction.der("PKCS7", data)
        case "base64" if len(contents.certificates) == 1:
            new = redaction.der("CERTIFICATE", contents.certificates[0].certificate.der)
            return base64.encodebytes(new) if new else None
    return redaction.whole(data) if _is_text(data) else None


def _is_text(head: bytes) -> bool:
    """No text has NUL bytes or is all bytes above ASCII; UTF-16 is not read as text here."""
    return b"\0" not in head and not head.startswith((b"\x30\x80", b"\x30\x82", b"\x30\x83"))


def _place(path: Path, name: str) -> str:
    return f"{path.name} › {name}" if name else path.name


def _free(path: Path) -> Path:
    """A path that is not there yet: two inputs may have one name."""
    return next(candidate for candidate in _candidates(path) if not candidate.exists())


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 1_000_000):
        yield path.with_name(f"{number}-{path.name}")

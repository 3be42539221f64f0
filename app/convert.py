"""`certclinic convert`: any certificate container to clean PEM."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..facts.formats.containers import MAX_BYTES, Contents, read
from ..facts.inputs.archive import Limits, members
from .pem_files import PemFile, pem_files

AskPassword = Callable[[str], str | None]
"""Asks a person for the password of the file of that name; None means not to open it."""

MAX_PASSWORDS = 20
ATTEMPTS = 3
"""How often a person is asked for the password of one file."""

_ARCHIVES = frozenset({"gzip", "zip", "archive"})
_LIMITS = Limits(members=1_000, total_bytes=256 << 20)


class ConvertError(Exception):
    """Nothing could be written; the text says why and what to do."""


@dataclass(frozen=True)
class Source:
    """One input: its path as given, and its contents, None where `error` says why.

    A file of an archive is an input too; its name follows the path of the archive.
    """

    path: str
    contents: Contents | None
    error: str | None = None


@dataclass(frozen=True)
class Conversion:
    """What was read, and what was written where."""

    sources: tuple[Source, ...]
    output: Path
    files: tuple[PemFile, ...]

    @property
    def duplicates(self) -> int:
        """Certificates that the inputs hold more than once."""
        found = [f.certificate for s in self.sources if s.contents for f in s.contents.certificates]
        return len(found) - len(set(found))

    def as_json(self) -> dict[str, Any]:
        """The conversion as plain data."""
        return {
            "inputs": [_source_json(source) for source in self.sources],
            "output": str(self.output),
            "written": [_file_json(file) for file in self.files],
            "duplicates": self.duplicates,
        }

    def as_text(self) -> str:
        """The conversion in words, for a terminal."""
        lines = [line for source in self.sources for line in _source_lines(source)]
        if self.files:
            lines += ["", f"Written to {_printable(str(self.output))}:"]
            lines += [f"  {file.name}  ({_described(file)})" for file in self.files]
        else:
            lines += ["", "Nothing was written: no certificate could be read."]
        if self.duplicates:
            lines.append(f"{_count(self.duplicates, 'duplicate')} left out.")
        return "\n".join(lines) + "\n"


def convert(
    paths: Iterable[str],
    output: Path,
    passwords: Sequence[str] = (),
    ask: AskPassword | None = None,
) -> Conversion:
    """Read every file and write its certificates to the folder `output` as PEM.

    `passwords` are tried on what is protected, then `ask` if there is somebody to ask. An input
    that can't be read is part of the result. Raises ConvertError if the folder can't be written
    to or holds a different file of the same name; then nothing is left behind.
    """
    sources = tuple(s for path in paths for s in read_sources(path, passwords, ask))
    found = [f.certificate for s in sources if s.contents for f in s.contents.certificates]
    files = tuple(pem_files(found))
    if files:
        write_new(output, {file.name: file.text() for file in files})
    return Conversion(sources, output, files)


def read_sources(
    path: str, passwords: Sequence[str] = (), ask: AskPassword | None = None
) -> list[Source]:
    """Read one file, or every file of an archive, with the passwords where one is wanted."""
    try:
        with Path(path).open("rb") as stream:
            source = _read(path, stream, passwords, ask)
    except OSError as error:
        return [Source(path, None, f"can't be read: {error.strerror or error}")]
    if source.contents is None or source.contents.format not in _ARCHIVES:
        return [source]
    return _unpacked(path, passwords, ask) or [source]


def _read(
    path: str, stream: IO[bytes], passwords: Sequence[str], ask: AskPassword | None
) -> Source:
    data = stream.read(MAX_BYTES + 1)
    contents = read(data, name=path)
    if contents.needs_password:
        for password in _passwords(path, passwords, ask):
            contents = read(data, password=password.encode("utf-8"), name=path)
            if not contents.needs_password:
                break
    return Source(path, contents)


def _unpacked(path: str, passwords: Sequence[str], ask: AskPassword | None) -> list[Source]:
    refused: list[Source] = []

    def unread(name: str, why: str) -> None:
        # The limits are fixed here: no option raises them.
        why = re.sub(r" \(raise [^)]*\)", "", why)
        refused.append(Source(_within(path, name), None, why))

    opened = [
        _read(_within(path, member.name), member.stream, passwords, ask)
        for member in members(Path(path), _LIMITS, unread)
    ]
    return opened + refused


def _within(path: str, name: str) -> str:
    return f"{path} › {name}" if name else path


def read_passwords(path: Path) -> list[str]:
    """The passwords of a file, one a line. Raises ConvertError."""
    try:
        passwords = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ConvertError(
            f"the password file {path} can't be read: it is not text in UTF-8; save it as such"
        ) from error
    except OSError as error:
        raise ConvertError(f"the password file {path} can't be read: {error}") from error
    if len(passwords) > MAX_PASSWORDS:
        raise ConvertError(
            f"the password file {path} has more than {MAX_PASSWORDS} lines:"
            " give the files that need other passwords apart"
        )
    return passwords


def write_new(folder: Path, texts: dict[str, str]) -> None:
    """Write files that are not there yet, all or none. Raises ConvertError.

    A file that is there with the same content is left as it is.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            if _holds(path, text):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            # Exclusive creation follows no link and replaces nothing.
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                written.append(path)
                stream.write(text)
    except OSError as error:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        why = error.strerror or error
        if isinstance(error, FileExistsError) and folder.is_dir():
            why = f"{Path(error.filename).name} is there already and differs"
        raise ConvertError(
            f"can't write to {folder}: {why}; nothing was written, give --output another folder"
        ) from error


def _holds(path: Path, text: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    expected = text.encode("utf-8")
    with path.open("rb") as stream:
        return stream.read(len(expected) + 1) == expected


def _passwords(path: str, given: Sequence[str], ask: AskPassword | None) -> Iterator[str]:
    yield from given
    for _ in range(ATTEMPTS if ask else 0):
        answer = ask(path) if ask else None
        if answer is None:
            return
        yield answer


def _source_json(source: Source) -> dict[str, Any]:
    if source.contents is None:
        return {"path": source.path, "error": source.error}
    contents = source.contents
    return {
        "path": source.path,
        "format": contents.format,
        "certificates": [
            {
                "fingerprint": found.certificate.fingerprint,
                "subject": found.certificate.subject,
                "place": found.label,
                "line": found.line,
            }
            for found in contents.certificates
        ],
        "crls": len(contents.crls),
        "requests": len(contents.csrs),
        "private_keys": contents.private_keys,
        "acceptable": contents.acceptable,
        "fault": contents.fault,
        "advice": contents.advice,
        "needs_password": contents.needs_password,
        "problems": [{"line": p.line, "text": p.text} for p in contents.problems],
    }


def _file_json(file: PemFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "content": file.content,
        "certificates": [c.fingerprint for c in file.certificates],
    }


def _source_lines(source: Source) -> Iterator[str]:
    path = _printable(source.path)
    contents = source.contents
    if contents is None:
        yield f"{path}: {source.error}"
        return
    held = _count(len(contents.certificates), "certificate")
    yield f"{path}: {held}; {contents.fault or 'clean PEM'}"
    for problem in contents.problems:
        where = f"line {problem.line}, " if problem.line else ""
        yield f"  not read: {where}{_printable(problem.text)}"
    for number, what in (
        (contents.private_keys, "private key"),
        (len(contents.csrs), "certificate signing request"),
        (len(contents.crls), "revocation list"),
    ):
        if number:
            yield f"  {_count(number, what)}, not written"
    if contents.needs_password:
        yield "  its password is needed: --password-file, or the prompt of a terminal"
    elif contents.advice and not contents.certificates:
        yield f"  {contents.advice}"


def _described(file: PemFile) -> str:
    match file.content:
        case "certificate":
            return "for the server or client certificate page"
        case "chain":
            return f"the same with its issuers: {len(file.certificates)} certificates"
        case "ca":
            return "for the trusted CA list"
        case "all-cas":
            return f"for the trusted CA list, all {len(file.certificates)} at once"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _printable(text: str) -> str:
    """The text without characters that steer a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)

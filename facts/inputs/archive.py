"""Opens what was given: archives, folders and single files, as a stream of members.

Nothing is ever written to disk: a member's name is a label, never a path to follow. Links,
devices and names that lead outside are refused and listed, and so is what exceeds a limit.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .gunzip import Gunzip
from .read_ahead import ReadAhead, Source
from .unpacked import CHUNK, DAMAGED, Section, Unpacked


class LimitError(OSError):
    """An input exceeds a limit; the text says which and how to raise it."""


@dataclass(frozen=True)
class Limits:
    """How much an input may hold; beyond it, the rest is left out and said so."""

    members: int = 50_000
    total_bytes: int = 64 << 30
    member_bytes: int = 32 << 30
    ratio: int = 300
    depth: int = 2
    nested_zip_bytes: int = 256 << 20


@dataclass(frozen=True)
class Member:
    """One regular file of an input. `stream` must be read before the next member is asked for."""

    container: str
    name: str
    stream: io.BufferedReader[Any]

    @property
    def path(self) -> str:
        """Container and name, as quoted in evidence."""
        return f"{self.container} › {self.name}" if self.name else self.container


Unread = Callable[[str, str], None]
"""Called with a member's name (or "" for the whole input) and why it was not read."""

Watch = Callable[[Path, int], None]
"""Called with a file and how many more bytes of it, packed as they are, were read."""


class _Budget:
    """The shared account of one input against its limits."""

    def __init__(self, limits: Limits, packed: int) -> None:
        self.limits = limits
        self._packed = max(packed, 1)
        self._total = 0
        self._members = 0

    def unpacked(self, count: int) -> None:
        self._total += count
        if self._total > self.limits.total_bytes:
            raise LimitError(
                f"unpacks to more than {self.limits.total_bytes:,} bytes"
                " (raise --limit-total-bytes to go on)"
            )
        if self._total > 64 << 20 and self._total > self._packed * self.limits.ratio:
            raise LimitError(
                f"unpacks to more than {self.limits.ratio} times its size"
                " (raise --limit-ratio if this is not an archive bomb)"
            )

    def member(self) -> None:
        self._members += 1
        if self._members > self.limits.members:
            raise LimitError(
                f"holds more than {self.limits.members:,} members (raise --limit-members to go on)"
            )


class _Watched(io.FileIO):
    """A file that tells what is read of it."""

    def __init__(self, path: Path, watch: Watch) -> None:
        super().__init__(path)
        self._path = path
        self._watch = watch

    def readinto(self, buffer: Any, /) -> int | None:
        count = super().readinto(buffer)
        self._watch(self._path, count or 0)
        return count


def members(
    path: Path, limits: Limits, unread: Unread, watch: Watch | None = None
) -> Iterator[Member]:
    """Stream the regular files of an archive, a folder or a single file.

    What cannot be read is reported through `unread`; only a path that does not exist or may not
    be opened raises OSError. What `watch` raises passes through.
    """
    if path.is_dir():
        yield from _folder(path, limits, unread, watch)
    elif not stat.S_ISREG(path.stat().st_mode):
        unread("", "is neither a file nor a folder")
    else:
        yield from _top(path, path.name, "", limits, unread, watch)


def _folder(folder: Path, limits: Limits, unread: Unread, watch: Watch | None) -> Iterator[Member]:
    count = 0
    for entry in sorted(folder.rglob("*")):
        name = entry.relative_to(folder).as_posix()
        if entry.is_symlink():
            unread(name, "is a link; links are not followed")
        elif entry.is_file():
            count += 1
            if count > limits.members:
                unread("", f"holds more than {limits.members:,} files (raise --limit-members)")
                return
            try:
                yield from _top(entry, folder.name, name, limits, unread, watch)
            except OSError as error:
                unread(name, f"cannot be opened: {error.strerror or error}")
        elif not entry.is_dir():
            unread(name, "is not a regular file")


def _top(
    path: Path, container: str, name: str, limits: Limits, unread: Unread, watch: Watch | None
) -> Iterator[Member]:
    budget = _Budget(limits, path.stat().st_size)
    with path.open("rb") if watch is None else io.BufferedReader(_Watched(path, watch)) as stream:
        yield from _open(stream, container, name, budget, limits.depth + 1, unread)


def _open(
    stream: io.BufferedReader[Any],
    container: str,
    name: str,
    budget: _Budget,
    depth: int,
    unread: Unread,
) -> Iterator[Member]:
    """A file by its first bytes: an archive is opened, as deep as allowed; else it is a member."""
    head = stream.peek(512)
    gzip, tar, packed = head[:2] == b"\x1f\x8b", head[257:262] == b"ustar", head[:4] == b"PK\3\4"
    label = f"{container}/{name}" if name else container
    if head[:3] == b"BZh" or head[:6] in (b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c"):
        unread(name, "is packed in a way that is not read; repack it as .tar.gz or .zip")
    elif not (gzip or tar or packed):
        yield Member(container, name, stream)
    elif depth == 0:
        unread(name, "is an archive nested too deep (raise --limit-depth to go on)")
    else:
        try:
            if gzip:
                yield from _gzip(stream, label, budget, depth, unread)
            elif tar:
                yield from _tar(_unpacked(stream, budget), label, budget, depth, unread)
            else:
                yield from _zip(stream, label, budget, depth, unread)
        except LimitError as refusal:
            unread(name, f"{refusal}; what came before is used")
        except DAMAGED as error:
            unread(name, f"is damaged or cut off ({_words(error)}); what came before is used")


def _gzip(
    stream: io.BufferedReader[Any], label: str, budget: _Budget, depth: int, unread: Unread
) -> Iterator[Member]:
    with closing(ReadAhead(Gunzip(stream))) as ahead:
        plain = _unpacked(ahead, budget)
        if plain.peek(512)[257:262] == b"ustar":
            yield from _tar(plain, label, budget, depth, unread)
        else:
            budget.member()
            name = label.rsplit("/", 1)[-1].removesuffix(".gz")
            yield Member(label, name, io.BufferedReader(plain, CHUNK))
            plain.raise_failure()


def _unpacked(source: Source, budget: _Budget) -> Unpacked:
    return Unpacked(source, budget.unpacked)


def _tar(
    plain: Unpacked, label: str, budget: _Budget, depth: int, unread: Unread
) -> Iterator[Member]:
    stream = io.BufferedReader(plain, CHUNK)
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for info in archive:
                budget.member()
                regular, folder = info.isreg(), info.isdir()
                if not _acceptable(info.name, regular, folder, info.size, budget, unread):
                    continue
                # Beside tarfile, whose own reader of members copies each byte three times more.
                data = archive.extractfile(info) if info.issparse() else Section(stream, info.size)
                inner = io.BufferedReader(cast(Any, data), CHUNK)
                yield from _open(inner, label, info.name, budget, depth - 1, unread)
            end = archive.offset
    except tarfile.TarError:
        plain.raise_failure()
        raise
    # tarfile stops without a word at a damaged header; a whole archive ends in zero blocks.
    while stream.read1(CHUNK):
        pass
    plain.raise_failure()
    if plain.position < end + 512 or plain.after(end)[:512].strip(b"\0") != b"":
        unread("", f"is damaged or cut off at byte {end:,}; what came before is used")


def _zip(
    stream: io.BufferedReader[Any], label: str, budget: _Budget, depth: int, unread: Unread
) -> Iterator[Member]:
    on_disk = isinstance(stream.raw, io.FileIO)  # zip is read from its end
    if not on_disk:
        data = stream.read(budget.limits.nested_zip_bytes + 1)
        if len(data) > budget.limits.nested_zip_bytes:
            raise LimitError(
                f"is an inner .zip of more than {budget.limits.nested_zip_bytes:,} bytes;"
                " unpack the outer archive and give the inner one by itself"
            )
    source = stream if on_disk else io.BytesIO(data)
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            budget.member()
            mode = stat.S_IFMT(info.external_attr >> 16)
            regular = not info.is_dir() and mode in (0, stat.S_IFREG)
            name, size = info.filename, info.file_size
            if not _acceptable(name, regular, info.is_dir(), size, budget, unread):
                continue
            try:
                with archive.open(info) as handle:
                    plain = _unpacked(cast(Source, handle), budget)
                    inner = io.BufferedReader(plain, CHUNK)
                    yield from _open(inner, label, name, budget, depth - 1, unread)
                    plain.raise_failure()
            except DAMAGED as error:
                unread(name, f"cannot be unpacked ({_words(error)})")


def _acceptable(
    name: str, regular: bool, folder: bool, size: int, budget: _Budget, unread: Unread
) -> bool:
    if folder:
        return False
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        unread(name, "has a path that leads outside; refused")
    elif not regular:
        unread(name, "is a link or a device; refused")
    elif size > budget.limits.member_bytes:
        unread(name, f"is larger than {budget.limits.member_bytes:,} bytes (--limit-member-bytes)")
    else:
        return True
    return False


def _words(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__

"""Writes files of a redacted input into the same kind of container as they came from."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO, Literal, Self, cast

Form = Literal["tar.gz", "tar", "zip", "gz", "folder", "file"]
_TIME = (1980, 1, 1, 0, 0, 0)
"""Time of all files, so that the same input gives the same archive."""

_IN_MEMORY = 8 << 20


def archive_for(path: Path, target: Path) -> Archive:
    """An archive, folder or file at `target` of the kind that `path` is."""
    if path.is_dir():
        return Archive(target, "folder")
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic == b"PK\3\4":
        return Archive(target, "zip")
    if magic[:2] == b"\x1f\x8b":
        return Archive(target, "gz" if _form(path.name) == "gz" else "tar.gz")
    with path.open("rb") as stream:
        stream.seek(257)
        return Archive(target, "tar" if stream.read(5) == b"ustar" else "file")


def _form(name: str) -> Form:
    lowered = name.lower()
    if lowered.endswith((".tar.gz", ".tgz")):
        return "tar.gz"
    if lowered.endswith(".tar"):
        return "tar"
    return "gz" if lowered.endswith(".gz") else "zip"


class Archive:
    """A container that is being written. `label` is its name in the input, if it is inside one."""

    def __init__(self, target: Path, form: Form, label: str = "") -> None:
        self.label = label
        self._target = target
        self._form: Form = form
        self._stack = ExitStack()
        self._after: tuple[Archive, str] | None = None
        self._tar: tarfile.TarFile | None = None
        self._zip: zipfile.ZipFile | None = None
        if form == "folder":
            target.mkdir()
        elif form == "zip":
            self._zip = self._stack.enter_context(
                zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
            )
        elif form in ("tar.gz", "tar"):
            raw: IO[bytes] = self._stack.enter_context(target.open("xb"))
            if form == "tar.gz":
                packed = gzip.GzipFile("", "wb", 6, raw, 0)
                raw = cast(IO[bytes], self._stack.enter_context(packed))
            made = tarfile.open(fileobj=raw, mode="w")  # noqa: SIM115  (the stack closes it)
            self._tar = self._stack.enter_context(made)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def inside(self, label: str, name: str) -> Archive:
        """An archive inside this one, which is put in when it is closed."""
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        inner = Archive(folder / "inner", _form(label), label)
        inner._after = self, name
        return inner

    def add(self, name: str, pieces: Iterator[bytes]) -> None:
        """Put a file in. What came before an error of the pieces is put in, too."""
        failure: Exception | None = None

        def copied(stream: IO[bytes]) -> None:
            nonlocal failure
            try:
                for piece in pieces:
                    stream.write(piece)
            except Exception as error:
                failure = error

        if self._zip is not None:
            with self._zip.open(zipfile.ZipInfo(name, _TIME), "w", force_zip64=True) as stream:
                copied(stream)
        elif self._tar is not None:
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
                copied(cast(IO[bytes], kept))
                info = tarfile.TarInfo(name)
                info.size = kept.tell()
                kept.seek(0)
                self._tar.addfile(info, cast(IO[bytes], kept))
        else:
            with self._path(name).open("xb") as stream:
                if self._form == "gz":
                    with gzip.GzipFile("", "wb", 6, stream, 0) as packed:
                        copied(cast(IO[bytes], packed))
                else:
                    copied(stream)
        if failure is not None:
            raise failure

    def close(self) -> None:
        """Finish the archive, and put it into the one that it is inside of."""
        self._stack.close()
        if self._after is not None and self._target.exists():
            outer, name = self._after
            with self._target.open("rb") as stream:
                outer.add(name, iter(lambda: stream.read(1 << 18), b""))
            self._target.unlink()
            self._after = None

    def _path(self, name: str) -> Path:
        """Where a file of a folder goes; a file by itself has no name."""
        if self._form != "folder":
            return self._target
        parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..", "")]
        path = self._target.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

"""Opening what was given: streams, limits, refusals, damage."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.facts.inputs.archive import Limits, members
from certclinic.facts.inputs.unpacked import DAMAGED

Read = tuple[dict[str, bytes], list[tuple[str, str]]]


def tarball(files: dict[str, bytes], *, extra: list[tarfile.TarInfo] | None = None) -> bytes:
    """A .tar.gz of some files, and of members without content."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in extra or []:
            archive.addfile(info)
    return out.getvalue()


def read(path: Path, limits: Limits | None = None) -> Read:
    """All members with what could be read of each, and all complaints."""
    complaints: list[tuple[str, str]] = []
    found: dict[str, bytes] = {}
    for member in members(path, limits or Limits(), lambda n, w: complaints.append((n, w))):
        data = bytearray()
        try:
            while chunk := member.stream.read1(1 << 16):
                data += chunk
        except DAMAGED as error:
            complaints.append((member.name, f"damaged: {error}"))
        found[member.name] = bytes(data)
    return found, complaints


def test_archives_in_an_archive_are_read_two_levels_deep(tmp_path: Path) -> None:
    """Bundles in an attachment in a case are read; a level more is refused with the option."""
    inner = tarball({"a.txt": b"hello"})
    deeper = tarball({"deep.tar.gz": tarball({"inner.tar.gz": inner})})
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("x/core1.tar.gz", inner)
        archive.writestr("deep.tar.gz", deeper)
    (tmp_path / "case.zip").write_bytes(outer.getvalue())

    found, complaints = read(tmp_path / "case.zip")

    assert {"a.txt": b"hello"} == found
    assert [("inner.tar.gz", "is an archive nested too deep (raise --limit-depth to go on)")] == (
        complaints
    )
    assert {"a.txt": b"hello"} == read(tmp_path / "case.zip", Limits(depth=3))[0]


def test_links_devices_and_outside_paths_are_refused_and_listed(tmp_path: Path) -> None:
    """Nothing but regular files with inside names is read, and each refusal is named."""
    link, device = tarfile.TarInfo("link"), tarfile.TarInfo("device")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    data = tarball({"../evil": b"x", "/abs": b"x", "good": b"ok"}, extra=[link, device])
    (tmp_path / "b.tar.gz").write_bytes(data)

    found, complaints = read(tmp_path / "b.tar.gz")

    assert {"good": b"ok"} == found
    assert ["../evil", "/abs", "link", "device"] == [name for name, _ in complaints]
    assert all("refused" in why for _, why in complaints)


@pytest.mark.parametrize(
    ("limits", "option"),
    [
        (Limits(members=2), "--limit-members"),
        (Limits(total_bytes=1_000), "--limit-total-bytes"),
        (Limits(member_bytes=1_000), "--limit-member-bytes"),
    ],
)
def test_each_limit_names_its_option(tmp_path: Path, limits: Limits, option: str) -> None:
    """An input beyond a limit is cut there, and the message says how to raise it."""
    files = {f"{n}.bin": os.urandom(2_000) for n in range(4)}
    (tmp_path / "b.tar.gz").write_bytes(tarball(files))

    _, complaints = read(tmp_path / "b.tar.gz", limits)

    assert any(option in why for _, why in complaints)


def test_an_archive_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    """200 MB of zeros in 200 kB are not unpacked to their end."""
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(200 << 20), 9))

    found, complaints = read(tmp_path / "bomb.gz")

    assert len(found["bomb"]) < 100 << 20
    assert any("--limit-ratio" in why for _, why in complaints)


def test_a_truncated_archive_gives_what_came_before(tmp_path: Path) -> None:
    """Half an upload still yields its first members, and says that it is cut off."""
    data = tarball({"first.txt": b"1" * 10, "second.bin": os.urandom(500_000)})
    (tmp_path / "b.tar.gz").write_bytes(data[: len(data) // 2])

    found, complaints = read(tmp_path / "b.tar.gz")

    assert b"1" * 10 == found["first.txt"]
    assert any("damaged or cut off" in why for _, why in complaints)


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    """tarfile stops silently at a damaged header; here it is said, with the byte."""
    plain = bytearray(gzip.decompress(tarball({"a": b"x", "b": b"y" * 5_000, "c": b"z"})))
    header = plain.find(b"b\0")
    plain[header + 148 : header + 156] = b"zzzzzzzz"
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(bytes(plain)))

    found, complaints = read(tmp_path / "b.tar.gz")

    assert {"a": b"x"} == found
    assert [("", f"is damaged or cut off at byte {header:,}; what came before is used")] == (
        complaints
    )


def test_a_whole_archive_draws_no_complaint(tmp_path: Path) -> None:
    """Neither padding nor large members are mistaken for damage."""
    files = {"a": b"", "b": os.urandom(700_001), "c": b"c"}
    (tmp_path / "b.tgz").write_bytes(tarball(files))

    assert (files, []) == read(tmp_path / "b.tgz")


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    """A link that leads out of a folder is listed and left alone."""
    secret = tmp_path / "secret"
    secret.write_text("s", encoding="utf-8")
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "out").symlink_to(secret)
    (folder / "in.txt").write_text("i", encoding="utf-8")

    found, complaints = read(folder)

    assert {"in.txt": b"i"} == found
    assert [("out", "is a link; links are not followed")] == complaints


@given(data=st.binary(max_size=300), position=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_no_damage_escapes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, position: int, flip: int
) -> None:
    """Whatever byte of an archive is changed, reading it ends without an unforeseen exception."""
    path = tmp_path_factory.mktemp("d") / "b.tar.gz"
    archive = bytearray(tarball({"a": data, "b": data[::-1]}))
    archive[position % len(archive)] ^= flip
    path.write_bytes(archive)

    read(path)

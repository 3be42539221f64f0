"""Several inputs are read at once, and nobody can tell from what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from certclinic.builders.deployment import write
from certclinic.builders.scenarios import SYMPTOMS
from certclinic.facts.inputs.archive import Watch
from certclinic.facts.inputs.reading import observe
from certclinic.facts.inputs.same_files import told_apart
from certclinic.facts.inputs.side_by_side import side_by_side


def test_what_comes_of_pieces_is_in_their_order() -> None:
    """Also where the last is done first."""
    last_done = threading.Event()

    def first(watch: Watch) -> str:
        assert last_done.wait(10)
        return "first"

    def last(watch: Watch) -> str:
        last_done.set()
        return "last"

    assert ["first", "last"] == side_by_side([first, last], None)


@pytest.mark.parametrize("error", [OSError("gone"), KeyboardInterrupt()])
def test_an_error_ends_the_others_at_the_next_bytes(error: BaseException) -> None:
    """Nobody waits for a gigabyte that is of no use any more; no reader takes it for damage."""
    begun = threading.Event()
    ended: list[BaseException] = []

    def fails(watch: Watch) -> None:
        assert begun.wait(10)
        raise error

    def goes_on(watch: Watch) -> None:
        begun.set()
        try:
            while True:
                watch(Path("a"), 1)
        except BaseException as stop:
            ended.append(stop)
            raise

    with pytest.raises(type(error)):
        side_by_side([fails, goes_on], None)

    assert 1 == len(ended)
    assert not isinstance(ended[0], Exception)


def test_all_bytes_of_every_file_are_told(tmp_path: Path) -> None:
    """Of archives, folders and single files, the bytes as they lie on the disk."""
    paths = write(SYMPTOMS["EXW-030"].shows, tmp_path / "bundles")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.pem").write_bytes(b"x" * 5000)
    told: dict[Path, int] = {}
    lock = threading.Lock()

    def watch(path: Path, count: int) -> None:
        with lock:
            told[path] = told.get(path, 0) + count

    observe([*paths, tmp_path / "folder"], watch=watch)

    files = [*paths, tmp_path / "folder" / "a.pem"]
    assert {file: file.stat().st_size for file in files} == told


def test_the_order_of_inputs_changes_nothing(tmp_path: Path) -> None:
    """The same observations, problems and hashes included."""
    paths = write(SYMPTOMS["EXW-030"].shows, tmp_path)
    (tmp_path / "broken.tar.gz").write_bytes(paths[0].read_bytes()[:3000])
    (tmp_path / "empty.tar.gz").touch()
    paths = sorted(tmp_path.iterdir())

    def inputs(given: list[Path]) -> object:
        read = observe(given)
        return read.inputs, read.problems, [node.host for node in read.nodes]

    assert inputs(paths) == inputs(paths[::-1])


def _copied(one: Path) -> list[Path]:
    one.write_bytes(b"content")
    copy = one.with_name("copy")
    copy.write_bytes(b"content")
    return [one, copy]


def _twice(one: Path) -> list[Path]:
    one.write_bytes(b"content")
    return [one, one]


@pytest.mark.parametrize("given", [_copied, _twice])
def test_a_file_is_told_to_be_the_same(tmp_path: Path, given: Callable[[Path], list[Path]]) -> None:
    """Under another name or the same one; a file of the same size is not enough."""
    (tmp_path / "other").write_bytes(b"another")
    paths = given(tmp_path / "one")

    told = told_apart([*paths, tmp_path / "other"])

    assert [None, paths[0], None] == [one.same_as for one in told]

"""Files that were read before are answered from what was kept, and never differently."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certclinic.engine.rulefile import yaml_cache
from certclinic.engine.rulefile.yaml_cache import FOLDER, read_yaml
from certclinic.engine.rulefile.yaml_source import Document, parse_yaml

RAW = "標題: 甲\nlist: [1, 2.5, {a: no, 'b': null}]\nfolded: >-\n  two\n  lines\n".encode()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of entries."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def no_reading(file: str, raw: bytes) -> None:
    raise AssertionError(f"{file} was read again")


def same(one: Document | None, other: Document | None) -> bool:
    assert one is not None
    assert other is not None
    return one == other


def test_shipped_files_come_back_equal(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data and every place are those of reading, without reading."""
    folder = Path(str(resources.files("certclinic.rules")))
    files = {str(file): file.read_bytes() for file in sorted(folder.rglob("*.yaml"))}
    read = {file: parse_yaml(file, raw) for file, raw in files.items()}
    for file, raw in files.items():
        read_yaml(file, raw)
    monkeypatch.setattr(yaml_cache, "parse_yaml", no_reading)
    assert len(files) > 200
    for file, raw in files.items():
        document, problems = read_yaml(file, raw)
        assert problems == read[file][1] == []
        assert same(document, read[file][0])


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("añ甲 '\"#:-\\", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abñ甲-", min_size=1), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ab:- \n{}[],'\"#|>&*!甲\t", max_size=40) | values.map(repr))
def test_any_text_is_answered_as_if_read(kept: Path, text: str) -> None:
    """The first answer, the second, and that of reading: the same document and mistakes."""
    raw = text.encode()
    wanted = parse_yaml("r.yaml", raw)
    assert read_yaml("r.yaml", raw) == wanted
    assert read_yaml("r.yaml", raw) == wanted


def test_the_file_is_named_as_it_is_called_now(kept: Path) -> None:
    """Two files of equal bytes share an entry, not a name."""
    read_yaml("a.yaml", RAW)
    document, _ = read_yaml("b.yaml", RAW)
    assert document is not None
    assert document.file == "b.yaml"
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize(
    "entry", [b"", b"[1", b"[{}, [1,2,3]]", b"[1]", b"null", b"\xff", b"[[],5]"]
)
def test_a_damaged_entry_is_not_believed(kept: Path, entry: bytes) -> None:
    """The file is read, and the entry mended."""
    wanted = parse_yaml("r.yaml", RAW)[0]
    read_yaml("r.yaml", RAW)
    (place,) = kept.iterdir()
    sound = place.read_bytes()
    place.write_bytes(entry)
    assert same(read_yaml("r.yaml", RAW)[0], wanted)
    assert place.read_bytes() == sound


def test_mistakes_are_not_kept(kept: Path) -> None:
    """A file with a mistake is read each time, so that its message is never an old one."""
    assert read_yaml("r.yaml", b"a: 1\na: 2\n")[1]
    assert list(kept.iterdir()) == []


def test_a_change_of_the_reader_makes_old_entries_unknown(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash covers the code that reads, too."""
    read_yaml("r.yaml", RAW)
    monkeypatch.setattr(yaml_cache, "_reader", lambda: b"another")
    read_yaml("r.yaml", RAW)
    assert len(list(kept.iterdir())) == 2


def test_without_a_folder_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable keeps nothing; a folder that can't be made costs nothing but time."""
    (tmp_path / "file").write_bytes(b"")
    for named in ("", str(tmp_path / "file" / "folder")):
        monkeypatch.setenv(FOLDER, named)
        assert same(read_yaml("r.yaml", RAW)[0], parse_yaml("r.yaml", RAW)[0])


def test_old_entries_make_room(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder never holds many more than are allowed."""
    monkeypatch.setattr(yaml_cache, "MAX_ENTRIES", 4)
    for number in range(20):
        yaml_cache._folder.cache_clear()
        read_yaml("r.yaml", f"a: {number}\n".encode())
        assert len(list(kept.iterdir())) <= 5

"""Which paths are cases, and what their results are called."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.app.fleet.cases import FleetError, find_cases
from certclinic.app.fleet.fingerprint import fingerprint

BUNDLE = "diagnostic_log_core1_2026-11-24_10_00_00.tar.gz"


def _names(*paths: Path, output: Path = Path("out")) -> list[str]:
    return [case.stem for case in find_cases(paths, output)[0]]


def test_a_folder_by_itself_is_the_folder_of_all_cases(tmp_path: Path) -> None:
    """Its folders and archives are the cases; what is neither is named, and so is a link."""
    for name in ("600001", "600002"):
        (tmp_path / name).mkdir()
    (tmp_path / "600003.tar.gz").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "latest").symlink_to(tmp_path / "600001")

    cases, left_out = find_cases([tmp_path], tmp_path / "out")

    assert ["600001", "600002", "600003"] == [case.stem for case in cases]
    assert {"notes.txt", "latest"} == {left.path.name for left in left_out}


def test_a_folder_with_bundles_in_it_is_a_case(tmp_path: Path) -> None:
    """One case by itself is not taken for a folder of cases with a bundle each."""
    (tmp_path / "600001").mkdir()
    (tmp_path / "600001" / BUNDLE).touch()

    assert ["600001"] == _names(tmp_path / "600001")


def test_each_of_several_paths_is_a_case(tmp_path: Path) -> None:
    """Folders in them are no cases of their own: an unpacked bundle is one, too."""
    for name in ("600001", "600002"):
        (tmp_path / name / "core1").mkdir(parents=True)

    assert ["600001", "600002"] == _names(tmp_path / "600002", tmp_path / "600001")


def test_results_among_the_cases_are_no_case(tmp_path: Path) -> None:
    """The output folder may lie in the folder of cases."""
    for name in ("600001", "results"):
        (tmp_path / name).mkdir()

    assert ["600001"] == _names(tmp_path, output=tmp_path / "results")


def test_results_inside_a_case_are_refused(tmp_path: Path) -> None:
    """They would be read as a part of it the next time."""
    (tmp_path / "600001").mkdir()
    (tmp_path / "600001" / BUNDLE).touch()

    for output in (tmp_path / "600001", tmp_path / "600001" / "results"):
        with pytest.raises(FleetError, match="another folder"):
            find_cases([tmp_path / "600001"], output)


def test_a_folder_without_cases_is_told(tmp_path: Path) -> None:
    """An empty folder is a mistake rather than a fleet of none."""
    with pytest.raises(FleetError, match="holds no case"):
        find_cases([tmp_path], tmp_path / "results")


def test_equal_names_have_results_of_their_own(tmp_path: Path) -> None:
    """Also where only case, or the ending of an archive, tells them apart."""
    paths = [tmp_path / "a" / "case", tmp_path / "b" / "case", tmp_path / "a" / "CASE.tar.gz"]

    names = _names(*paths)

    assert 3 == len({name.casefold() for name in names})
    assert names == _names(*reversed(paths))


@given(
    st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)
        | st.sampled_from(["..", ".", "../../etc", "con", "a" * 300, "\x1b[2J", "名稱"]),
        min_size=2,
        unique=True,
    )
)
def test_no_name_leads_out_of_the_folder(names: list[str]) -> None:
    """Results have plain, short, distinct file names, whatever cases are called."""
    paths = [Path("/cases", str(number), name) for number, name in enumerate(names)]

    stems = _names(*paths)

    assert len(names) == len({stem.casefold() for stem in stems})
    for stem in stems:
        assert not set(stem) & {*string.whitespace, *'/\\:*?"<>|%', *map(chr, range(32))}
        assert not stem.startswith(".")
        assert len(stem.encode()) < 200


@pytest.mark.parametrize("change", ["content", "name", "new file", "options"])
def test_a_fingerprint_tells_what_the_result_depends_on(tmp_path: Path, change: str) -> None:
    """Another file, name, size, time or option is another fingerprint; a second look is not."""
    file = tmp_path / "case" / "a.txt"
    file.parent.mkdir()
    file.write_text("one")
    before = fingerprint(tmp_path / "case", "options").key
    assert before == fingerprint(tmp_path / "case", "options").key

    if change == "content":
        file.write_text("another")
    elif change == "name":
        file.rename(file.with_name("b.txt"))
    elif change == "new file":
        file.with_name("b.txt").touch()

    after = fingerprint(tmp_path / "case", "others" if change == "options" else "options")
    assert before != after.key


def test_a_fingerprint_has_the_size_of_all_files(tmp_path: Path) -> None:
    """Of a folder, what its files have; of a file, its own."""
    (tmp_path / "case" / "core1").mkdir(parents=True)
    (tmp_path / "case" / "core1" / "a.txt").write_bytes(bytes(1000))
    (tmp_path / "case" / "b.txt").write_bytes(bytes(500))

    assert 1500 == fingerprint(tmp_path / "case", "").size
    assert 500 == fingerprint(tmp_path / "case" / "b.txt", "").size

"""Rule packs: what a folder says of itself, and what two folders can't both mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.engine.problems import RuleProblems
from certclinic.engine.rulefile.loader import load_rules
from certclinic.engine.rulefile.packs import unstated
from certclinic.engine.vocabulary import Vocabulary

from .conftest import SKELETON

CATALOGUE = {"EXW-001": "File is no certificate"}


def _pack(
    folder: Path, name: str | None, rules: Mapping[str, Any], symptoms: Mapping[str, str] = {}
) -> Path:
    """A pack on disk: rule ids with their symptoms, and titles of symptoms that it brings."""
    for rule_id, symptom in rules.items():
        file = folder / f"{rule_id}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        when = [{"let": "a", "fact": "thing", "where": {"name": rule_id}}]
        file.write_text(json.dumps({**SKELETON, "symptom": symptom, "when": when}), "utf-8")
    if name:
        titles = {symptom: {"en": title, "zh-Hant": title} for symptom, title in symptoms.items()}
        about = {"name": name, "version": "1.2", "schema": 1, "symptoms": titles}
        (folder / "pack.yaml").write_text(json.dumps(about), "utf-8")
    return folder


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return _pack(tmp_path / "shipped", "base", {"area/one": "EXW-001", "area/two": "EXW-002"})


def _problems(folders: list[Path], vocabulary: Vocabulary) -> list[str]:
    with pytest.raises(RuleProblems) as raised:
        load_rules(folders, vocabulary, CATALOGUE)
    return [problem.message for problem in raised.value.problems]


def test_packs_are_known_by_name_and_version(
    tmp_path: Path, shipped: Path, vocabulary: Vocabulary
) -> None:
    """A pack adds rules and replaces shipped ones; the base says which packs it came from."""
    site = _pack(tmp_path / "a", "site", {"area/one": "EXW-001", "own/new": "EXW-900"})
    base = load_rules([shipped, site], vocabulary, CATALOGUE)

    assert [("base", "1.2"), ("site", "1.2")] == [(p.name, p.version) for p in base.packs]
    assert {"area/one", "area/two", "own/new"} == set(base.rules)
    assert str(site / "area" / "one.yaml") == base.rules["area/one"].file


def test_a_folder_without_a_name_is_used_and_told(
    tmp_path: Path, shipped: Path, vocabulary: Vocabulary
) -> None:
    """The folder's name stands for the pack's, and lint has a warning with what to write."""
    site = _pack(tmp_path / "site-rules", None, {"own/new": "EXW-900"})
    base = load_rules([shipped, site], vocabulary, CATALOGUE)
    (warning,) = unstated(base.packs, CATALOGUE | {"EXW-002": "Another"})

    assert ("site-rules", None) == (base.packs[1].name, base.packs[1].version)
    assert (str(site / "pack.yaml"), "warning") == (warning.file, warning.level)
    assert "schema: 1" in warning.hint


def test_new_symptoms_have_titles(tmp_path: Path, shipped: Path, vocabulary: Vocabulary) -> None:
    """A symptom that neither the program nor a pack gives a title is told with its cure."""
    titled = _pack(tmp_path / "a", "one", {"own/new": "EXW-900"}, {"EXW-900": "New"})
    untitled = _pack(tmp_path / "b", "two", {"own/other": "EXW-901"})
    base = load_rules([shipped, titled, untitled], vocabulary, CATALOGUE)
    told = [p.message for p in unstated(base.packs, CATALOGUE | {"EXW-002": "Another"})]

    assert ["nothing says what EXW-901 is called"] == told


CLASHES: list[tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str], str | None]] = [
    # rules of the second pack (the first has own/new: EXW-900), titles in each pack, what is told
    ({"own/new": "EXW-901"}, {}, {}, "own/new is in the packs 'first' and 'second'"),
    ({"other/rule": "EXW-900"}, {}, {}, "the packs 'first' and 'second' both bring EXW-900"),
    ({"other/rule": "EXW-900"}, {"EXW-900": "x"}, {}, "both bring EXW-900"),
    ({"other/rule": "EXW-900"}, {"EXW-900": "x"}, {"EXW-900": "y"}, "both bring EXW-900"),
    ({"other/rule": "EXW-900"}, {"EXW-900": "x"}, {"EXW-900": "x"}, None),
    ({"other/rule": "EXW-001"}, {}, {}, None),
    ({"other/rule": "EXW-001"}, {}, {"EXW-001": "Another"}, "EXW-001 is shipped as"),
]


@pytest.mark.parametrize(("rules", "first", "second", "told"), CLASHES)
def test_two_packs_that_clash(
    tmp_path: Path,
    shipped: Path,
    vocabulary: Vocabulary,
    rules: Mapping[str, str],
    first: Mapping[str, str],
    second: Mapping[str, str],
    told: str | None,
) -> None:
    """One rule id, or one new symptom id for what may differ, in two packs is an error."""
    one = _pack(tmp_path / "1", "first", {"own/new": "EXW-900"}, first)
    other = _pack(tmp_path / "2", "second", rules, second)
    if told is None:
        assert load_rules([shipped, one, other], vocabulary, CATALOGUE).rules
        return
    (message,) = _problems([shipped, one, other], vocabulary)
    assert told in message


def test_one_pack_given_twice(tmp_path: Path, shipped: Path, vocabulary: Vocabulary) -> None:
    """Two folders that claim the same name are an error, whatever is in them."""
    one = _pack(tmp_path / "1", "site", {"a/b": "EXW-900"})
    other = _pack(tmp_path / "2", "site", {"c/d": "EXW-901"})

    (message,) = _problems([shipped, one, other], vocabulary)
    assert "has the name 'site', too" in message


@pytest.mark.parametrize(
    ("text", "line", "told", "cure"),
    [
        ("name: s\nversion: '1'\nschema: 2\n", 3, "needs rule schema 2", "update the program"),
        ("name: s\nversion: '1'\nschema: 0\n", 3, "needs rule schema 0", "newer"),
        ("name: s\nversion: 1.0\nschema: 1\n", 2, "'version'", "schema: 1"),
        ("name: s\nversion: '1'\n", 1, "'schema'", "schema: 1"),
        ("name: s\nvresion: '1'\nschema: 1\n", 2, "'vresion'", "did you mean 'version'?"),
        ("name: [s\n", 1, "not valid YAML", ""),
        ("", 1, "the file is empty", ""),
    ],
)
def test_mistakes_in_pack_yaml(
    tmp_path: Path,
    shipped: Path,
    vocabulary: Vocabulary,
    text: str,
    line: int,
    told: str,
    cure: str,
) -> None:
    """What is wrong in a pack's own file is told with its place and a cure."""
    site = _pack(tmp_path / "site", None, {"own/new": "EXW-900"})
    (site / "pack.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleProblems) as raised:
        load_rules([shipped, site], vocabulary, CATALOGUE)

    (problem,) = [p for p in raised.value.problems if told in p.message]
    assert (str(site / "pack.yaml"), line) == (problem.file, problem.line) or not line
    assert cure in problem.hint

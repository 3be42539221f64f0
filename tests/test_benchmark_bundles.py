"""The bundles that speed is measured with: the same for the same recipe, and true to their word."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path

import pytest

from benchmarks.generate import Made, Recipe, generate, size_of
from certclinic.facts.logs.log_reader import ANCHORS

RECIPE = Recipe(300_000, edge=5_000, rate=0.01, certificates=3, rules=2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A small pair."""
    return generate(RECIPE, tmp_path_factory.mktemp("bundles"))


def _log(path: Path) -> bytes:
    with tarfile.open(path) as archive:
        (name,) = (name for name in archive.getnames() if name.startswith("loggingsnapshot"))
        member = archive.extractfile(name)
        assert member is not None
        return member.read()


def test_same_recipe_same_bytes(made: Made, tmp_path: Path) -> None:
    """Another run writes the same archives, byte for byte, and the same truth."""
    again = generate(RECIPE, tmp_path)
    assert [path.read_bytes() for path in made.paths] == [p.read_bytes() for p in again.paths]
    assert made.truth == again.truth


def test_another_seed_other_bytes(made: Made, tmp_path: Path) -> None:
    """The seed tells the traffic of two logs apart."""
    other = generate(Recipe(300_000, seed=2, certificates=3, rules=2), tmp_path)
    assert _log(made.paths[0]) != _log(other.paths[0])


def test_a_second_call_finds_what_is_there(tmp_path: Path) -> None:
    """Bundles are written once; what is known of them is kept beside them."""
    first = generate(Recipe(1_000), tmp_path)
    before = [path.stat().st_mtime_ns for path in first.paths]
    second = generate(Recipe(1_000), tmp_path)
    assert first == second
    assert before == [path.stat().st_mtime_ns for path in second.paths]


def test_the_truth_of_a_log(made: Made) -> None:
    """The log is as long as asked for, and as many lines tell something as the truth says.

    What follows the length is what the builders write of the deployment itself; in the lines
    before, those that hold a literal of the program are counted here one by one.
    """
    log = _log(made.paths[0])[: RECIPE.size]
    assert log.endswith(b"\n")
    lines = log.splitlines()
    telling = sum(any(anchor in line for anchor in ANCHORS) for line in lines)
    assert telling == made.truth.telling
    assert telling / len(lines) == pytest.approx(RECIPE.rate, rel=0.1)
    assert not any(anchor in _log(made.paths[1])[: RECIPE.edge] for anchor in ANCHORS)


def test_it_packs_as_a_log_does(made: Made) -> None:
    """Identifiers are neither all alike nor noise: about six bytes become one."""
    log = _log(made.paths[0])
    assert 5.5 < len(log) / len(zlib.compress(log, 6)) < 7


@pytest.mark.parametrize(("text", "size"), [("10MB", 10_000_000), ("1GB", 10**9), ("3KB", 3_000)])
def test_sizes(text: str, size: int) -> None:
    """Units are decimal."""
    assert size_of(text) == size


def test_no_size() -> None:
    """What is no size is said to be none."""
    with pytest.raises(ValueError, match="'large' is not a size"):
        size_of("large")

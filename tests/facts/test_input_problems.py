"""What is said of inputs that do not show one whole deployment at one time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from certclinic.app.knowledge import knowledge
from certclinic.builders.deployment import build, write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe

CORES = {"name": "cores.example.com"}


def problems(folder: Path, nodes: dict[str, Any]) -> list[str]:
    spec = {"nodes": nodes}
    observations = observe(write(spec, folder))
    derived = derive(observations, int(build(spec).at.timestamp()), knowledge())
    return [problem.text for problem in derived.problems]


def test_peers_of_a_cluster_whose_bundles_are_not_given_are_named_once(tmp_path: Path) -> None:
    """Certificates and trusted CA lists are not replicated among peers."""
    peers = {f"core{n}": {"cluster": CORES, "given": n < 3} for n in range(1, 5)}
    (text,) = problems(tmp_path, {**peers, "edge1": {}})
    assert text.startswith("no bundle is of core3.example.com, core4.example.com, in one cluster")


def test_nothing_is_said_of_a_cluster_whose_bundles_are_all_given(tmp_path: Path) -> None:
    peers = {f"core{n}": {"cluster": CORES} for n in range(1, 4)}
    assert not problems(tmp_path, {**peers, "edge1": {}})


def test_a_bundle_much_older_than_the_newest_is_told(tmp_path: Path) -> None:
    """What was renewed after it was made cannot be seen in it."""
    (text,) = problems(tmp_path, {"core1": {"clock": "-300d"}, "edge1": {}})
    assert text.startswith("the bundle of core1 is 300 days older than the newest")


def test_bundles_of_one_week_belong_together(tmp_path: Path) -> None:
    assert not problems(tmp_path, {"core1": {"clock": "-5d"}, "edge1": {}})

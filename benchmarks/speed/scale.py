"""What one more costs: bytes of log, certificates, nodes, rules. It is to be a straight line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.generate import Recipe, Symptoms, generate
from certclinic.builders.deployment import write

from . import answers
from .measure import PROGRAM, Contestant, measure
from .plot import Line, fit, svg
from .settings import Settings
from .table import Row

_LOGS = (0.125, 0.25, 0.5, 1)  # of the largest log
_CERTIFICATES = (250, 500, 1_000, 2_000)
_PAIRS = (3, 6, 12, 24)  # of an Expressway-C and an Expressway-E
_COPIES = (0, 1, 2, 4)  # of all rules, beside them
_SMALL = 100_000  # bytes of log, where it is not the log that grows
_FURTHEST = 5  # per cent

RULES = Path(__file__).parent.parent.parent / "rules"


def rows(settings: Settings) -> Iterator[Row]:
    """A row for each kind of growth, and `scale.svg` beside the table."""
    logs = [int(settings.large * part) for part in _LOGS]
    lines = [
        _line(name, unit, sizes, contestants, settings)
        for name, unit, sizes, contestants in (
            ("log", "MB of log", [size / 10**6 for size in logs], _by_log(logs, settings)),
            ("certificates", "certificates in each trust list", _CERTIFICATES, _by_list(settings)),
            ("nodes", "nodes", [2 * pairs for pairs in _PAIRS], _by_nodes(settings)),
            ("rules", "rules", [_shipped() * (1 + n) for n in _COPIES], _by_rules(settings)),
        )
    ]
    (settings.folder / "scale.svg").write_text(svg(lines), encoding="utf-8")
    for line in lines:
        fitted = fit(line)
        first, last = line.points[0], line.points[-1]
        yield Row(
            f"cost against {line.unit}, {first[0]:,g} to {last[0]:,g}: farthest from a line",
            fitted.furthest,
            _FURTHEST,
            "%",
            note=f"CPU {first[1]:.2f} s to {last[1]:.2f} s, {1000 * fitted.slope:.3g} ms for each",
        )


def _line(
    name: str, unit: str, sizes: Sequence[float], runs: Sequence[Contestant], settings: Settings
) -> Line:
    costs = measure(runs, settings.rounds)
    points = ((size, cost.cpu) for size, cost in zip(sizes, costs, strict=True))
    return Line(name, unit, tuple(points))


def _by_log(sizes: Sequence[int], settings: Settings) -> list[Contestant]:
    return [_planted(Recipe(size), settings) for size in sizes]


def _by_list(settings: Settings) -> list[Contestant]:
    return [_planted(Recipe(_SMALL, certificates=n), settings) for n in _CERTIFICATES]


def _by_rules(settings: Settings) -> list[Contestant]:
    """The shipped rules again, under the names of other areas: all findings come again."""
    runs = []
    for copies in _COPIES:
        folder = settings.folder / f"rules-{copies}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for copy in range(copies):
            for area in _areas():
                shutil.copytree(area, folder / f"copy{copy}-{area.name}")
        runs.append(_planted(Recipe(_SMALL), settings, "--rules", str(folder)))
    return runs


def _by_nodes(settings: Settings) -> list[Contestant]:
    """Pairs that have nothing to do with each other: in clusters links grow faster than nodes."""
    runs = []
    for pairs in _PAIRS:
        folder = settings.folder / f"pairs-{pairs}"
        shutil.rmtree(folder, ignore_errors=True)
        runs.append(_diagnosis(write(_healthy(pairs), folder), {}))
    return runs


def _healthy(pairs: int) -> dict[str, Any]:
    zone = {"uc": True, "port": 7001}
    nodes: dict[str, Any] = {}
    for number in range(1, pairs + 1):
        core, edge = f"core{number}", f"edge{number}"
        far, near = f"{edge}.example.com", f"{core}.example.com"
        client = {**zone, "name": f"to {edge}", "type": "traversal_client", "peers": [far]}
        server = {**zone, "name": f"from {core}", "type": "traversal_server", "verify_name": near}
        nodes |= {core: {"tunnels": "none", "zones": [client]}}
        nodes |= {edge: {"tunnels": "none", "zones": [server]}}
    return {"nodes": nodes}


def _planted(recipe: Recipe, settings: Settings, *options: str) -> Contestant:
    made = generate(recipe, settings.bundles)
    return _diagnosis(made.paths, made.truth.symptoms, *options)


def _diagnosis(paths: Sequence[Path], symptoms: Symptoms, *options: str) -> Contestant:
    command = (*PROGRAM, "diagnose", "-q", "--format", "json", *options, *map(str, paths))
    return Contestant("certclinic diagnose", command, answers.findings(symptoms), (0, 1))


def _areas() -> list[Path]:
    return sorted(
        area
        for area in RULES.iterdir()
        if area.is_dir() and area.name != "data" and not area.name.startswith((".", "_"))
    )


def _shipped() -> int:
    return sum(1 for area in _areas() for _ in area.glob("*.yaml"))

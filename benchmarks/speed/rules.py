"""100 rules over 10,000 facts: the program, its reference matcher, CLIPS, and the bare engine.

All find the same firings, or the run ends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .measure import PYTHON, Contestant, WrongAnswerError, measure
from .settings import Settings
from .table import Row, compared, missing

_WORK = "100 rules × 10,000 facts"
_LIMIT = 1.5
_NAMES = {"durable": "durable_rules", "clips": "clipspy", "reference": None, "native": None}


def rows(settings: Settings) -> Iterator[Row]:
    """The program's choice, then the others, each held against the best of the others."""
    there = {name: package for name, package in _NAMES.items() if _installed(package)}
    if "durable" not in there:
        yield missing(_WORK, "durable-rules is not installed", _LIMIT)
        return
    check = _same()
    contestants = [
        Contestant(name, (*PYTHON, str(Path(__file__).with_name("matchers.py")), name), check)
        for name in there
    ]
    costs = dict(zip(there, measure(contestants, settings.rounds), strict=True))
    rivals = {_full(name): costs[name] for name in ("clips", "reference") if name in costs}
    best, least = min(rivals.items(), key=lambda rival: rival[1].wall)
    note = "seconds from facts in memory to firings"
    yield compared(
        f"{_WORK}, as the program does it", costs["durable"], best, least, _LIMIT, note=note
    )
    yield compared(
        f"{_WORK}, durable-rules by itself",
        costs["native"],
        best,
        least,
        note="its own C code and binding alone, rules and facts in its words beforehand",
    )
    for name, cost in rivals.items():
        yield compared(f"{_WORK}, {name}", cost, best, least)
    if "clips" not in costs:
        yield missing(f"{_WORK}, CLIPS", "clipspy is not installed (pip install clipspy)")


def _full(name: str) -> str:
    package = _NAMES[name]
    return f"{package} {version(package)}" if package else "reference matcher"


def _installed(package: str | None) -> bool:
    try:
        return package is None or bool(version(package))
    except PackageNotFoundError:
        return False


def _same() -> Callable[[bytes], float]:
    """A check that all answers are the first one's; it gives the seconds that they tell."""
    first: list[tuple[int, str]] = []

    def check(output: bytes) -> float:
        told = json.loads(output)
        answer = told["firings"], told["digest"]
        first.append(answer)
        if answer != first[0] or not answer[0]:
            raise WrongAnswerError(f"{answer[0]} firings, not those that others found")
        return float(told["seconds"])

    return check

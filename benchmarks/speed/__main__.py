"""How fast, held against the fastest that there is: `python -m benchmarks.speed --help`.

Everything is measured side by side in one run; the table gives medians. The exit status is 1 if an
answer was wrong, which ends the run, or a bound was missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.generate import size_of

from . import fleets, logs, rules, scale, start, trust
from .measure import WrongAnswerError
from .settings import Settings
from .table import Row, as_json, markdown

_PARTS: dict[str, Callable[[Settings], Iterator[Row]]] = {
    "logs": logs.rows,
    "start": start.rows,
    "trust": trust.rows,
    "rules": rules.rows,
    "fleet": fleets.rows,
    "scale": scale.rows,
}


def main() -> int:
    """Measure, print the table, and write it and all that is known as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument(
        "--size",
        action="append",
        type=size_of,
        metavar="10MB|100MB|1GB|10GB",
        help="of a log, again and again (10MB 100MB 1GB)",
    )
    parser.add_argument("--rounds", type=int, default=5, help="of which medians are taken (5)")
    parser.add_argument(
        "--out", type=Path, default=Path("build/speed"), help="folder (build/speed)"
    )
    parser.add_argument("--only", action="append", choices=_PARTS, help="a part; all by default")
    given = parser.parse_args()
    sizes = given.size or [10**7, 10**8, 10**9]
    settings = Settings(tuple(sorted(set(sizes))), given.rounds, given.out.resolve())
    settings.bundles.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    try:
        for part in given.only or _PARTS:
            for row in _PARTS[part](settings):
                print(f"{row.work}: {row.figure}", file=sys.stderr)
                rows.append(row)
    except WrongAnswerError as wrong:
        print(f"wrong answer: {wrong}", file=sys.stderr)
        return 1
    table = markdown(rows, given.rounds)
    (settings.folder / "speed.md").write_text(table, encoding="utf-8")
    (settings.folder / "speed.json").write_text(as_json(rows, given.rounds), encoding="utf-8")
    print(table)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

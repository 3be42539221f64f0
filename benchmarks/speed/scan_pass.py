"""One search of a compressed file for literals: `scan_pass.py FILE HOW_MANY` prints the lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from isal import igzip

from certclinic.facts.logs.log_reader import ANCHORS
from certclinic.facts.logs.log_scan import scan


def anchors(number: int) -> list[bytes]:
    """So many literals: those of the program, and then the ids of alarms as the log has them."""
    alarms = (b'Event="Alarm Lowered" Id="%d"' % (15000 + 101 * place) for place in range(number))
    return [*ANCHORS, *alarms][:number]


def count(packed: Path, literals: Sequence[bytes]) -> int:
    """Lines of a gzipped file that hold a literal."""
    with igzip.open(packed) as stream:  # type: ignore[no-untyped-call]
        return sum(1 for _ in scan(stream, literals))


if __name__ == "__main__":
    print(count(Path(sys.argv[1]), anchors(int(sys.argv[2]))))

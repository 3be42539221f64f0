"""Prints what is made of faulty hierarchies and of messy files: `python -m benchmarks.recognition`.

First table: hierarchies with one to four faults at once, how many of the faults are named, how
many are missed, what is named besides, and how many OpenSSL's first error names. Second table:
each messy file, what it is, and what it is recognised as. The exit status is 1 if a fault is
missed or a file is taken for something else.
"""

from __future__ import annotations

import random
import sys
from itertools import combinations

from certclinic.builders.containers import messy_files
from certclinic.facts.formats.containers import read
from tests.facts.test_trust_causes import FAULTS, causes, faulty

MOST = 200


def faults() -> int:
    """Print the confusion of injected faults; the number missed or invented."""
    print(
        f"{'faults':>6} {'cases':>6} {'injected':>9} {'named':>6} {'missed':>7} {'besides':>8}"
        f" {'by first error':>15}"
    )
    wrong = 0
    for size in range(1, 5):
        cases = list(combinations(sorted(FAULTS), size))
        if len(cases) > MOST:
            cases = random.Random(size).sample(cases, MOST)  # noqa: S311
        named = missed = besides = first = 0
        for case in cases:
            judgement = faulty(case)
            told, planted = causes(judgement), {FAULTS[fault][2] for fault in case}
            named += len(told & planted)
            missed += len(planted - told)
            besides += len(told - planted)
            first += any(
                (defect.openssl, defect.depth) == (judgement.code, judgement.depth)
                for defect in judgement.defects
                if (defect.code, defect.depth) in planted
            )
        injected = named + missed
        wrong += missed + besides
        share = f"{first / injected:.0%}"
        print(
            f"{size:>6} {len(cases):>6} {injected:>9} {named:>6} {missed:>7} {besides:>8}"
            f" {share:>15}"
        )
    return wrong


def files() -> int:
    """Print what each messy file is recognised as; the number taken for something else."""
    print(f"{'file':<44} {'is':<12} {'recognised as':<14} {'certificates':>12}  Expressway")
    wrong = 0
    for messy in messy_files():
        found = read(messy.data, password=messy.password, name=messy.name)
        wrong += found.format != messy.format
        count = f"{len(found.certificates)} of {len(messy.certificates)}"
        takes = "takes it" if found.acceptable else "refuses it"
        print(f"{messy.name:<44} {messy.format:<12} {found.format:<14} {count:>12}  {takes}")
    return wrong


if __name__ == "__main__":
    missed = faults()
    print()
    sys.exit(bool(missed + files()))

"""The verdict is OpenSSL's: number, depth and all, on hierarchies no CA would make."""

from __future__ import annotations

import os
from pathlib import Path

from certclinic.facts.trust import Name, judge

from .openssl_cli import Asked, needs_openssl, verdicts
from .pki import Graphs

GRAPHS = int(os.environ.get("CERTCLINIC_GRAPHS", "400"))
SEED = int(os.environ.get("CERTCLINIC_SEED", "20261124"))


@needs_openssl
def test_random_hierarchies(tmp_path: Path) -> None:
    """Random questions get the answer of `openssl verify`; CERTCLINIC_GRAPHS says how many."""
    graphs = Graphs(SEED)
    differing = []
    for number in range(GRAPHS):
        question = graphs.question()
        name = question.pop("name")
        asked = Asked(**question, name=Name(*name) if name else None)
        verdict = judge(
            asked.leaf,
            asked.presented,
            asked.trust,
            name=asked.name,
            purpose=asked.purpose,
            at=asked.at,
            depth=asked.depth,
        )
        (expected,) = verdicts(tmp_path, asked)
        for path in tmp_path.iterdir():
            path.unlink()
        if (verdict.code, verdict.depth) != expected:
            differing.append((number, expected, (verdict.code, verdict.depth)))
    assert not differing

"""The whole cure: for each root cause its best fix, all of them together, proven as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..engine.rank import RankedFinding
from ..facts.x509.certificate import Certificate
from .case import Case
from .what_if import Proof, prove, prove_plan


@dataclass(frozen=True)
class Plan:
    """The proofs of every finding by its rank, and of the best fixes of all root causes together.

    `missing` are certificates whose issuer no input holds, though a fix needs it; `whole` is None
    where there is nothing to change.
    """

    proofs: Mapping[int, tuple[Proof, ...]]
    whole: Proof | None
    missing: tuple[Certificate, ...]


def plan(case: Case) -> Plan:
    """Try every fix by itself, and then the best ones of the root causes together."""
    proofs = {ranked.rank: prove(case, ranked) for ranked in case.findings}
    best = [proofs[ranked.rank][0] for ranked in roots(case.findings)]
    made = [proof for proof in best if proof.after is not None]
    missing = {proof.missing for proof in best if proof.missing is not None}
    return Plan(
        proofs,
        prove_plan(case, made) if made else None,
        tuple(sorted(missing, key=lambda certificate: certificate.issuer)),
    )


def roots(findings: Sequence[RankedFinding]) -> list[RankedFinding]:
    """The findings that nothing else explains, advice left out."""
    return [r for r in findings if not r.explained_by and r.finding.status != "advice"]

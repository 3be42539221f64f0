"""The whole cure: for each root cause its best fix, all of them together, proven as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.rank import RankedFinding
from ..facts.x509.certificate import Certificate
from .case import Case
from .what_if import Proof, Verdict, prove, prove_plan, roots

_LONGEST = 5
"""How often causes may come to light that others hid."""


@dataclass(frozen=True)
class Plan:
    """The proofs of every finding by its rank, and of the best fixes of all root causes together.

    `missing` are certificates whose issuer no input holds, though a fix needs it; `whole` is None
    where there is nothing to change. `uncured` are root causes for which nothing could be tried,
    such as one that only a log tells of.
    """

    proofs: Mapping[int, tuple[Proof, ...]]
    whole: Proof | None
    missing: tuple[Certificate, ...]
    uncured: tuple[RankedFinding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Of all fixes together: nothing is proven as long as a root cause is left."""
        if self.whole is None or (self.uncured and self.whole.verdict == "proven"):
            return "not-proven"
        return self.whole.verdict


def plan(case: Case) -> Plan:
    """Try every fix by itself, and then the best ones of the root causes together."""
    proofs = {ranked.rank: prove(case, ranked) for ranked in case.findings}
    causes = roots(case.findings)
    best = [proofs[ranked.rank][0] for ranked in causes]
    missing = {proof.missing for proof in best if proof.missing is not None}
    return Plan(
        proofs,
        _whole(case, [proof for proof in best if proof.after is not None]),
        tuple(sorted(missing, key=lambda certificate: certificate.issuer)),
        tuple(ranked for ranked in causes if proofs[ranked.rank][0].after is None),
    )


def _whole(case: Case, proofs: list[Proof]) -> Proof | None:
    """All fixes together, and those of causes that come to light once they are made.

    What followed from one cause may have another one of its own.
    """
    whole = prove_plan(case, proofs) if proofs else None
    for _ in range(_LONGEST):
        if whole is None or whole.after is None:
            break
        further = [
            proof
            for ranked in roots(whole.after.findings)
            if (proof := prove(whole.after, ranked)[0]).after is not None
            and not set(proof.changes) <= set(whole.changes)
        ]
        if not further:
            break
        proofs = [*proofs, *further]
        whole = prove_plan(case, proofs)
    return whole

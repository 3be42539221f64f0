"""The whole cure: for each root cause its best fix, all of them together, proven as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.rank import RankedFinding
from ..facts.changes import AddTrust, DeploymentChange
from ..facts.links import Held
from ..facts.x509.certificate import Certificate
from .case import Case
from .what_if import Proof, Verdict, prove, prove_plan, roots

_LONGEST = 5
"""How often causes may come to light that others hid."""


@dataclass(frozen=True)
class Plan:
    """The proofs of every finding by its rank, and of the best fixes of all root causes together.

    `missing` are certificates whose issuer no input holds, though a fix needs it; `whole` is None
    where there is nothing to change. `held` are the certificates that changes name. `uncured` are
    root causes for which nothing could be tried, such as one that only a log tells of.
    """

    proofs: Mapping[int, tuple[Proof, ...]]
    whole: Proof | None
    missing: tuple[Certificate, ...]
    held: Held
    uncured: tuple[RankedFinding, ...] = ()

    @property
    def changes(self) -> tuple[DeploymentChange, ...]:
        """All changes, in order; none where they cannot be made together."""
        return self.whole.changes if self.whole and self.whole.after else ()

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
    whole, held = _whole(case, [proof for proof in best if proof.after is not None])
    return Plan(
        proofs,
        whole,
        tuple(sorted(missing, key=lambda certificate: certificate.issuer)),
        held,
        tuple(ranked for ranked in causes if proofs[ranked.rank][0].after is None),
    )


def _whole(case: Case, proofs: list[Proof]) -> tuple[Proof | None, Held]:
    """All fixes together, and those of causes that come to light once they are made.

    What followed from one cause may have another one of its own. With them, the certificates that
    the changes may name: those of the inputs, and successors that a change brought.
    """
    held = case.derived.held
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
        wider_held = held.beside(whole.after.derived.held)
        wider = prove_plan(case, [*proofs, *further], wider_held)
        if wider.after is None:
            break
        proofs, whole, held = [*proofs, *further], wider, wider_held
    if whole is not None and whole.verdict == "proven":
        whole = _with_what_is_at_hand(case, proofs, whole, held)
    return whole, held


def _with_what_is_at_hand(case: Case, proofs: list[Proof], whole: Proof, held: Held) -> Proof:
    """The plan without the fixes that ask for another CA, where it heals all without them."""
    for proof in proofs:
        rest = [one for one in proofs if one is not proof]
        if rest and any(
            isinstance(c, AddTrust) and (c.private or c.renewed) for c in proof.changes
        ):
            smaller = prove_plan(case, rest, held)
            if smaller.verdict == "proven" and len(smaller.changes) < len(whole.changes):
                proofs, whole = rest, smaller
    return whole

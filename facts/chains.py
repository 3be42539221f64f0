"""The chain of a certificate as people draw it: from the leaf up, and what one list holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .x509.certificate import Certificate

StepState = Literal["presented", "trusted", "missing", "expired", "not_yet_valid", "known"]
_LONGEST = 10


@dataclass(frozen=True)
class Step:
    """One certificate of a chain; without a certificate, its subject is all that is known."""

    subject: str
    certificate: Certificate | None
    state: StepState


def trace(
    leaf: Certificate,
    trust: Sequence[Certificate],
    presented: Sequence[Certificate],
    known: Sequence[Certificate],
    at: int,
) -> tuple[Step, ...]:
    """The leaf and its issuers, by name and signature, as far as any input shows them.

    A certificate of the trust list is preferred, then one that is presented, then any known one.
    """
    steps = [Step(leaf.subject, leaf, _valid(leaf, at) or "presented")]
    sources: tuple[tuple[Sequence[Certificate], StepState], ...] = (
        (trust, "trusted"),
        (presented, "presented"),
        (known, "missing"),
    )
    current, seen = leaf, {leaf.fingerprint}
    while not current.self_signed and len(steps) < _LONGEST:
        found: tuple[Certificate, StepState] | None = None
        for certificates, state in sources:
            issuers = [
                c
                for c in certificates
                if c.subject_key == current.issuer_key
                and c.fingerprint not in seen
                and current.signed_by(c)
            ]
            if issuers:
                found = issuers[0], state
                break
        if found is None:
            steps.append(Step(current.issuer, None, "missing"))
            break
        current = found[0]
        seen.add(current.fingerprint)
        steps.append(Step(current.subject, current, _valid(current, at) or found[1]))
    return tuple(steps)


def _valid(certificate: Certificate, at: int) -> StepState | None:
    if certificate.not_after is not None and certificate.not_after <= at:
        return "expired"
    if certificate.not_before is not None and certificate.not_before > at:
        return "not_yet_valid"
    return None

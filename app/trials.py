"""What came of trying fixes out, as the report tells it."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.findings import Finding, finding_words
from ..facts.changes import DeploymentChange
from ..facts.vocabulary import type_name
from ..facts.x509.certificate import Certificate
from ..reports.document import ChangeRow, MissingCa, Trial
from ..reports.document import Plan as PlanRow
from ..reports.languages import language as reader_language
from ..reports.ledger_phrases import value_word
from ..reports.reasons import untried
from .case import Case
from .change_texts import FINGERPRINTS, told_change
from .plan import Plan
from .what_if import Proof


def plan_row(case: Case, plan: Plan, language: str) -> PlanRow | None:
    """The whole cure; None where there is nothing to change and no CA to be had."""
    if plan.whole is None and not plan.missing:
        return None
    whole = plan.whole or Proof("not-proven")
    told = trial(case, whole, language)
    if plan.uncured:
        uncured = titles(case, (ranked.finding for ranked in plan.uncured), language)
        remains = (*told.remains, *uncured)
        told = told.model_copy(update={"proof": plan.verdict, "remains": remains})
    return PlanRow(
        trial=told,
        missing=tuple(
            MissingCa(subject=c.issuer, key_id=c.aki, aia=c.aia_urls, issued=c.subject)
            for c in plan.missing
        ),
    )


def trial(case: Case, proof: Proof, language: str) -> Trial:
    """One way to mend it, and what came of it."""
    after = proof.after
    return Trial(
        proof=proof.verdict,
        changes=tuple(change_row(case, change, language) for change in proof.changes),
        why=untried(proof.why, reader_language(language)) if proof.why else None,
        remains=titles(after, proof.remains, language) if after else (),
        appears=titles(after, proof.appears, language) if after else (),
    )


def change_row(case: Case, change: DeploymentChange, language: str) -> ChangeRow:
    """A change as a step for people."""
    servers = {server.host for server in case.observations.uc_servers}
    held = case.derived.held.by_fingerprint
    named = (getattr(change, field, None) for field in FINGERPRINTS)
    subjects = {name: _told_apart(held[name], held.values()) for name in named if name in held}
    told = told_change(change, change.node in servers, language, subjects)
    return ChangeRow(
        node=change.node,
        kind=type_name(type(change)),
        text=told.step,
        restart=told.restart,
        check=told.check,
    )


def _told_apart(certificate: Certificate, others: Iterable[Certificate]) -> str:
    """The subject, and the fingerprint where another certificate has the same subject."""
    alike = (c.subject_key == certificate.subject_key and c != certificate for c in others)
    subject = certificate.subject
    return f"{subject} (SHA-256 {certificate.fingerprint})" if any(alike) else subject


def titles(case: Case, findings: Iterable[Finding], language: str) -> tuple[str, ...]:
    """The titles of findings of a case, each once."""
    told = (
        finding_words(case.rules, case.outcome, one, language, value_word).title for one in findings
    )
    return tuple(dict.fromkeys(told))

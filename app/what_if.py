"""What-if: a fix is a change of the deployment, made in a copy and judged by the same rules.

A fix is proven where the finding is gone, and what hangs beneath it, and nothing new has come.
Logs, alarms and states tell of the time before the change, so those of the nodes concerned are set
aside; a finding that rests on them alone can't be proven, only believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ..engine.findings import Finding
from ..engine.rank import RankedFinding
from ..engine.rulefile.fixes import Plan, filled
from ..facts.applied import MissingCaError, apply_changes
from ..facts.changes import (
    AddTrust,
    ChangeError,
    DeploymentChange,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
    Upgrade,
    change,
    merged,
)
from ..facts.concrete import concrete
from ..facts.effects import is_effect, logs_alone
from ..facts.links import Held
from ..facts.model_checks import CertificateOrigin
from ..facts.vocabulary import type_name
from ..facts.x509.certificate import Certificate
from .case import Case, judge_case
from .change_texts import restarts
from .target import beyond

Verdict = Literal["proven", "not-proven", "not-modelled"]


@dataclass(frozen=True)
class Proof:
    """What came of one fix, tried by itself.

    `why` says why it is not proven or not modelled, as a code and its values; `missing` is a
    certificate whose issuer no input holds; `remains` are the findings that are still there,
    `appears` those that are new.
    """

    verdict: Verdict
    changes: tuple[DeploymentChange, ...] = ()
    why: tuple[str, ...] = ()
    missing: Certificate | None = None
    remains: tuple[Finding, ...] = ()
    appears: tuple[Finding, ...] = ()
    after: Case | None = field(default=None, compare=False, repr=False)


def prove(case: Case, ranked: RankedFinding) -> tuple[Proof, ...]:
    """Every fix of a finding tried by itself, the best first; one Proof where there is none.

    Among those of one verdict that is better which leaves fewer findings, then fewer changes, then
    fewer nodes, then fewer restarts.
    """
    rule = case.rules.rules[ranked.finding.rule]
    if not rule.fixes:
        return (Proof("not-modelled", why=(rule.rule.not_modelled or "no-fix",)),)
    outcome = case.outcome
    plans = [
        filled(fix, ranked.finding.matches, outcome.facts, outcome.index) for fix in rule.fixes
    ]
    proofs = list(dict.fromkeys(tried(case, ranked.finding, plan) for plan in plans if plan))
    if not proofs:
        return (Proof("not-proven", why=("too_little",)),)
    servers = {server.host for server in case.observations.uc_servers}
    return tuple(sorted(proofs, key=lambda proof: _cost(proof, servers)))


def _cost(proof: Proof, servers: Collection[str]) -> tuple[int, ...]:
    order = ("proven", "not-proven", "not-modelled")
    restarted = {
        (one.node, service)
        for one in proof.changes
        for service in restarts(one, one.node in servers)
    }
    return (
        order.index(proof.verdict),
        proof.after is None,
        len(proof.remains) + len(proof.appears),
        len(proof.changes),
        len({one.node for one in proof.changes}),
        len(restarted),
    )


def prove_plan(case: Case, proofs: Iterable[Proof], held: Held | None = None) -> Proof:
    """All changes of these fixes together, in order, judged by what the whole case then shows.

    No root cause may be left, not even one that another one hid before. `held` are the
    certificates that changes may name, where these are not among the inputs alone.
    """
    changes = merged(one for proof in proofs for one in proof.changes)
    whole = judged(case, changes, [ranked.finding for ranked in roots(case.findings)], held)
    left = [ranked.finding for ranked in roots(whole.after.findings)] if whole.after else []
    if not left:
        return whole
    remains = dict.fromkeys((*whole.remains, *(one for one in left if one not in whole.appears)))
    return replace(whole, verdict="not-proven", remains=tuple(remains))


def roots(findings: Iterable[RankedFinding]) -> list[RankedFinding]:
    """The findings that nothing else explains, advice left out."""
    return [r for r in findings if not r.explained_by and r.finding.status != "advice"]


_ORDER: tuple[type[DeploymentChange], ...] = (
    Upgrade,
    AddTrust,
    SetConfiguration,
    ReplaceCertificate,
    RemoveTrust,
)
"""Every list has to hold a CA before a certificate of that CA is shown, and holds the old one until
no certificate of it is left; a release brings the stores and settings that the rest changes."""


def _place(change: DeploymentChange) -> int:
    return _ORDER.index(type(change))


def tried(case: Case, finding: Finding, plan: Plan) -> Proof:
    """One fix of a finding tried by itself."""
    rests_on = [case.facts[fact_id] for fact_id in finding.evidence]
    # What is wrong may be the release itself, of which the node's own fact tells.
    upgrade = any(kind == type_name(Upgrade) for kind, _ in plan)
    if logs_alone(rests_on) and not upgrade:
        return Proof("not-modelled", why=("log-alone",))
    try:
        changes = merged(change(kind, values) for kind, values in plan)
    except ChangeError as error:
        return Proof("not-proven", why=error.said or (str(error),))
    proof = judged(case, changes, [finding])
    causes = [fact for fact in rests_on if not is_effect(fact)]
    if proof.verdict == "proven" and proof.after and set(causes) <= set(proof.after.derived.facts):
        return replace(proof, verdict="not-proven", why=("untouched",))
    return proof


def judged(
    case: Case,
    changes: Sequence[DeploymentChange],
    cured: Sequence[Finding],
    held: Held | None = None,
) -> Proof:
    """Make the changes and judge again, without the logs and states of the nodes concerned."""
    held = held or case.derived.held
    ordered: tuple[DeploymentChange, ...] = tuple(changes)
    try:
        ordered = tuple(sorted(merged(concrete(case.observations, changes)), key=_place))
        _refuse_public_client_auth(case, ordered)
        observations = apply_changes(case.observations, ordered, held, case.judged_at)
    except MissingCaError as error:
        return Proof("not-proven", ordered, error.said, error.below)
    except ChangeError as error:
        return Proof("not-proven", ordered, error.said or (str(error),))
    hosts = {node for finding in cured for node in finding.nodes} | {one.node for one in ordered}
    hosts |= {
        str(getattr(fact, fact.host_field))
        for finding in cured
        for fact in map(case.facts.__getitem__, finding.evidence)
        if is_effect(fact) and fact.host_field is not None
    }
    after = judge_case(
        observations, case.rules, case.judged_at, matcher="reference", aside=frozenset(hosts)
    )
    gone = {identity(case, finding) for finding in cured}
    beneath = _beneath(case, cured)
    before = {identity(case, ranked.finding) for ranked in case.findings}
    remains, appears = [], []
    symptoms = {(f.symptom, node) for f in cured for node in f.nodes}
    others = [r for r in case.findings if identity(case, r.finding) not in gone | beneath]
    fresh = beyond(after.findings, others)
    for ranked in after.findings:
        finding = ranked.finding
        known = identity(after, finding)
        same = any((finding.symptom, node) in symptoms for node in finding.nodes)
        advice = finding.status == "advice"
        if known in gone or (not advice and (known in beneath or (same and known not in before))):
            remains.append(finding)
        elif ranked in fresh:
            appears.append(finding)
    verdict: Verdict = "not-proven" if remains or appears else "proven"
    return Proof(verdict, ordered, (), None, tuple(remains), tuple(appears), after)


def _refuse_public_client_auth(case: Case, changes: Iterable[DeploymentChange]) -> None:
    """Raise ChangeError for clientAuth that is asked of a public CA after it stopped issuing it."""
    ended = {
        (fact.host, fact.store): fact.organisation
        for fact in case.facts.values()
        if isinstance(fact, CertificateOrigin)
        and fact.server_only_from is not None
        and fact.server_only_from <= case.judged_at
    }
    for one in changes:
        if isinstance(one, ReplaceCertificate) and one.usage in ("both", "client"):
            organisation = ended.get((one.node, one.store or "server"))
            if organisation is not None and not one.private:
                text = f"{organisation} no longer issues clientAuth"
                raise ChangeError(text, "client_auth_ended", organisation)


def identity(case: Case, finding: Finding) -> tuple[str, ...]:
    """What makes two findings of two states of a case the same: the rule, and what it is per."""
    bound = dict(finding.matches[0])
    values = (
        case.outcome.facts[bound[ref.alias]].values.get(ref.field)
        for ref in case.rules.rules[finding.rule].per
    )
    return (finding.rule, *map(str, values))


def _beneath(case: Case, cured: Sequence[Finding]) -> set[tuple[str, ...]]:
    """The findings that follow from those to be cured, and from nothing else."""
    symptoms = {finding.symptom for finding in cured}
    return {
        identity(case, ranked.finding)
        for ranked in case.findings
        if ranked.explained_by
        and set(ranked.explained_by) <= symptoms
        and any(set(ranked.finding.nodes) & set(finding.nodes) for finding in cured)
    }

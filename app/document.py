"""Writes a case down as the report document, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from ..engine.findings import finding_words
from ..engine.rank import RankedFinding
from ..engine.rulefile.texts import reading_order, spoken
from ..facts.model import Certificate, Coverage, LinkCheck, Node
from ..facts.model_checks import CertificateOrigin
from ..facts.model_uc import UcServer
from ..facts.vocabulary import Evidence
from ..reports.document import (
    CertificateRow,
    CoverageRow,
    Direction,
    Fix,
    Found,
    Input,
    LinkRow,
    NodeSummary,
    Quote,
    Report,
    RulePack,
    State,
    Tool,
    Trouble,
    Upgrade,
)
from ..reports.languages import language as reader_language
from ..reports.ledger_phrases import value_word
from ..reports.reasons import in_words, reason
from . import VERSION
from .case import Case
from .chain_rows import authorities, chain_rows, comparisons, trust_rows
from .knowledge import Words, conflicts, told
from .ledger_rows import ledger_rows
from .moments import moment, moment_row
from .plan import Plan
from .target import Target
from .timeline import Moment
from .trials import plan_row, trial
from .what_if import Proof

Kind = TypeVar("Kind")
CHECKS = ("chain", "name", "purpose", "time", "revocation")
_RELIANCE: dict[str, Words] = {
    "H": {"en": ""},
    "M": {
        "en": " (told once, or differently elsewhere)",
        "zh-Hant": "（僅一處記載，或各處說法不一）",
        "zh-Hans": "（仅一处记载，或各处说法不一）",
        "ja": "（記載は1か所のみ、または他と異なる）",
    },
    "L": {
        "en": " (our inference)",
        "zh-Hant": "（本工具的推論）",
        "zh-Hans": "（本工具的推断）",
        "ja": "（本ツールの推論）",
    },
}
_WORSE: dict[State, int] = {"ok": 0, "unknown": 1, "fail": 2}


def write_report(
    case: Case,
    language: str,
    audience: Literal["engineer", "customer"] = "engineer",
    target: Target | None = None,
    plan: Plan | None = None,
    moments: Sequence[Moment] = (),
) -> Report:
    """The report of a case; deterministic, whatever the order of the inputs.

    `plan` is what came of trying the fixes out, `moments` what changes as time goes by.
    """
    checks = [fact for fact in case.facts.values() if isinstance(fact, LinkCheck)]
    return Report(
        tool=tool(case),
        language=language,
        fallback=fallback(case, language),
        audience=audience,
        judged_at=moment(case.judged_at),
        inputs=tuple(
            Input(path=i.path, kind=i.kind, sha256=i.sha256, members=i.members, unread=i.unread)
            for i in case.observations.inputs
        ),
        nodes=tuple(
            NodeSummary(host=server.host, role="uc_server")
            for server in sorted(_facts(case, UcServer), key=lambda server: server.host)
        )
        + tuple(
            NodeSummary(
                host=node.host,
                fqdn=node.fqdn,
                role=node.role,
                version=node.version,
                cluster=node.cluster,
            )
            for node in sorted(_facts(case, Node), key=lambda node: (node.role, node.host))
            if node.given
        ),
        findings=tuple(
            found(case, ranked, language, plan.proofs[ranked.rank] if plan else ())
            for ranked in case.findings
        ),
        plan=plan_row(case, plan, language) if plan else None,
        timeline=tuple(moment_row(one, language) for one in moments),
        target=_upgrade(case, target, language) if target else None,
        links=tuple(_links(checks, language)),
        chains=tuple(chain_rows(case, checks)),
        certificates=tuple(_certificates(case)),
        authorities=tuple(authorities(case)),
        trust=tuple(trust_rows(case)),
        ledger=tuple(ledger_rows(case, language)),
        coverage=tuple(
            CoverageRow(host=c.host, topic=c.topic, state=c.state) for c in _facts(case, Coverage)
        ),
        problems=tuple(Trouble(input=p.input, text=p.text) for p in case.derived.problems),
    )


def fallback(case: Case, language: str) -> str | None:
    """The language of the rules that are not written in this one; None where all are."""
    used = {spoken(rule.texts, language) for rule in case.rules.rules.values()}
    return next((one for one in reading_order(language)[1:] if one in used), None)


def tool(case: Case) -> Tool:
    """What drew the conclusions."""
    notes = "; ".join(case.outcome.notes)
    return Tool(
        version=VERSION,
        matcher=case.outcome.matcher,
        matcher_note=notes or None,
        packs=tuple(RulePack(name=p.name, version=p.version) for p in case.rules.packs),
    )


def _facts(case: Case, kind: type[Kind]) -> Iterator[Kind]:
    return (fact for fact in case.facts.values() if isinstance(fact, kind))


def found(case: Case, ranked: RankedFinding, language: str, proofs: Sequence[Proof] = ()) -> Found:
    """A finding of a case, in a language, with what came of trying its fixes, the best first."""
    finding = ranked.finding
    speech = reader_language(language)
    rule = case.rules.rules[finding.rule].rule
    words = finding_words(case.rules, case.outcome, finding, language, value_word)
    return Found(
        symptom=finding.symptom,
        rule=finding.rule,
        status=finding.status,
        severity=finding.severity,
        confidence=finding.confidence,
        experimental=rule.lifecycle == "experimental",
        rank=ranked.rank,
        nodes=finding.nodes,
        title=words.title,
        cause=words.cause,
        evidence=_quotes(case, finding.evidence, language),
        compared=tuple(comparisons(case, finding.evidence)),
        against=_quotes(case, finding.contradictions, language),
        against_notes=words.against,
        explains=ranked.explains,
        explained_by=ranked.explained_by,
        follows_from=ranked.follows_from,
        same_fault_as=ranked.same_fault_as,
        fix=Fix(steps=words.fix, proof=proofs[0].verdict if proofs else "not-modelled"),
        trials=tuple(trial(case, proof, language) for proof in proofs),
        stop_gap=Fix(steps=words.stop_gap, stop_gap=True) if words.stop_gap else None,
        verify=words.verify,
        sources=tuple(
            ", ".join(part for part in (s.title, s.document, s.section) if part)
            + told(_RELIANCE[s.confidence], language)
            for s in rule.sources
        ),
        conflicts=tuple(
            speech.labelled(told(row.topic, language), told(row.decision, language))
            for row in conflicts()
            if finding.symptom in row.symptoms
        ),
        language=words.language,
    )


def _upgrade(case: Case, target: Target, language: str) -> Upgrade:
    breaks = (found(target.case, ranked, language) for ranked in target.breaks)
    return Upgrade(
        version=target.release,
        breaks=tuple(one.model_copy(update={"status": "predicted"}) for one in breaks),
        heals=tuple(found(case, ranked, language) for ranked in target.heals),
    )


def _quotes(case: Case, facts: Iterable[str], language: str) -> tuple[Quote, ...]:
    """The evidence that facts rest on, each piece once."""
    pieces = dict.fromkeys(piece for fact in facts for piece in case.facts[fact].evidence)
    return tuple(dict.fromkeys(_quote(piece, language) for piece in pieces))


def _quote(evidence: Evidence, language: str) -> Quote:
    return Quote(
        input=evidence.input or None,
        member=evidence.member or None,
        line=evidence.line,
        fingerprint=evidence.fingerprint,
        text=in_words(evidence.said, evidence.text, reader_language(language)),
        before=evidence.before if evidence.line else "",
        after=evidence.after if evidence.line else "",
    )


def _links(checks: Iterable[LinkCheck], tag: str) -> Iterator[LinkRow]:
    rows: dict[tuple[str, str, str], list[LinkCheck]] = {}
    for check in checks:
        rows.setdefault((check.client, check.server, check.link), []).append(check)
    for (client, server, link), group in sorted(rows.items()):
        worst = {
            name: max((c.state for c in group if c.check == name), key=_WORSE.__getitem__)
            if any(c.check == name for c in group)
            else "unknown"
            for name in CHECKS
        }
        reasons = [why(c, tag) for c in group if c.state != "ok"]
        verifiers = sorted({(c.verifier, c.presenter) for c in group})
        yield LinkRow(
            client=client,
            server=server,
            link=link,
            checks=worst,
            why="; ".join(dict.fromkeys(reasons)) or None,
            zone=next((c.zone for c in group if c.zone), None),
            directions=tuple(
                _direction([c for c in group if (c.verifier, c.presenter) == pair], tag)
                for pair in verifiers
            ),
        )


def _direction(group: list[LinkCheck], tag: str) -> Direction:
    first = group[0]
    chain = next((c for c in group if c.check == "chain"), first)
    return Direction(
        verifier=first.verifier,
        presenter=first.presenter,
        checks={c.check: c.state for c in group},
        enforced=chain.enforced,
        why="; ".join(why(c, tag) for c in group if c.state != "ok") or None,
    )


def why(check: LinkCheck, tag: str) -> str:
    """Why one check failed or stays open, in the reader's language."""
    return reason(
        check.reason or "",
        verifier=check.verifier,
        presenter=check.presenter,
        detail=check.missing_subject or check.expected_name or "",
        language=reader_language(tag),
    )


def _certificates(case: Case) -> Iterator[CertificateRow]:
    origins = {(one.host, one.store): one.origin for one in _facts(case, CertificateOrigin)}
    for fact in _facts(case, Certificate):
        yield CertificateRow(
            host=fact.host,
            store=fact.store,
            subject=fact.subject,
            issuer=fact.issuer,
            serial=fact.serial,
            fingerprint=fact.fp,
            not_before=moment(fact.not_before),
            not_after=moment(fact.not_after),
            days_left=fact.days_left,
            eku=fact.eku,
            key=f"{fact.key_type} {fact.key_bits}",
            names=(*fact.names, *fact.addresses),
            origin=origins.get((fact.host, fact.store), "unknown"),
        )

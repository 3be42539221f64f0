"""From firings to findings: equal causes merged, optional evidence attached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .facts import Value
from .matching.match import Outcome
from .matching.reference import Firing
from .plan import SEEN, Ref
from .rule_base import CompiledRule, RuleBase
from .rulefile.model import Confidence, Severity, Status
from .rulefile.texts import Words, spoken, words
from .vocabulary import Vocabulary

CONFIDENCES: tuple[Confidence, ...] = ("certain", "probable", "possible")

Match = tuple[tuple[str, str], ...]
"""Alias and fact id for each condition, in order."""

ValueWord = Callable[[str, str, Value], Value]
"""Takes a language, a field and its value; gives what the value is called there."""


@dataclass(frozen=True)
class Finding:
    """A conclusion: all matches of a rule that have the same values in its `per`.

    `evidence` are the ids of the facts that the matches rest on, in the order of the conditions,
    then of the supports; `contradictions` those of what speaks against it. `about` names the
    certificates, CAs or names at fault, where the rule tells.
    """

    rule: str
    symptom: str
    status: Status
    severity: Severity
    confidence: Confidence
    nodes: tuple[str, ...]
    matches: tuple[Match, ...]
    supports: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    against: tuple[tuple[str, str], ...] = ()
    contradictions: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def conclude(rule_base: RuleBase, outcome: Outcome) -> list[Finding]:
    """The findings of a run, by rule and then by the values of `per`."""
    groups: dict[tuple[str, tuple[str, ...]], list[Firing]] = {}
    for firing in outcome.firings:
        rule = rule_base.rules[firing.rule]
        key = tuple(_value(outcome, firing, ref) for ref in rule.per)
        groups.setdefault((firing.rule, key), []).append(firing)
    return [
        _finding(rule_base.rules[rule_id], firings, outcome)
        for (rule_id, _), firings in sorted(groups.items(), key=lambda item: item[0])
    ]


def _value(outcome: Outcome, firing: Firing, ref: Ref) -> str:
    value = outcome.index.facts[dict(firing.bindings)[ref.alias]].values.get(ref.field)
    return "" if value is None else str(value)


def _finding(rule: CompiledRule, firings: list[Firing], outcome: Outcome) -> Finding:
    nodes = {_value(outcome, firing, ref) for firing in firings for ref in rule.nodes} - {""}
    supports, confidence = _supports(rule, firings, outcome)
    against, confidence = _against(rule, firings, outcome, confidence)
    about = {_value(outcome, firing, ref) for firing in firings for ref in rule.about} - {""}
    matched = [fact_id for firing in firings for _, fact_id in firing.bindings]
    return Finding(
        rule.id,
        rule.rule.symptom,
        rule.rule.status,
        rule.rule.severity,
        confidence,
        tuple(sorted(nodes)),
        tuple(sorted({firing.bindings for firing in firings})),
        supports,
        tuple(_observed([*matched, *(fact_id for _, fact_id in supports)], outcome.parents)),
        against,
        tuple(_observed((fact_id for _, fact_id in against), outcome.parents)),
        tuple(sorted(about)),
    )


def _supports(
    rule: CompiledRule, firings: Iterable[Firing], outcome: Outcome
) -> tuple[tuple[tuple[str, str], ...], Confidence]:
    """Optional evidence as alias and fact id, and the confidence with it."""
    index = outcome.index
    found: dict[tuple[str, str], None] = {}
    confidence = rule.rule.confidence
    for firing in firings:
        bindings = {alias: index.facts[fact_id] for alias, fact_id in firing.bindings}
        for support in rule.supports:
            facts = index.matching(support.pattern, bindings)
            found.update(dict.fromkeys((support.pattern.alias, fact.id) for fact in facts))
            if facts and support.confirms is not None:
                confidence = min(confidence, support.confirms, key=CONFIDENCES.index)
    return tuple(found), confidence


def _against(
    rule: CompiledRule, firings: Iterable[Firing], outcome: Outcome, confidence: Confidence
) -> tuple[tuple[tuple[str, str], ...], Confidence]:
    """Contradicting evidence as alias and fact id, and the confidence that it leaves."""
    index = outcome.index
    found: dict[tuple[str, str], None] = {}
    for firing in firings:
        bindings = {alias: index.facts[fact_id] for alias, fact_id in firing.bindings}
        for entry in rule.against:
            facts = index.matching(entry.pattern, bindings)
            found.update(dict.fromkeys((entry.pattern.alias, fact.id) for fact in facts))
            if facts and entry.lowers is not None:
                confidence = max(confidence, entry.lowers, key=CONFIDENCES.index)
    return tuple(found), confidence


def _observed(fact_ids: Iterable[str], parents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The given facts behind these ids, each once, in order."""
    observed: dict[str, None] = {}
    for fact_id in fact_ids:
        if fact_id.startswith(SEEN):
            continue  # says only that somebody looked
        if fact_id in parents:
            observed.update(dict.fromkeys(_observed(parents[fact_id], parents)))
        else:
            observed[fact_id] = None
    return list(observed)


def finding_words(
    rule_base: RuleBase,
    outcome: Outcome,
    finding: Finding,
    language: str,
    named: ValueWord = lambda _language, _field, value: value,
) -> Words:
    """The texts of a finding in a language; `named` says what the values of choices are called."""
    rule = rule_base.rules[finding.rule]
    language = spoken(rule.texts, language)

    def lookup(alias: str, field: str) -> list[tuple[str, Value]]:
        ids = [i for match in finding.matches for name, i in match if name == alias]
        ids += [i for name, i in (*finding.supports, *finding.against) if name == alias]
        found: list[tuple[str, Value]] = []
        for fact in (outcome.facts[i] for i in dict.fromkeys(ids)):
            value = fact.values.get(field)
            kind = _kind(rule_base.vocabulary, fact.type, field)
            if value is not None:
                found.append((kind, named(language, field, value) if kind == "choice" else value))
        return found

    contradicting = {alias for alias, _ in finding.against}
    texts = [entry.text for entry in rule.against if entry.pattern.alias in contradicting]
    return words(rule.texts, texts, lookup, language)


def _kind(vocabulary: Vocabulary, type_name: str, field: str) -> str:
    kind = vocabulary.types.get(type_name)
    return "text" if kind is None else kind.fields[field].kind

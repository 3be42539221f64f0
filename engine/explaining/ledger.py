"""What was found, what is excluded and what could not be checked, for every symptom and node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..findings import Finding
from ..matching.match import Outcome
from ..plan import Test
from ..rule_base import CompiledRule, RuleBase
from ..rulefile.literals import as_written
from ..vocabulary import UNKNOWN, FactType
from .explain import WhyNot, stops, unseen

State = Literal["found", "excluded", "not-checked"]

_LIMITS = ("lt", "le", "gt", "ge")


@dataclass(frozen=True)
class Ending:
    """What stopped the rule that came nearest, about facts of type `kind`.

    missing: none passes `tests`; present: one does, and must not; value: the nearest has them.
    Values are as rules write them.
    """

    how: Literal["missing", "present", "value"]
    kind: str
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class LedgerRow:
    """One symptom on one node: the rules that found it, or that stayed silent.

    `ending` tells why it is excluded; `needs` are the topics, reasons, or rules that were left out,
    that leave it undecided.
    """

    symptom: str
    node: str
    state: State
    rules: tuple[str, ...]
    ending: Ending | None = None
    needs: tuple[str, ...] = ()


def ledger(
    rule_base: RuleBase,
    outcome: Outcome,
    findings: Iterable[Finding],
    nodes: Iterable[tuple[str, str]],
) -> list[LedgerRow]:
    """A row for every symptom that some rule applies to a node (host, role), in that order.

    A symptom is excluded where every way to conclude it fails on something that was seen.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for finding in findings:
        for node in finding.nodes:
            found.setdefault((finding.symptom, node), set()).add(finding.rule)
    by_symptom: dict[str, list[CompiledRule]] = {}
    for rule in rule_base.rules.values():
        by_symptom.setdefault(rule.rule.symptom, []).append(rule)
    ordered = sorted(nodes)
    rows = []
    for symptom, rules in sorted(by_symptom.items()):
        for host, role in ordered:
            applying = [rule for rule in rules if role in rule.rule.applies_to]
            concluded = tuple(sorted(found.get((symptom, host), ())))
            if concluded:
                rows.append(LedgerRow(symptom, host, "found", concluded))
            elif applying:
                rows.append(_silent(rule_base, outcome, symptom, host, applying))
    return rows


def _silent(
    rule_base: RuleBase, outcome: Outcome, symptom: str, host: str, rules: list[CompiledRule]
) -> LedgerRow:
    names = tuple(rule.id for rule in rules)
    walks: list[WhyNot] = []
    needs: set[str] = set()
    for rule in rules:
        for branch in rule.branches:
            ends = stops(rule_base, outcome, branch, host)
            if not ends:  # it would fire, so the matcher gave it up
                needs.add(rule.id)
            for end in ends:
                needs.update(_needs(rule_base, outcome, end, host))
            walks += ends
    if needs:
        return LedgerRow(symptom, host, "not-checked", names, needs=tuple(sorted(needs)))
    furthest = max(walks, key=lambda end: len(end.held))
    return LedgerRow(symptom, host, "excluded", names, _ending(rule_base, outcome, furthest))


def _needs(rule_base: RuleBase, outcome: Outcome, stop: WhyNot, node: str) -> tuple[str, ...]:
    """What would have to be known to be sure that the walk really ends here."""
    if stop.cause == "not-seen":
        return stop.topics
    if stop.cause == "blocked":
        return ()
    if stop.undecided:
        facts = [outcome.facts[fact_id] for fact_id in stop.undecided]
        return tuple(str(fact.values.get("reason", UNKNOWN)) for fact in facts)
    topics = rule_base.vocabulary.types[stop.type].topics
    return unseen(outcome.index, stop.host or node, topics)


def _ending(rule_base: RuleBase, outcome: Outcome, stop: WhyNot) -> Ending:
    """The end of a walk; a fact with another name or number is no near miss."""
    kind = rule_base.vocabulary.types[stop.type]
    if stop.cause == "blocked":
        values = outcome.facts[stop.blocking[0]].values
        held = [(field, values.get(field)) for field in stop.fields]
        there = [Test(field, "eq", value) for field, value in held if value is not None]
        return Ending("present", stop.type, _written(kind, there))
    if stop.near and len(stop.near[0].failed) == 1:
        failed = stop.near[0].failed[0]
        field = kind.fields.get(failed.field)
        counts = field is None or field.kind in ("flag", "choice") or failed.op in _LIMITS
        if failed.actual is not None and counts:
            actual = Test(failed.field, "eq", failed.actual)
            return Ending("value", stop.type, _written(kind, [actual]))
    return Ending("missing", stop.type, _written(kind, stop.tests))


def _written(kind: FactType, tests: Sequence[Test]) -> tuple[Test, ...]:
    """The tests with their values as rules write them."""
    kinds = {
        test.field: kind.fields[test.field].kind for test in tests if test.field in kind.fields
    }
    return tuple(
        replace(
            test,
            value=tuple(as_written(kinds[test.field], one) for one in test.value)
            if isinstance(test.value, tuple)
            else as_written(kinds[test.field], test.value),
        )
        if test.field in kinds and test.op != "exists"
        else test
        for test in tests
    )

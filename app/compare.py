"""Two states of one deployment: what changed, which findings came and went, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..engine.rank import RankedFinding
from ..facts.vocabulary import Fact
from ..reports.comparison import ComparisonReport, Difference, FindingTurn
from .case import Case
from .document import found, tool
from .moments import moment
from .state_differences import ZONE, differences, node_names, not_compared, of_zone
from .what_if import identity

_FINGERPRINTS = ("fp", "certificate", "at_certificate", "first_fp", "second_fp")
_HOSTS = ("host", "verifier", "core", "edge", "client", "server", "configured_on")


@dataclass(frozen=True)
class Turns:
    """Findings of the first state that are gone, and of the second that are new or were there."""

    gone: tuple[RankedFinding, ...]
    new: tuple[RankedFinding, ...]
    remaining: tuple[RankedFinding, ...]


def turns(before: Case, after: Case) -> Turns:
    """Compare findings by rule, by what the rule is per, and by whether they are still to come."""
    names = node_names(before, after)
    old = {_same(before, ranked, {}) for ranked in before.findings}
    new = {_same(after, ranked, names) for ranked in after.findings}
    return Turns(
        tuple(r for r in before.findings if _same(before, r, {}) not in new),
        tuple(r for r in after.findings if _same(after, r, names) not in old),
        tuple(r for r in after.findings if _same(after, r, names) in old),
    )


def _same(case: Case, ranked: RankedFinding, names: Mapping[str, str]) -> tuple[str, ...]:
    values = (names.get(value, value) for value in identity(case, ranked.finding))
    return (ranked.finding.status, *values)


def compare(before: Case, after: Case, language: str) -> ComparisonReport:
    """The document of two states; deterministic, whatever the order of the inputs."""
    names = node_names(before, after)
    rows = differences(before, after, names)
    turned = turns(before, after)

    def told(case: Case, ranked: RankedFinding) -> FindingTurn:
        named = _named(case, ranked, names if case is after else {})
        because = tuple(row.number for row in rows if _touches(row) & named)
        return FindingTurn(found=found(case, ranked, language), because=because)

    return ComparisonReport(
        tool=tool(after),
        language=language,
        judged_before=moment(before.judged_at),
        judged_after=moment(after.judged_at),
        inputs_before=tuple(one.path for one in before.observations.inputs),
        inputs_after=tuple(one.path for one in after.observations.inputs),
        differences=rows,
        gone=tuple(told(before, ranked) for ranked in turned.gone),
        new=tuple(told(after, ranked) for ranked in turned.new),
        remaining=tuple(
            FindingTurn(found=found(after, ranked, language)) for ranked in turned.remaining
        ),
        not_compared=tuple(not_compared(before, after, names)),
        problems=tuple(
            dict.fromkeys(
                f"{one.input}: {one.text}"
                for case in (before, after)
                for one in case.derived.problems
            )
        ),
    )


Named = tuple[str, ...]
"""A node, a certificate, a CA in a node's list, or a setting of it: kind, then what it is."""


def _touches(row: Difference) -> set[Named]:
    """What a change is a change of."""
    match row.kind:
        case "node":  # of which nothing more is known in one of the states
            return {("node", row.node)}
        case "certificate":
            ends = [text for text in (row.before, row.after) if text]
            return {("certificate", text.rpartition("(")[2].rstrip(")")) for text in ends}
        case "trust" | "trust_order":
            subjects = [text for text in (row.before, row.after) if text]
            return {("ca", row.node, subject) for subject in subjects}
        case "setting":
            return {("setting", row.node, row.what)}
        case "zone":
            return {("zone", row.node, row.what, row.key)}
        case _:
            return set()


def _named(case: Case, ranked: RankedFinding, names: Mapping[str, str]) -> set[Named]:
    """What a finding names, by the facts that it rests on and the lines they were read from."""
    lines = _configured_lines(case, names)
    named: set[Named] = set()
    hosts: set[str] = set(ranked.finding.nodes)
    for fact in (case.facts[fact_id] for fact_id in ranked.finding.evidence):
        values = {one.name: getattr(fact, one.name) for one in dataclasses.fields(fact)}
        named |= {("certificate", values[key]) for key in _FINGERPRINTS if values.get(key)}
        hosts |= {str(values[key]) for key in _HOSTS if values.get(key)}
        # The list that decides is that of the side that verifies.
        judge = str(values.get("verifier") or values.get("host") or "")
        for subject in (*_subjects(fact), *ranked.finding.about):
            named.add(("ca", names.get(judge, judge), subject))
        for one in fact.evidence:
            named |= lines.get((one.input, one.member, one.line), set())
    return named | {("node", names.get(host, host)) for host in hosts}


def _subjects(fact: Fact) -> Iterator[str]:
    """The CAs that a fact is about: those that lack, and those that are at fault."""
    for key in ("missing_subject", "at_subject", "at_issuer", "subject"):
        if value := getattr(fact, key, None):
            yield str(value)


def _configured_lines(
    case: Case, names: Mapping[str, str]
) -> dict[tuple[str, str, int | None], set[Named]]:
    """Which settings stand on which lines."""
    lines: dict[tuple[str, str, int | None], set[Named]] = {}
    for node in case.observations.nodes:
        where, configuration = node.configuration_at, node.configuration
        if where is None or configuration is None:
            continue
        host = names.get(node.host, node.host)
        for key, value in configuration.values.items():
            of: set[Named] = {("setting", host, key)}
            if zone := of_zone(key):
                number, rest = zone
                name = configuration.text(f"{ZONE} {number} Name") or number
                of = {("zone", host, name, rest), ("zone", host, name, "")}
            lines.setdefault((where.input, where.member, value.line), set()).update(of)
    return lines

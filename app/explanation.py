"""`certclinic explain`: why a symptom was found, or what would have made its rules fire."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Literal

from ..engine.explaining.explain import Why, WhyNot, why, why_not
from ..engine.explaining.explain_text import as_text
from ..engine.explaining.would_fire import WouldFire, would_fire
from ..reports.escape import visible
from ..reports.mask import mask
from .case import Case
from .suggestion import UnknownNameError, closest


@dataclasses.dataclass(frozen=True)
class Explanation:
    """What is said of one rule: why it fired; or where each alternative stopped, and what would
    have made it fire, nearest first."""

    rule: str
    fired: tuple[Why, ...] = ()
    stopped: tuple[WhyNot, ...] = ()
    would_fire: tuple[WouldFire, ...] = ()


def explanations(case: Case, symptom: str) -> list[Explanation]:
    """The explanation of every rule of a symptom, rules that fired first, then the nearest.

    Raises UnknownNameError where no rule concludes the symptom.
    """
    rules = [i for i, r in case.rules.rules.items() if r.rule.symptom.upper() == symptom.upper()]
    if not rules:
        known = sorted({rule.rule.symptom for rule in case.rules.rules.values()})
        raise UnknownNameError(f"no rule concludes {symptom}{closest(symptom, known)}")
    return sorted((_explanation(case, rule_id) for rule_id in rules), key=_nearness)


def _explanation(case: Case, rule_id: str) -> Explanation:
    found = [ranked.finding for ranked in case.findings if ranked.finding.rule == rule_id]
    if found:
        reasons = [one for f in found for one in why(case.rules, case.outcome, f)]
        return Explanation(rule_id, fired=tuple(reasons))
    return Explanation(
        rule_id,
        stopped=why_not(case.rules, case.outcome, rule_id),
        would_fire=would_fire(case.rules, case.outcome, rule_id),
    )


def _nearness(one: Explanation) -> tuple[bool, int, str]:
    return not one.fired, min((way.cost for way in one.would_fire), default=99), one.rule


def explain_symptom(case: Case, symptom: str, form: Literal["text", "json"]) -> str:
    """The explanations as a tree for people, or as JSON.

    Raises UnknownNameError where no rule concludes the symptom.
    """
    answers = explanations(case, symptom)
    if form == "json":
        documents = _masked([_as_json(one) for one in answers])
        return json.dumps(documents, indent=2, ensure_ascii=False)
    blocks = []
    for one in answers:
        verdict = "fired" if one.fired else "did not fire"
        told = one.fired or one.would_fire or one.stopped
        title = f"{one.rule} ({case.rules.rules[one.rule].rule.symptom}) {verdict}"
        text = as_text(told, case.outcome.facts, case.rules.vocabulary)
        blocks.append(f"{title}\n{mask(text)}")
    return "\n\n".join("\n".join(visible(line) for line in block.split("\n")) for block in blocks)


def _as_json(one: Explanation) -> dict[str, Any]:
    """A rule that did not fire has each alternative, the nearest first, with its changes."""
    reasons = [dataclasses.asdict(reason) for reason in one.fired]
    ways = {way.branch: way for way in one.would_fire}
    for stop in sorted(one.stopped, key=lambda s: ways[s.branch].cost if s.branch in ways else 99):
        told = dataclasses.asdict(stop) | {"conditions": [], "changes": []}
        if stop.branch in ways:
            way = ways[stop.branch]
            told["conditions"] = [dataclasses.asdict(met) for met in way.conditions]
            told["changes"] = [dataclasses.asdict(change) for change in way.changes]
        reasons.append(told)
    return {"rule": one.rule, "fired": bool(one.fired), "reasons": reasons}


def _masked(value: Any) -> Any:
    """The same with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value

"""`certclinic explain`: why a symptom was found, and for silent rules what stopped them."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Literal

from ..engine.explain import Why, WhyNot, why, why_not
from ..engine.explain_text import as_text
from ..reports.escape import visible
from ..reports.mask import mask
from .case import Case
from .suggestion import UnknownNameError, closest


def explain_symptom(case: Case, symptom: str, form: Literal["text", "json"]) -> str:
    """The explanation of every rule of a symptom.

    Raises UnknownNameError where no rule concludes the symptom.
    """
    wanted = symptom.upper()
    rules = {i: r for i, r in case.rules.rules.items() if r.rule.symptom.upper() == wanted}
    if not rules:
        known = sorted({rule.rule.symptom for rule in case.rules.rules.values()})
        raise UnknownNameError(f"no rule concludes {symptom}{closest(symptom, known)}")
    found = [one.finding for one in case.findings if one.finding.rule in rules]
    answers: list[tuple[str, tuple[Why | WhyNot, ...]]] = []
    for rule_id in sorted(rules):
        reasons: tuple[Why | WhyNot, ...] = tuple(
            one
            for finding in found
            if finding.rule == rule_id
            for one in why(case.rules, case.outcome, finding)
        )
        answers.append((rule_id, reasons or why_not(case.rules, case.outcome, rule_id)))
    if form == "json":
        return json.dumps(
            [_as_json(i, reasons) for i, reasons in answers], indent=2, ensure_ascii=False
        )
    blocks = []
    for rule_id, reasons in answers:
        verdict = "fired" if _fired(reasons) else "did not fire"
        text = mask(as_text(reasons, case.outcome.facts))
        blocks.append(f"{rule_id} ({rules[rule_id].rule.symptom}) {verdict}\n{text}")
    return "\n\n".join("\n".join(visible(line) for line in block.split("\n")) for block in blocks)


def _as_json(rule_id: str, reasons: tuple[Why | WhyNot, ...]) -> dict[str, Any]:
    explained = [dataclasses.asdict(reason) for reason in reasons]
    return {"rule": rule_id, "fired": _fired(reasons), "reasons": explained}


def _fired(reasons: tuple[Why | WhyNot, ...]) -> bool:
    return bool(reasons) and isinstance(reasons[0], Why)

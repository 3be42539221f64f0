"""`certclinic facts`: the facts of a case, for people and for scripts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from ..facts.vocabulary import Evidence, Fact, type_name
from ..reports.escape import visible
from ..reports.mask import mask
from .case import Case


def as_json(case: Case) -> str:
    """`[{"id", "type", "values", "evidence"}]`, in a fixed order."""
    rows = [
        {
            "id": fact_id,
            "type": type_name(type(fact)),
            "values": dict(_values(fact)),
            "evidence": [_evidence(evidence) for evidence in fact.evidence],
        }
        for fact_id, fact in case.facts.items()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_table(case: Case) -> str:
    """One block for each type of fact, one line for each fact."""
    lines: list[str] = []
    last = ""
    for fact_id, fact in case.facts.items():
        name = type_name(type(fact))
        if name != last:
            lines += ["", name] if lines else [name]
            last = name
        values = ", ".join(f"{key}={_shown(value)}" for key, value in _values(fact))
        lines.append(visible(f"  {fact_id:<5} {values}"))
        lines += [visible(f"        from {_place(evidence)}") for evidence in fact.evidence[:1]]
    return "\n".join(lines)


def _values(fact: Fact) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        if field.name != "evidence" and value is not None:
            yield field.name, mask(value) if isinstance(value, str) else value


def _shown(value: Any) -> str:
    return "[" + ", ".join(value) + "]" if isinstance(value, tuple) else str(value)


def _evidence(evidence: Evidence) -> dict[str, Any]:
    values = dataclasses.asdict(evidence)
    values["text"] = mask(evidence.text)
    return {key: value for key, value in values.items() if value not in (None, "")}


def _place(evidence: Evidence) -> str:
    place = " › ".join(part for part in (evidence.input, evidence.member) if part)
    return f"{place}:{evidence.line}" if evidence.line else place

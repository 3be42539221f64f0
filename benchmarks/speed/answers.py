"""Looks at what contestants say: no figure counts beside a wrong answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.generate import Made, Symptoms

from .measure import PROGRAM, Contestant, WrongAnswerError, ask

_COUNTED = {
    "ats_untrusted": ("traffic_server_failure", "rejected_by", "local"),
    "ats_rejected": ("traffic_server_failure", "rejected_by", "remote"),
    "tls_failure": ("tls_failure", "reason", "no shared cipher"),
}
"""The facts that hold an event: their type, and a field with its value."""


def findings(expected: Symptoms) -> Callable[[bytes], None]:
    """A check of a JSON report: these symptoms are found, and no other fault."""

    def check(output: bytes) -> None:
        found: dict[str, set[str]] = {}
        for one in json.loads(output)["findings"]:
            if one["status"] == "active" and one["severity"] != "info":
                found.setdefault(one["symptom"], set()).update(one["nodes"])
        if found.keys() != expected.keys():
            raise WrongAnswerError(f"found {sorted(found)}, planted {sorted(expected)}")
        for symptom, nodes in expected.items():
            if not found[symptom] >= set(nodes):
                raise WrongAnswerError(f"{symptom} is found on {found[symptom]}, not on {nodes}")

    return check


def mentions(expected: Symptoms) -> Callable[[bytes], None]:
    """A check of a page: it names every symptom."""

    def check(output: bytes) -> None:
        absent = [symptom for symptom in expected if symptom.encode() not in output]
        if absent:
            raise WrongAnswerError(f"the page does not name {absent}")

    return check


def number(expected: int, what: str) -> Callable[[bytes], None]:
    """A check of output that is one number."""

    def check(output: bytes) -> None:
        if int(output) != expected:
            raise WrongAnswerError(f"{int(output)} {what}, not {expected}")

    return check


def check_counts(made: Made) -> None:
    """Every event that was strewn into the log is counted. Raises WrongAnswerError."""

    def check(output: bytes) -> None:
        facts: list[Mapping[str, Any]] = json.loads(output)
        for event, planted in made.truth.events.items():
            kind, field, value = _COUNTED[event]
            counted = sum(
                fact["values"]["count"]
                for fact in facts
                if fact["type"] == kind and fact["values"].get(field) == value
            )
            if counted != planted:
                raise WrongAnswerError(f"{event}: counted {counted}, planted {planted}")

    command = (*PROGRAM, "facts", "-q", "--format", "json", *map(str, made.paths))
    ask(Contestant("certclinic facts", command, check))

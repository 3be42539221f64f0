"""A small vocabulary, and rules written in a few words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.engine.matching._native import durable_installed
from certclinic.engine.problems import Problem, RuleProblems
from certclinic.engine.rule_base import RuleBase, stratify
from certclinic.engine.rulefile.loader import load_rule
from certclinic.engine.vocabulary import Vocabulary

DURABLE_ONLY = ("test_durable_matcher.py", "test_matchers_agree.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without durable-rules, what it alone can show is skipped, with the reason."""
    if durable_installed():
        return
    skip = pytest.mark.skip(reason="durable-rules is not installed here")
    for item in items:
        if item.path.parent != Path(__file__).parent:
            continue
        if item.path.name in DURABLE_ONLY or "[durable" in item.nodeid:
            item.add_marker(skip)


SKELETON: dict[str, Any] = {
    "symptom": "EXW-001",
    "status": "active",
    "severity": "critical",
    "confidence": "probable",
    "since": "2026-11-24",
    "applies_to": ["core"],
    "nodes": ["$a.host"],
    "text": {
        part: {"en": word, "zh-Hant": word}
        for part, word in (("title", "t"), ("cause", "c"), ("fix", ["f"]), ("verify", ["v"]))
    },
    "sources": [{"title": "s", "confidence": "H"}],
}

MakeRules = Callable[[Mapping[str, Mapping[str, Any]]], RuleBase]


def _field(kind: str, **more: Any) -> dict[str, Any]:
    return {"doc": kind, "kind": kind, **more}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Types `thing` (every kind of field), `part` (needs the topic `list`) and `coverage`."""
    fields = {
        "host": _field("text"),
        "name": _field("text", optional=True),
        "number": _field("number", optional=True),
        "flag": _field("flag", optional=True),
        "state": _field("choice", values=["ok", "fail", "unknown"]),
        "reason": _field("text", optional=True),
        "version": _field("version", optional=True),
        "time": _field("time", optional=True),
        "names": _field("list", optional=True),
    }
    return Vocabulary.from_description(
        {
            "thing": {"doc": "", "host": "host", "topics": [], "fields": fields},
            "part": {"doc": "", "host": "host", "topics": ["list"], "fields": fields},
            "coverage": {
                "doc": "",
                "host": "host",
                "topics": [],
                "fields": {
                    "host": _field("text"),
                    "topic": _field("choice", values=["list", "log"]),
                    "state": _field("choice", values=["seen", "absent"]),
                },
            },
        }
    )


@pytest.fixture(scope="session")
def make_rules(vocabulary: Vocabulary) -> MakeRules:
    """Compiles rules given as what differs from a skeleton, by rule id."""

    def make(rules: Mapping[str, Mapping[str, Any]]) -> RuleBase:
        problems: list[Problem] = []
        compiled = {}
        for rule_id, changes in sorted(rules.items()):
            source = json.dumps({**SKELETON, **changes}, ensure_ascii=False)  # JSON is YAML
            loaded = load_rule(rule_id, rule_id, source.encode(), vocabulary, problems)
            if loaded:
                compiled[rule_id] = loaded[0]
        errors = [problem for problem in problems if problem.level == "error"]
        if errors:
            raise RuleProblems(errors)
        return RuleBase(compiled, stratify(compiled), vocabulary)

    return make

"""What the vocabulary says of values holds for facts of real bundles, so that lint may trust it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from certclinic.app.knowledge import knowledge
from certclinic.app.rule_base import fact_vocabulary
from certclinic.builders.deployment import build, write
from certclinic.builders.scenarios import SYMPTOMS
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.model import FACT_TYPES
from certclinic.facts.vocabulary import Fact, type_name

SCENARIOS = {name: scenario.shows for name, scenario in SYMPTOMS.items()}


def _texts(fact: Fact, name: str) -> tuple[str, ...]:
    value = getattr(fact, name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _strange(fact: Fact) -> Iterator[str]:
    """What the vocabulary says is never so, and is so in this fact."""
    kind = fact_vocabulary().types[type_name(type(fact))]
    for name, field in kind.fields.items():
        for text in _texts(fact, name) if field.lower or field.starts else ():
            if field.lower and text != text.lower():
                yield f"{kind.name}.{name}: {text} is not in lower case"
            if field.starts and not text.startswith(field.starts):
                yield f"{kind.name}.{name}: {text} has another beginning"
    for rule in kind.dependences:
        given, beside = getattr(fact, rule.given), getattr(fact, rule.field)
        if given in rule.values and beside is not None and beside not in rule.values[given]:
            yield f"{kind.name}: {rule.given} {given} with {rule.field} {beside}"


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_facts_keep_to_what_is_said_of_them(tmp_path: Path, name: str) -> None:
    """No fact of a built deployment has a value that lint would call impossible."""
    at = int(build(SCENARIOS[name]).at.timestamp())
    facts = derive(observe(write(SCENARIOS[name], tmp_path)), at, knowledge()).facts

    assert [] == [said for fact in facts for said in _strange(fact)]


def test_every_declared_fact_has_an_extractor() -> None:
    """Each type is made somewhere in facts/, so that a rule can never ask for one that is not."""
    root = Path(__file__).parents[2] / "facts"
    made = {
        node.func.id
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert set() == {kind.__name__ for kind in FACT_TYPES} - made

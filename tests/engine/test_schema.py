"""The JSON Schema of rule files accepts what loads and names what a rule may say."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from certclinic.engine.schema import rule_schema
from certclinic.engine.vocabulary import Vocabulary
from certclinic.engine.yaml_source import read_yaml

from .test_load_errors import GOOD


@pytest.fixture(scope="module")
def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema for the small vocabulary."""
    return rule_schema(vocabulary)


def _valid(schema: dict[str, Any], text: str) -> bool:
    document, _ = read_yaml("r.yaml", text.encode())
    assert document is not None
    return jsonschema.Draft202012Validator(schema).is_valid(document.data)


def test_the_schema_is_one(schema: dict[str, Any]) -> None:
    """It is valid itself, and accepts a rule that loads."""
    jsonschema.Draft202012Validator.check_schema(schema)
    assert _valid(schema, GOOD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: active", "status: actve"),
        ("severity:", "sevrity:"),
        ("fact: thing", "fact: thingg"),
        ("name: x", "nmae: x"),
        ("name: x", "name: 5"),
        ("name: x", "name: {lt: x}"),
        ("state: ok", "state: okay"),
        ("at_least: 2", "at_least: two"),
        ("nodes: [$a.host]", "nodes: [a.host]"),
    ],
)
def test_editors_see_the_mistake(schema: dict[str, Any], old: str, new: str) -> None:
    """Misspelt keys, facts, fields, values and operators are refused by the schema already."""
    assert not _valid(schema, GOOD.replace(old, new))

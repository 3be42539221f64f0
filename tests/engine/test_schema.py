"""The JSON Schema of rule files accepts what loads and names what a rule may say."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from certclinic.engine.rulefile.schema import rule_schema
from certclinic.engine.rulefile.yaml_source import parse_yaml
from certclinic.engine.vocabulary import Vocabulary

from .test_load_errors import GOOD


@pytest.fixture(scope="module")
def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema for the small vocabulary."""
    return rule_schema(vocabulary)


def _valid(schema: dict[str, Any], text: str) -> bool:
    document, _ = parse_yaml("r.yaml", text.encode())
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


def _undescribed(schema: Any, path: str = "") -> list[str]:
    """Keys that a definition has without saying what they are; conditions only repeat them."""
    if isinstance(schema, list):
        return [p for n, item in enumerate(schema) for p in _undescribed(item, f"{path}/{n}")]
    if not isinstance(schema, dict):
        return []
    own = schema.get("properties", {})
    missing = [f"{path}/{key}" for key, value in own.items() if "description" not in value]
    below = [
        found
        for key, value in schema.items()
        if key not in ("if", "then", "else", "allOf", "examples")
        for found in (
            [p for name, inner in value.items() for p in _undescribed(inner, f"{path}/{name}")]
            if key in ("properties", "$defs")
            else _undescribed(value, f"{path}/{key}")
        )
    ]
    return [*missing, *below]


def test_every_key_is_explained(schema: dict[str, Any]) -> None:
    """Every key of the format, field of a fact, operator and language has a description."""
    assert _undescribed(schema) == []
    assert _undescribed({"properties": {"a": {"properties": {"b": {}}}}}) == ["/a", "/a/b"]


def test_deployments_are_completed_and_explained(vocabulary: Vocabulary) -> None:
    """Keys of a test's deployment come from its shape: names, keys below them, lists."""
    shape = {"nodes": {"*": {"ip": "address", "zones": [{"name": "of the zone"}]}}}
    schema = rule_schema(vocabulary, shape)
    given = "expect: silent}"

    assert _undescribed(schema) == []
    for deployment, valid in (
        ("{nodes: {core1: {ip: 192.0.2.1, zones: [{name: x}]}}}", True),
        ("{nodes: {core1: ~}}", True),
        ("{nodse: {}}", False),
        ("{nodes: {core1: {zones: {}}}}", False),
    ):
        text = GOOD.replace(f"facts: [], {given}", f"deployment: {deployment}, {given}")
        assert text != GOOD
        assert _valid(schema, text) == valid, deployment

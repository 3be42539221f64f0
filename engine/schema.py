"""The JSON Schema of rule files, for editors."""

from __future__ import annotations

from typing import Any

from .model import Rule
from .vocabulary import OPERATORS, FactType, Field, Vocabulary

_CONDITIONS = ("Match", "Absent", "Counted", "Support")
_TYPES = {"text": "string", "choice": "string", "version": "string", "number": "integer"}


def rule_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Draft 2020-12 schema of a rule file, with the fact types, fields and values it may name."""
    schema = Rule.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "certclinic rule"
    for kind in vocabulary.types.values():
        schema["$defs"][f"where_{kind.name}"] = _where(kind)
        for field in kind.fields.values():
            if not field.values:
                schema["$defs"][f"tests_{field.kind}"] = _tests(field)
    for name in _CONDITIONS:
        condition = schema["$defs"][name]
        condition["properties"]["fact"]["enum"] = sorted(vocabulary.types)
        condition["allOf"] = [
            {
                "if": {"properties": {"fact": {"const": kind.name}}},
                "then": {"properties": {"where": {"$ref": f"#/$defs/where_{kind.name}"}}},
            }
            for kind in vocabulary.types.values()
        ]
    return schema


def _where(kind: FactType) -> dict[str, Any]:
    return {
        "type": "object",
        "description": kind.doc,
        "properties": {name: _field(field) for name, field in kind.fields.items()},
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    tests = _tests(field) if field.values else {"$ref": f"#/$defs/tests_{field.kind}"}
    return {"description": field.doc, "anyOf": [tests]}


def _tests(field: Field) -> dict[str, Any]:
    """What may stand after a field's name; alike for all fields of a kind that has no values."""
    value = _value(field)
    reference = {"type": "string", "pattern": r"^\$[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"}
    operators: dict[str, Any] = {}
    for name in sorted(OPERATORS[field.kind] - {"eq"}):
        if name in ("in", "not_in"):
            operators[name] = {"type": "array", "items": value, "minItems": 1}
        elif name == "exists":
            operators[name] = {"type": "boolean"}
        elif name in ("matches", "starts_with", "ends_with", "contains"):
            operators[name] = {"type": "string"}
        else:
            operators[name] = {"anyOf": [value, reference]}
    several = {
        "type": "object",
        "properties": operators,
        "additionalProperties": False,
        "minProperties": 1,
    }
    choices = [several] if field.kind == "list" else [value, reference, several]
    return {"anyOf": choices}


def _value(field: Field) -> dict[str, Any]:
    if field.values:
        return {"enum": list(field.values)}
    if field.kind == "time":
        return {"type": ["integer", "string"]}
    if field.kind == "flag":
        return {"type": "boolean"}
    return {"type": _TYPES.get(field.kind, "string")}

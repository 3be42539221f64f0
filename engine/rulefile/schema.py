"""The JSON Schema of rule files, for editors.

The models give the frame. What they leave open is filled in from the vocabulary: the fields of each
fact type, with the values and operators that each may have. Where pydantic writes alternatives of
which an editor can only say that none fits, `if` and `then` lead to the one that is meant, so that
the message is about the mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..vocabulary import OPERATORS, FactType, Field, Vocabulary
from .model import REQUIRED_LANGUAGES, Rule

Schema = dict[str, Any]
Shape = Mapping[str, Any]
"""Keys with their descriptions, or with the keys below them; `*` stands for any name."""

_CONDITIONS = ("Match", "Absent", "Counted", "Support", "Against")
_TYPES = {"text": "string", "choice": "string", "version": "string", "number": "integer"}
_LANGUAGES = {
    "en": "English",
    "zh-Hant": "Traditional Chinese",
    "zh-Hans": "Simplified Chinese",
    "ja": "Japanese",
}
_REFERENCE = r"^\$[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"

_RANGES = {
    "type": "object",
    "additionalProperties": {
        "type": "string",
        "description": "a range of releases",
        "pattern": r"^(>=|<=|>|<|=)\S+( +(>=|<=|>|<|=)\S+)*$",
    },
}


def rule_schema(vocabulary: Vocabulary, deployment: Shape | None = None) -> Schema:
    """Draft 2020-12 schema of a rule file, with the fact types, fields and values it may name.

    `deployment` are the keys that the deployments of tests may have.
    """
    schema: Schema = _plain(Rule.model_json_schema(by_alias=True))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "certclinic rule"
    definitions = schema["$defs"]
    definitions["reference"] = {
        "type": "string",
        "pattern": _REFERENCE,
        "patternErrorMessage": "Write a reference as $alias.field",
    }
    names: dict[object, str] = {}  # fields of a kind, or with the same choice, are tested alike
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            alike = field.values or field.kind
            if alike not in names:
                names[alike] = (
                    f"tests_choice_{len(names)}" if field.values else f"tests_{field.kind}"
                )
                definitions[names[alike]] = _tests(field)
        definitions[f"where_{kind.name}"] = _where(kind, names)
    definitions["asked_fact"] = {
        "allOf": [
            _when("fact", kind.name, {"properties": {"where": _ref(f"where_{kind.name}")}})
            for kind in vocabulary.types.values()
        ]
    }
    for name in _CONDITIONS:
        definitions[name]["properties"]["fact"]["enum"] = sorted(vocabulary.types)
        definitions[name]["allOf"] = [_ref("asked_fact")]
    definitions["Absent"]["allOf"] += [
        _on_a_node(kind) for kind in vocabulary.types.values() if kind.topics
    ]
    _conditions(definitions)
    definitions["RuleTest"] |= {
        "if": {"not": {"required": ["facts"]}},
        "then": {"required": ["deployment"]},
    }
    definitions["FactGiven"]["properties"]["fact"]["enum"] = sorted(vocabulary.types)
    if vocabulary.changes:
        definitions["FixChange"] = _changes(definitions["FixChange"], vocabulary)
    schema["properties"]["when"]["items"] = _ref("Condition")
    versions = schema["properties"]["versions"]
    del versions["anyOf"]
    versions |= {"if": {"type": "string"}, "then": {"const": "all"}, "else": _RANGES}
    if vocabulary.roles:
        schema["properties"]["applies_to"]["items"]["enum"] = list(vocabulary.roles)
    if deployment is not None:
        given = definitions["RuleTest"]["properties"]
        given["deployment"] = _deployment(deployment) | given["deployment"]
        given["deployment"] |= {"additionalProperties": False}
    return schema


def _plain(schema: Any) -> Any:
    """Without titles that repeat keys and `null` that nobody writes; languages as keys."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: {name: _plain(item) for name, item in value.items()}
        if key in ("properties", "$defs")
        else _plain(value)
        for key, value in schema.items()
        if key != "title" and not (key == "default" and value is None) and key != "discriminator"
    }
    choices = [item for item in kept.get("anyOf", ()) if item != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    if "enum" in kept.get("propertyNames", ()):
        words = kept.pop("additionalProperties")
        languages = kept.pop("propertyNames")["enum"]
        kept["properties"] = {
            name: {**words, "description": _LANGUAGES[name]} for name in languages
        }
        kept |= {"required": list(REQUIRED_LANGUAGES), "additionalProperties": False}
    return kept


def _conditions(definitions: Schema) -> None:
    """One definition of a condition that leads to the right one by its key."""
    kinds = {"any": "AnyOf", "none": "NoneOf", "count": "CountOf"}
    chosen: Schema = _ref("Match")
    for key, name in kinds.items():
        chosen = {"if": {"required": [key]}, "then": _ref(name), "else": chosen}
    described = {
        key: {"description": definitions[name]["properties"][key]["description"]}
        for name in ("Match", *kinds.values())
        for key in definitions[name]["properties"]
    }
    definitions["Condition"] = {"type": "object", "properties": described, **chosen}
    several = {"type": "array", "items": _ref("Condition"), "minItems": 1}
    definitions["AnyOf"]["properties"]["any"]["items"] = _list_or(several, _ref("Condition"))
    none = definitions["NoneOf"]["properties"]["none"]
    del none["anyOf"]
    none |= _list_or({"items": _ref("Absent"), "minItems": 1}, _ref("Absent"))


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list_or(several: Schema, one: Schema) -> Schema:
    return {"if": {"type": "array"}, "then": several, "else": one}


def _when(key: str, name: str, then: Schema) -> Schema:
    """What holds where a key has a certain value."""
    return {"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": then}


def _on_a_node(kind: FactType) -> Schema:
    """An absence has to say on which node, or to waive that somebody looked there."""
    waived = {"properties": {"assume_complete": {"const": True}}, "required": ["assume_complete"]}
    named = {"required": ["where"], "properties": {"where": {"required": [kind.host]}}}
    return _when("fact", kind.name, {"if": {"not": waived}, "then": named})


def _changes(change: Schema, vocabulary: Vocabulary) -> Schema:
    """The kinds of change, each with its fields; the values may be references."""
    kinds = vocabulary.changes
    properties = {"change": {**change["properties"]["change"], "enum": sorted(kinds)}}
    by_kind = []
    for kind in kinds.values():
        fields = {name: {"description": field.doc} for name, field in kind.fields.items()}
        then = {
            "description": kind.doc,
            "properties": {**properties, **fields},
            "additionalProperties": False,
        }
        by_kind.append(_when("change", kind.name, then))
    base = {"description": change["description"], "type": "object", "required": ["change"]}
    return {**base, "properties": properties, "allOf": by_kind}


def _where(kind: FactType, names: Mapping[object, str]) -> Schema:
    fields = {
        name: {"description": field.doc, "allOf": [_ref(names[field.values or field.kind])]}
        for name, field in kind.fields.items()
    }
    return {
        "type": "object",
        "description": kind.doc,
        "properties": fields,
        "additionalProperties": False,
    }


def _tests(field: Field) -> Schema:
    """What may stand after a field's name."""
    value = _value(field)
    value_or_reference = {
        "if": {"type": "string", "pattern": r"^\$"},
        "then": _ref("reference"),
        "else": value,
    }
    operators: Schema = {}
    for name in sorted(OPERATORS[field.kind] - {"eq"}):
        if name in ("in", "not_in"):
            test: Schema = {"type": "array", "items": value, "minItems": 1}
        elif name == "exists":
            test = {"type": "boolean"}
        elif name in ("matches", "starts_with", "ends_with", "contains"):
            test = {"type": "string"}
        else:
            test = dict(value_or_reference)
        operators[name] = {"description": _OPERATORS[name], **test}
    several = {
        "type": "object",
        "properties": operators,
        "additionalProperties": False,
        "minProperties": 1,
    }
    if field.kind == "list":
        return several
    tests = {"if": {"type": "object"}, "then": several, "else": value_or_reference}
    offered: list[Any] = [True, False] if field.kind == "flag" else list(field.values)
    return {**tests, "examples": offered} if offered else tests


_OPERATORS = {
    "not": "another value; a missing field doesn't count",
    "lt": "less than, earlier than",
    "le": "at most, not later than",
    "gt": "greater than, later than",
    "ge": "at least, not earlier than",
    "in": "one of these values",
    "not_in": "none of these values; a missing field doesn't count",
    "contains": "text: has this text in it; list: has this item",
    "starts_with": "begins with this text",
    "ends_with": "ends with this text",
    "matches": "this regular expression (RE2) is found in it",
    "exists": "true: the field is there; false: it is missing",
}


def _value(field: Field) -> Schema:
    if field.values:
        return {"enum": list(field.values)}
    if field.kind == "time":
        return {"type": ["integer", "string"]}
    if field.kind == "flag":
        return {"type": "boolean"}
    return {"type": _TYPES.get(field.kind, "string")}


def _deployment(shape: Shape) -> Schema:
    """Keys of a deployment with their descriptions; the builders judge the values."""
    below: Schema = {"type": ["object", "null"]}
    if "*" in shape:
        return {**below, "description": "by name", "additionalProperties": _below(shape["*"])}
    below["description"] = "keys: " + ", ".join(shape)
    properties = {key: _below(value) for key, value in shape.items()}
    return {**below, "properties": properties, "additionalProperties": False}


def _below(shape: Any) -> Schema:
    if isinstance(shape, str):
        return {"description": shape}
    if isinstance(shape, list):
        return {"description": "a list", "type": "array", "items": _below(shape[0])}
    return _deployment(shape)

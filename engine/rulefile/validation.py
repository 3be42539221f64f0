"""Mistakes in the shape of a rule file, as people would say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ..problems import Problem
from ..vocabulary import did_you_mean
from .model import Rule
from .yaml_source import Document, Location

_FORMS = {
    "since": "write it as 2026-11-24",
    "date": "write it as 2026-11-24",
    "symptom": "write it as EXW-033, with UCM or CLI for those areas",
    "explains": "write it as EXW-033",
    "outranks": "write it as EXW-033",
    "let": "use lower-case letters, digits and underscores, a letter first",
    "as": "use lower-case letters, digits and underscores, a letter first",
    "versions": "use the alias of a condition, in lower case",
    "superseded_by": "write it as area/name",
}
"""How to write what has a form of its own, by key."""


def validate(document: Document) -> tuple[Rule | None, list[Problem]]:
    """The rule that a document holds, or every mistake in its shape."""
    try:
        return Rule.model_validate(document.data), []
    except ValidationError as error:
        details: list[dict[str, Any]] = [dict(d) for d in error.errors(include_url=False)]
    misspelt = _misspelt(document, details)
    problems: dict[tuple[int, int, str], Problem] = {}
    for detail in details:
        if detail["type"] == "missing" and detail["loc"][-1] in misspelt:
            continue  # the misspelt key is reported; that is one mistake, not two
        problem = _problem(document, detail)
        problems.setdefault((problem.line, problem.column, problem.message), problem)
    return None, list(problems.values())


def _misspelt(document: Document, details: list[dict[str, Any]]) -> set[str]:
    """Required keys that a key which isn't known was probably meant to be."""
    hints = [
        did_you_mean(detail["loc"][-1], _allowed(document, document.nearest(detail["loc"])[:-1]))
        for detail in details
        if detail["type"] == "extra_forbidden"
    ]
    return {hint.split("'")[1] for hint in hints if hint.startswith("did you mean")}


def _allowed(document: Document, place: Location) -> list[str]:
    """Keys that the mapping at a location may have."""
    models: list[type[BaseModel]] = [Rule]
    for part in place:
        if isinstance(part, str):
            models = [
                inner
                for model in models
                for name, field in model.model_fields.items()
                if part == (field.alias or name)
                for inner in _models(field.annotation)
            ]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field may hold, alone, in a list or by key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return list(dict.fromkeys(m for inner in get_args(annotation) for m in _models(inner)))


def _problem(document: Document, detail: Mapping[str, Any]) -> Problem:
    place = document.nearest(detail["loc"])
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    if detail["type"] == "extra_forbidden":
        hint = did_you_mean(place[-1], _allowed(document, place[:-1]))
        return document.problem(place, f"unknown key '{place[-1]}'", hint, at_key=True)
    if detail["type"] == "missing":
        key = detail["loc"][-1]
        within = f" in '{name}'" if place else ""
        message = f"the required key '{key}' is missing{within}"
        return document.problem(place, message, f"add `{key}: {_sketch(key)}`", at_key=True)
    if not place:
        return document.problem(
            place, "the file must be a mapping of keys", "write `key: value`, one key on each line"
        )
    if detail["loc"][-1] == "[key]":
        return _wrong_key(document, place, detail)
    message, hint = _SAID.get(detail["type"], _plainly)(name, detail["input"], detail)
    return document.problem(place, message, hint)


def _sketch(key: str) -> str:
    """What may stand after a required key, as far as its type tells."""
    field = Rule.model_fields.get(key)
    annotation = field.annotation if field else None
    if get_origin(annotation) is Literal:
        return " | ".join(map(str, get_args(annotation)))
    return "…" if get_origin(annotation) is not list else "[…]"


def _wrong_key(document: Document, place: Location, detail: Mapping[str, Any]) -> Problem:
    value, within = detail["input"], place[-2] if len(place) > 1 else "the file"
    if detail["type"] == "literal_error":
        hint = did_you_mean(value, _options(detail))
    else:
        hint = _FORMS.get(str(within), "")
    return document.problem(place, f"'{value}' is not a known key of '{within}'", hint, at_key=True)


def _options(detail: Mapping[str, Any]) -> list[str]:
    expected = detail["ctx"]["expected"].replace(" or ", ", ").split(", ")
    return [part.strip("'") for part in expected]


Said = tuple[str, str]
"""Message and hint."""


def _not_a_value(name: str, value: Any, detail: Mapping[str, Any]) -> Said:
    return f"'{value}' is not a value of '{name}'", did_you_mean(value, _options(detail))


def _not_text(name: str, value: Any, _: Mapping[str, Any]) -> Said:
    message = f"'{name}' must be text"
    if isinstance(value, bool):
        return f"{message}, but {value} is a flag", "put it in quotes"
    if isinstance(value, int | float):
        return f"{message}, but {value} is a number", "put it in quotes"
    if isinstance(value, dict):
        return f"{message}, not a mapping", "put text that holds ': ' in quotes"
    if isinstance(value, list):
        return f"{message}, not a list", "write it without brackets and dashes"
    return f"{message}, but there is none", "write it, or leave the key out"


def _not_a_list(name: str, value: Any, _: Mapping[str, Any]) -> Said:
    message = f"'{name}' must be a list; start each line with '- '"
    if isinstance(value, str) and re.match(r"\s*-\S", value):
        return message, "put a blank after the dash"
    if isinstance(value, str) and len(value) <= 40:
        return message, f"or write [{value}]"
    return message, "'- ' before each item makes a list of it"


def _not_a_mapping(name: str, value: Any, _: Mapping[str, Any]) -> Said:
    message = f"'{name}' must be a mapping of keys"
    if isinstance(value, str) and "：" in value:
        return message, "type ': ' instead of the full-width colon"
    if isinstance(value, str) and ":" in value:
        return message, "put a blank after the colon"
    return message, "write `key: value`"


def _not_the_form(name: str, value: Any, detail: Mapping[str, Any]) -> Said:
    hint = _FORMS.get(name, f"it must match {detail['ctx']['pattern']}")
    if name in ("nodes", "per", "about"):
        bare = str(value).lstrip("$")
        form = f"${bare}" if re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", bare) else ""
        hint = f"write it as {form or '$alias.field'}"
    return f"'{value}' is not a valid '{name}'", hint


def _not_valid(name: str, value: Any, detail: Mapping[str, Any]) -> Said:
    return f"'{value}' is not a valid '{name}'", str(detail["ctx"]["error"])


def _too_short(name: str, _: Any, detail: Mapping[str, Any]) -> Said:
    count = detail["ctx"]["min_length"]
    return f"'{name}' must hold at least {count}", "write it, or leave the key out"


def _not_a_flag(name: str, value: Any, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must be true or false", "write true or false without quotes"


def _not_a_number(name: str, value: Any, _: Mapping[str, Any]) -> Said:
    return f"'{name}' must be a whole number", "write it in digits, without quotes"


def _plainly(name: str, _: Any, detail: Mapping[str, Any]) -> Said:
    return f"'{name}': {detail['msg'][:1].lower()}{detail['msg'][1:]}", "change the value"


_SAID: Mapping[str, Callable[[str, Any, Mapping[str, Any]], Said]] = {
    "literal_error": _not_a_value,
    "string_type": _not_text,
    "list_type": _not_a_list,
    "string_pattern_mismatch": _not_the_form,
    "value_error": _not_valid,
    "too_short": _too_short,
    "string_too_short": _too_short,
    "bool_type": _not_a_flag,
    "int_type": _not_a_number,
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _not_a_mapping),
}
"""What to say of each type of error that pydantic reports."""

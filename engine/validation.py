"""Mistakes in the shape of a rule file, as people would say them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from .model import (
    Absent,
    AnyOf,
    Counted,
    CountOf,
    Match,
    NoneOf,
    Part,
    Rule,
    RuleTest,
    RuleText,
    Source,
    Support,
)
from .problems import Problem
from .vocabulary import did_you_mean
from .yaml_source import Document, Location

_CHILDREN: dict[str, type[BaseModel]] = {
    "text": RuleText,
    "count": Counted,
    "none": Absent,
    "supports": Support,
    "sources": Source,
    "tests": RuleTest,
}
_SHAPES = {
    "list_type": "a list; start each line with '- '",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "a mapping of keys"),
}


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
    names = [part for part in place if isinstance(part, str)]
    if not names:
        return list(Rule.model_fields)
    model = _CHILDREN.get(names[-1], Part)
    if model is Part:  # a condition, or an alternative
        siblings = document.data
        for part in place:
            siblings = siblings[part]
        tags: dict[str, type[BaseModel]] = {"any": AnyOf, "none": NoneOf, "count": CountOf}
        model = next((tags[key] for key in tags if key in siblings), Match)
    return [field.alias or name for name, field in model.model_fields.items()]


def _problem(document: Document, detail: dict[str, Any]) -> Problem:
    location, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    place = document.nearest(location)
    name = next((part for part in reversed(place) if isinstance(part, str)), "the file")
    value = detail["input"]
    if kind == "extra_forbidden":
        hint = did_you_mean(place[-1], _allowed(document, place[:-1]))
        return document.problem(place, f"unknown key '{place[-1]}'", hint, at_key=True)
    if kind == "missing":
        within = f" in '{name}'" if place else ""
        message = f"the required key '{location[-1]}' is missing{within}"
        return document.problem(place, message, at_key=True)
    if kind == "literal_error":
        options = [
            part.strip("'") for part in context["expected"].replace(" or ", ", ").split(", ")
        ]
        if location[-1] == "[key]":
            message = f"'{value}' is not a known key of '{place[-2]}'"
            return document.problem(place, message, did_you_mean(value, options), at_key=True)
        return document.problem(
            place, f"'{value}' is not a value of '{name}'", did_you_mean(value, options)
        )
    if kind == "string_type" and isinstance(value, int | float):
        word = "a flag" if isinstance(value, bool) else "a number"
        return document.problem(
            place, f"'{name}' must be text, but {value} is {word}", "put it in quotes"
        )
    if kind in _SHAPES:
        return document.problem(place, f"'{name}' must be {_SHAPES[kind]}")
    if kind == "string_pattern_mismatch":
        hint = f"it must match {context['pattern']}"
        return document.problem(place, f"'{value}' is not a valid '{name}'", hint)
    if kind in ("too_short", "string_too_short"):
        return document.problem(place, f"'{name}' must hold at least {context['min_length']}")
    return document.problem(place, f"'{name}': {detail['msg'][:1].lower()}{detail['msg'][1:]}")

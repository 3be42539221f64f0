"""From the `where` of a condition to tests, with every name and value checked on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..facts import Scalar
from ..plan import Pattern, Ref, Test
from ..problems import Problem
from ..vocabulary import (
    JOIN_OPERATORS,
    OPERATORS,
    FactType,
    Field,
    Vocabulary,
    anything,
    comparable,
    did_you_mean,
)
from .literals import LiteralError, comparable_value
from .model import Absent, Against, Counted, Match, Support
from .regexes import RegexError, compiled
from .yaml_source import Document, Location

_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")

Aliases = Mapping[str, FactType]
"""The fact type of each alias that conditions before this one bind."""


def named(aliases: Aliases) -> list[str]:
    """The aliases that the author chose."""
    return [alias for alias in aliases if not alias.startswith("_")]


@dataclass
class PatternCompiler:
    """Compiles the conditions of one file; mistakes are gathered in `problems`, each once."""

    document: Document
    vocabulary: Vocabulary
    problems: dict[Problem, None] = field(default_factory=dict)

    def mistake(
        self, location: Location, message: str, hint: str = "", *, at_key: bool = False
    ) -> None:
        """Note a mistake."""
        self.problems.setdefault(self.document.problem(location, message, hint, at_key=at_key))

    def pattern(
        self,
        location: Location,
        alias: str,
        step: Match | Absent | Counted | Support | Against,
        aliases: Aliases,
    ) -> tuple[Pattern, FactType]:
        """The pattern of a condition, and its fact type."""
        kind = self.vocabulary.types.get(step.fact)
        line = self.document.span(location).line
        if kind is None:
            hint = did_you_mean(step.fact, self.vocabulary.types)
            self.mistake((*location, "fact"), f"there is no fact '{step.fact}'", hint)
            return Pattern(alias, step.fact, (), line, location), anything(step.fact)
        tests: list[Test] = []
        for name, raw in step.where.items():
            at = (*location, "where", name)
            if name not in kind.fields:
                message = f"'{kind.name}' has no field '{name}'"
                self.mistake(at, message, did_you_mean(name, kind.fields), at_key=True)
                continue
            operations = raw if isinstance(raw, dict) else {"eq": raw}
            if not operations:
                self.mistake(at, f"'{name}' has no test", "write a value or an operator")
            for op, operand in operations.items():
                here = (*at, op) if isinstance(raw, dict) else at
                test = self._test(here, name, kind.fields[name], op, operand, aliases)
                if test is not None:
                    tests.append(test)
        if sum(test.op == "contains" and isinstance(test.value, Ref) for test in tests) > 1:
            self.mistake(location, "only one `contains` may refer to another fact")
        return Pattern(alias, kind.name, tuple(tests), line, location), kind

    def _test(
        self, at: Location, name: str, spec: Field, op: str, operand: Any, aliases: Aliases
    ) -> Test | None:
        allowed = OPERATORS[spec.kind]
        if op not in allowed:
            if op == "eq":
                message = f"'{name}' is a list and can't equal a value"
                self.mistake(at, message, "write {contains: ...}")
            else:
                known = op in {o for ops in OPERATORS.values() for o in ops}
                what = f"does not work on a {spec.kind}" if known else "is not an operator"
                self.mistake(at, f"'{op}' {what}", did_you_mean(op, allowed - {"eq"}), at_key=True)
            return None
        value = self._operand(at, spec, op, operand, aliases)
        return None if value is None else Test(name, op, value)

    def _operand(
        self, at: Location, spec: Field, op: str, operand: Any, aliases: Aliases
    ) -> Scalar | tuple[Scalar, ...] | Ref | None:
        if isinstance(operand, str) and operand.startswith("$"):
            return self._reference(at, spec, op, operand, aliases)
        if op == "exists":
            return self.literal(at, Field("", "flag"), operand)
        if op in ("in", "not_in"):
            if not isinstance(operand, list) or not operand:
                self.mistake(at, f"'{op}' needs a list", f"write [{operand or 'a, b'}]")
                return None
            for number, item in enumerate(operand):
                if isinstance(item, str) and item.startswith("$"):
                    message = f"'{op}' can't refer to another fact"
                    self.mistake((*at, number), message, "write a value")
            values = [
                self.literal((*at, number), spec, item) for number, item in enumerate(operand)
            ]
            return tuple(value for value in values if value is not None)
        if op == "matches":
            return self._expression(at, operand)
        if op in ("starts_with", "ends_with", "contains"):
            return self.literal(at, Field("", "text"), operand)
        return self.literal(at, spec, operand)

    def _expression(self, at: Location, operand: Any) -> str | None:
        """A regular expression; None and a mistake where RE2 can't use it."""
        if not isinstance(operand, str):
            self.mistake(at, "a regular expression must be text", "put it in quotes")
            return None
        try:
            compiled(operand)
        except RegexError as error:
            self.mistake(at, f"the regular expression can't be used: {error}", error.hint)
            return None
        return operand

    def literal(self, at: Location, spec: Field, raw: Any) -> Scalar | None:
        """A value of the field as matchers compare it; None and a mistake if it is not one."""
        try:
            value = comparable_value(spec, raw)
        except LiteralError as error:
            self.mistake(at, str(error), error.hint)
            return None
        if spec.values and value not in spec.values:
            hint = did_you_mean(value, spec.values)
            self.mistake(at, f"'{value}' is not a value of the field", hint)
            return None
        assert not isinstance(value, tuple)  # noqa: S101  lists are never literals
        return value

    def _reference(
        self, at: Location, spec: Field, op: str, text: str, aliases: Aliases
    ) -> Ref | None:
        if op not in JOIN_OPERATORS:
            self.mistake(at, f"'{op}' can't refer to another fact", "write a value")
            return None
        if op == "contains" and spec.kind != "list":
            self.mistake(at, "'contains' can refer to another fact on a list only")
            return None
        ref = self.reference(at, text, aliases)
        if ref is None:
            return None
        other = aliases[ref.alias].fields[ref.field]
        element = Field("", "text") if spec.kind == "list" else spec
        if not comparable(element, other):
            self.mistake(at, f"a {element.kind} can't be held against {text}, a {other.kind}")
            return None
        return ref

    def reference(self, at: Location, text: str, aliases: Aliases) -> Ref | None:
        """The field that `$alias.field` stands for; None and a mistake where there is none."""
        parts = _REFERENCE.fullmatch(text)
        if parts is None:
            self.mistake(at, f"'{text}' is not a reference", "write it as $alias.field")
            return None
        alias, name = parts.groups()
        if alias not in aliases:
            known = named(aliases)
            hint = did_you_mean(alias, known) if known else "refer to a condition further up"
            self.mistake(at, f"no condition before this one is called '{alias}'", hint)
            return None
        if name not in aliases[alias].fields:
            message = f"'{aliases[alias].name}' has no field '{name}'"
            self.mistake(at, message, did_you_mean(name, aliases[alias].fields))
            return None
        return Ref(alias, name)

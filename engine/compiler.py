"""From a rule file to branches of patterns, with every name and value checked on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .conditions import MAX_ALTERNATIVES, Alternative, TooManyAlternativesError, alternatives
from .facts import Scalar
from .literals import LiteralError, comparable_value
from .model import Absent, Confidence, Counted, Rule
from .plan import SEEN, Branch, Count, Pattern, Ref, Test
from .problems import Problem
from .regexes import regex_fault
from .vocabulary import (
    COVERAGE,
    JOIN_OPERATORS,
    OPERATORS,
    FactType,
    Field,
    Operator,
    Vocabulary,
    comparable,
    did_you_mean,
)
from .yaml_source import Document, Location

MAX_PATTERNS = 15
"""Patterns in one branch; durable-rules takes 16, of which the gate is one."""

_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")
_COMPARATOR = re.compile(r"(>=|<=|>|<|=)(\S+)")
_COMPARATORS: Mapping[str, Operator] = {">=": "ge", "<=": "le", ">": "gt", "<": "lt", "=": "eq"}

Aliases = Mapping[str, FactType]


@dataclass(frozen=True)
class CompiledSupport:
    """Optional evidence, and the confidence that it gives."""

    pattern: Pattern
    confirms: Confidence | None


@dataclass
class RuleCompiler:
    """Compiles one rule; mistakes are gathered in `problems`, each once."""

    rule_id: str
    rule: Rule
    document: Document
    vocabulary: Vocabulary
    problems: dict[Problem, None] = field(default_factory=dict)

    def mistake(
        self, location: Location, message: str, hint: str = "", *, at_key: bool = False
    ) -> None:
        """Note a mistake."""
        self.problems.setdefault(self.document.problem(location, message, hint, at_key=at_key))

    # -- conditions ----------------------------------------------------------------------------

    def branches(self) -> list[tuple[Branch, dict[str, FactType]]]:
        """The branches of `when`, each with the fact type that every alias stands for."""
        try:
            found = alternatives(self.rule.when, ("when",))
        except TooManyAlternativesError:
            hint = "split the rule"
            self.mistake(("when",), f"more than {MAX_ALTERNATIVES} combinations of `any`", hint)
            return []
        return [self._branch(number, steps) for number, steps in enumerate(found, 1)]

    def _branch(self, number: int, steps: Alternative) -> tuple[Branch, dict[str, FactType]]:
        aliases: dict[str, FactType] = {}
        patterns: list[Pattern] = []
        counts: list[Count] = []
        absences: list[Pattern] = []
        for location, step in steps:
            if isinstance(step, Absent):
                continue
            alias = step.let or f"_{len(patterns) + 1}"
            if alias in aliases:
                at = (*location, "as" if isinstance(step, Counted) else "let")
                self.mistake(at, f"the alias '{alias}' is used twice", "choose another name")
            if isinstance(step, Counted):
                count, pattern, kind = self._count(location, alias, step, aliases, number)
                counts.append(count)
            else:
                pattern, kind = self.pattern(location, alias, step, aliases)
            patterns.append(pattern)
            aliases[alias] = kind
        guards: dict[tuple[str, object], Pattern] = {}
        for location, step in steps:
            if isinstance(step, Absent):
                absence, kind = self.pattern(location, f"_none{len(absences) + 1}", step, aliases)
                absences.append(absence)
                self._guard(location, step, absence, kind, guards)
        if not patterns and not guards:
            self.mistake(("when",), "a rule needs at least one fact that must be there")
        patterns += guards.values()
        if len(patterns) + len(absences) > MAX_PATTERNS:
            self.mistake(
                ("when",), f"more than {MAX_PATTERNS} conditions at once", "split the rule"
            )
        patterns = self._with_versions(patterns, aliases)
        branch = Branch(
            self.rule_id,
            number,
            _referenced_exist(patterns, absences),
            tuple(absences),
            tuple(counts),
        )
        return branch, aliases

    def _guard(
        self,
        location: Location,
        step: Absent,
        absence: Pattern,
        kind: FactType,
        guards: dict[tuple[str, object], Pattern],
    ) -> None:
        """Absence proves something only where somebody looked; add the pattern that says so."""
        if step.assume_complete or not kind.topics or COVERAGE not in self.vocabulary.types:
            return
        host = next((t for t in absence.tests if t.field == kind.host and t.op == "eq"), None)
        if host is None:
            hint = f"add `{kind.host}: $alias.field`, or `assume_complete: true`"
            self.mistake(location, f"nothing says on which node '{kind.name}' must be absent", hint)
            return
        guards[(kind.name, host.value)] = Pattern(
            f"_seen{len(guards) + 1}",
            SEEN + kind.name,
            (Test("host", "eq", host.value),),
            absence.line,
        )

    def _count(
        self, location: Location, alias: str, step: Counted, aliases: Aliases, number: int
    ) -> tuple[Count, Pattern, FactType]:
        counted, kind = self.pattern(location, alias, step, aliases)
        keys = []
        for test, _ in counted.joins:
            if test.op != "eq":
                at = (*location, "where", test.field)
                self.mistake(at, "a count can refer to other facts by equality only")
            keys.append(test.field)
        name = f"count:{self.rule_id}:{number}:{alias}"
        own = FactType(
            name,
            f"number of {kind.name} facts",
            {"count": Field("how many", "number"), **{k: kind.fields[k] for k in keys}},
        )
        joins = tuple(test for test, _ in counted.joins)
        pattern = Pattern(alias, name, (*joins, Test("count", "ge", step.at_least)), counted.line)
        return Count(name, replace(counted, tests=counted.literals), tuple(keys)), pattern, own

    def _with_versions(self, patterns: list[Pattern], aliases: Aliases) -> list[Pattern]:
        if self.rule.versions == "all":
            return patterns
        for alias, text in self.rule.versions.items():
            tests = self._version_tests(alias, text, aliases)
            patterns = [
                replace(p, tests=p.tests + tests) if p.alias == alias else p for p in patterns
            ]
        return patterns

    def _version_tests(self, alias: str, text: str, aliases: Aliases) -> tuple[Test, ...]:
        at = ("versions", alias)
        if alias not in aliases:
            hint = did_you_mean(alias, _named(aliases))
            self.mistake(at, f"'{alias}' is not bound by every alternative", hint, at_key=True)
            return ()
        version = aliases[alias].fields.get("version")
        if version is None or version.kind != "version":
            self.mistake(at, f"'{aliases[alias].name}' has no version", at_key=True)
            return ()
        tests = []
        for part in text.split():
            comparator = _COMPARATOR.fullmatch(part)
            if comparator is None:
                self.mistake(at, f"'{part}' is not a range", "write it as `>=X14.2 <X15.5`")
                continue
            value = self._literal(at, version, comparator[2])
            if value is not None:
                tests.append(Test("version", _COMPARATORS[comparator[1]], value))
        return tuple(tests)

    # -- patterns and tests --------------------------------------------------------------------

    def pattern(
        self, location: Location, alias: str, step: Any, aliases: Aliases
    ) -> tuple[Pattern, FactType]:
        """The pattern of a condition, and its fact type."""
        kind = self.vocabulary.types.get(step.fact)
        line = self.document.values[self.document.nearest(location)].line
        if kind is None:
            hint = did_you_mean(step.fact, self.vocabulary.types)
            self.mistake((*location, "fact"), f"there is no fact '{step.fact}'", hint)
            return Pattern(alias, step.fact, (), line), FactType(step.fact, "", {})
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
        return Pattern(alias, kind.name, tuple(tests), line), kind

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
            return self._literal(at, Field("", "flag"), operand)
        if op in ("in", "not_in"):
            if not isinstance(operand, list) or not operand:
                self.mistake(at, f"'{op}' needs a list", "write [a, b]")
                return None
            for number, item in enumerate(operand):
                if isinstance(item, str) and item.startswith("$"):
                    message = f"'{op}' can't refer to another fact"
                    self.mistake((*at, number), message, "write a value")
            values = [
                self._literal((*at, number), spec, item) for number, item in enumerate(operand)
            ]
            return tuple(value for value in values if value is not None)
        if op == "matches":
            fault = regex_fault(operand) if isinstance(operand, str) else "not text"
            if fault:
                self.mistake(at, f"the expression can't be used: {fault}")
                return None
            return str(operand)
        if op in ("starts_with", "ends_with", "contains"):
            return self._literal(at, Field("", "text"), operand)
        return self._literal(at, spec, operand)

    def _literal(self, at: Location, spec: Field, raw: Any) -> Scalar | None:
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

    # -- the rest of the rule ------------------------------------------------------------------

    def reference(self, at: Location, text: str, aliases: Aliases) -> Ref | None:
        """The field that `$alias.field` stands for; None and a mistake where there is none."""
        parts = _REFERENCE.fullmatch(text)
        if parts is None:
            self.mistake(at, f"'{text}' is not a reference", "write it as $alias.field")
            return None
        alias, name = parts.groups()
        if alias not in aliases:
            known = _named(aliases)
            hint = did_you_mean(alias, known) if known else "refer to a condition further up"
            self.mistake(at, f"no condition before this one is called '{alias}'", hint)
            return None
        if name not in aliases[alias].fields:
            message = f"'{aliases[alias].name}' has no field '{name}'"
            self.mistake(at, message, did_you_mean(name, aliases[alias].fields))
            return None
        return Ref(alias, name)

    def references(
        self, key: str, texts: Sequence[str], bound: Sequence[Aliases]
    ) -> tuple[Ref, ...]:
        """References at the top of the rule, which every branch must bind."""
        found = []
        for number, text in enumerate(texts):
            refs = [self.reference((key, number), text, aliases) for aliases in bound]
            if refs and refs[0] is not None:
                found.append(refs[0])
        return tuple(found)

    def supports(self, bound: Aliases) -> tuple[CompiledSupport, ...]:
        """The optional evidence."""
        found = []
        names = set(bound)
        for number, support in enumerate(self.rule.supports):
            location = ("supports", number)
            alias = support.let or f"_support{number + 1}"
            if alias in names:
                at = (*location, "let")
                self.mistake(at, f"the alias '{alias}' is used twice", "choose another name")
            names.add(alias)
            pattern, _ = self.pattern(location, alias, support, bound)
            found.append(CompiledSupport(pattern, support.confirms))
        return tuple(found)


def _named(aliases: Aliases) -> list[str]:
    return [alias for alias in aliases if not alias.startswith("_")]


def _referenced_exist(patterns: list[Pattern], absences: list[Pattern]) -> tuple[Pattern, ...]:
    """The patterns, with a test that every field which others refer to is there.

    Without it an absence that refers to a missing field would hold by accident.
    """
    needed: dict[str, set[str]] = {}
    for pattern in (*patterns, *absences):
        for _, ref in pattern.joins:
            needed.setdefault(ref.alias, set()).add(ref.field)
    return tuple(
        replace(
            pattern,
            tests=pattern.tests
            + tuple(
                Test(name, "exists", True)
                for name in sorted(needed.get(pattern.alias, ()))
                if not any(test.field == name and test.op != "exists" for test in pattern.tests)
            ),
        )
        for pattern in patterns
    )

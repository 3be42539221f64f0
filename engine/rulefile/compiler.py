"""From a rule file to branches of patterns, absences guarded by what was seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..plan import SEEN, Branch, Count, Pattern, Ref, Test
from ..vocabulary import (
    COVERAGE,
    FactType,
    Field,
    Operator,
    did_you_mean,
)
from .alternatives import MAX_ALTERNATIVES, Alternative, TooManyAlternativesError, alternatives
from .model import Absent, Against, Confidence, Counted, Rule, Support
from .patterns import Aliases, PatternCompiler, named
from .texts import Mistake, Part, compile_part
from .yaml_source import Location

Evidence = TypeVar("Evidence", Support, Against)

MAX_PATTERNS = 15
"""Patterns in one branch; durable-rules takes 16, of which the gate is one."""

_COMPARATOR = re.compile(r"(>=|<=|>|<|=)(\S+)")
_COMPARATORS: Mapping[str, Operator] = {">=": "ge", "<=": "le", ">": "gt", "<": "lt", "=": "eq"}


@dataclass(frozen=True)
class CompiledSupport:
    """Optional evidence, and the confidence that it gives."""

    pattern: Pattern
    confirms: Confidence | None


@dataclass(frozen=True)
class CompiledAgainst:
    """Evidence against the finding, the confidence that it leaves, and what is said of it."""

    pattern: Pattern
    lowers: Confidence | None
    text: Part


@dataclass
class RuleCompiler:
    """Compiles one rule; mistakes go to `conditions.problems`."""

    rule_id: str
    rule: Rule
    conditions: PatternCompiler

    def branches(self) -> list[tuple[Branch, dict[str, FactType]]]:
        """The branches of `when`, each with the fact type that every alias stands for."""
        try:
            found = alternatives(self.rule.when, ("when",))
        except TooManyAlternativesError:
            hint = "split the rule"
            self.conditions.mistake(
                ("when",), f"more than {MAX_ALTERNATIVES} combinations of `any`", hint
            )
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
                self.conditions.mistake(
                    at, f"the alias '{alias}' is used twice", "choose another name"
                )
            if isinstance(step, Counted):
                count, pattern, kind = self._count(location, alias, step, aliases, number)
                counts.append(count)
            else:
                pattern, kind = self.conditions.pattern(location, alias, step, aliases)
            patterns.append(pattern)
            aliases[alias] = kind
        guards: dict[tuple[str, object], Pattern] = {}
        for location, step in steps:
            if isinstance(step, Absent):
                absence, kind = self.conditions.pattern(
                    location, f"_none{len(absences) + 1}", step, aliases
                )
                absences.append(absence)
                self._guard(location, step, absence, kind, guards)
        if not patterns and not guards:
            self.conditions.mistake(("when",), "a rule needs at least one fact that must be there")
        patterns += guards.values()
        if len(patterns) + len(absences) > MAX_PATTERNS:
            self.conditions.mistake(
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
        if (
            step.assume_complete
            or not kind.topics
            or COVERAGE not in self.conditions.vocabulary.types
        ):
            return
        host = next((t for t in absence.tests if t.field == kind.host and t.op == "eq"), None)
        if kind.host in step.where and not any(t.field == kind.host for t in absence.tests):
            return  # what stands there is told already
        if host is None:
            hint = f"add `{kind.host}: $alias.field`, or `assume_complete: true`"
            self.conditions.mistake(
                (*location, "where"),
                f"nothing says on which node '{kind.name}' must be absent",
                hint,
                at_key=True,
            )
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
        counted, kind = self.conditions.pattern(location, alias, step, aliases)
        keys = []
        for test, _ in counted.joins:
            if test.op != "eq":
                at = (*location, "where", test.field)
                self.conditions.mistake(at, "a count can refer to other facts by equality only")
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
            hint = did_you_mean(alias, named(aliases))
            self.conditions.mistake(
                at, f"'{alias}' is not bound by every alternative", hint, at_key=True
            )
            return ()
        fields = aliases[alias].fields
        version = fields["version"] if "version" in fields else None  # noqa: SIM401  any may be in it
        if version is None or version.kind != "version":
            self.conditions.mistake(at, f"'{aliases[alias].name}' has no version", at_key=True)
            return ()
        tests = []
        for part in text.split():
            comparator = _COMPARATOR.fullmatch(part)
            if comparator is None:
                self.conditions.mistake(
                    at, f"'{part}' is not a range", "write it as `>=X14.2 <X15.5`"
                )
                return ()
            value = self.conditions.literal(at, version, comparator[2])
            if value is not None:
                tests.append(Test("version", _COMPARATORS[comparator[1]], value))
        return tuple(tests)

    def references(
        self, key: str, texts: Sequence[str], bound: Sequence[Aliases]
    ) -> tuple[Ref, ...]:
        """References at the top of the rule, which every branch must bind."""
        found = []
        for number, text in enumerate(texts):
            refs = [self.conditions.reference((key, number), text, aliases) for aliases in bound]
            if refs and refs[0] is not None:
                found.append(refs[0])
        return tuple(found)

    def supports(self, bound: Aliases) -> tuple[CompiledSupport, ...]:
        """The optional evidence."""
        return tuple(
            CompiledSupport(pattern, support.confirms)
            for support, pattern in self._optional("supports", self.rule.supports, bound)
        )

    def against(
        self,
        bound: Aliases,
        named: Mapping[str, list[FactType]],
        mistake: Mistake,
    ) -> tuple[CompiledAgainst, ...]:
        """The contradicting evidence; its texts may name what is in `named` and its own fact."""
        found = []
        entries = self._optional("against", self.rule.against, bound)
        for number, (entry, pattern) in enumerate(entries):
            kind = self.conditions.vocabulary.types.get(pattern.type)
            aliases = {**named, pattern.alias: [kind]} if kind else named
            at = ("against", number, "text")
            text = compile_part(at, entry.text, aliases, mistake) if entry.text else {}
            found.append(CompiledAgainst(pattern, entry.lowers, text))
        return tuple(found)

    def _optional(
        self, key: str, entries: Sequence[Evidence], bound: Aliases
    ) -> list[tuple[Evidence, Pattern]]:
        """The pattern of each entry that the rule does not need."""
        found = []
        names = set(bound) | {support.let for support in self.rule.supports if key == "against"}
        for number, entry in enumerate(entries):
            location: Location = (key, number)
            alias = entry.let or f"_{key}{number + 1}"
            if alias in names:
                at = (*location, "let")
                self.conditions.mistake(
                    at, f"the alias '{alias}' is used twice", "choose another name"
                )
            names.add(alias)
            pattern, _ = self.conditions.pattern(location, alias, entry, bound)
            found.append((entry, pattern))
        return found


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

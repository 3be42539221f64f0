"""Branches and facts as durable-rules takes them, within the safe subset.

Single-fact tests that its C code gets wrong are done here; their outcome is a flag property of
the fact, on which durable-rules then matches. Joins, absences and firing are left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..facts import Fact
from ..plan import Branch, Pattern, Test, test_holds
from .reference import FactIndex
from .safe_subset import (
    GATE,
    MAX_PATTERNS_PER_TYPE,
    MAX_RULES,
    SENTINEL,
    check_fact,
    check_rules,
    fnv32,
)

FACT = "_f"
"""Property that names the fact; the elements of a list share their fact's."""

ELEMENT = "_e"
"""Property of an exploded fact: one element of its list."""

_NATIVE = {"not": "$neq", "lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}


@dataclass
class Ruleset:
    """Branches that run together: their JSON by name, and what their facts must carry.

    `fields` are the fields read, by type as durable-rules sees it; `flags` the tests done here.
    """

    branches: dict[str, Branch] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, set[str]] = field(default_factory=dict)
    flags: dict[tuple[str, Test], str] = field(default_factory=dict)

    def add(self, branch: Branch) -> None:
        """Compile one branch into the ruleset."""
        name = f"r{len(self.branches)}"
        self.branches[name] = branch
        first: list[tuple[str, Pattern]] = []
        body: list[dict[str, Any]] = []
        for number, pattern in enumerate(branch.patterns):
            body.append({f"p{number}": self._pattern(pattern, first)})
            first.append((f"p{number}", pattern))
        body.append({"gate": {"$and": [{"type": GATE}, {"n": 1}]}})
        body += [
            {f"n{number}$not": self._pattern(absence, first)}
            for number, absence in enumerate(branch.absences)
        ]
        self.rules[name] = {"all": body}

    def _pattern(self, pattern: Pattern, before: Sequence[tuple[str, Pattern]]) -> dict[str, Any]:
        kind = _engine_type(pattern)
        read = self.fields.setdefault(kind, set())
        tests: list[dict[str, Any]] = [{"type": kind}]
        for test in pattern.literals:
            tests.append(self._literal(kind, test))
            read.add(test.field)
        names = {earlier.alias: name for name, earlier in before}
        joins: list[dict[str, Any]] = []
        for test, ref in sorted(
            pattern.joins, key=lambda join: join[0].op not in ("eq", "contains")
        ):
            other = {names[ref.alias]: _property(ref.field)}
            if test.op == "contains":
                joins.append({ELEMENT: other})
                continue
            read.add(test.field)
            here = {_property(test.field): other}
            joins.append(here if test.op == "eq" else {_NATIVE[test.op]: here})
        # Elements of one fact are different facts to the engine, yet a fact fills one pattern only.
        joins += [
            {"$neq": {FACT: {name: FACT}}}
            for name, earlier in before
            if earlier.type == pattern.type and _LIST in kind + _engine_type(earlier)
        ]
        if joins:
            joins.append({SENTINEL: {before[0][0]: SENTINEL}})
        return {"$and": tests + joins}

    def _literal(self, kind: str, test: Test) -> dict[str, Any]:
        name = _property(test.field)
        if test.op == "exists":
            return {"$ex" if test.value else "$nex": {name: 1}}
        if test.op == "eq":
            return {name: test.value}
        if test.op in _NATIVE:
            return {_NATIVE[test.op]: {name: test.value}}
        return {self.flags.setdefault((kind, test), f"_t{len(self.flags)}"): 1}

    def facts(self, index: FactIndex) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """The facts that this ruleset reads, and the fact id behind each of their names."""
        ids = _fact_ids()
        encoded: list[dict[str, Any]] = []
        names: dict[str, str] = {}
        for kind in sorted(self.fields):
            base, _, listed = kind.partition(_LIST)
            for fact in index.of_type(base):
                name = names.setdefault(fact.id, f"f{len(names)}")
                plain = self._encoded(kind, fact) | {FACT: name}
                if not listed:
                    encoded.append(plain | {"id": next(ids)})
                    continue
                elements = fact.values.get(listed, ())
                assert isinstance(elements, tuple)  # noqa: S101  the compiler checks the kind
                encoded += [plain | {"id": next(ids), ELEMENT: element} for element in elements]
        for entry in encoded:
            check_fact(entry)
        return encoded, {name: fact_id for fact_id, name in names.items()}

    def _encoded(self, kind: str, fact: Fact) -> dict[str, Any]:
        values = {
            _property(name): 1 if isinstance(fact.values[name], tuple) else fact.values[name]
            for name in sorted(self.fields[kind])
            if name in fact.values
        }
        flags = {
            flag: 1
            for (flagged, test), flag in self.flags.items()
            if flagged == kind and test_holds(test, fact.values.get(test.field), test.value)
        }
        return {"type": kind, SENTINEL: 1, **values, **flags}


_LIST = "|"


def _engine_type(pattern: Pattern) -> str:
    """The type, or that of its list's elements where the pattern joins on one of them."""
    listed = [test.field for test, _ in pattern.joins if test.op == "contains"]
    return pattern.type + _LIST + listed[0] if listed else pattern.type


def _property(name: str) -> str:
    return f"v_{name}"


def _fact_ids() -> Iterator[str]:
    """Names of facts that durable-rules can tell apart: it keeps only a hash of 32 bits."""
    taken: set[int] = set()
    number = 0
    while True:
        name = f"f{number}"
        number += 1
        if fnv32(name) not in taken:
            taken.add(fnv32(name))
            yield name


def build_rulesets(branches: Iterable[Branch]) -> list[Ruleset]:
    """The branches in rulesets small enough for durable-rules. Raises UnsafeRulesetError."""
    rulesets: list[Ruleset] = []
    load: dict[str, int] = {}
    for branch in branches:
        own: dict[str, int] = {}
        for pattern in (*branch.patterns, *branch.absences):
            own[_engine_type(pattern)] = own.get(_engine_type(pattern), 0) + 1
        fits = all(load.get(kind, 0) + n <= MAX_PATTERNS_PER_TYPE for kind, n in own.items())
        if not rulesets or not fits or len(rulesets[-1].branches) == MAX_RULES:
            rulesets.append(Ruleset())
            load = {}
        rulesets[-1].add(branch)
        for kind, n in own.items():
            load[kind] = load.get(kind, 0) + n
    for ruleset in rulesets:
        check_rules(ruleset.rules)
    return rulesets

"""Reads rule folders: `<folder>/<area>/<name>.yaml`, one rule in each file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path

from .compiler import RuleCompiler
from .lint import lint
from .model import Rule
from .patterns import PatternCompiler
from .problems import Problem, RuleProblems
from .rule_base import CompiledRule, CycleError, RuleBase, read_symptoms, stratify
from .texts import compile_texts
from .validation import validate
from .vocabulary import FactType, Vocabulary, did_you_mean
from .yaml_source import MAX_BYTES, Document, Location, read_yaml

DATA = "data"
"""Folder beside the areas that holds tables, not rules."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")

Folder = Path | Traversable


def load_rules(folders: Sequence[Folder], vocabulary: Vocabulary) -> RuleBase:
    """Load all rules; a rule of a later folder takes the place of an earlier one of its id.

    Raises RuleProblems with every mistake in every file.
    """
    problems: list[Problem] = []
    rules: dict[str, tuple[CompiledRule, Document]] = {}
    for folder in folders:
        for rule_id, file, source in _rule_files(folder, problems):
            with source.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
            loaded = load_rule(rule_id, file, raw, vocabulary, problems)
            if loaded is not None:
                rules[rule_id] = loaded
    problems += _check_together(rules)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise RuleProblems(problems)
    compiled = {rule_id: rules[rule_id][0] for rule_id in sorted(rules)}
    return RuleBase(compiled, stratify(compiled), vocabulary, tuple(sorted(problems)))


def _rule_files(folder: Folder, problems: list[Problem]) -> Iterator[tuple[str, str, Folder]]:
    if not folder.is_dir():
        raise RuleProblems([Problem(str(folder), 1, 1, "there is no such folder of rules")])
    for area in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if area.is_file() and area.name.endswith((".yaml", ".yml")):
            hint = "put it in a folder named after its area"
            problems.append(Problem(str(area), 1, 1, "a rule must be in a folder", hint))
        if not area.is_dir() or area.name == DATA or area.name.startswith((".", "__")):
            continue
        for source in sorted(area.iterdir(), key=lambda entry: entry.name):
            name, _, suffix = source.name.rpartition(".")
            if suffix == "yml" or (suffix == "yaml" and not _NAME.fullmatch(name)):
                hint = "use lower-case letters, digits and hyphens, and the suffix .yaml"
                problems.append(
                    Problem(str(source), 1, 1, "the file's name can't be a rule id", hint)
                )
            elif suffix == "yaml":
                yield f"{area.name}/{name}", str(source), source


def load_rule(
    rule_id: str, file: str, raw: bytes, vocabulary: Vocabulary, problems: list[Problem]
) -> tuple[CompiledRule, Document] | None:
    """One rule from the bytes of its file; mistakes are added to `problems`."""
    document, found = read_yaml(file, raw)
    problems += found
    if document is None:
        return None
    rule, found = validate(document)
    problems += found
    if rule is None:
        return None
    compiled, found = _compile(rule_id, rule, document, vocabulary)
    problems += found
    return compiled, document


def _compile(
    rule_id: str, rule: Rule, document: Document, vocabulary: Vocabulary
) -> tuple[CompiledRule, list[Problem]]:
    conditions = PatternCompiler(document, vocabulary)
    compiler = RuleCompiler(rule_id, rule, conditions)
    branches = compiler.branches()
    bound = [aliases for _, aliases in branches]
    everywhere = _bound_everywhere(bound)
    supports = compiler.supports(everywhere)
    named: dict[str, list[FactType]] = {}
    for aliases in bound:
        for alias, kind in aliases.items():
            named.setdefault(alias, []).append(kind)
    for support in supports:
        if support.pattern.type in vocabulary.types:
            named[support.pattern.alias] = [vocabulary.types[support.pattern.type]]

    def mistake(at: Location, snippet: str, message: str, hint: str) -> None:
        problem = (
            document.problem_within(at, snippet, message, hint)
            if snippet
            else document.problem(at, message, hint, at_key=True)
        )
        conditions.problems.setdefault(problem)

    nodes = compiler.references("nodes", rule.nodes, bound)
    compiled = CompiledRule(
        rule_id,
        document.file,
        rule,
        tuple(branch for branch, _ in branches),
        supports,
        nodes,
        nodes if rule.per is None else compiler.references("per", rule.per, bound),
        compile_texts(rule.text, named, mistake),
    )
    for number, test in enumerate(rule.tests):
        if (test.deployment is None) == (test.facts is None):
            conditions.mistake(("tests", number), "a test needs either `deployment` or `facts`")
    return compiled, [*conditions.problems, *lint(compiled, document)]


def _bound_everywhere(bound: Sequence[Mapping[str, FactType]]) -> dict[str, FactType]:
    """The aliases that every branch binds to the same type."""
    if not bound:
        return {}
    first, *others = bound
    return {
        alias: kind
        for alias, kind in first.items()
        if all(alias in o and o[alias].fields == kind.fields for o in others)
    }


def _check_together(rules: Mapping[str, tuple[CompiledRule, Document]]) -> list[Problem]:
    """Mistakes that show only when all rules are known."""
    problems = []
    symptoms = {rule.rule.symptom for rule, _ in rules.values()}
    for rule, document in rules.values():
        for line, wanted in read_symptoms(rule.branches):
            for symptom in sorted((wanted or frozenset()) - symptoms):
                message = f"no rule concludes {symptom}, so this never matches"
                hint = did_you_mean(symptom, symptoms)
                problems.append(Problem(document.file, line, 1, message, hint))
        for key in ("explains", "outranks"):
            for number, symptom in enumerate(getattr(rule.rule, key)):
                if symptom not in symptoms:
                    warning = document.problem((key, number), f"no rule concludes {symptom}")
                    problems.append(replace(warning, level="warning"))
    try:
        stratify({rule_id: rule for rule_id, (rule, _) in rules.items()})
    except CycleError as cycle:
        document = rules[cycle.rules[0]][1]
        message = f"rules wait for each other's conclusions: {cycle}"
        problems.append(document.problem(("when",), message, at_key=True))
    return problems

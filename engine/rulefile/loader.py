"""Reads rule folders: `<folder>/<area>/<name>.yaml`, one rule in each file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..problems import Problem, RuleProblems, coded
from ..rule_base import CompiledRule, CycleError, RuleBase, read_symptoms, stratify
from ..vocabulary import FactType, Vocabulary, did_you_mean
from .compiler import RuleCompiler
from .fixes import compile_fixes
from .lifecycle import lifecycle_problems
from .model import Rule
from .packs import PACK_FILE, Folder, Pack, clashes, read_pack
from .patterns import PatternCompiler
from .texts import compile_texts
from .validation import validate
from .yaml_cache import read_yaml
from .yaml_source import MAX_BYTES, Document, Location

DATA = "data"
"""Folder beside the areas that holds tables, not rules."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")

RuleFile = tuple[str, str, Folder]
"""The id of a rule, its file as people are told of it, and where it is read from."""

Loaded = tuple[CompiledRule, Document]
"""A rule, and the file that it was read from."""


def load_rules(
    folders: Sequence[Folder],
    vocabulary: Vocabulary,
    catalogue: Mapping[str, str] | None = None,
    files: Iterable[RuleFile] = (),
) -> RuleBase:
    """Load all rules; a rule of a later folder takes the place of a shipped one of its id.

    Single files are read last, and take the place of any. `catalogue` has the English titles of
    shipped symptoms. Raises RuleProblems with every mistake in every file, and with every clash
    between folders.
    """
    problems: list[Problem] = []
    packs, rules = read_packs(folders, vocabulary, catalogue or {}, problems, files)
    if problems:
        raise RuleProblems(problems)
    compiled = {rule_id: rules[rule_id][0] for rule_id in sorted(rules)}
    running = {i: rule for i, rule in compiled.items() if rule.rule.lifecycle != "deprecated"}
    deprecated = {i: rule for i, rule in compiled.items() if i not in running}
    return RuleBase(running, stratify(running), vocabulary, packs, deprecated)


def read_packs(
    folders: Sequence[Folder],
    vocabulary: Vocabulary,
    catalogue: Mapping[str, str],
    problems: list[Problem],
    files: Iterable[RuleFile] = (),
) -> tuple[tuple[Pack, ...], dict[str, Loaded]]:
    """The packs that the folders are, the shipped one first, and their rules by id.

    Single files are read last, and take the place of rules of their ids.
    """
    packs: list[Pack] = []
    rules: dict[str, Loaded] = {}
    for folder in folders:
        pack = read_pack(folder, problems)
        own = read_rules(rule_files(folder, problems), vocabulary, problems)
        symptoms = {rule_id: rule.rule.symptom for rule_id, (rule, _) in own.items()}
        packs.append(replace(pack, rules=symptoms))
        rules |= own
    rules |= read_rules(files, vocabulary, problems)
    problems += [*coded(clashes(packs, catalogue), "pack"), *_check_together(rules)]
    return tuple(packs), rules


def read_rules(
    files: Iterable[RuleFile], vocabulary: Vocabulary, problems: list[Problem]
) -> dict[str, Loaded]:
    """The rules that can be read, by id, each by itself; mistakes are added to `problems`."""
    rules: dict[str, Loaded] = {}
    for rule_id, file, source in files:
        with source.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        loaded = load_rule(rule_id, file, raw, vocabulary, problems)
        if loaded is not None:
            rules[rule_id] = loaded
    return rules


def rule_files(folder: Folder, problems: list[Problem]) -> Iterator[RuleFile]:
    """The rule files of a folder; misplaced ones go to `problems`."""
    if not folder.is_dir():
        raise RuleProblems([Problem(str(folder), 1, 1, "there is no such folder of rules")])
    for area in sorted(folder.iterdir(), key=lambda entry: entry.name):
        stray = area.name.endswith((".yaml", ".yml")) and area.name != PACK_FILE
        if stray and area.is_file():
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
) -> Loaded | None:
    """One rule from the bytes of its file; mistakes are added to `problems`."""
    document, found = read_yaml(file, raw)
    problems += coded(found, "yaml")
    if document is None:
        return None
    rule, found = validate(document)
    problems += coded(found, "shape")
    if rule is None:
        return None
    compiled, found = _compile(rule_id, rule, document, vocabulary)
    problems += coded(found, "reference")
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
        compiler.against(everywhere, named, mistake),
        nodes,
        nodes if rule.per is None else compiler.references("per", rule.per, bound),
        compiler.references("about", rule.about, bound),
        compile_texts(rule.text, named, mistake),
        compile_fixes(rule.fixes, conditions, everywhere, vocabulary.changes),
    )
    for number, test in enumerate(rule.tests):
        if test.deployment is None and test.facts is None:
            hint = "write `deployment: {}` for a pair without a fault"
            conditions.mistake(("tests", number), "a test needs a `deployment` or `facts`", hint)
    return compiled, [*conditions.problems, *lifecycle_problems(rule, document)]


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


def _check_together(rules: Mapping[str, Loaded]) -> list[Problem]:
    """Mistakes that show only when all rules are known."""
    problems = []
    running = {i: one for i, one in rules.items() if one[0].rule.lifecycle != "deprecated"}
    symptoms = {rule.rule.symptom for rule, _ in running.values()}
    for rule, document in rules.values():
        successors = rule.rule.deprecated.superseded_by if rule.rule.deprecated else []
        for number, successor in enumerate(successors):
            if successor not in running:
                place = ("deprecated", "superseded_by", number)
                hint = did_you_mean(successor, running)
                problems.append(document.problem(place, f"there is no rule {successor}", hint))
    for rule, document in running.values():
        for line, wanted in read_symptoms(rule.branches):
            for symptom in sorted((wanted or frozenset()) - symptoms):
                message = f"no rule concludes {symptom}, so this never matches"
                hint = did_you_mean(symptom, symptoms)
                problems.append(Problem(document.file, line, 1, message, hint))
    try:
        stratify({rule_id: rule for rule_id, (rule, _) in running.items()})
    except CycleError as cycle:
        document = rules[cycle.rules[0]][1]
        message = f"rules wait for each other's conclusions: {cycle}"
        problems.append(document.problem(("when",), message, at_key=True))
    return problems

"""Which rules a command works on: those named by id or by file, or all."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from ...engine.problems import Problem
from ...engine.rule_base import RuleBase, read_symptoms
from ...engine.rulefile.loader import RuleFile, read_rules, rule_files
from ..rule_base import fact_vocabulary, rule_base, rule_file
from ..suggestion import UnknownNameError, closest


def selected(names: Sequence[str], folders: Sequence[Path]) -> tuple[RuleBase, list[str]]:
    """The rules, and the ids of those that are named, all if none is.

    Raises UnknownNameError for a rule that does not exist, and RuleProblems for mistakes.
    """
    files = {name: Path(name) for name in names if name.endswith((".yaml", ".yml"))}
    for name, path in files.items():
        if not path.is_file():
            raise UnknownNameError(f"there is no file {name}")
    ids = [rule_file(files[name])[0] if name in files else name for name in names]
    base = _alone(ids, [*files.values()]) if ids and not folders else None
    if base is None:
        base = rule_base(tuple(folders), tuple(files.values()))
    for rule_id in ids:
        if rule_id in base.deprecated:
            raise UnknownNameError(f"{rule_id} is deprecated; it never runs")
        if rule_id not in base.rules:
            hint = closest(rule_id, sorted(base.rules))
            raise UnknownNameError(f"there is no rule {rule_id}{hint}")
    return base, list(dict.fromkeys(ids)) or list(base.rules)


def _alone(ids: Sequence[str], files: Sequence[Path]) -> RuleBase | None:
    """These rules and no others; None where more must be read to tell what they mean."""
    problems: list[Problem] = []
    found = files_by_id((), files)
    if not all(rule_id in found for rule_id in ids):
        return None
    loaded = read_rules((found[rule_id] for rule_id in ids), fact_vocabulary(), problems)
    rules = {rule_id: rule for rule_id, (rule, _) in loaded.items()}
    deprecated = any(rule.rule.lifecycle == "deprecated" for rule in rules.values())
    reading = any(
        True for _ in read_symptoms(branch for rule in rules.values() for branch in rule.branches)
    )
    if problems or deprecated or reading:
        return None
    return RuleBase(rules, (tuple(rules),), fact_vocabulary())


def files_by_id(folders: Sequence[Path], files: Sequence[Path]) -> dict[str, RuleFile]:
    """Where each rule is read from: the shipped ones, those of folders, and single files."""
    misplaced: list[Problem] = []
    shipped = resources.files("certclinic.rules")
    found = [file for folder in (shipped, *folders) for file in rule_files(folder, misplaced)]
    return {file[0]: file for file in (*found, *map(rule_file, files))}

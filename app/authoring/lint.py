"""`certclinic rules lint`: every problem of the shipped rules and of those that are named."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from ...engine.authoring.lint import lint
from ...engine.problems import Problem, RuleProblems
from ...engine.rulefile.loader import read_packs
from ..knowledge import symptoms
from ..rule_base import fact_vocabulary, rule_file
from .rule_releases import pack_problems


def lint_paths(paths: Sequence[Path]) -> tuple[list[Problem], int]:
    """Every problem in file order, and the number of rules that could be read.

    A path is a folder of rules or the file of one rule; the shipped rules are read with them.
    """
    problems: list[Problem] = []
    shipped = resources.files("certclinic.rules")
    folders = [path for path in paths if path.is_dir()]
    files = [rule_file(path) for path in paths if not path.is_dir()]
    catalogue = {row.id: row.title["en"] for row in symptoms()}
    vocabulary = fact_vocabulary()
    try:
        packs, rules = read_packs([shipped, *folders], vocabulary, catalogue, problems, files)
        problems += pack_problems(packs, rules, catalogue)
    except RuleProblems as unusable:
        return [*problems, *unusable.problems], 0
    unsound = {problem.file for problem in problems if problem.level == "error"}
    sound = {i: (rule, file) for i, (rule, file) in rules.items() if file.file not in unsound}
    return sorted([*problems, *lint(sound, vocabulary, catalogue)]), len(rules)

"""`certclinic rules test`: the tests inside rule files, on bundles that are built for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...builders.deployment import build, write
from ...engine.authoring.rule_tests import RuleTestResult, run_rule_tests
from ...engine.facts import Fact
from ...engine.matching.match import MatcherName
from ...engine.rule_base import RuleBase
from ...facts.derive import derive
from ...facts.inputs.reading import observe
from ..case import engine_fact, engine_facts
from ..knowledge import knowledge
from .junit import as_junit
from .rule_mutation import coverage_gaps, gaps_as_text, mutation_scores, scores_as_text
from .rule_selection import selected


def deploy(deployment: Mapping[str, Any]) -> list[Fact]:
    """The facts of a deployment: its bundles are written, read and judged like any others."""
    with tempfile.TemporaryDirectory(prefix="certclinic-") as folder:
        observations = observe(write(deployment, Path(folder)))
    newest = observations.newest()
    at = newest if newest is not None else int(build(deployment).at.timestamp())
    facts = derive(observations, at, knowledge()).facts
    return [engine_fact(i, f) for i, f in engine_facts(facts).items()]


def run_tests(
    base: RuleBase, rules: Iterable[str], matcher: MatcherName = "reference"
) -> list[RuleTestResult]:
    """The result of every test of the rules."""
    return list(run_rule_tests(base, deploy, rules, matcher))


def tested_rules(
    names: Sequence[str],
    folders: Sequence[Path],
    form: str = "text",
    *,
    mutate: bool = False,
    coverage: bool = False,
) -> tuple[str, bool]:
    """What the tests of the rules named, or of all, came to, and whether all is well.

    Raises UnknownNameError for a rule that does not exist, and RuleProblems for mistakes.
    """
    base, rules = selected(names, folders)
    results = run_tests(base, rules)
    good = all(result.passed for result in results)
    if form == "junit":
        return as_junit(results), good
    parts = [as_text(results)]
    if coverage:
        parts.append(gaps_as_text(coverage_gaps(base, results)))
    if mutate:
        scores = list(mutation_scores(base, results))
        parts.append(scores_as_text(scores))
        good = good and not any(score.survivors or score.stale for score in scores)
    return "\n".join(parts), good


def as_text(results: Sequence[RuleTestResult]) -> str:
    """What stopped or fired each failed test, and a summary."""
    failed = [result for result in results if not result.passed]
    lines = [f"FAILED {r.rule}: {r.name}\n{r.explanation}" for r in failed]
    return "\n".join([*lines, f"{len(results) - len(failed)} passed, {len(failed)} failed"])

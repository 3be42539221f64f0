"""`certclinic rules test`: the tests inside rule files, on bundles that are built for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..builders.deployment import write
from ..engine.facts import Fact
from ..engine.match import MatcherName
from ..engine.rule_tests import RuleTestResult
from ..engine.rule_tests import run_rule_tests as run_tests
from .case import engine_fact, engine_facts, rule_base
from .knowledge import knowledge
from .suggestion import UnknownNameError, closest


def deploy(deployment: Mapping[str, Any]) -> list[Fact]:
    """The facts of a deployment: its bundles are written, read and judged like any others."""
    from ..facts.derive import derive
    from ..facts.inputs.reading import observe

    with tempfile.TemporaryDirectory(prefix="certclinic-") as folder:
        observations = observe(write(deployment, Path(folder)))
    newest = observations.newest()
    at = newest if newest is not None else _stated_time(deployment)
    facts = derive(observations, at, knowledge()).facts
    return [engine_fact(i, f) for i, f in engine_facts(facts).items()]


def _stated_time(deployment: Mapping[str, Any]) -> int:
    from ..builders.deployment import build

    return int(build(deployment).at.timestamp())


def rule_test_results(
    names: Sequence[str], folders: Iterable[Path] = (), matcher: MatcherName | None = None
) -> list[RuleTestResult]:
    """The result of every test of the rules named, or of all.

    Raises UnknownNameError for a rule that does not exist.
    """
    base = rule_base(tuple(folders))
    for name in names:
        if name not in base.rules:
            raise UnknownNameError(f"there is no rule {name}{closest(name, sorted(base.rules))}")
    return list(run_tests(base, deploy, names or None, matcher))


def run_rule_tests(names: Sequence[str], folders: Iterable[Path] = ()) -> tuple[str, int]:
    """What stopped or fired each failed test, a summary, and the number of failures."""
    results = rule_test_results(names, folders)
    failed = [result for result in results if not result.passed]
    lines = [f"FAILED {r.rule}: {r.name}\n{r.explanation}" for r in failed]
    lines.append(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return "\n".join(lines), len(failed)

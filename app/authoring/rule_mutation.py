"""`certclinic rules test --mutate` and `--coverage`: what the tests of a rule would not notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...engine.authoring.mutation import mutants
from ...engine.authoring.mutation_score import MutationScore, mutation_score
from ...engine.authoring.rule_coverage import Gap
from ...engine.authoring.rule_coverage import coverage_gaps as gaps
from ...engine.authoring.rule_tests import RuleTestResult
from ...engine.problems import RuleProblems
from ...engine.rule_base import RuleBase
from ...engine.rulefile.yaml_cache import read_yaml
from ...engine.rulefile.yaml_source import Document


def rule_document(file: str) -> Document:
    """The file of a rule. Raises OSError, and RuleProblems if it was broken since it was loaded."""
    document, problems = read_yaml(file, Path(file).read_bytes())
    if document is None:
        raise RuleProblems(problems)
    return document


def mutation_scores(base: RuleBase, results: Iterable[RuleTestResult]) -> Iterator[MutationScore]:
    """What became of the mutants of each rule whose tests pass."""
    for rule_id, own in _by_rule(results).items():
        if all(result.passed for result in own):
            rule = base.rules[rule_id]
            found = mutants(rule, rule_document(rule.file), base.vocabulary)
            trials = [result.trial for result in own]
            yield mutation_score(rule, found, trials, base.vocabulary)


def coverage_gaps(base: RuleBase, results: Iterable[RuleTestResult]) -> Iterator[Gap]:
    """What the tests of each rule never try."""
    for rule_id, own in _by_rule(results).items():
        document = rule_document(base.rules[rule_id].file)
        yield from gaps(base, rule_id, [result.trial for result in own], document)


def _by_rule(results: Iterable[RuleTestResult]) -> dict[str, list[RuleTestResult]]:
    found: dict[str, list[RuleTestResult]] = {}
    for result in results:
        found.setdefault(result.rule, []).append(result)
    return found


def gaps_as_text(found: Iterable[Gap]) -> str:
    """Each gap with its line."""
    lines = [f"{gap.file}:{gap.line}: {gap.text}" for gap in found]
    return "\n".join([*lines, f"{len(lines)} gaps in what the tests try"])


def scores_as_text(scores: Sequence[MutationScore]) -> str:
    """Each rule that has survivors, with their lines, and the score of all rules together."""
    lines: list[str] = []
    for score in scores:
        if score.survivors or score.stale:
            lines.append(f"{score.rule}: {_share(score.killed, score.counted)} noticed")
        lines += [
            f"  {score.file}:{mutant.line}: no test notices: {mutant.name}"
            for mutant in score.survivors
        ]
        lines += [
            f"  {score.file}: listed in `survivors`, but noticed or gone: {name}"
            for name in score.stale
        ]
    killed = sum(score.killed for score in scores)
    counted = sum(score.counted for score in scores)
    accepted = sum(len(score.accepted) for score in scores)
    whole = f"{len(scores)} rules: {_share(killed, counted)} mutants noticed"
    lines.append(whole + (f", {accepted} accepted" if accepted else ""))
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part // whole if whole else 100} %)"

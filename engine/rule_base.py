"""All rules, compiled and in the order in which they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .compiler import CompiledSupport
from .model import Rule
from .plan import Branch, Ref
from .problems import Problem
from .texts import Texts
from .vocabulary import FINDING, Vocabulary


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run. `file` and the branches' lines say where it is written."""

    id: str
    file: str
    rule: Rule
    branches: tuple[Branch, ...]
    supports: tuple[CompiledSupport, ...]
    nodes: tuple[Ref, ...]
    per: tuple[Ref, ...]
    texts: Texts


@dataclass(frozen=True)
class RuleBase:
    """Rules by id; each stratum reads only conclusions of the strata before it."""

    rules: Mapping[str, CompiledRule]
    strata: tuple[tuple[str, ...], ...]
    vocabulary: Vocabulary
    warnings: tuple[Problem, ...] = ()


class CycleError(ValueError):
    """Rules that read each other's conclusions; `rules` are their ids in order."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        super().__init__(" → ".join((*rules, rules[0])))
        self.rules = rules


def read_symptoms(
    branches: Iterable[Branch],
) -> Iterator[tuple[int, frozenset[str] | None]]:
    """For each condition on conclusions its line and the symptoms it may match; None is any."""
    for branch in branches:
        for pattern in branch.read_types():
            if pattern.type == FINDING:
                named = [
                    frozenset(test.value if isinstance(test.value, tuple) else (test.value,))
                    for test in pattern.literals
                    if test.field == "symptom" and test.op in ("eq", "in")
                ]
                allowed = frozenset.intersection(*named) if named else None
                yield pattern.line, allowed  # type: ignore[misc]  # symptoms are text


def stratify(rules: Mapping[str, CompiledRule]) -> tuple[tuple[str, ...], ...]:
    """The rule ids in layers, every rule after those whose conclusions it reads.

    Raises CycleError.
    """
    reads = {
        rule_id: {
            other.id
            for _, symptoms in read_symptoms(rule.branches)
            for other in rules.values()
            if symptoms is None or other.rule.symptom in symptoms
        }
        for rule_id, rule in rules.items()
    }
    strata: list[tuple[str, ...]] = []
    done: set[str] = set()
    while len(done) < len(rules):
        ready = tuple(sorted(r for r in rules if r not in done and reads[r] <= done))
        if not ready:
            raise CycleError(_cycle({r: reads[r] - done for r in rules if r not in done}))
        strata.append(ready)
        done.update(ready)
    return tuple(strata)


def _cycle(waiting: Mapping[str, set[str]]) -> tuple[str, ...]:
    """One cycle among rules that each wait for another of them."""
    path: list[str] = [min(waiting)]
    while (following := min(waiting[path[-1]])) not in path:
        path.append(following)
    return tuple(path[path.index(following) :])

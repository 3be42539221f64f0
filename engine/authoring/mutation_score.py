"""Which mutants of a rule its tests notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..matching.aggregates import derived_facts
from ..matching.match import Outcome
from ..matching.reference import FactIndex, TooManyMatchesError, match_branch
from ..plan import Branch
from ..rule_base import CompiledRule
from ..rulefile.model import RuleTest
from ..vocabulary import Vocabulary
from .mutation import Mutant
from .rule_tests import Trial


@dataclass(frozen=True)
class MutationScore:
    """What became of a rule's mutants.

    `survivors` passed every test; `accepted` did too, and the rule file says why that is right;
    `stale` are names in the rule file of mutants that do not exist or do not survive.
    """

    rule: str
    file: str
    killed: int
    survivors: tuple[Mutant, ...]
    accepted: tuple[Mutant, ...]
    stale: tuple[str, ...]

    @property
    def counted(self) -> int:
        """Mutants that the tests ought to notice."""
        return self.killed + len(self.survivors)


def mutation_score(
    rule: CompiledRule,
    mutants: Sequence[Mutant],
    trials: Iterable[Trial],
    vocabulary: Vocabulary,
) -> MutationScore:
    """Run every test on every mutant, with the facts and other rules' conclusions as they were."""
    known = {survivor.mutant for survivor in rule.rule.survivors}
    benches = [
        _Bench(rule, trial.test, _read_facts(trial.outcome), vocabulary)
        for trial in trials
        if trial.outcome is not None
    ]
    alive = [mutant for mutant in mutants if all(bench.passes(mutant) for bench in benches)]
    accepted = tuple(mutant for mutant in alive if mutant.name in known)
    return MutationScore(
        rule.id,
        rule.file,
        len(mutants) - len(alive),
        tuple(mutant for mutant in alive if mutant.name not in known),
        accepted,
        tuple(sorted(known - {mutant.name for mutant in accepted})),
    )


def _read_facts(outcome: Outcome) -> FactIndex:
    """The facts that rules read, without the counts and guards made for the rule as it is."""
    return FactIndex(fact for fact in outcome.index.facts.values() if ":" not in fact.type)


@dataclass
class _Bench:
    """One test with its facts, on which mutants are run."""

    rule: CompiledRule
    test: RuleTest
    facts: FactIndex
    vocabulary: Vocabulary
    indexes: dict[tuple[str, ...], FactIndex] = field(default_factory=dict)

    def passes(self, mutant: Mutant) -> bool:
        """Whether the mutant does what the test expects; one without bounds does not."""
        index = self._index(mutant.branches)
        try:
            firings = [f for branch in mutant.branches for f in match_branch(branch, index)]
        except TooManyMatchesError:
            return False
        if bool(firings) != (self.test.expect == "fire"):
            return False
        if self.test.nodes is None:
            return True
        named = {
            str(node)
            for firing in firings
            for ref in self.rule.nodes
            if (node := index.facts[dict(firing.bindings)[ref.alias]].values.get(ref.field))
        }
        return named == set(self.test.nodes)

    def _index(self, branches: Iterable[Branch]) -> FactIndex:
        derived = [fact for fact, _ in derived_facts(branches, self.facts, self.vocabulary)]
        if not derived:
            return self.facts
        key = tuple(f"{fact.id} {sorted(fact.values.items())}" for fact in derived)
        if key not in self.indexes:
            self.indexes[key] = FactIndex([*self.facts.facts.values(), *derived])
        return self.indexes[key]

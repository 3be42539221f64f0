"""All rules, compiled and in the order in which they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .plan import Branch, Ref
from .rulefile.compiler import CompiledAgainst, CompiledSupport
from .rulefile.fixes import CompiledFix
from .rulefile.model import Rule
from .rulefile.packs import Pack
from .rulefile.texts import Texts
from .vocabulary import FINDING, Vocabulary


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run. `file` and the branches' lines say where it is written."""

    id: str
    file: str
    rule: Rule
    branches: tuple[Branch, ...]
    supports: tuple[CompiledSupport, ...]
    against: tuple[CompiledAgainst, ...]
    nodes: tuple[Ref, ...]
    per: tuple[Ref, ...]
    about: tuple[Ref, ...]
    texts: Texts
    fixes: tuple[CompiledFix, ...] = ()


@dataclass(frozen=True)
class RuleBase:
    """Rules by id; each stratum reads only conclusions of the strata before it.

    `packs` are the folders that the rules came from, the shipped one first; `deprecated` rules
    never run.
    """

    rules: Mapping[str, CompiledRule]
    strata: tuple[tuple[str, ...], ...]
    vocabulary: Vocabulary
    packs: tuple[Pack, ...] = ()
    deprecated: Mapping[str, CompiledRule] = field(default_factory=dict)


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


def needed_rules(rule_base: RuleBase, rule_id: str) -> RuleBase:
    """A rule with those whose conclusions it reads, directly or through others."""
    needed: set[str] = set()
    waiting = [rule_id]
    while waiting:
        one = waiting.pop()
        if one not in needed:
            needed.add(one)
            for _, symptoms in read_symptoms(rule_base.rules[one].branches):
                waiting += [
                    other.id
                    for other in rule_base.rules.values()
                    if symptoms is None or other.rule.symptom in symptoms
                ]
    strata = (tuple(r for r in stratum if r in needed) for stratum in rule_base.strata)
    return replace(
        rule_base,
        rules={r: rule for r, rule in rule_base.rules.items() if r in needed},
        strata=tuple(stratum for stratum in strata if stratum),
    )


def _cycle(waiting: Mapping[str, set[str]]) -> tuple[str, ...]:
    """One cycle among rules that each wait for another of them."""
    path: list[str] = [min(waiting)]
    while (following := min(waiting[path[-1]])) not in path:
        path.append(following)
    return tuple(path[path.index(following) :])

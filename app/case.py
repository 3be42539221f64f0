"""One case from its inputs to its ranked findings."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..engine.facts import Fact as EngineFact
from ..engine.findings import conclude
from ..engine.matching.match import MatcherName, Outcome, run
from ..engine.rank import RankedFinding, rank
from ..engine.rule_base import RuleBase
from ..facts.derive import Derived, derive
from ..facts.effects import set_aside
from ..facts.inputs.archive import Limits, Watch
from ..facts.inputs.observations import Observations
from ..facts.inputs.reading import observe
from ..facts.vocabulary import Fact, type_name
from .knowledge import knowledge


@dataclass(frozen=True)
class Case:
    """What was observed, derived and concluded. `facts` are the derived facts by engine id."""

    observations: Observations
    derived: Derived
    facts: Mapping[str, Fact]
    rules: RuleBase
    outcome: Outcome
    findings: tuple[RankedFinding, ...]
    judged_at: int

    @property
    def judged(self) -> bool:
        """Anything at all could be judged."""
        nodes = self.observations.nodes
        read = any(
            n.configuration or n.status or n.trust or n.server or (n.events and n.events.last)
            for n in nodes
        )
        others = self.observations.files or self.observations.uc_servers
        return read or bool(others or self.observations.clients)


def engine_facts(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Facts by the ids under which the engine knows them."""
    return {f"f{number}": fact for number, fact in enumerate(facts)}


def engine_fact(fact_id: str, fact: Fact) -> EngineFact:
    """A fact in the engine's form: flat values, without evidence."""
    values = {
        field.name: value
        for field in dataclasses.fields(fact)
        if field.name != "evidence" and (value := getattr(fact, field.name)) is not None
    }
    return EngineFact(fact_id, type_name(type(fact)), values)


def judge_case(
    observations: Observations,
    rules: RuleBase,
    at: int | None = None,
    matcher: MatcherName | None = None,
    aside: frozenset[str] = frozenset(),
) -> Case:
    """Derive, match and rank. Without a time, the newest one that the inputs hold is taken.

    Logs and states of the nodes in `aside` are not looked at.
    """
    newest = observations.newest()
    judged_at = at if at is not None else newest if newest is not None else int(time.time())
    derived = derive(observations, judged_at, knowledge())
    facts = engine_facts(tuple(set_aside(derived.facts, aside)) if aside else derived.facts)
    outcome = run(rules, [engine_fact(i, fact) for i, fact in facts.items()], matcher)
    findings = rank(conclude(rules, outcome), rules)
    return Case(observations, derived, facts, rules, outcome, tuple(findings), judged_at)


def open_case(
    paths: Sequence[Path],
    rules: RuleBase,
    at: int | None = None,
    matcher: MatcherName | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Case:
    """Read the inputs and judge them. Raises OSError for a path that cannot be opened."""
    return judge_case(observe(paths, limits, watch), rules, at, matcher)

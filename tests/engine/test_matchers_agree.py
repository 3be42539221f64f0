"""durable-rules and the reference matcher give the same answers.

Every example runs durable-rules in a forked child, so that a crash is a falsifying example.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certclinic.engine.facts import Fact
from certclinic.engine.matching import durable_matcher
from certclinic.engine.matching._native import import_durable
from certclinic.engine.matching.durable_worker import answer_request
from certclinic.engine.matching.match import Outcome, run
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules
from .strategies import FACTS, rule_sets


def _in_child(request: dict[str, Any]) -> dict[str, Any]:
    """The worker's answer, from a fork of this process."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        signal.alarm(10)
        with os.fdopen(writable, "w") as out:
            json.dump(answer_request(request), out)
            out.flush()
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as answer:
        text = answer.read()
    status = os.waitpid(child, 0)[1]
    assert status == 0, f"durable-rules ended with status {status}"
    return dict(json.loads(text))


@pytest.fixture(scope="module", autouse=True)
def forked() -> Iterator[None]:
    """Ask durable-rules in a fork: quicker than a new interpreter for every example."""
    import_durable()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable_matcher, "_ask", _in_child)
        yield


def _facts(described: list[tuple[str, dict[str, Any]]]) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def _answers(outcome: Outcome) -> set[tuple[Any, ...]]:
    """What fired, with the facts' contents instead of their ids."""
    return {
        (
            f.rule,
            f.branch,
            *(
                (alias, str(sorted(outcome.index.facts[i].values.items())))
                for alias, i in f.bindings
            ),
        )
        for f in outcome.firings
    }


def _durable(rules: RuleBase, facts: list[Fact]) -> Outcome:
    outcome = run(rules, facts)
    assert outcome.matcher == "durable", outcome.notes
    return outcome


@settings(
    max_examples=int(os.environ.get("ENGINE_EXAMPLES", "150")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(rules=rule_sets(), described=FACTS, random=st.randoms(use_true_random=False))
def test_matchers_agree(
    make_rules: MakeRules,
    rules: dict[str, dict[str, Any]],
    described: list[tuple[str, dict[str, Any]]],
    random: Random,
) -> None:
    """Any rules over any facts fire alike, in any order of the facts, and if each is said twice."""
    base = make_rules(rules)
    facts = _facts(described)
    expected = run(base, facts, "reference")
    assert _durable(base, facts).firings == expected.firings
    shuffled = random.sample(described, len(described))
    assert _answers(_durable(base, _facts(shuffled))) == _answers(expected)
    again = [Fact(f"f1{n:04}", fact.type, fact.values) for n, fact in enumerate(facts)]
    assert _durable(base, [*again, *facts]).firings == expected.firings

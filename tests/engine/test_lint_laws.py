"""What lint says can never match never matches, and what it says is covered is covered."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from certclinic.engine.authoring.satisfiable import contradiction, implied
from certclinic.engine.authoring.subsumption import all_covered, canonical
from certclinic.engine.facts import Fact
from certclinic.engine.matching.match import run
from certclinic.engine.plan import Test as FieldTest
from certclinic.engine.plan import test_holds as holds
from certclinic.engine.vocabulary import Field

from .conftest import MakeRules
from .strategies import FACTS, rule_sets

NUMBERS = range(-3, 7)
WORDS = ("a", "ab", "b", "ok", "fail", "unknown", "")
_NUMBER = st.integers(0, 3)
_WORD = st.sampled_from(WORDS)


def _tests(value: st.SearchStrategy[Any], ops: tuple[str, ...]) -> st.SearchStrategy[Any]:
    one = st.tuples(st.sampled_from(("eq", "not", *ops)), value)
    several = st.tuples(
        st.sampled_from(("in", "not_in")), st.lists(value, min_size=1, max_size=3).map(tuple)
    )
    exists = st.tuples(st.just("exists"), st.booleans())
    any_test = (one | several | exists).map(lambda t: FieldTest("f", *t))
    return st.lists(any_test, min_size=1, max_size=3).map(tuple)


CASES = (
    st.tuples(
        st.just(Field("", "number", optional=True)),
        _tests(_NUMBER, ("lt", "le", "gt", "ge")),
        st.just(tuple(NUMBERS)),
    )
    | st.tuples(
        st.just(Field("", "text", optional=True)),
        _tests(_WORD, ("starts_with", "ends_with", "contains")),
        st.just(WORDS),
    )
    | st.tuples(
        st.just(Field("", "choice", ("ok", "fail", "unknown"))),
        _tests(st.sampled_from(("ok", "fail", "unknown")), ()),
        st.just(("ok", "fail", "unknown")),
    )
)


def _meets(tests: tuple[FieldTest, ...], value: Any) -> bool:
    return all(holds(test, value, test.value) for test in tests)


@given(CASES)
def test_no_value_meets_what_is_called_a_contradiction(case: Any) -> None:
    """Trying values one by one never finds one; and on numbers and choices the reverse holds."""
    field, tests, values = case
    domain = [*values, *([None] if field.optional else [])]
    met = any(_meets(tests, value) for value in domain)
    told = contradiction(field, tests)
    event("contradiction" if told else "possible")

    assert not (told and met)
    if field.kind == "number" and not any(t.op in ("not", "not_in") for t in tests):
        assert bool(told) != met


@given(CASES)
def test_what_is_implied_needs_no_test(case: Any) -> None:
    """Every value that meets the other tests meets one that is called implied."""
    field, tests, values = case
    first, others = tests[0], tests[1:]
    domain = [*values, *([None] if field.optional else [])]
    if others and implied(first, field, others):
        event("implied")
        assert all(_meets((first,), value) for value in domain if _meets(others, value))


@settings(deadline=None, max_examples=40)
@given(rules=rule_sets(), drop=st.integers(0, 3), facts=FACTS)
def test_a_covered_rule_fires_only_where_the_other_does(
    make_rules: MakeRules,
    rules: dict[str, dict[str, Any]],
    drop: int,
    facts: list[tuple[str, dict[str, Any]]],
) -> None:
    """A rule and one with a condition less: wherever the covered one fires, the other one does."""
    narrow = rules["area/r0"]
    rest = [c for n, c in enumerate(narrow["when"]) if n != drop or n == 0]
    names = {c["let"] for c in rest if "let" in c}
    if any(f"${alias}." in str(rest) for alias in {"a", "b", "c"} - names):
        return
    base = make_rules({"area/narrow": narrow, "area/wide": {**narrow, "when": rest}})
    branches = {i: [canonical(b) for b in rule.branches] for i, rule in base.rules.items()}
    if not all_covered(branches["area/narrow"], branches["area/wide"], base.vocabulary):
        event("not known to be covered")
        return
    given_facts = [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(facts)]
    fired = {firing.rule for firing in run(base, given_facts, "reference").firings}
    event(f"fired {sorted(fired)}")

    assert "area/narrow" not in fired or "area/wide" in fired

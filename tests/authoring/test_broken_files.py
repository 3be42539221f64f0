"""Rule files with a mistake that a person makes: named by line and column, with the cure."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certclinic.app.rule_base import fact_vocabulary
from certclinic.engine.authoring.lint import lint
from certclinic.engine.problems import Problem
from certclinic.engine.rulefile.loader import load_rule

from .broken_files import BROKEN, HEALTHY, Broken


def _problems(raw: bytes) -> list[Problem]:
    problems: list[Problem] = []
    loaded = load_rule("zones/mine", "mine.yaml", raw, fact_vocabulary(), problems)
    if loaded is not None:
        problems += lint({"zones/mine": loaded}, fact_vocabulary(), {})
    return problems


@pytest.mark.parametrize(
    "raw",
    [
        HEALTHY.encode(),
        HEALTHY.encode("utf-8-sig"),
        HEALTHY.replace("\n", "\r\n").encode(),
        HEALTHY.rstrip("\n").encode(),
    ],
    ids=["plain", "byte order mark", "CRLF", "no last line break"],
)
def test_the_rule_that_is_broken_here_is_healthy(raw: bytes) -> None:
    """Before the edit there is no problem, however an editor saves the file."""
    assert [] == [str(problem) for problem in _problems(raw)]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_each_mistake_is_named_with_its_place_and_its_cure(broken: Broken) -> None:
    """One problem stands at the very place, says what is wrong there, and what to do."""
    problems = _problems(broken.raw)
    there = [p for p in problems if (p.line, p.column) == broken.place]

    assert [True] == [broken.message in p.message and broken.cure in p.hint for p in there], (
        "\n".join(map(str, problems))
    )


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_one_mistake_is_not_told_many_times(broken: Broken) -> None:
    """A small edit gives at most three problems, each with a hint."""
    problems = _problems(broken.raw)

    assert 1 <= len(problems) <= 3, "\n".join(map(str, problems))
    assert all(problem.hint for problem in problems), "\n".join(map(str, problems))


@settings(deadline=None)
@example(len(HEALTHY), 0, "1")
@given(
    st.integers(0, len(HEALTHY)),
    st.integers(0, 4),
    st.text(st.sampled_from("\"'{}[]:,-#&*!|>%@`$：，“”\t\n \u3000\u200bab1<="), max_size=4),
)
def test_no_small_edit_is_too_much(place: int, length: int, typed: str) -> None:
    """Whatever a few keys do to a rule: every problem is in the file, with a frame to show it."""
    text = HEALTHY[:place] + typed + HEALTHY[place + length :]
    lines = text.count("\n") + 1

    for problem in _problems(text.encode()):
        assert 1 <= problem.line <= lines and problem.column >= 1, str(problem)
        assert problem.frame()

"""durable-rules as a child process that may die."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import certclinic
from certclinic.engine.facts import Fact
from certclinic.engine.matching import durable_matcher
from certclinic.engine.matching.match import MatcherUnavailable, run
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules

FACTS = [Fact(f"f{n}", "thing", {"host": f"core{n}"}) for n in range(3)]


@pytest.fixture(scope="module")
def rules(make_rules: MakeRules) -> RuleBase:
    """A rule that every fact fires."""
    return make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}]}})


def _child(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(durable_matcher, "_COMMAND", (sys.executable, "-c", code))


def test_the_real_child_answers(rules: RuleBase) -> None:
    """Asked in a process of its own, durable-rules finds what the reference finds."""
    outcome = run(rules, FACTS, "durable")
    assert (outcome.matcher, outcome.notes) == ("durable", ())
    assert outcome.firings == run(rules, FACTS, "reference").firings
    assert len(outcome.firings) == 3


DEATHS = [
    (
        "import os; os.kill(os.getpid(), 11)",
        "durable-rules died on SIGSEGV: reference matcher used",
    ),
    ("print('{')", "durable-rules gave no readable answer"),
    ('print(\'{"unavailable": "no compiler"}\')', "reference matcher used: no compiler"),
    ('print(\'{"errors": ["r0: boom"]}\')', "durable-rules reported r0: boom"),
    ("raise SystemExit('lost')", "durable-rules gave no readable answer (lost)"),
]


@pytest.mark.parametrize(("code", "note"), DEATHS)
def test_the_reference_takes_over(
    rules: RuleBase, monkeypatch: pytest.MonkeyPatch, code: str, note: str
) -> None:
    """However the child ends, the findings are complete and the report says who found them."""
    _child(monkeypatch, code)
    outcome = run(rules, FACTS)
    assert outcome.matcher == "reference"
    assert [note in text for text in outcome.notes] == [True]
    assert len(outcome.firings) == 3


def test_a_child_that_hangs_is_ended(rules: RuleBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is bounded."""
    _child(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(durable_matcher, "TIMEOUT", 0.2)
    outcome = run(rules, FACTS)
    assert outcome.notes == ("durable-rules gave no answer in 0.2 seconds: reference matcher used",)


def test_asking_for_what_is_not_there(rules: RuleBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """`matcher="durable"` without durable-rules is an error that says what to run."""
    monkeypatch.setattr(durable_matcher, "durable_installed", lambda: False)
    with pytest.raises(MatcherUnavailable, match="pip install"):
        run(rules, FACTS, "durable")
    assert run(rules, FACTS).matcher == "reference"


def test_the_working_directory_is_not_searched(
    rules: RuleBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A module that lies where the program is run, as in an unpacked bundle, is not imported."""
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    packages = Path(next(iter(certclinic.__path__))).resolve().parent
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.chdir(tmp_path)
    assert run(rules, FACTS).matcher == "durable"


def test_a_rule_without_joins_is_given_up_by_both(make_rules: MakeRules) -> None:
    """Too many matches: the rule is left out with the same note, the others are answered."""
    cross = [{"let": alias, "fact": "part"} for alias in "ab"]
    rules = make_rules(
        {"area/cross": {"when": cross}, "area/r": {"when": [{"let": "a", "fact": "thing"}]}}
    )
    parts = [Fact(f"p{n}", "part", {"host": str(n)}) for n in range(250)]
    outcomes = [run(rules, [*FACTS, *parts], matcher) for matcher in ("durable", "reference")]
    assert [len(outcome.firings) for outcome in outcomes] == [3, 3]
    assert outcomes[0].notes == outcomes[1].notes
    assert "area/cross" in outcomes[0].notes[0]


def test_the_worker_says_why_it_cannot_import(tmp_path: Path) -> None:
    """Where the C part is broken the answer carries the remedy, not a traceback."""
    (tmp_path / "durable").mkdir()
    (tmp_path / "durable" / "__init__.py").write_text("")
    (tmp_path / "durable" / "engine.py").write_text("raise ImportError('undefined symbol')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from certclinic.engine.matching.durable_worker import answer_request as a; print(a({}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "undefined symbol" in done.stdout and "pip install" in done.stdout

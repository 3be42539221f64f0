"""What `rules lint` finds in rules that load: conditions, texts, tests and links."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from certclinic.app.rule_base import fact_vocabulary
from certclinic.engine.authoring.lint import lint
from certclinic.engine.problems import Problem
from certclinic.engine.rulefile.loader import Loaded, load_rule

from .broken_files import HEALTHY

CATALOGUE = {"EXW-033": "Underscore in the host name", "EXW-030": "Intermediate CA missing"}


def _load(rule_id: str, text: str) -> Loaded:
    problems: list[Problem] = []
    loaded = load_rule(rule_id, f"{rule_id}.yaml", text.encode(), fact_vocabulary(), problems)
    assert problems == [], "\n".join(map(str, problems))
    assert loaded is not None
    return loaded


def _lint(*texts: str) -> list[Problem]:
    """The findings about rules named zones/1, zones/2 and so on."""
    rules = {f"zones/{n}": _load(f"zones/{n}", text) for n, text in enumerate(texts, 1)}
    return sorted(lint(rules, fact_vocabulary(), CATALOGUE))


def _edited(*edits: tuple[str, str]) -> str:
    text = HEALTHY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


STATE = "    state: fail\n"

CONDITIONS = [
    # a change of the healthy rule, line and column, code, and a word of what is said
    (STATE, "    state: {eq: fail, not: fail}\n", (17, 12), "contradiction", "no value"),
    (STATE, "    state: {in: [ok, fail], not_in: [fail, ok]}\n", (17, 12), "contradiction", "all"),
    (STATE, "    state: {not_in: [ok, fail, unknown]}\n", (17, 12), "contradiction", "no value"),
    ("{ge: 1}", "{ge: 3, lt: 3}", (18, 12), "contradiction", "range is empty"),
    ("{ge: 1}", "{gt: 3, lt: 4}", (18, 12), "contradiction", "range is empty"),
    ("$edge.host\n    state", "{eq: $edge.host, not: $edge.host}\n    state", (16, 15),
        "contradiction", "both"),
    ("{ge: 1}", "{eq: 2, in: [1, 3]}", (18, 12), "contradiction", "no value"),
    ("{ge: 1}", "{exists: false, ge: 1}", (18, 12), "contradiction", "missing"),
    ('">=X14.2 <X15.5"', '">=X15.5 <X14.2"', (8, 18), "contradiction", "range is empty"),
    ('">=X14.2 <X15.5"', '">X15.4 <=X15.4"', (8, 18), "contradiction", "range is empty"),
    (STATE, "    state: fail\n    subject: {starts_with: CN=a, matches: b}\n", None, "", ""),
    (STATE, "    state: ok\n    reason: expired\n", (18, 13), "never-observed", "never expired"),
    (
        STATE,
        "    check: name\n    reason: {in: [expired, no_client_auth]}\n",
        (18, 13),
        "never-observed",
        "where check is name",
    ),
    (STATE, "    check: time\n    reason: expired\n", None, "", ""),
    (STATE, "    link: ssh\n    check: name\n", (18, 12), "never-observed", "check is never name"),
    ("{role: expressway_e,", "{host: Edge1,", (12, 17), "never-observed", "'edge1'"),
    ("{ge: 1}", "{ge: 1, gt: 3}", (18, 13), "idle-test", "'ge' says no more"),
    ("{ge: 1}", "{exists: true, ge: 3}", (18, 13), "idle-test", "'exists' says no more"),
    (STATE, "    state: {in: [fail, ok], not: unknown}\n", (17, 29), "idle-test", "'not' says no"),
    ("    verifier: $edge.host\n", "", (13, 1), "untied-condition", "nothing ties"),
    (
        "    fact: alarm\n    where: {host: $edge.host, id: 25022}\n",
        "    fact: link_check\n"
        "    where: {verifier: $edge.host, state: fail, depth: {ge: 1}}\n",
        (20, 5),
        "required-and-forbidden",
        "second",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "code", "said"), CONDITIONS)
def test_conditions_that_cannot_be_meant(
    old: str, new: str, place: tuple[int, int] | None, code: str, said: str
) -> None:
    """What no fact meets is an error at its field; what says nothing more is a warning."""
    found = _lint(_edited((old, new)))

    assert [(place, code)] * bool(place) == [((p.line, p.column), p.code) for p in found]
    assert all(said in str(p) for p in found)


def test_a_setting_that_no_extractor_reads() -> None:
    """A key outside of those that become facts never matches, and the nearest is named."""
    change = (
        "fact: alarm\n    where: {host: $edge.host, id: 25022}",
        "fact: setting\n    where: {host: $edge.host, key: IP DNS Hostnam}",
    )
    (problem,) = _lint(_edited(change))

    assert (problem.line, problem.column, problem.code) == (21, 36, "never-observed")
    assert "did you mean 'IP DNS Hostname'?" in problem.hint


def _with_alternatives(*alternatives: str) -> str:
    lines = "".join(f"  - {alternative}\n" for alternative in alternatives)
    return _edited(("- none:\n", f"- any:\n{lines}- none:\n"))


EXPIRED = "{fact: certificate, where: {host: $edge.host, expired: true}}"
EXPIRED_SERVER = "{fact: certificate, where: {host: $edge.host, expired: true, store: server}}"
CLIENT = "{fact: certificate, where: {host: $edge.host, store: client}}"


@pytest.mark.parametrize(
    ("alternatives", "line"),
    [
        ((EXPIRED, EXPIRED_SERVER), 21),
        ((EXPIRED_SERVER, EXPIRED), 20),
        ((EXPIRED, EXPIRED), 21),
        ((EXPIRED_SERVER, CLIENT), None),
    ],
)
def test_alternatives_that_another_one_covers(
    alternatives: Sequence[str], line: int | None
) -> None:
    """An alternative that asks for all that another one asks for, and more, adds nothing."""
    found = _lint(_with_alternatives(*alternatives))

    assert [line] * (line is not None) == [p.line for p in found]
    assert {"covered-alternative"} >= {p.code for p in found}


TEXTS = [
    ("Install the missing CA.", "FILL IN what to do.", (34, 7), "to-fill-in", ""),
    ("安裝缺少的CA。", "待填：步驟", (36, 7), "to-fill-in", ""),
    ("Mobile and Remote Access Deployment Guide", "FILL IN", (41, 11), "to-fill-in", ""),
    ("The chain is not complete.", "證書鏈不完整。", (30, 9), "language", "English text"),
    ("證書鏈不完整。", "The chain is not complete.", (31, 14), "language", "not translated"),
    ("Install the missing CA.", "Open edge1 and look.", (34, 12), "unbound-node", "alias.field"),
    ("Install the missing CA.", "Open { edge.host }.", (34, 12), "placeholder", "{{ edge.host }}"),
    ("Install the missing CA.", "“Install the CA.”", (34, 7), "quotes", "straight quotes"),
    ("[expressway_e]", "[expressway_x]", (7, 14), "unknown-role", "did you mean"),
    ("  expect: silent", "  expect: fire", (42, 1), "missing-test", "silent"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "code", "said"), TEXTS)
def test_texts_and_tests_that_are_not_done(
    old: str, new: str, place: tuple[int, int], code: str, said: str
) -> None:
    """Marks to fill in, a language in the place of another, and nodes of the author's tests."""
    (problem,) = _lint(_edited((old, new)))

    assert (problem.line, problem.column, problem.code) == (*place, code)
    assert said in str(problem)


def test_links_that_lead_nowhere() -> None:
    """Symptoms in `explains` and `outranks` must exist, and not be the rule's own."""
    text = _edited(("nodes:", "explains: [EXW-030, EXW-003]\noutranks: [EXW-033]\nnodes:"))
    found = _lint(text)

    assert [(24, 21, "warning"), (25, 12, "error")] == [(p.line, p.column, p.level) for p in found]
    assert "did you mean 'EXW-030'?" in found[0].hint or "EXW-033" in found[0].hint


def test_a_rule_that_another_one_shadows() -> None:
    """The same symptom with more conditions, and no more certain or severe, adds nothing."""
    narrow = _edited(("    depth: {ge: 1}\n", "    depth: {ge: 2}\n"))
    (problem,) = _lint(HEALTHY, narrow)

    assert (problem.file, problem.line, problem.code) == ("zones/2.yaml", 9, "shadowed-rule")
    assert "zones/1" in problem.message


@pytest.mark.parametrize(
    "refined",
    [("confidence: certain", "confidence: probable"), ("severity: critical", "severity: warning")],
)
def test_a_rule_that_says_more_in_fewer_cases_is_no_shadow(refined: tuple[str, str]) -> None:
    """More evidence that makes a finding surer, or graver, is what a second rule is for."""
    narrow = _edited(("    depth: {ge: 1}\n", "    depth: {ge: 2}\n"))

    assert [] == _lint(_edited(refined), narrow)


def test_two_symptoms_for_the_same_conditions() -> None:
    """Rules that fire in the same cases under other names of facts are told, once."""
    other = _edited(("EXW-033", "EXW-030")).replace("edge", "node").replace("node1", "edge1")
    (problem,) = _lint(HEALTHY, other)

    assert (problem.file, problem.code) == ("zones/2.yaml", "duplicate-rule")
    assert "zones/1" in problem.message and "EXW-033" in problem.message

"""Findings: merged matches, evidence, confidence, and the words about them."""

from __future__ import annotations

from typing import Any

from certclinic.engine.facts import Fact, Value
from certclinic.engine.findings import Finding, conclude, finding_words
from certclinic.engine.matching.match import Outcome, run
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules


def _facts(*described: tuple[str, dict[str, Any]]) -> list[Fact]:
    return [Fact(f"f{n}", kind, values) for n, (kind, values) in enumerate(described)]


def _conclude(rules: RuleBase, facts: list[Fact]) -> tuple[Outcome, list[Finding]]:
    outcome = run(rules, facts, "reference")
    return outcome, conclude(rules, outcome)


def test_matches_with_equal_per_are_one_finding(make_rules: MakeRules) -> None:
    """One missing CA on three nodes is one finding that names the three."""
    when = [{"let": "a", "fact": "thing", "where": {"flag": True}}]
    rules = make_rules({"area/r": {"when": when, "per": ["$a.name"]}})
    facts = _facts(
        *(
            ("thing", {"host": h, "flag": True, "name": n})
            for h, n in zip("cabd", "xxxy", strict=True)
        )
    )
    _, (first, second) = _conclude(rules, facts)
    assert (first.nodes, first.evidence) == (("a", "b", "c"), ("f0", "f1", "f2"))
    assert (second.nodes, second.evidence) == (("d",), ("f3",))


def test_without_per_the_nodes_make_the_finding(make_rules: MakeRules) -> None:
    """Two matches on the same node are one finding, on two nodes two."""
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}]}})
    facts = _facts(*(("thing", {"host": h, "number": n}) for n, h in enumerate(["a", "b", "a"])))
    _, findings = _conclude(rules, facts)
    assert [(f.nodes, f.evidence) for f in findings] == [(("a",), ("f0", "f2")), (("b",), ("f1",))]


def test_alternatives_that_both_hold_are_one_finding(make_rules: MakeRules) -> None:
    """The branches of `any` prove the same thing, with the evidence of both."""
    any_of = [{"let": "p", "fact": "part", "where": {"flag": flag}} for flag in (True, False)]
    rules = make_rules({"area/r": {"when": [{"let": "a", "fact": "thing"}, {"any": any_of}]}})
    facts = _facts(
        ("thing", {"host": "a"}),
        ("part", {"host": "a", "flag": True}),
        ("part", {"host": "a", "flag": False}),
    )
    _, (finding,) = _conclude(rules, facts)
    assert finding.evidence == ("f0", "f1", "f2")


def test_supports_are_shown_and_raise_the_confidence(make_rules: MakeRules) -> None:
    """Optional evidence never decides whether a rule fires."""
    support = {"let": "s", "fact": "part", "where": {"host": "$a.host"}, "confirms": "certain"}
    rule = {"when": [{"let": "a", "fact": "thing"}], "supports": [support]}
    rules = make_rules({"area/r": rule})
    thing = ("thing", {"host": "a"})
    _, (alone,) = _conclude(rules, _facts(thing, ("part", {"host": "b"})))
    assert (alone.confidence, alone.evidence) == ("probable", ("f0",))
    _, (confirmed,) = _conclude(rules, _facts(thing, ("part", {"host": "a"})))
    assert (confirmed.confidence, confirmed.evidence) == ("certain", ("f0", "f1"))


def _against(**more: Any) -> dict[str, Any]:
    entry = {"let": "o", "fact": "part", "where": {"host": "$a.host", "flag": True}, **more}
    return {"when": [{"let": "a", "fact": "thing"}], "confidence": "certain", "against": [entry]}


def test_what_speaks_against_is_shown_apart_and_lowers_the_confidence(
    make_rules: MakeRules,
) -> None:
    """It never stops the rule, is no evidence for it, and counts for its own node only."""
    rules = make_rules({"area/r": _against(lowers="probable")})
    facts = _facts(
        ("thing", {"host": "a"}),
        ("thing", {"host": "b"}),
        ("part", {"host": "a", "flag": True}),
        ("part", {"host": "b", "flag": False}),
    )
    _, (contradicted, plain) = _conclude(rules, facts)
    assert (contradicted.confidence, contradicted.evidence) == ("probable", ("f0",))
    assert contradicted.contradictions == ("f2",)
    assert (plain.confidence, plain.evidence, plain.contradictions) == ("certain", ("f1",), ())


def test_contradiction_lowers_no_further_than_it_says(make_rules: MakeRules) -> None:
    """What is only possible stays so; what supports raises first, what contradicts lowers then."""
    part = ("part", {"host": "a", "flag": True})
    facts = _facts(("thing", {"host": "a"}), part)
    support = {"fact": "part", "where": {"host": "$a.host"}, "confirms": "certain"}
    for changes, expected in (
        ({"confidence": "possible"}, "possible"),
        ({"confidence": "possible", "supports": [support]}, "probable"),
    ):
        rules = make_rules({"area/r": {**_against(lowers="probable"), **changes}})
        _, (finding,) = _conclude(rules, facts)
        assert finding.confidence == expected
    _, (shown,) = _conclude(make_rules({"area/r": _against()}), facts)
    assert (shown.confidence, shown.contradictions) == ("certain", ("f1",))


def test_what_is_said_of_a_contradiction(make_rules: MakeRules) -> None:
    """The sentence of an entry is told where such a fact is there, with its values."""
    text = {"en": "{{ o.name }} of {{ a.host }}", "zh-Hant": "{{ a.host }}的{{ o.name }}"}
    rules = make_rules({"area/r": _against(text=text)})
    thing = ("thing", {"host": "core1"})
    outcome, (finding,) = _conclude(
        rules, _facts(thing, ("part", {"host": "core1", "flag": True, "name": "up"}))
    )
    assert finding_words(rules, outcome, finding, "en").against == ("up of core1",)
    assert finding_words(rules, outcome, finding, "zh-Hant").against == ("core1的up",)
    outcome, (finding,) = _conclude(rules, _facts(thing))
    assert finding_words(rules, outcome, finding, "en").against == ()


def test_what_a_finding_is_about(make_rules: MakeRules) -> None:
    """All values that are known, each once."""
    rule = {"when": [{"let": "a", "fact": "thing"}], "about": ["$a.name", "$a.reason"]}
    things = [{"name": "CA 2"}, {"name": "CA 1", "reason": "CA 2"}, {}]
    facts = _facts(*(("thing", {"host": "core1", **more}) for more in things))
    _, (finding,) = _conclude(make_rules({"area/r": rule}), facts)
    assert finding.about == ("CA 1", "CA 2")


def test_evidence_is_what_was_given(make_rules: MakeRules) -> None:
    """Counts and conclusions of other rules are traced to the facts that they rest on."""
    count = {"fact": "part", "where": {"host": "$a.host"}, "at_least": 2, "as": "n"}
    reads = [{"let": "a", "fact": "finding", "where": {"symptom": "EXW-001"}}]
    rules = make_rules(
        {
            "area/r": {"when": [{"let": "a", "fact": "thing"}, {"count": count}]},
            "area/s": {"symptom": "EXW-002", "nodes": ["$a.node"], "when": reads},
        }
    )
    parts = [("part", {"host": "a", "number": n}) for n in range(2)]
    _, (first, second) = _conclude(rules, _facts(("thing", {"host": "a"}), *parts))
    assert first.evidence == second.evidence == ("f0", "f1", "f2")


def _text(en: str, zh: str) -> dict[str, Any]:
    words = {
        "title": (en, zh),
        "cause": ("c", "c"),
        "fix": (["f"], ["f"]),
        "verify": (["v"], ["v"]),
    }
    return {part: {"en": pair[0], "zh-Hant": pair[1]} for part, pair in words.items()}


def test_words_are_filled_in_by_language(make_rules: MakeRules) -> None:
    """Values as given, lists joined and dates written as the language does it; — where missing."""
    text = _text(
        "{{ each.a.host | list }}: {{ a.version }} until {{ a.time | date }}"
        ", {{ a.name }}, {{ a.flag }}",
        "{{ each.a.host | list }}：{{ a.version }}，{{ a.time | date }}到期"
        "，{{ a.name }}，{{ a.flag }}",
    )
    rule = {"when": [{"let": "a", "fact": "thing"}], "per": ["$a.time"], "text": text}
    rules = make_rules({"area/r": rule})
    facts = _facts(
        *(
            ("thing", {"host": h, "version": "X14.3.4", "time": 1_767_225_600, "flag": True})
            for h in ("core1", "core2", "edge1")
        )
    )
    outcome, (finding,) = _conclude(rules, facts)
    en = finding_words(rules, outcome, finding, "en")
    assert en.title == "core1, core2, and edge1: X14.3.4 until January 1, 2026, —, yes"
    zh = finding_words(rules, outcome, finding, "zh-Hant")
    assert zh.title == "core1、core2和edge1：X14.3.4，2026年1月1日到期，—，是"
    assert finding_words(rules, outcome, finding, "ja").language == "en"


def test_a_hostile_value_stays_a_value(make_rules: MakeRules) -> None:
    """Template syntax in an observation is not looked at again."""
    rule = {"when": [{"let": "a", "fact": "thing"}], "text": _text("{{ a.name }}", "{{ a.name }}")}
    rules = make_rules({"area/r": rule})
    hostile = "{{ a.host }}{% for x in y %}<script>"
    outcome, (finding,) = _conclude(rules, _facts(("thing", {"host": "core1", "name": hostile})))
    assert finding_words(rules, outcome, finding, "en").title == hostile


def test_rules_speak_the_next_best_language(make_rules: MakeRules) -> None:
    """Simplified Chinese readers get Traditional Chinese, others English; never half of a rule."""
    text = {part: {"en": "en", "zh-Hant": "hant"} for part in ("title", "cause")}
    text["title"]["ja"] = "ja"
    steps = {part: {"en": ["en"], "zh-Hant": ["hant"]} for part in ("fix", "verify")}
    rule = {"when": [{"let": "a", "fact": "thing"}], "text": {**text, **steps}}
    rules = make_rules({"area/r": rule})
    outcome, (finding,) = _conclude(rules, _facts(("thing", {"host": "core1"})))
    spoken = {
        asked: finding_words(rules, outcome, finding, asked).language
        for asked in ("en", "zh-Hant", "zh-Hans", "ja")
    }
    assert {"en": "en", "zh-Hant": "zh-Hant", "zh-Hans": "zh-Hant", "ja": "en"} == spoken


def test_choices_are_told_by_name(make_rules: MakeRules) -> None:
    """The value of a choice reads as it is called in the language that the rule speaks."""
    words = {"en": "state: {{ a.state }}", "zh-Hant": "狀態：{{ a.state }}"}
    text = {"title": words, "cause": words, "fix": {"en": ["x"], "zh-Hant": ["x"]}}
    rule = {
        "when": [{"let": "a", "fact": "part", "where": {"state": "fail"}}],
        "text": {**text, "verify": text["fix"]},
    }
    rules = make_rules({"area/r": rule})
    outcome, (finding,) = _conclude(rules, _facts(("part", {"host": "core1", "state": "fail"})))

    def named(language: str, field: str, value: Value) -> Value:
        return f"{language} {field} {value}"

    assert "state: fail" == finding_words(rules, outcome, finding, "en").title
    assert "狀態：zh-Hant state fail" == (
        finding_words(rules, outcome, finding, "zh-Hans", named).title
    )

"""Order of findings."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.engine.findings import Finding
from certclinic.engine.rank import RankedFinding, rank
from certclinic.engine.rule_base import RuleBase

from .conftest import MakeRules

SYMPTOMS = ("EXW-001", "EXW-002", "EXW-003")
_RELATIONS = st.fixed_dictionaries(
    {
        symptom: st.fixed_dictionaries(
            {
                "explains": st.lists(st.sampled_from(SYMPTOMS), max_size=2, unique=True),
                "outranks": st.lists(st.sampled_from(SYMPTOMS), max_size=2, unique=True),
            }
        )
        for symptom in SYMPTOMS
    }
)
_FINDINGS = st.lists(
    st.builds(
        lambda symptom, status, severity, confidence, nodes, match, about: Finding(
            f"area/{symptom.lower()}",
            symptom,
            status,
            severity,
            confidence,
            tuple(sorted(nodes)),
            ((("a", match),),),
            (),
            (match,),
            about=tuple(sorted(about)),
        ),
        st.sampled_from(SYMPTOMS),
        st.sampled_from(["active", "predicted", "advice"]),
        st.sampled_from(["critical", "warning", "info"]),
        st.sampled_from(["certain", "probable", "possible"]),
        st.sets(st.sampled_from(["core1", "edge1", "edge2"]), min_size=1),
        st.sampled_from([f"f{n}" for n in range(9)]),
        st.sets(st.sampled_from(["CN=A", "CN=B"])),
    ),
    max_size=8,
    unique=True,
)


def _rules(make_rules: MakeRules, relations: dict[str, dict[str, Any]]) -> RuleBase:
    when = [{"let": "a", "fact": "thing"}]
    return make_rules(
        {
            f"area/{symptom.lower()}": {"symptom": symptom, "when": when, **more}
            for symptom, more in relations.items()
        }
    )


def _finding(
    symptom: str,
    *nodes: str,
    status: Any = "active",
    severity: Any = "critical",
    about: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        f"area/{symptom.lower()}",
        symptom,
        status,
        severity,
        "certain",
        nodes,
        ((("a", "f1"),),),
        (),
        ("f1",),
        about=about,
    )


def _order(ranked: list[RankedFinding]) -> list[str]:
    return [one.finding.symptom for one in ranked]


def test_causes_come_before_what_they_explain(make_rules: MakeRules) -> None:
    """A warning that explains a critical finding on the same node stands above it."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {"explains": ["EXW-001"]}})
    cause = _finding("EXW-002", "core1", severity="warning")
    effect, elsewhere = _finding("EXW-001", "core1"), _finding("EXW-001", "edge1")
    ranked = rank([effect, cause, elsewhere], rules)
    assert [one.finding for one in ranked] == [elsewhere, cause, effect]
    assert [one.explained_by for one in ranked] == [(), (), ("EXW-002",)]
    assert [one.explains for one in ranked] == [(), ("EXW-001",), ()]


def test_what_is_to_come_explains_nothing_now(make_rules: MakeRules) -> None:
    """A predicted finding is no cause of an active one, and advice of none."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {"explains": ["EXW-001"]}})
    active = _finding("EXW-001", "core1")
    for status in ("predicted", "advice"):
        ranked = rank([_finding("EXW-002", "core1", status=status), active], rules)
        assert _order(ranked) == ["EXW-001", "EXW-002"]
        assert ranked[0].explained_by == ()


def test_nothing_explains_what_is_about_another_ca(make_rules: MakeRules) -> None:
    """On the same node, one CA's fault explains what names it, or what names none."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {"explains": ["EXW-001"]}})
    cause = _finding("EXW-002", "core1", about=("CN=Root",))
    for about, explained in (
        (("CN=Root", "CN=Issuing"), ("EXW-002",)),
        (("CN=Other",), ()),
        ((), ("EXW-002",)),
    ):
        effect = _finding("EXW-001", "core1", about=about)
        found = {one.finding: one for one in rank([cause, effect], rules)}
        assert found[effect].explained_by == explained
        assert found[effect].same_fault_as is None


def test_findings_about_one_ca_are_one_fault(make_rules: MakeRules) -> None:
    """The first of them is the root, on whatever nodes; another CA is another fault."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {}})
    first = _finding("EXW-001", "core1", about=("CN=Root",))
    same = _finding("EXW-002", "edge9", about=("CN=Root",))
    other = _finding("EXW-002", "core1", about=("CN=Other",))
    ranked = rank([same, other, first], rules)
    assert [one.finding for one in ranked] == [first, other, same]
    assert [one.same_fault_as for one in ranked] == [None, None, 1]
    assert [one.explained_by for one in ranked] == [(), (), ("EXW-001",)]
    assert [one.follows_from for one in ranked] == [(), (), ()]


def test_what_is_to_come_is_no_part_of_a_fault_of_now(make_rules: MakeRules) -> None:
    """A predicted fault of the same certificate is told by itself, and so is advice."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {}})
    now = _finding("EXW-001", "core1", about=("CN=core1",))
    for status in ("predicted", "advice"):
        later = _finding("EXW-002", "core1", status=status, about=("CN=core1",))
        assert [one.same_fault_as for one in rank([later, now], rules)] == [None, None]


def test_places_of_causes_are_told(make_rules: MakeRules) -> None:
    """`follows_from` holds ranks, so that a tree can be drawn without guessing."""
    relations = {"EXW-001": {}, "EXW-002": {"explains": ["EXW-001"]}, "EXW-003": {}}
    findings = [_finding(symptom, "core1") for symptom in SYMPTOMS]
    ranked = rank(findings, _rules(make_rules, relations))
    assert _order(ranked) == ["EXW-002", "EXW-003", "EXW-001"]
    assert [one.follows_from for one in ranked] == [(), (), (1,)]


def test_outranking_goes_before_severity(make_rules: MakeRules) -> None:
    """Among root causes that share a node the outranking one is told first."""
    rules = _rules(make_rules, {"EXW-001": {}, "EXW-002": {"outranks": ["EXW-001"]}})
    upper = _finding("EXW-002", "core1", "edge1", severity="info")
    assert _order(rank([_finding("EXW-001", "core1"), upper], rules)) == ["EXW-002", "EXW-001"]
    assert _order(rank([_finding("EXW-001", "edge2"), upper], rules)) == ["EXW-001", "EXW-002"]


@settings(deadline=None)
@given(relations=_RELATIONS, findings=_FINDINGS, random=st.randoms(use_true_random=False))
def test_ranking_laws(
    make_rules: MakeRules,
    relations: dict[str, dict[str, Any]],
    findings: list[Finding],
    random: Any,
) -> None:
    """Nothing is hidden, the order of input is no matter, causes precede, circles are cut."""
    rules = _rules(make_rules, relations)
    ranked = rank(findings, rules)
    assert rank(random.sample(findings, len(findings)), rules) == ranked
    assert sorted(map(repr, findings)) == sorted(repr(one.finding) for one in ranked)
    assert [one.rank for one in ranked] == list(range(1, len(ranked) + 1))
    roots = [one for one in ranked if not one.explained_by and one.finding.status != "advice"]
    assert ranked[: len(roots)] == roots
    assert bool(roots) or all(one.finding.status == "advice" for one in ranked)
    statuses = [one.finding.status for one in roots]
    assert statuses == sorted(statuses, key=["active", "predicted"].index)
    for one in ranked:
        for symptom in one.explained_by:
            assert any(
                other.finding.symptom == symptom and one.finding.symptom in other.explains
                for other in ranked
            )
        above = {ranked[place - 1].finding for place in one.follows_from}
        assert all(set(cause.nodes) & set(one.finding.nodes) for cause in above)
        assert one.finding not in above
        if one.same_fault_as is not None:
            first = ranked[one.same_fault_as - 1].finding
            assert set(first.about) & set(one.finding.about)
            assert first.status == one.finding.status
            assert not above

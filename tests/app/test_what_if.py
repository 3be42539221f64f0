"""A fix is proven by making it and judging again, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certclinic.app.case import Case
from certclinic.app.plan import plan
from certclinic.app.trials import plan_row
from certclinic.app.what_if import Proof, prove, prove_plan
from certclinic.engine.rank import RankedFinding
from certclinic.facts.changes import RemoveTrust, ReplaceCertificate, SetConfiguration

from .conftest import Judge

SECOND_CA = {"issuing-2": {"issuer": "root"}}


def renewed(core: list[str], edge: list[str]) -> dict[str, Any]:
    """The Expressway-E was renewed under a new intermediate; the trusted CA lists of both."""
    return {
        "authorities": SECOND_CA,
        "nodes": {
            "core1": {"trust": core, "tunnels": "Failed", "alarms": [35013]},
            "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": edge},
        },
    }


def root_cause(case: Case) -> RankedFinding:
    return case.findings[0]


def best(case: Case, symptom: str) -> Proof:
    ranked = next(r for r in case.findings if r.finding.symptom == symptom)
    return prove(case, ranked)[0]


def test_the_missing_intermediate_of_another_list_heals_the_tunnels(judged: Judge) -> None:
    case = judged(renewed(["root", "issuing-1"], ["root", "issuing-1", "issuing-2"]))
    proof = best(case, "EXW-030")
    assert (proof.verdict, len(proof.changes)) == ("proven", 1)
    assert proof.after is not None
    assert not [r for r in proof.after.findings if r.finding.status == "active"]


def test_an_intermediate_that_no_input_holds_proves_nothing_and_is_named(judged: Judge) -> None:
    case = judged(renewed(["root", "issuing-1"], ["root", "issuing-1"]))
    for ranked in case.findings:
        for proof in prove(case, ranked):
            assert proof.verdict != "proven"
    missing = [p.missing for r in case.findings for p in prove(case, r) if p.missing]
    assert {certificate.issuer for certificate in missing} == {
        "CN=Example CA issuing-2,O=Example Corp,C=US"
    }


def test_a_finding_that_only_a_log_tells_of_is_not_proven_away(judged: Judge) -> None:
    spec: Mapping[str, Any] = {
        "nodes": {"core1": {"alarms": [25022]}, "edge1": {"given": False}},
    }
    case = judged(spec)
    for ranked in case.findings:
        assert all(proof.verdict != "proven" for proof in prove(case, ranked))


def test_the_whole_plan_heals_what_no_single_fix_heals(judged: Judge) -> None:
    spec = renewed(["root", "issuing-1"], ["root", "issuing-1", "issuing-2"])
    spec["nodes"]["edge1"]["zone"] = {"verify_name": "cores.example.com"}
    case = judged(spec)
    roots = [r for r in case.findings if r.finding.status == "active" and not r.explained_by]
    proofs = [prove(case, ranked)[0] for ranked in roots]
    assert len(roots) == 2
    plan = prove_plan(case, proofs)
    assert plan.verdict == "proven"
    withheld = prove_plan(case, proofs[:1])
    assert withheld.verdict == "not-proven"
    assert {finding.symptom for finding in withheld.remains} == {roots[1].finding.symptom}


def test_trouble_that_a_change_brings_is_told(judged: Judge) -> None:
    case = judged({})
    trust = case.observations.nodes[0].trust
    assert trust is not None
    root = next(entry.certificate for entry in trust if entry.certificate.self_signed)
    gone = RemoveTrust(node=case.observations.nodes[0].host, certificate=root.fingerprint)
    plan = prove_plan(case, [Proof("proven", (gone,))])
    assert (plan.verdict, plan.remains) == ("not-proven", ())
    assert {finding.status for finding in plan.appears} == {"active"}


def test_the_best_fix_comes_first(judged: Judge) -> None:
    case = judged({"nodes": {"edge1": {"zone": {"verify_name": "cores.example.com"}}}})
    verdicts = [proof.verdict for proof in prove(case, root_cause(case))]
    assert verdicts[0] == "proven"
    assert verdicts == sorted(verdicts, key=("proven", "not-proven", "not-modelled").index)


def test_a_cause_that_another_one_hid_is_in_the_plan(judged: Judge) -> None:
    """An own CA missing in two lists: once one fault is mended the other is a cause of its own."""
    case = judged(
        {
            "authorities": SECOND_CA,
            "nodes": {
                "core1": {"certificate": {"issuer": "issuing-2"}, "trust": ["root", "issuing-1"]},
                "edge1": {"trust": ["root", "issuing-1"]},
                "core2": {
                    "cluster": {"name": "core.example.com"},
                    "trust": ["root", "issuing-1", "issuing-2"],
                },
            },
        }
    )
    whole = plan(case).whole
    assert whole is not None
    assert whole.after is not None
    left = [r for r in whole.after.findings if r.finding.status != "advice"]
    assert (whole.verdict, left) == ("proven", [])


def test_a_cause_that_only_a_log_tells_of_stays_in_the_plan(judged: Judge) -> None:
    """A wrong password on one zone, and a missing intermediate on the other."""
    spec = renewed(["root", "issuing-1"], ["root", "issuing-1", "issuing-2"])
    refused = [{"event": "wrong_password", "remote": "core1"}]
    spec["nodes"]["edge2"] = {"zone": {"status": "Failed"}, "log": refused}
    case = judged(spec)
    whole = plan(case)
    assert {ranked.finding.symptom for ranked in whole.uncured} == {"EXW-029c"}
    told = plan_row(case, whole, "en")
    assert told is not None
    assert told.trial.proof == "not-proven"
    assert any("password" in title for title in told.trial.remains)


def test_of_two_fixes_the_one_that_restarts_nothing_comes_first(judged: Judge) -> None:
    """A zone's subject name is set without a restart; a new certificate restarts the node."""
    case = judged({"nodes": {"edge1": {"zone": {"verify_name": "cores.example.com"}}}})
    first, second, *_ = prove(case, root_cause(case))
    assert {(p.verdict, len(p.changes)) for p in (first, second)} == {("proven", 1)}
    assert isinstance(first.changes[0], SetConfiguration)
    assert isinstance(second.changes[0], ReplaceCertificate)


def test_where_each_fix_leaves_something_the_plan_takes_what_leaves_least(judged: Judge) -> None:
    """A path length forbids both certificates: neither can be mended while the other is there, and
    to append the CAs, of which nothing is missing, mends neither."""
    trust = ["root", "issuing-1", "sub"]
    own = {"certificate": {"issuer": "sub"}, "trust": trust}
    case = judged(
        {
            "authorities": {
                "root": {"path_length": 0},
                "sub": {"issuer": "issuing-1", "cn": "Example Sub CA"},
            },
            "nodes": {"core1": own, "edge1": own},
        }
    )
    whole = plan(case)
    assert whole.verdict == "proven"
    replaced = [one.node for one in whole.changes if isinstance(one, ReplaceCertificate)]
    assert replaced == ["edge1", "core1"]

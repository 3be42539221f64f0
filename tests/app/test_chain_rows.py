"""The report has the chains of all links, comparisons of certificates, and the trust lists."""

from __future__ import annotations

from certclinic.app.case import Case
from certclinic.app.document import write_report
from certclinic.builders.symptom import ISSUING_2, cluster, pair
from certclinic.reports.document import Report

from .conftest import Judge

NO_ROOT = {"cucm1": {"trust": {"CallManager-trust": ["issuing-1"], "tomcat-trust": ["root"]}}}


def report(case: Case) -> Report:
    return write_report(case, "en")


def test_chains_of_uc_links_are_held_against_the_store_that_decides(judged: Judge) -> None:
    """The Unified CM's CallManager-trust lacks the root, and its own certificates are trusted."""
    views = report(judged(pair(unified_cm=NO_ROOT))).chains
    (refused,) = [view for view in views if view.store == "CallManager-trust"]
    assert (refused.presenter, refused.complete) == ("core1", False)
    assert [link.state for link in refused.links] == ["presented", "trusted", "missing"]
    shown = {(view.unit, view.complete) for view in views if view.presenter == "cucm1"}
    assert shown == {("tomcat", True), ("CallManager", True)}


def test_chain_that_nobody_can_judge_is_not_drawn(judged: Judge) -> None:
    """Without the other side's trusted CA list there is no chain, and no gap in it."""
    spec = pair(edge={"files": {"omit": ["ca"]}})
    assert {view.verifier for view in report(judged(spec)).chains} == {"core1"}


def test_certificate_of_a_finding_stands_beside_what_was_expected(judged: Judge) -> None:
    """An Expressway-E's certificate of another CA: the name fits, the issuer is missing."""
    edge = {"certificate": {"issuer": "issuing-2"}, "trust": ["root", "issuing-1", "issuing-2"]}
    found = report(judged(pair(edge=edge, authorities=ISSUING_2))).findings[0]
    (one,) = found.compared
    assert (one.presenter, one.verifier, one.purpose, one.eku) == (
        *("edge1", "core1"),
        *("server", "both"),
    )
    assert one.missing == "CN=Example Issuing CA 2,O=Example Corp,C=US"
    assert one.checks == {"chain": "fail", "purpose": "ok", "time": "ok"}


def test_missing_domain_stands_beside_the_names_carried(judged: Judge) -> None:
    """Clients ask an Expressway-E for the MRA domain, so nobody among the nodes does."""
    spec = pair(edge={"certificate": {"san": ["edge1.example.com"]}})
    (found,) = [one for one in report(judged(spec)).findings if one.symptom == "EXW-063"]
    (one,) = found.compared
    assert (one.verifier, one.name, one.names) == (None, "example.com", ("edge1.example.com",))


def test_every_trust_list_is_given_whole_and_each_ca_once(judged: Judge) -> None:
    """Four nodes with the same two CAs: four lists, two CAs, in the order of the lists."""
    document = report(judged(cluster()))
    names = {one.fingerprint: one.subject for one in document.authorities}
    assert len(document.authorities) == 2
    assert {row.host: [names[entry] for entry in row.held] for row in document.trust} == {
        host: [f"CN={cn},O=Example Corp,C=US" for cn in ("Example Root CA", "Example Issuing CA 1")]
        for host in ("core1", "core2", "edge1", "edge2")
    }


def test_store_that_is_only_listed_gives_names(judged: Judge) -> None:
    """`show cert list trust` tells no certificates, so the entries are known by name."""
    rows = report(judged(pair(unified_cm={"cucm1": {"files": ["list"]}}))).trust
    listed = [row for row in rows if row.host == "cucm1"]
    assert listed
    assert all(row.named and not row.held for row in listed)

"""Findings are told as root causes with what follows from them."""

from __future__ import annotations

import pytest

from certclinic.reports.document import Direction, LedgerRow, LinkRow
from certclinic.reports.outline import common_name, link_state, outline

from .sample import cluster, found, healthy, pair, unjudged


def told(*findings):
    return outline(pair().model_copy(update={"findings": findings}))


def titles(causes):
    return [(c.finding.symptom, [one.symptom for one in c.consequences]) for c in causes]


def test_consequences_stand_beneath_their_cause():
    """Alarm and sign-in failure follow from the tunnels, so one root cause is left."""
    assert titles(outline(pair()).causes) == [("EXW-030", ["EXW-035a", "EXW-039c"])]


def test_consequence_of_a_consequence_stands_beneath_the_root():
    """A chain of consequences has one root."""
    assert titles(
        told(
            found("A", "a", "", "en"),
            found("B", "b", "", "en", explained_by=("A",)),
            found("C", "c", "", "en", explained_by=("B",)),
        ).causes
    ) == [("A", ["B", "C"])]


def test_a_cause_on_other_nodes_explains_nothing():
    """Without a shared node both are root causes."""
    assert titles(
        told(
            found("A", "a", "", "en", nodes=("core1",)),
            found("B", "b", "", "en", nodes=("edge9",), explained_by=("A",)),
        ).causes
    ) == [("A", []), ("B", [])]


def test_findings_that_explain_each_other_do_not_vanish():
    """The first in rank is told as the root."""
    assert titles(
        told(
            found("A", "a", "", "en", explained_by=("B",)),
            found("B", "b", "", "en", explained_by=("A",)),
        ).causes
    ) == [("A", ["B"])]


@pytest.mark.parametrize(
    ("report", "verdict"),
    [(pair(), "fault"), (healthy(), "healthy"), (unjudged(), "unjudged"), (cluster(), "fault")],
)
def test_verdict(report, verdict):
    """A report without findings is healthy only if something was checked."""
    assert outline(report).verdict == verdict


def test_predicted_finding_alone_is_foreseen():
    """What will fail later is not a fault now."""
    assert told(found("A", "a", "", "en", status="predicted")).verdict == "foreseen"


def test_known_cause_counts_as_checked_only_if_decided_on_every_node():
    """One node without evidence leaves the cause open."""
    rows = [("A", "core1", "excluded"), ("A", "core2", "not-checked"), ("B", "core1", "excluded")]
    ledger = tuple(
        LedgerRow(symptom=symptom, node=node, state=state, why="w") for symptom, node, state in rows
    )
    result = outline(healthy().model_copy(update={"ledger": ledger}))
    assert (result.checked, result.known) == (1, 2)


def test_ledger_rows_that_differ_in_the_node_only_are_told_once():
    """Both nodes stand in one entry."""
    assert [entry.nodes for entry in outline(pair()).excluded] == [("core1", "edge1")] * 2


def test_a_cause_shows_the_chain_whose_missing_ca_it_names():
    """The six verifiers that lack the same CA share one picture."""
    (first, *others) = outline(cluster()).causes
    assert [len(seen.verifiers) for seen in first.chains] == [6]
    assert titles([first])[0][0] == "EXW-031"


def test_a_cause_of_another_kind_shows_no_chain():
    """The finding does not speak of the missing CA."""
    assert told(found("EXW-025", "name", "not in certificate", "en")).causes[0].chains == ()


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("CN=edge1.example.com,O=Example Ltd,C=GB", "edge1.example.com"),
        ("O=Example Ltd,CN=Example Root CA", "Example Root CA"),
        (r"CN=Smith\, Jones,O=X", "Smith, Jones"),
        ("O=No common name,C=GB", "O=No common name,C=GB"),
    ],
)
def test_common_name(subject, name):
    """RFC 4514 escapes are undone; a subject without CN stands for itself."""
    assert common_name(subject) == name


def test_check_that_is_switched_off_does_not_break_the_link():
    """A failing check refuses the connection only where it is enforced."""
    states = {}
    for enforced in ("ok", "fail", "unknown"):
        way = Direction(verifier="e", presenter="c", checks={"name": "fail"}, enforced=enforced)
        row = LinkRow(
            client="c", server="e", link="sip", checks={"name": "fail"}, directions=(way,)
        )
        states[enforced] = link_state(row)
    assert states == {"ok": "fail", "fail": "ok", "unknown": "unknown"}


def test_revocation_that_nobody_looked_up_does_not_cloud_a_link():
    """Without a CRL the other checks decide."""
    row = LinkRow(
        client="c", server="e", link="ssh", checks={"chain": "ok", "revocation": "unknown"}
    )
    assert link_state(row) == "ok"

"""Findings are told as root causes with what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest

from certclinic.reports.document import Direction, Found, LedgerRow, LinkRow, Report, State
from certclinic.reports.outline import Cause, Outline, common_name, input_names, link_state, outline

from .sample import cluster, found, healthy, pair, unjudged


def told(*findings: Found) -> Outline:
    """The outline of findings in order of rank."""
    ranked = tuple(f.model_copy(update={"rank": n}) for n, f in enumerate(findings, 1))
    return outline(pair().model_copy(update={"findings": ranked}))


def titles(causes: Sequence[Cause]) -> list[tuple[str, list[str]]]:
    return [(c.finding.symptom, [one.symptom for one in c.consequences]) for c in causes]


def test_consequences_stand_beneath_their_cause() -> None:
    """Alarm and sign-in failure follow from the tunnels, so one root cause is left."""
    assert titles(outline(pair()).causes) == [("EXW-030", ["EXW-035a", "EXW-039c"])]


def test_consequence_of_a_consequence_stands_beneath_the_root() -> None:
    """A chain of consequences has one root."""
    assert titles(
        told(
            found("A", "a", "", "en"),
            found("B", "b", "", "en", follows_from=(3,)),
            found("C", "c", "", "en", follows_from=(1,)),
        ).causes
    ) == [("A", ["B", "C"])]


def test_the_same_fault_elsewhere_stands_beneath_the_first() -> None:
    """One CA that two lists lack is one root cause; another CA is another one."""
    assert titles(
        told(
            found("A", "a", "", "en"),
            found("B", "b", "", "en", same_fault_as=1),
            found("B", "c", "", "en"),
        ).causes
    ) == [("A", ["B"]), ("B", [])]


def test_what_follows_from_something_untold_is_a_root() -> None:
    """A list of findings that lacks the cause loses none of the others."""
    assert titles(told(found("B", "b", "", "en", follows_from=(9,))).causes) == [("B", [])]


def test_findings_that_explain_each_other_do_not_vanish() -> None:
    """The first in rank is told as the root."""
    assert titles(
        told(
            found("A", "a", "", "en", follows_from=(2,)),
            found("B", "b", "", "en", follows_from=(1,)),
        ).causes
    ) == [("A", ["B"])]


@pytest.mark.parametrize(
    ("report", "verdict"),
    [(pair(), "fault"), (healthy(), "healthy"), (unjudged(), "unjudged"), (cluster(), "fault")],
)
def test_verdict(report: Report, verdict: str) -> None:
    """A report without findings is healthy only if something was checked."""
    assert outline(report).verdict == verdict


def test_predicted_finding_alone_is_foreseen() -> None:
    """What will fail later is not a fault now."""
    assert told(found("A", "a", "", "en", status="predicted")).verdict == "foreseen"


def test_known_cause_counts_as_checked_only_if_decided_on_every_node() -> None:
    """One node without evidence leaves the cause open."""
    rows: list[tuple[str, str, Literal["excluded", "not-checked"]]] = [
        ("A", "core1", "excluded"),
        ("A", "core2", "not-checked"),
        ("B", "core1", "excluded"),
    ]
    ledger = tuple(
        LedgerRow(symptom=symptom, node=node, state=state, why="w") for symptom, node, state in rows
    )
    result = outline(healthy().model_copy(update={"ledger": ledger}))
    assert (result.checked, result.ruled_out, result.known) == (1, 1, 2)


def test_ledger_rows_that_differ_in_the_node_only_are_told_once() -> None:
    """Both nodes stand in one entry."""
    assert [entry.nodes for entry in outline(pair()).excluded] == [("core1", "edge1")] * 2


def test_a_cause_shows_the_chain_whose_missing_ca_it_names() -> None:
    """The six verifiers that lack the same CA share one picture."""
    first = outline(cluster()).causes[0]
    assert [len(seen.verifiers) for seen in first.chains] == [6]
    assert first.finding.symptom == "EXW-031"


def test_a_chain_is_told_apart_by_its_connections() -> None:
    """The same chain on SIP and SSH is one picture, a different one on SSH another."""
    view = pair().chains[0]
    same = [view.model_copy(update={"link": link}) for link in ("sip", "ssh")]
    other = view.model_copy(update={"complete": True, "links": view.links[:1]})
    seen = outline(pair().model_copy(update={"chains": (*same, other)})).chains
    assert [chain.connections for chain in seen] == [("sip", "ssh"), ("ssh",)]


def test_a_cause_of_another_kind_shows_no_chain() -> None:
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
def test_common_name(subject: str, name: str) -> None:
    """RFC 4514 escapes are undone; a subject without CN stands for itself."""
    assert common_name(subject) == name


def test_check_that_is_switched_off_does_not_break_the_link() -> None:
    """A failing check refuses the connection only where it is enforced."""
    states: dict[State, State] = {}
    enforcements: tuple[State, ...] = ("ok", "fail", "unknown")
    for enforced in enforcements:
        way = Direction(verifier="e", presenter="c", checks={"name": "fail"}, enforced=enforced)
        row = LinkRow(
            client="c", server="e", link="sip", checks={"name": "fail"}, directions=(way,)
        )
        states[enforced] = link_state(row)
    assert states == {"ok": "fail", "fail": "ok", "unknown": "unknown"}


def test_revocation_that_nobody_looked_up_does_not_cloud_a_link() -> None:
    """Without a CRL the other checks decide."""
    row = LinkRow(
        client="c", server="e", link="ssh", checks={"chain": "ok", "revocation": "unknown"}
    )
    assert link_state(row) == "ok"


def test_inputs_are_called_by_their_last_part_where_that_is_unique() -> None:
    """Two bundles of the same name keep their paths, whatever the separator."""
    paths = ["/a/core1.tar.gz", "/b/edge1.tar.gz", "C:\\b\\edge1.tar.gz", "core2.tar.gz"]
    assert input_names(paths) == {
        "/a/core1.tar.gz": "core1.tar.gz",
        "/b/edge1.tar.gz": "/b/edge1.tar.gz",
        "C:\\b\\edge1.tar.gz": "C:\\b\\edge1.tar.gz",
        "core2.tar.gz": "core2.tar.gz",
    }

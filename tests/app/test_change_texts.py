"""What people are told of a change leaves nothing of it out, on either kind of machine."""

from __future__ import annotations

import string
from dataclasses import fields

import pytest

from certclinic.app.change_texts import restarts, told_change
from certclinic.app.knowledge import ChangeRow, table
from certclinic.facts.changes import (
    CHANGE_TYPES,
    AddTrust,
    DeploymentChange,
    ReplaceCertificate,
    SetConfiguration,
    Upgrade,
)
from certclinic.facts.vocabulary import type_name

ROWS = table("changes", ChangeRow)
KINDS = {type_name(kind): kind for kind in CHANGE_TYPES}
EXPRESSWAY_ONLY = {"set_configuration", "upgrade"}
SPELLED_OUT = {"everywhere", "as_client", "own_name"}
"""Fields that are other fields by the time a change is told."""


def test_every_kind_of_change_is_told_wherever_it_can_be_made() -> None:
    """A server of Unified CM is neither configured nor upgraded; all else has both rows."""
    wanted = {(kind, "expressway") for kind in KINDS}
    wanted |= {(kind, "uc_server") for kind in KINDS if kind not in EXPRESSWAY_ONLY}

    assert {(row.change, row.where) for row in ROWS} == wanted
    assert len(ROWS) == len(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.change}-{row.where}")
def test_a_row_names_fields_that_the_change_has_and_leaves_none_out(row: ChangeRow) -> None:
    """Conditions and placeholders are fields; every field of the change is told in some way."""
    known = {one.name for one in fields(KINDS[row.change])}
    texts = [*row.step, *row.details, *row.restart, *row.check]
    asked = {name for text in texts for name in (*text.given, *text.equal)}
    shown = {
        name
        for text in texts
        for words in text.text.values()
        for _, name, _, _ in string.Formatter().parse(words)
        if name
    }
    elsewhere = {"uc_server": {"store", "fqdns_only"}, "expressway": {"unit", "trust_store"}}

    assert asked | shown <= known
    assert known - SPELLED_OUT - elsewhere[row.where] <= asked | shown


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.change}-{row.where}")
def test_all_languages_of_a_sentence_name_the_same_fields(row: ChangeRow) -> None:
    """What English fills in, the others fill in too."""
    for text in (*row.step, *row.details, *row.restart, *row.check):
        named = [
            {name for _, name, _, _ in string.Formatter().parse(words) if name}
            for words in text.text.values()
        ]
        assert all(one == named[0] for one in named), text


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (
            AddTrust(node="edge1", certificate="ab12"),
            "On edge1, append CN=Issuing CA to the trusted CA list (Maintenance > Security > "
            "Trusted CA certificate > Append CA certificate).",
        ),
        (
            SetConfiguration(
                node="core1", zone="UC", key="Peer # Address", present="10.0.0.1", value="e.x.com"
            ),
            "On core1, replace 10.0.0.1 by e.x.com in zone “UC” (Configuration > Zones > Zones).",
        ),
        (
            Upgrade(node="core1", release="X15.5"),  # type: ignore[arg-type]
            "Upgrade core1 to X15.5 or later (Maintenance > Upgrade); all peers of a cluster to the"
            " same release, the primary first.",
        ),
    ],
)
def test_the_step_of_a_change(change: DeploymentChange, step: str) -> None:
    """The sentence has the node, the place, and the subject where the change has a fingerprint."""
    told = told_change(change, False, "en", {"ab12": "CN=Issuing CA"})

    assert told.step == step
    assert told.check


def test_a_new_certificate_is_told_with_all_that_it_needs() -> None:
    """Names, usage and the other CA are sentences of their own, in both languages."""
    change = ReplaceCertificate(
        node="core1", store="client", names=("a.x.com", "b.x.com"), usage="both", private=True
    )
    english = told_change(change, False, "en", {})
    chinese = told_change(change, False, "zh-Hant", {})

    assert "Its alternative names also include a.x.com, b.x.com." in english.step
    assert "serverAuth and clientAuth" in english.step
    assert "another CA" in english.step
    assert "a.x.com、b.x.com" in chinese.step
    assert english.restart == "Restart core1; in a cluster one peer at a time."


def test_a_trust_store_of_unified_cm_is_named() -> None:
    """The step names the store, and the restart the services."""
    told = told_change(
        AddTrust(node="cucm1", chain_of="ab", trust_store="CallManager-trust"), True, "en", {}
    )

    assert "CallManager-trust" in told.step
    assert "Cisco Tomcat" in told.restart


def test_only_what_has_to_be_restarted_counts_as_a_restart() -> None:
    """Cisco 217748 and the Security Guide 15: the services of a store, and of a certificate."""
    assert restarts(ReplaceCertificate(node="edge1"), on_uc_server=False) == ("Expressway",)
    assert restarts(AddTrust(node="core1", certificate="00"), on_uc_server=False) == ()
    zone = SetConfiguration(node="edge1", key="SIP TLS Verify Mode", value="On", zone="z")
    assert restarts(zone, on_uc_server=False) == ()
    own = ReplaceCertificate(node="cucm1", unit="CallManager")
    assert restarts(own, on_uc_server=True) == (
        "Cisco CallManager",
        "Cisco CTIManager",
        "Cisco HAProxy",
    )
    trust = AddTrust(node="cucm1", certificate="00", trust_store="tomcat-trust")
    assert set(restarts(trust, on_uc_server=True)) == {
        "Cisco CallManager",
        "Cisco TFTP",
        "Cisco Tomcat",
        "Cisco HAProxy",
    }

"""Changes spelled out: for which nodes, stores and names a change of a rule is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.builders.deployment import write
from certclinic.facts.changes import AddTrust, ChangeError, RemoveTrust, ReplaceCertificate
from certclinic.facts.concrete import concrete
from certclinic.facts.inputs.observations import Observations
from certclinic.facts.inputs.reading import observe

Read = Callable[[Mapping[str, Any]], Observations]
BOTH: dict[str, Any] = {
    "nodes": {"core1": {}, "edge1": {}},
    "unified_cm": {"cucm1": {}, "imp1": {}},
}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda spec: observe(write(spec, tmp_path))


def test_everywhere_is_every_trusted_ca_list_and_both_stores_of_unified_cm(read: Read) -> None:
    """IM and Presence is left out: it judges no certificate of an Expressway."""
    asked = AddTrust(node="core1", private=True, everywhere=True)

    assert list(concrete(read(BOTH), [asked])) == [
        AddTrust(node="core1", private=True),
        AddTrust(node="edge1", private=True),
        AddTrust(node="cucm1", private=True, trust_store="tomcat-trust"),
        AddTrust(node="cucm1", private=True, trust_store="CallManager-trust"),
    ]


def test_a_ca_is_removed_from_those_lists_that_hold_it(read: Read) -> None:
    spec = {"authorities": {"old": {}}, "nodes": {"edge1": {"trust": ["root", "issuing-1", "old"]}}}
    observations = read(spec)
    edge = next(node for node in observations.nodes if node.host == "edge1")
    assert edge.trust is not None
    old = edge.trust[2].certificate.fingerprint
    asked = RemoveTrust(node="core1", certificate=old, everywhere=True)

    assert list(concrete(observations, [asked])) == [RemoveTrust(node="edge1", certificate=old)]


@pytest.mark.parametrize(("release", "store"), [("X15.4", "server"), ("X15.5", "client")])
def test_the_certificate_shown_as_client_has_a_store_of_its_own_from_x15_5(
    read: Read, release: str, store: str
) -> None:
    """Cisco 225693: two stores from X15.5 on, one before."""
    asked = ReplaceCertificate(node="core1", as_client=True)
    (found,) = concrete(read({"version": release}), [asked])

    assert isinstance(found, ReplaceCertificate)
    assert found.store == store


def test_own_names_are_those_that_a_request_proposes(read: Read) -> None:
    """FQDN, cluster name and, on an Expressway-E, the MRA domains of the Expressway-C."""
    cluster = {"cluster": {"name": "edge.example.com"}}
    observations = read({"nodes": {"edge1": cluster, "edge2": cluster}})
    asked = ReplaceCertificate(node="edge1", own_name=True, names=("sip.example.com",))
    (found,) = concrete(observations, [asked])

    assert isinstance(found, ReplaceCertificate)
    assert found.common_name == "edge1.example.com"
    assert found.names == (
        "edge1.example.com",
        "edge.example.com",
        "example.com",
        "sip.example.com",
    )


def test_a_unified_cm_is_named_by_its_fqdn(read: Read) -> None:
    asked = ReplaceCertificate(node="cucm1", unit="tomcat", own_name=True)
    (found,) = concrete(read(BOTH), [asked])

    assert isinstance(found, ReplaceCertificate)
    assert (found.common_name, found.names) == ("cucm1.example.com", ("cucm1.example.com",))


@pytest.mark.parametrize(
    ("impossible", "told"),
    [
        (ReplaceCertificate(node="new.pem", store="file"), "new.pem is a file"),
        (ReplaceCertificate(node="core9", own_name=True), "do not tell the FQDN of core9"),
    ],
)
def test_what_cannot_be_spelled_out_is_refused_in_words(
    read: Read, impossible: ReplaceCertificate, told: str
) -> None:
    with pytest.raises(ChangeError, match=told):
        list(concrete(read({}), [impossible]))

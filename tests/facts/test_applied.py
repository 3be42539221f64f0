"""Changes of a deployment: the observations are as if they had been made before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.knowledge import knowledge
from certclinic.builders.deployment import write
from certclinic.facts.applied import MissingCaError, apply_changes
from certclinic.facts.changes import (
    AddTrust,
    ChangeError,
    DeploymentChange,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
    Upgrade,
    change,
    merged,
)
from certclinic.facts.derive import Derived, derive
from certclinic.facts.inputs.observations import NodeObservation, Observations
from certclinic.facts.inputs.reading import observe
from certclinic.facts.model import Zone
from certclinic.facts.profile import Profile
from certclinic.facts.vocabulary import Version

TWO_CAS = {"issuing-2": {"issuer": "root"}}
LACKING = {
    "authorities": TWO_CAS,
    "nodes": {
        "core1": {"trust": ["root", "issuing-1"]},
        "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ["root", "issuing-2"]},
    },
}


class Deployment:
    """A deployment that was read, and what changes make of it."""

    def __init__(self, spec: Mapping[str, Any], folder: Path) -> None:
        self.observations = observe(write(spec, folder))
        newest = self.observations.newest()
        assert newest is not None
        self.at = newest
        self.derived: Derived = derive(self.observations, self.at, knowledge())

    def node(self, host: str, observations: Observations | None = None) -> NodeObservation:
        nodes = (observations or self.observations).nodes
        return next(node for node in nodes if node.host == host)

    def after(self, *changes: DeploymentChange) -> Observations:
        return apply_changes(self.observations, changes, self.derived.held, self.at)

    def fingerprint(self, host: str) -> str:
        server = self.node(host).server
        assert server is not None
        return server.certificate.fingerprint


Read = Callable[[Mapping[str, Any]], Deployment]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda spec: Deployment(spec, tmp_path)


def subjects(node: NodeObservation) -> list[str]:
    return [entry.certificate.common_name or "" for entry in node.trust or ()]


def test_the_cas_of_a_certificate_are_added_that_are_not_there_yet(read: Read) -> None:
    deployment = read(LACKING)
    added = AddTrust(node="core1", chain_of=deployment.fingerprint("edge1"))
    before, after = (
        subjects(deployment.node("core1", o))
        for o in (deployment.observations, deployment.after(added))
    )
    assert after == [*before, "Example CA issuing-2"]
    assert deployment.node("edge1", deployment.after(added)) == deployment.node("edge1")


def test_a_ca_that_no_input_holds_is_named_with_what_it_issued(read: Read) -> None:
    spec = {
        **LACKING,
        "nodes": {
            "core1": {"trust": ["root", "issuing-1"]},
            "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ["root"]},
        },
    }
    deployment = read(spec)
    with pytest.raises(MissingCaError, match="CN=Example CA issuing-2") as raised:
        deployment.after(AddTrust(node="core1", chain_of=deployment.fingerprint("edge1")))
    assert raised.value.below.fingerprint == deployment.fingerprint("edge1")


def test_an_entry_is_removed_by_its_fingerprint(read: Read) -> None:
    deployment = read({})
    entries = deployment.node("core1").trust
    assert entries is not None
    gone = RemoveTrust(node="core1", certificate=entries[0].certificate.fingerprint)
    assert deployment.node("core1", deployment.after(gone)).trust == entries[1:]


def test_a_setting_is_set_on_all_peers_of_the_cluster(read: Read) -> None:
    cluster = {"name": "edge.example.com"}
    nodes = {"edge1": {"cluster": cluster}, "edge2": {"role": "e", "cluster": cluster}}
    deployment = read({"nodes": {"core1": {}, **nodes}})
    key = "XCP TLS Certificate CVS EnableServerEkuUpload"
    after = deployment.after(SetConfiguration(node="edge2", key=key, value="On"))
    values = {node.host: Profile(node).setting(key) for node in after.nodes}
    assert values == {"core1": None, "edge1": "On", "edge2": "On"}


def test_a_zones_setting_is_found_by_the_name_of_the_zone(read: Read) -> None:
    deployment = read({"nodes": {"edge1": {"zone": {"name": "To inside", "verify_name": "old"}}}})
    set_name = SetConfiguration(
        node="edge1", zone="To inside", key="SIP TLS Verify Subject Name", value="new.example.com"
    )
    after = deployment.after(set_name)
    facts = derive(after, deployment.at, knowledge()).facts
    zones = {f.name: f.verify_name for f in facts if isinstance(f, Zone) and f.host == "edge1"}
    assert zones["To inside"] == "new.example.com"


def test_the_new_certificate_stands_in_its_store(read: Read) -> None:
    deployment = read({"version": "X15.5"})
    names = ("extra.example.com",)
    after = deployment.after(ReplaceCertificate(node="core1", store="client", names=names))
    node, old = deployment.node("core1", after), deployment.node("core1")
    assert node.server == old.server
    assert node.client is not None
    assert "extra.example.com" in node.client.certificate.dns_names


def test_an_upgrade_leaves_the_other_nodes_as_they_are(read: Read) -> None:
    deployment = read({})
    after = deployment.after(Upgrade(node="core1", release=Version("X15.5")))
    versions = {node.host: (Profile(node).version or ("",))[0] for node in after.nodes}
    assert versions == {"core1": "X15.5", "edge1": "X14.3.4"}


def test_a_value_is_put_in_front_of_the_present_one(read: Read) -> None:
    key = "Ciphers UcClientTLSCiphers Value"
    deployment = read({"nodes": {"core1": {"settings": {key: "EECDH:EDH:HIGH"}}}})
    put = SetConfiguration(node="core1", key=key, value="ECDHE-RSA:", in_front=True)
    assert Profile(deployment.node("core1", deployment.after(put))).setting(key) == (
        "ECDHE-RSA:EECDH:EDH:HIGH"
    )


def test_a_certificate_known_by_its_text_alone_can_be_renewed_and_nothing_else(read: Read) -> None:
    ended = {"tomcat": {"from": "-400d", "to": "-3d"}}
    servers = {"cucm1": {"files": ["show_text"], "certificates": ended}}
    deployment = read({"unified_cm": servers})
    (server,) = deployment.after(ReplaceCertificate(node="cucm1", unit="tomcat")).uc_servers
    (tomcat,) = (entry for entry in server.own() if entry.unit == "tomcat")
    assert tomcat.not_after == deployment.at + 365 * 86_400
    with pytest.raises(ChangeError, match="known by its listing alone"):
        deployment.after(ReplaceCertificate(node="cucm1", unit="tomcat", usage="both"))


def test_what_a_database_alone_shows_stays_when_a_ca_is_added(read: Read) -> None:
    servers = {"cucm1": {"files": ["sql"]}}
    deployment = read({"unified_cm": servers})
    (before,) = deployment.observations.uc_servers
    added = AddTrust(node="cucm1", private=True, trust_store="CallManager-trust")
    (after,) = deployment.after(added).uc_servers
    assert after.store("CallManager-trust")[:-1] == before.store("CallManager-trust")


def test_an_address_is_no_dns_name_of_a_new_certificate(read: Read) -> None:
    with pytest.raises(ChangeError, match="is an address"):
        read({}).after(ReplaceCertificate(node="core1", names=("10.0.0.20",)))


@pytest.mark.parametrize(
    ("impossible", "told"),
    [
        (AddTrust(node="core9", certificate="ab"), "core9 is not among the inputs"),
        (AddTrust(node="core1", certificate="ab"), "the certificate is not among the inputs"),
        (AddTrust(node="core1"), "do not say which CA"),
        (SetConfiguration(node="core1", zone="none", key="a", value="b"), "no zone “none”"),
        (ReplaceCertificate(node="core1", store="client"), "certificate of core1 is not among"),
    ],
)
def test_what_the_inputs_do_not_show_cannot_be_changed(
    read: Read, impossible: DeploymentChange, told: str
) -> None:
    with pytest.raises(ChangeError, match=told):
        read({}).after(impossible)


def test_a_change_whose_values_are_not_known_is_refused_in_words() -> None:
    with pytest.raises(ChangeError, match="do not say enough for remove_trust"):
        change("remove_trust", {"node": "core1"})


def test_a_certificate_is_replaced_once_for_all_reasons() -> None:
    one = ReplaceCertificate(node="core1", names=("a.example.com",), usage="server")
    other = ReplaceCertificate(node="core1", store="server", names=("b.example.com",))
    third = ReplaceCertificate(node="core1", usage="client")
    (only,) = merged([one, other, third, one])
    assert only == ReplaceCertificate(
        node="core1", names=("a.example.com", "b.example.com"), usage="both"
    )


@pytest.mark.parametrize("kind", [AddTrust, RemoveTrust])
def test_a_list_that_nobody_has_seen_is_not_changed(
    kind: type[AddTrust | RemoveTrust], read: Read
) -> None:
    """Nothing is taken out of a list, and nothing put into it, whose entries are unknown."""
    deployment = read({"nodes": {"core1": {"files": {"omit": ["ca"]}}, "edge1": {}}})
    change = kind(node="core1", certificate=deployment.fingerprint("edge1"))
    with pytest.raises(ChangeError, match="trusted CA list of core1 is not among the inputs"):
        deployment.after(change)


@pytest.mark.parametrize("shown", ["snapshot", "sql"])
def test_a_ca_that_a_store_holds_is_not_added_to_it_again(shown: str, read: Read) -> None:
    """Whether the store is known with its certificates or by names and serial numbers alone."""
    trust = {"tomcat-trust": ["root"], "CallManager-trust": ["root", "issuing-1"]}
    cucm = {"unified_cm": {"cucm1": {"trust": trust, "files": [shown]}}}
    deployment = read(cucm)
    chain = deployment.fingerprint("core1")
    after = deployment.after(
        AddTrust(node="cucm1", chain_of=chain, trust_store="tomcat-trust"),
        AddTrust(node="cucm1", chain_of=chain, trust_store="CallManager-trust"),
    )
    (server,) = after.uc_servers
    for store in ("tomcat-trust", "CallManager-trust"):
        names = [(entry.first_common_name or "").replace("_", " ") for entry in server.store(store)]
        assert sorted(names) == ["Example Issuing CA 1", "Example Root CA"]

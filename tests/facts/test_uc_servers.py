"""UC servers from files to facts: whose a file is, and what both sides of a link make of it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.knowledge import knowledge
from certclinic.builders.deployment import build, write
from certclinic.facts.derive import Derived, derive
from certclinic.facts.inputs.observations import Observations
from certclinic.facts.inputs.reading import observe
from certclinic.facts.model import LinkCheck
from certclinic.facts.model_uc import UcServer, UcTrustDifference
from certclinic.facts.names import traffic_server_accepts
from certclinic.facts.x509.certificate import Certificate

from .pki import issue

PAIR: dict[str, Any] = {"core1": {}, "edge1": {}}
LISTING = b"admin:show cert list trust\ntomcat-trust/Root_01fd6d30fca3ca51.pem: x\n"


def derived(spec: Mapping[str, Any], folder: Path) -> Derived:
    """The facts of a deployment's files."""
    observations = observe(write(spec, folder))
    return derive(observations, int(build(spec).at.timestamp()), knowledge())


def checks(found: Derived, **wanted: object) -> list[LinkCheck]:
    """The link checks with these values."""
    return [
        fact
        for fact in found.facts
        if isinstance(fact, LinkCheck)
        and all(getattr(fact, key) == value for key, value in wanted.items())
    ]


def test_one_archive_of_several_products_is_split(tmp_path: Path) -> None:
    """Bundles, snapshots, listings and client logs of one zip archive find their own places."""
    spec = {
        "nodes": PAIR,
        "unified_cm": {"cucm1": {}, "imp1": {"files": ["show", "list"]}},
        "clients": {"csf-unified.log": [{"event": "jabber_login"}]},
    }
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for path in write(spec, tmp_path / "files"):
            bundle.write(path, f"case 123/{path.name}")

    found = observe([archive])

    assert () == found.problems
    assert ["core1", "edge1"] == [node.host for node in found.nodes]
    assert [("cucm1", "cucm"), ("imp1", "imp")] == [(s.host, s.product) for s in found.uc_servers]
    assert 1 == len(found.clients)


@pytest.mark.parametrize(
    "name", ["cucm7/list.txt", "cucm7_show_cert_list.txt", "CUCM7-show-cert-list-trust.txt"]
)
def test_a_listing_belongs_to_the_server_that_its_path_names(name: str, tmp_path: Path) -> None:
    """A listing itself does not say where it was printed."""
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(LISTING)

    assert ["cucm7"] == [server.host for server in observe([tmp_path / "in"]).uc_servers]


def test_a_file_that_nothing_names_is_stated(tmp_path: Path) -> None:
    """It is left out, with the words for what to do."""
    path = tmp_path / "show cert list trust.txt"
    path.write_bytes(LISTING)
    found = observe([path])

    assert () == found.uc_servers
    assert "does not tell which server" in found.problems[0].text


def test_a_multi_server_certificate_names_no_server(tmp_path: Path) -> None:
    """Its common name ends in -ms and is that of no node."""
    made = build(
        {"unified_cm": {"cucm1": {"files": ["show"], "certificates": MULTI_SERVER}}}
    ).files["cucm1_show_cert_own.txt"]
    path = tmp_path / "cucm5_show_cert_own.txt"
    path.write_bytes(made)

    assert ["cucm5"] == [server.host for server in observe([path]).uc_servers]


MULTI_SERVER = {unit: {"cn": "cucm1-ms.example.com"} for unit in ("tomcat", "CallManager")}


def test_rows_of_the_database_go_to_their_servers(tmp_path: Path) -> None:
    """One table tells of the whole cluster, addresses included."""
    spec = {"unified_cm": {"cucm1": {"files": ["sql"]}, "cucm2": {"files": ["sql"]}}}
    one, other = (path.read_bytes() for path in write(spec, tmp_path) if path.suffix == ".txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "table.txt").write_bytes(one + b"\n" + other)
    servers = observe([tmp_path / "in"]).uc_servers

    assert ["cucm1", "cucm2"] == [server.host for server in servers]
    assert "10.0.0.20" in servers[0].names


class TestLinks:
    """What each side makes of the other's certificate (Cisco 218018, 225476)."""

    def test_the_server_certificate_is_verified_from_14_2_on(self, tmp_path: Path) -> None:
        """Before that, and with VerifyOriginServer Off, nothing is refused."""
        off = {"core1": {"settings": {"EdgeConfigServer VerifyOriginServer": "Off"}}, "edge1": {}}
        states = []
        for version, nodes in (("X14.0.11", PAIR), ("X14.2", PAIR), ("X15.2", off)):
            spec: dict[str, Any] = {"version": version, "nodes": nodes, "unified_cm": {"cucm1": {}}}
            found = derived(spec, tmp_path / version)
            (check,) = checks(found, link="https-8443", check="chain")
            states.append(check.enforced)

        assert ["fail", "ok", "fail"] == states

    def test_the_cipher_string_decides_between_rsa_and_ecdsa(self, tmp_path: Path) -> None:
        """Of the two, only the certificate that is presented can be refused."""
        own: dict[str, Any] = {"certificates": {"tomcat-ECDSA": {}}}
        spec: dict[str, Any] = {"nodes": PAIR, "unified_cm": {"cucm1": own}}
        ecdsa = {"core1": {"settings": {"Ciphers UcClientTLSCiphers Value": "EECDH"}}, "edge1": {}}

        def enforced(spec: Mapping[str, Any], name: str) -> dict[str | None, str]:
            found = derived(spec, tmp_path / name)
            return {c.unit: c.enforced for c in checks(found, link="https-8443", check="chain")}

        assert {"tomcat": "ok", "tomcat-ECDSA": "fail"} == enforced(spec, "rsa")
        assert {"tomcat": "fail", "tomcat-ECDSA": "ok"} == enforced({**spec, "nodes": ecdsa}, "ec")

    def test_each_store_and_each_node_is_judged(self, tmp_path: Path) -> None:
        """CallManager-trust of the second node alone lacks the root."""
        spec = {
            "nodes": PAIR,
            "unified_cm": {"cucm1": {}, "cucm2": {"trust": {"CallManager-trust": ["issuing-1"]}}},
        }
        found = derived(spec, tmp_path)
        failing = checks(found, verifier_role="uc_server", check="chain", state="fail")

        assert [("cucm2", "CallManager-trust", "missing_root")] == [
            (check.verifier, check.trust_store, check.reason) for check in failing
        ]
        assert [("cucm2", "cucm1")] == [
            (fact.host, fact.other) for fact in found.facts if isinstance(fact, UcTrustDifference)
        ]

    def test_what_was_not_listed_whole_is_not_concluded_from(self, tmp_path: Path) -> None:
        """Single certificates that were printed do not show what is absent."""
        spec = {"nodes": PAIR, "unified_cm": {"cucm1": {"files": ["show"]}}}
        found = derived(spec, tmp_path)
        states = {c.state for c in checks(found, verifier_role="uc_server", check="chain")}

        assert {"unknown"} == states

    def test_listing_and_snapshot_give_the_same_verdicts(self, tmp_path: Path) -> None:
        """Names and serial numbers are enough where the CAs are known from elsewhere."""
        trust = {"tomcat-trust": ["root"], "CallManager-trust": ["root", "issuing-1"]}

        def verdicts(kind: str) -> list[tuple[str | None, str, str | None]]:
            own = {"files": [kind], "trust": trust}
            found = derived({"nodes": PAIR, "unified_cm": {"cucm1": own}}, tmp_path / kind)
            wanted = checks(found, verifier_role="uc_server", check="chain")
            return sorted((c.trust_store, c.state, c.missing_subject) for c in wanted)

        assert verdicts("snapshot") == verdicts("list") == verdicts("sql")
        assert ["ok", "fail"] == [state for _, state, _ in verdicts("list")]

    def test_two_deployments_are_kept_apart(self, tmp_path: Path) -> None:
        """A server of another domain than the Expressway-C is not judged against it."""
        nodes = {
            "core1": {},
            "core2": {"fqdn": "core2.other.example", "mra_domains": ["other.example"]},
            "edge1": {},
        }
        spec = {"nodes": nodes, "unified_cm": {"cucm1": {}}}
        found = derived(spec, tmp_path)

        assert {"core1"} == {check.client for check in checks(found, server="cucm1")}


def test_the_order_of_inputs_does_not_matter(tmp_path: Path) -> None:
    """Any order of the same files gives the same facts."""
    spec = {
        "nodes": PAIR,
        "unified_cm": {"cucm1": {"files": ["list", "sql", "show"]}, "imp1": {}},
    }
    paths = write(spec, tmp_path)
    at = int(build(spec).at.timestamp())

    def facts(found: Observations) -> tuple[object, ...]:
        return derive(found, at, knowledge()).facts

    assert facts(observe(paths)) == facts(observe(paths[::-1]))
    assert ["cucm1", "imp1"] == [
        fact.host for fact in facts(observe(paths)) if isinstance(fact, UcServer)
    ]


class TestTrafficServerNames:
    """Traffic Server's own rule for names, as upstream's X509HostnameValidator.cc has it."""

    @pytest.mark.parametrize(
        ("subject", "names", "asked", "accepted"),
        [
            ("x", ["cucm1.example.com"], "CUCM1.example.com", True),
            ("x", ["cucm1.example.com"], "cucm1", False),
            ("x", ["10.0.0.20"], "10.0.0.20", False),
            ("10.0.0.20", [], "10.0.0.20", True),
            ("cucm1.example.com", ["other.example.com"], "cucm1.example.com", True),
            ("x", ["*.example.com"], "cucm1.example.com", True),
            ("x", ["*.example.com"], "a.cucm1.example.com", False),
            ("x", ["*.com"], "example.com", False),
        ],
    )
    def test_names(self, subject: str, names: list[str], asked: str, accepted: bool) -> None:
        """DNS names and the first CN count, as text; IP address entries do not."""
        certificate: Certificate = issue(subject, names=names, ca=False)

        assert accepted == traffic_server_accepts(certificate, asked)


def test_an_automatic_zone_is_of_the_server_that_its_name_tells(tmp_path: Path) -> None:
    """`CEtls-<server>` is all that shows for which Unified CM the Expressway-C made it."""
    zones = [
        {"type": "traversal_client", "uc": True, "peers": ["edge1.example.com"]},
        {"type": "neighbor", "name": "CEtls-cucm2.example.com", "port": 5061},
    ]
    spec = {
        "nodes": {"core1": {"zones": zones}, "edge1": {}},
        "unified_cm": {"cucm1": {}, "cucm2": {}},
    }
    found = checks(derived(spec, tmp_path), link="sip-5061")

    assert {"core1", "cucm2"} == {one.server for one in found} | {one.client for one in found}

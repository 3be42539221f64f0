"""Trusted CA lists, key types of the tunnels, telling phrases, requests, assumed releases."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.builders.deployment import write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.knowledge import CloudRoot as WantedRoot
from certclinic.facts.knowledge import Knowledge
from certclinic.facts.logs.log_reader import read_log
from certclinic.facts.model import Certificate, LinkCheck, Node, UploadCheck
from certclinic.facts.model_checks import (
    CertificateRequest,
    CloudRoot,
    TrustList,
    TunnelAlgorithm,
)
from certclinic.facts.request_facts import read_request
from certclinic.facts.upgrade import upgraded
from certclinic.facts.vocabulary import Evidence, Time, Version

NOW = 1_795_514_400  # 2026-11-24T10:00:00Z
KNOWLEDGE = Knowledge(
    client_auth_ends=Time(NOW),
    requirements=(),
    authorities=(),
    cloud_roots=(WantedRoot(service="Webex", common_name="Cloud Root"),),
)
KEY = "Ciphers sshd_pfwd_pubkeyalgorithms Value"


def facts(spec: dict[str, Any], folder: Path, kind: type[Any]) -> list[Any]:
    return [
        f for f in derive(observe(write(spec, folder)), NOW, KNOWLEDGE).facts if isinstance(f, kind)
    ]


def test_a_list_is_counted_and_searched_for_the_cloud_root(tmp_path: Path) -> None:
    """Entries are all certificates; a root is found by its common name."""
    spec = {
        "authorities": {"cloud": {"cn": "Cloud Root"}},
        "nodes": {"core1": {"trust": ["root", "issuing-1", "cloud"], "trust_filler": 4}},
    }

    assert {("core1", 7, 0), ("edge1", 2, 0)} == {
        (f.host, f.entries, f.crls) for f in facts(spec, tmp_path / "1", TrustList)
    }
    assert {("core1", True), ("edge1", False)} == {
        (f.host, f.held) for f in facts(spec, tmp_path / "2", CloudRoot)
    }


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        ("rsa2048", "x509v3-rsa2048-sha256"),
        ("ec256", "x509v3-ecdsa-sha2-nistp256"),
        ("ec384", "x509v3-ecdsa-sha2-nistp384"),
    ],
)
def test_key_types_by_the_names_of_rfc_6187(key: str, algorithm: str, tmp_path: Path) -> None:
    """The setting of one side, blanks and all, against the certificate of the other."""
    spec = {
        "nodes": {
            "core1": {"settings": {KEY: "x509v3-rsa2048-sha256, x509v3-ecdsa-sha2-nistp256"}},
            "edge1": {"certificate": {"key": key}},
        }
    }
    (fact,) = facts(spec, tmp_path, TunnelAlgorithm)

    assert ("core1", "edge1", algorithm) == (fact.host, fact.presenter, fact.algorithm)
    assert fact.accepted == (key != "ec384")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("ascii codec cannot decode byte 0xc3 in position 42487", "non_ascii_certificate"),
        ("'ascii' codec can't decode byte 0xc3 in position 1", "non_ascii_certificate"),
        ("Failed: Address is not an IM and Presence Server", "not_im_and_presence"),
        ("This server is not an IM and Presence Server", "not_im_and_presence"),
        ("Post install script /a/52-set_pubkeyalgorithms failed", "tunnel_algorithms_upgrade"),
        ('Detail="Smart license communication error: The system"', "smart_licensing"),
    ],
)
def test_phrases_are_counted(text: str, phrase: str) -> None:
    """Whatever process writes them, in the spelling of either generation of the product."""
    line = f"2026-11-24T10:00:00.000+00:00 core1 management: {text}\n"
    events, failure = read_log(BytesIO((line * 2).encode()), Evidence(input="log"))

    assert failure is None
    assert {phrase: 2} == {kind: tally.count for kind, tally in events.phrases.items()}


@pytest.mark.parametrize(
    ("names", "unqualified"),
    [
        (["edge1.example.com", "example.com"], None),
        (["edge1.example.com", "edge1"], "edge1"),
        (["edge1.example.com", "ip:10.0.1.21"], "10.0.1.21"),
        (["*.example.com"], None),
    ],
)
def test_the_first_name_without_a_domain_is_told(
    names: list[str], unqualified: str | None, tmp_path: Path
) -> None:
    """IP addresses are no FQDNs either."""
    spec = {"nodes": {"edge1": {"certificate": {"san": names}}}}
    found = {f.host: f for f in facts(spec, tmp_path, Certificate)}

    assert unqualified == found["edge1"].unqualified_name
    assert sum(len(name.removeprefix("ip:")) for name in names) == found["edge1"].names_length


def test_an_upgrade_to_two_stores_copies_the_certificate(tmp_path: Path) -> None:
    """As Cisco 225693 describes it; below X15.5 nothing but the release changes."""
    observations = observe(
        write({"nodes": {"core1": {"certificate": {"eku": ["server"]}}}}, tmp_path)
    )

    def judged(release: str) -> tuple[set[Any], set[Any]]:
        found = derive(upgraded(observations, Version(release)), NOW, KNOWLEDGE).facts
        versions = {f.version for f in found if isinstance(f, Node)}
        stores = {
            (f.store, f.eku) for f in found if isinstance(f, Certificate) if f.host == "core1"
        }
        return versions, stores

    assert ({"X15.4"}, {("server", "server")}) == judged("X15.4")
    assert ({"X15.5"}, {("server", "server"), ("client", "server")}) == judged("X15.5")
    assert ({"X14.3.4"}, {("server", "server")}) == judged("X14.2")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_requests(data: bytes) -> None:
    """What is no request of RFC 2986 is none, whatever it is."""
    assert read_request(data) is None


@pytest.mark.parametrize(("form", "same"), [("csr", True), ("foreign_csr", False)])
def test_a_request_is_held_against_certificates_of_its_name(
    form: str, same: bool, tmp_path: Path
) -> None:
    """The key decides; a certificate of another name is left alone."""
    files = {
        "edge1.pem": {"certificate": "edge1"},
        "core1.pem": {"certificate": "core1"},
        "edge1.csr": {"certificate": "edge1", "format": form},
    }

    assert [("edge1.csr", "edge1.pem", "edge1.example.com", same)] == [
        (f.path, f.certificate_path, f.common_name, f.same_key)
        for f in facts({"certificate_files": files}, tmp_path, CertificateRequest)
    ]


@pytest.mark.parametrize(
    ("trust", "reason"),
    [(["root", "older", "issuing-1"], "twin"), (["root", "older"], "signature")],
)
def test_a_namesake_in_the_way_of_the_right_ca_is_a_twin(
    trust: list[str], reason: str, tmp_path: Path
) -> None:
    """OpenSSL takes the first CA of the issuer's name where no key identifier says which, from the
    list first (X509_V_ERR 7). With the right one below it, or sent along as in the SIP handshake,
    deleting the entry is the cure; else the right one is missing as well."""
    spec = {
        "authorities": {"older": {"twin_of": "issuing-1", "issuer": "root"}},
        "nodes": {
            "core1": {"trust": trust, "certificate": {"aki": False}},
            "edge1": {"certificate": {"aki": False}},
        },
    }

    (upload,) = (f for f in facts(spec, tmp_path / "1", UploadCheck) if f.host == "core1")
    assert ("fail", reason) == (upload.state, upload.reason)
    refused = [
        f
        for f in facts(spec, tmp_path / "2", LinkCheck)
        if f.verifier == "core1" and f.check == "chain"
    ]
    assert {("sip", "fail", "twin", 7), ("ssh", "fail", reason, 7)} == {
        (f.link, f.state, f.reason, f.openssl) for f in refused
    }

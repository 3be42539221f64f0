"""OpenSSL agrees: before and after a kit, real handshakes fail and succeed as the tool says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from certclinic.app.case import Case, open_case
from certclinic.app.kit import kit_files
from certclinic.app.plan import plan
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import build, merge
from certclinic.builders.pki import Issued, pem, trust_list
from certclinic.builders.symptom import ALL, ISSUING_2, pair
from certclinic.facts.model import LinkCheck
from certclinic.facts.model_checks import RevocationCheck
from certclinic.facts.trust.judgement import judge
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl

from .handshake import OPENSSL, Outcome, Side, Version, handshake
from .mended import mended

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command as a judge")

VERSIONS = get_args(Version)
OTHER = {"root-2": {"cn": "Second Root CA"}, "issuing-2": {"issuer": "root-2"}}
HOSTNAME_MISMATCH = 62  # X509_V_ERR_HOSTNAME_MISMATCH, x509_vfy.h
BOTH = ("root", "issuing-1", "root-2", "issuing-2")
FOLDERS = {"bundle": {"format": "folder"}}

FAULTS: dict[str, dict[str, Any]] = {
    "chain: the Expressway-C lacks the CAs of the Expressway-E": pair(
        edge={"certificate": {"issuer": "issuing-2"}, "trust": BOTH}, authorities=OTHER
    ),
    "chain: the Expressway-E lacks the CAs of the Expressway-C": pair(
        {"certificate": {"issuer": "issuing-2"}, "trust": BOTH}, authorities=OTHER
    ),
    "chain: a root that the Expressway-C lost": pair({"trust": ["issuing-1"]}),
    "name: the certificate of the Expressway-E has the name of another host": pair(
        edge={"certificate": {"cn": "old.example.com", "san": ["old.example.com", "example.com"]}}
    ),
    "name: the Expressway-E expects a name that the Expressway-C has not": pair(
        edge={"zone": {"verify_name": "core.example.com"}}
    ),
    "purpose: the Expressway-C has no clientAuth": pair({"certificate": {"eku": ["server"]}}),
    "time: the certificate of the Expressway-E is expired": pair(
        edge={"certificate": {"from": "-400d", "to": "-3d"}}
    ),
}


def checks(case: Case) -> list[LinkCheck]:
    """The checks of the traversal zone between core1 and edge1."""
    return [
        fact
        for fact in case.facts.values()
        if isinstance(fact, LinkCheck)
        and (fact.link, fact.client, fact.server) == ("sip", "core1", "edge1")
    ]


def asked(case: Case, verifier: str) -> str | None:
    """The name that a side expects of the other."""
    names = [c.expected_name for c in checks(case) if c.verifier == verifier and c.check == "name"]
    return names[0] if names else None


def said(case: Case) -> Outcome:
    """The handshake as the tool has it."""
    numbers: dict[str, list[int | None]] = {"core1": [], "edge1": []}
    for check in checks(case):
        if check.state == "fail":
            number = HOSTNAME_MISMATCH if check.check == "name" else check.openssl
            numbers[check.verifier].append(number)
    client, server = numbers["core1"], numbers["edge1"]
    return Outcome(
        client[0] if client else None,
        # A client that refuses the server shows no certificate of its own.
        server[0] if server and not client else None,
        established=not client and not server,
    )


def side(case: Case, paths: list[Path], host: str) -> Side:
    """One end as its bundle has it."""
    (bundle,) = (path for path in paths if path.is_dir() and f"_{host}_" in path.name)
    (certificate,) = bundle.glob("server_*.pem")
    (trust,) = bundle.glob("ca_*.pem")
    return Side(certificate.read_bytes(), trust.read_bytes(), asked(case, host))


def shaken(case: Case, paths: list[Path], folder: Path, version: Version) -> Outcome:
    client, server = side(case, paths, "core1"), side(case, paths, "edge1")
    return handshake(folder, client, server, version, case.judged_at)


def in_folders(spec: Mapping[str, Any]) -> dict[str, Any]:
    return merge(spec, {"nodes": {"core1": FOLDERS, "edge1": FOLDERS}})


def judged_at(paths: list[Path], at: int) -> Case:
    return open_case(paths, rule_base(), at, "reference")


@pytest.mark.parametrize("fault", FAULTS)
def test_the_handshake_fails_as_said_and_succeeds_after_the_kit(fault: str, tmp_path: Path) -> None:
    """OpenSSL gives the number that the check gives, and none when the kit has been applied."""
    spec = in_folders(FAULTS[fault])
    at = int(build(spec).at.timestamp())
    before = mended(spec, {}, tmp_path / "before")
    case = judged_at(before, at)
    outcomes = {shaken(case, before, tmp_path, version) for version in VERSIONS}
    assert outcomes == {said(case)}
    assert not said(case).established

    cure = plan(case)
    assert cure.whole is not None
    assert cure.whole.verdict == "proven"
    _, files = kit_files(case, cure, "en")
    after = mended(spec, files, tmp_path / "after")
    cured = judged_at(after, at)
    outcomes = {shaken(cured, after, tmp_path, version) for version in VERSIONS}
    assert outcomes == {said(cured)} == {Outcome(None, None, established=True)}


@pytest.mark.parametrize("days", [0, 900])
def test_a_deployment_holds_until_its_certificates_expire(days: int, tmp_path: Path) -> None:
    """What the tool says of a later time, OpenSSL says at that time."""
    spec = in_folders(pair())
    paths = mended(spec, {}, tmp_path / "in")
    case = judged_at(paths, int((build(spec).at + timedelta(days=days)).timestamp()))
    assert {shaken(case, paths, tmp_path, version) for version in VERSIONS} == {said(case)}
    assert said(case).established == (days == 0)


def _crl(issuer: Issued, serial: int, at: datetime) -> x509.CertificateRevocationList:
    """The list of a CA that revokes one serial number."""
    revoked = x509.RevokedCertificateBuilder().revocation_date(at - timedelta(days=1))
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at - timedelta(days=1))
        .next_update(at + timedelta(days=9))
        .add_revoked_certificate(revoked.serial_number(serial).build())
        .sign(issuer.key, SHA256())
    )


@pytest.mark.parametrize("revoked", [True, False])
def test_a_revoked_certificate_is_refused_by_both(revoked: bool, tmp_path: Path) -> None:
    """With the CRL of its CA, OpenSSL and the judgement of a path refuse the same certificate."""
    deployment = build(pair(authorities=ISSUING_2, core={"trust": ALL}, edge={"trust": ALL}))
    core, edge = (
        node for name in ("core1", "edge1") for node in deployment.nodes if node.name == name
    )
    at = deployment.at
    serial = edge.certificate.serial_number if revoked else 1
    crls = [
        _crl(deployment.authorities[name], serial if name == "issuing-1" else 1, at)
        for name in ("issuing-1", "root")
    ]
    text = b"".join(crl.public_bytes(Encoding.PEM) for crl in crls)
    client = Side(pem(core.certificate), trust_list(core.trust), crls=text)
    server = Side(pem(edge.certificate), trust_list(edge.trust))
    seconds = int(at.timestamp())
    trust = [Certificate.from_der(c.public_bytes(Encoding.DER)) for c in core.trust]
    judgement = judge(
        Certificate.from_der(edge.certificate.public_bytes(Encoding.DER)),
        (),
        trust,
        purpose="server",
        at=seconds,
        crls=[Crl.from_der(crl.public_bytes(Encoding.DER)) for crl in crls],
    )
    assert judgement.trusted is not revoked
    for version in VERSIONS:
        outcome = handshake(tmp_path, client, server, version, seconds)
        assert (outcome.client or 0, outcome.established) == (judgement.code, not revoked)


NUMBERS = {"revoked": 23, "list_expired": 12}  # X509_V_ERR_*, x509_vfy.h
CHECKING = "SIP TLS Certificate Revocation Checking"
LISTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "both are in force": ({}, {}),
    "the certificate of the Expressway-E is revoked": ({"revoked": ["edge1"]}, {}),
    "its CA is revoked": ({}, {"revoked": ["issuing-1"]}),
    "the list of its CA ran out": ({"to": "-1h"}, {}),
    "the list of the root ran out": ({}, {"to": "-1h"}),
}


@pytest.mark.parametrize("lists", LISTS)
def test_a_link_that_relies_on_revocation_lists_fails_as_said(lists: str, tmp_path: Path) -> None:
    """What the Expressway-C makes of the lists given is what OpenSSL makes of them."""
    settings = {
        f"{CHECKING} Mode": "On",
        f"{CHECKING} OCSP Mode": "Off",
        f"{CHECKING} CRL Network Fetch Mode": "Off",
        f"{CHECKING} Source Inaccessibility Behavior": "Fail",
    }
    issuing, root = LISTS[lists]
    spec = pair({"settings": settings}) | {
        "certificate_files": {
            "issuing.crl": {"certificate": "issuing-1", "format": "crl", **issuing},
            "root.crl": {"certificate": "root", "format": "crl", **root},
        }
    }
    spec = in_folders(spec)
    at = int(build(spec).at.timestamp())
    paths = mended(spec, {}, tmp_path / "in")
    case = judged_at(paths, at)
    told: set[int | None] = {
        NUMBERS[fact.reason or ""]
        for fact in case.facts.values()
        if isinstance(fact, RevocationCheck) and (fact.state, fact.enforced) == ("fail", "ok")
    }
    crls = b"".join(path.read_bytes() for path in paths if path.suffix == ".crl")
    client = replace(side(case, paths, "core1"), crls=crls)
    for version in VERSIONS:
        outcome = handshake(tmp_path, client, side(case, paths, "edge1"), version, at)
        assert outcome.established is not bool(told)
        assert {outcome.client} == (told or {None})

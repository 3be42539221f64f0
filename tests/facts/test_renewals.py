"""A renewal under another issuer key, held against every list that has to verify it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from certclinic.builders.deployment import build, write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.knowledge import Knowledge
from certclinic.facts.model_checks import Renewal
from certclinic.facts.vocabulary import Time

KNOWLEDGE = Knowledge(client_auth_ends=Time(0), requirements=(), authorities=(), cloud_roots=())
OTHER = {"issuing-2": {"issuer": "root", "cn": "Example Issuing CA 2"}}
NEW_KEY = {"issuing-2": {"twin_of": "issuing-1", "issuer": "root"}}
NEXT = {"core1-new.pem": {"certificate": "core1/next"}}


def renewals(spec: dict[str, Any], folder: Path) -> list[Renewal]:
    """The renewals of a deployment."""
    at = int(build(spec).at.timestamp())
    facts = derive(observe(write(spec, folder)), at, KNOWLEDGE).facts
    return [fact for fact in facts if isinstance(fact, Renewal)]


def core(**own: Any) -> dict[str, Any]:
    """A core1 with a next certificate of the second CA, and an edge1."""
    following = {"issuer": "issuing-2", "from": "-1d"}
    return {"core1": {"next_certificate": following, **own}, "edge1": {}}


def test_every_list_that_needs_the_new_ca_is_named(tmp_path: Path) -> None:
    """The node's own, the other side's, and both stores of Unified CM."""
    spec = {
        "authorities": OTHER,
        "nodes": core(trust=["root", "issuing-1", "issuing-2"]),
        "unified_cm": {"cucm1": {}},
        "certificate_files": NEXT,
    }
    found = renewals(spec, tmp_path)

    assert {
        ("core1", "trusted CA list"): "ok",
        ("edge1", "trusted CA list"): "fail",
        ("cucm1", "tomcat-trust"): "fail",
        ("cucm1", "CallManager-trust"): "fail",
    } == {(one.verifier, one.trust_store): one.state for one in found}
    assert {("core1", "server", "core1-new.pem", False)} == {
        (one.host, one.store, one.source, one.installed) for one in found
    }


def test_a_ca_that_took_a_new_key_under_its_old_name_is_another_issuer(tmp_path: Path) -> None:
    """The old CA certificate is in every list, and vouches for nothing that the new key signs."""
    spec = {"authorities": NEW_KEY, "nodes": core(), "certificate_files": NEXT}
    found = renewals(spec, tmp_path)

    assert {("core1", "fail"), ("edge1", "fail")} == {(r.verifier, r.state) for r in found}
    assert all(r.same_name and r.issuer_key_id != r.old_issuer_key_id for r in found)
    assert {found[0].issuer} == {r.missing_subject for r in found}


@pytest.mark.parametrize(
    "following",
    [{"issuer": "issuing-1", "from": "-1d"}, {"issuer": "issuing-2", "cn": "other.example.com"}],
    ids=["same CA key", "another name"],
)
def test_a_renewal_by_the_same_key_or_of_another_name_is_none(
    following: dict[str, str], tmp_path: Path
) -> None:
    """Only a change of the issuer's key asks for work elsewhere."""
    nodes = core() | {"core1": {"next_certificate": following}}
    spec = {"authorities": OTHER, "nodes": nodes, "certificate_files": NEXT}

    assert [] == renewals(spec, tmp_path)


def test_an_older_certificate_file_shows_what_was_before(tmp_path: Path) -> None:
    """By the start of its validity it is told which of the two came first."""
    nodes = core() | {"core1": {"next_certificate": {"issuer": "issuing-2", "from": "-300d"}}}
    spec = {"authorities": OTHER, "nodes": nodes, "certificate_files": NEXT}
    found = renewals(spec, tmp_path)

    assert {(True, "ok")} == {(one.installed, one.state) for one in found}
    assert {"CN=Example Issuing CA 2,O=Example Corp,C=US"} == {one.old_issuer for one in found}


def test_an_older_bundle_shows_what_was_before(tmp_path: Path) -> None:
    """The newest bundle decides what is installed; the certificate before is not forgotten."""
    nodes = {
        "core1": {},
        "edge1": {
            "certificate": {"issuer": "issuing-2", "from": "-1d"},
            "trust": ["root", "issuing-1", "issuing-2"],
            "former_certificate": {"from": "-200d"},
        },
    }
    found = renewals({"authorities": OTHER, "nodes": nodes}, tmp_path)

    assert {"core1": "fail", "edge1": "ok"} == {one.verifier: one.state for one in found}
    assert all(one.installed and one.source.startswith("server_edge1_") for one in found)


def test_a_list_that_is_not_known_whole_decides_nothing(tmp_path: Path) -> None:
    """A bundle without the trusted CA list leaves the question open."""
    nodes = core() | {"edge1": {"files": {"omit": ["ca"]}}}
    spec = {"authorities": OTHER, "nodes": nodes, "certificate_files": NEXT}
    states = {one.verifier: one.state for one in renewals(spec, tmp_path)}

    assert {"core1": "fail", "edge1": "unknown"} == states

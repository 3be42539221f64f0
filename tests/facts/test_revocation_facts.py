"""Certificates of SIP TLS links held against the revocation lists given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from certclinic.app.knowledge import knowledge
from certclinic.builders.deployment import build, write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.model_checks import RevocationCheck

CHECKING = "SIP TLS Certificate Revocation Checking"
ON = {f"{CHECKING} Mode": "On"}
ALONE = {
    **ON,
    f"{CHECKING} OCSP Mode": "Off",
    f"{CHECKING} CRL Network Fetch Mode": "Off",
    f"{CHECKING} Source Inaccessibility Behavior": "Fail",
}


def checks(
    folder: Path, settings: dict[str, str], lists: dict[str, Any], **core: Any
) -> list[RevocationCheck]:
    """What an Expressway-C with these settings makes of the Expressway-E's chain."""
    files = {f"{number}.crl": {"format": "crl", **one} for number, one in enumerate(lists.values())}
    spec = {"nodes": {"core1": {"settings": settings, **core}, "edge1": {}}}
    spec["certificate_files"] = files
    observations = observe(write(spec, folder))
    derived = derive(observations, int(build(spec).at.timestamp()), knowledge())
    return [fact for fact in derived.facts if isinstance(fact, RevocationCheck)]


def test_a_list_in_force_that_names_nothing_lets_pass(tmp_path: Path) -> None:
    (check,) = checks(tmp_path, ON, {"one": {"certificate": "issuing-1"}})
    assert (check.host, check.presenter, check.state, check.depth) == ("core1", "edge1", "ok", 0)
    assert check.issuer.startswith("CN=Example Issuing CA 1,")


def test_a_ca_of_the_chain_is_held_against_the_list_of_its_own_issuer(tmp_path: Path) -> None:
    """The check is made for every CA of the chain of trust (Administrator Guide)."""
    lists = {"one": {"certificate": "root", "revoked": ["issuing-1"]}}
    (check,) = checks(tmp_path, ON, lists)
    assert (check.depth, check.reason, check.enforced) == (1, "revoked", "ok")


def test_a_list_that_ran_out_refuses_where_nothing_else_can_tell(tmp_path: Path) -> None:
    lists = {"one": {"certificate": "issuing-1", "to": "-1h"}}
    (alone,) = checks(tmp_path / "alone", ALONE, lists)
    (other,) = checks(tmp_path / "other", ON, lists)
    assert (alone.reason, alone.enforced) == ("list_expired", "ok")
    assert (other.reason, other.enforced) == ("list_expired", "unknown")


def test_the_newer_of_two_lists_decides(tmp_path: Path) -> None:
    lists = {
        "old": {"certificate": "issuing-1", "to": "-1h"},
        "new": {"certificate": "issuing-1", "to": "6d"},
    }
    (check,) = checks(tmp_path, ALONE, lists)
    assert check.state == "ok"


def test_no_list_is_looked_at_where_checking_or_lists_are_off(tmp_path: Path) -> None:
    lists = {"one": {"certificate": "issuing-1", "revoked": ["edge1"]}}
    off = {**ON, f"{CHECKING} CRL Mode": "Off"}
    assert not checks(tmp_path / "never", {}, lists)
    assert not checks(tmp_path / "no lists", off, lists)
    unverified = {"zone": {"tls_verify": False}}
    assert not checks(tmp_path / "no TLS verify", ON, lists, **unverified)


def test_a_list_of_another_ca_of_the_same_name_says_nothing(tmp_path: Path) -> None:
    """A list counts if the CA of the chain has signed it (RFC 5280, 6.3.3, f and g)."""
    spec = {
        "authorities": {"twin": {"twin_of": "issuing-1", "issuer": "root"}},
        "nodes": {"core1": {"settings": ON}, "edge1": {}},
        "certificate_files": {
            "twin.crl": {"certificate": "twin", "format": "crl", "revoked": ["edge1"]}
        },
    }
    derived = derive(observe(write(spec, tmp_path)), int(build(spec).at.timestamp()), knowledge())
    assert not any(isinstance(fact, RevocationCheck) for fact in derived.facts)


def test_what_a_list_that_ran_out_revokes_is_revoked(tmp_path: Path) -> None:
    """OpenSSL would say that the list is out of date; a newer one would name it still."""
    lists = {"one": {"certificate": "issuing-1", "to": "-1h", "revoked": ["edge1"]}}
    (check,) = checks(tmp_path, ON, lists)
    assert (check.reason, check.enforced) == ("revoked", "ok")

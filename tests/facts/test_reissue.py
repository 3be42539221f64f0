"""Successors of certificates, as what-if supposes that a CA issues them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certclinic.builders.deployment import Deployment, build
from certclinic.facts.trust.judgement import judge
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.reissue import Wanted, private_ca, reissued

EXPIRED = {"nodes": {"edge1": {"certificate": {"to": "-3d", "eku": ["server"], "key": "ec256"}}}}


def authorities(deployment: Deployment) -> list[Certificate]:
    found = (deployment.authorities[name].certificate for name in ("root", "issuing-1"))
    return [Certificate.from_der(one.public_bytes(Encoding.DER)) for one in found]


@pytest.fixture(scope="module")
def case() -> tuple[Certificate, list[Certificate], int]:
    """An expired Expressway-E certificate for servers alone, its CAs, and the time."""
    deployment = build(EXPIRED)
    (node,) = (n for n in deployment.nodes if n.name == "edge1")
    der = node.certificate.public_bytes(Encoding.DER)
    return Certificate.from_der(der), authorities(deployment), int(deployment.at.timestamp())


Case = tuple[Certificate, list[Certificate], int]


def test_a_renewal_is_accepted_where_the_old_certificate_was_not(case: Case) -> None:
    old, cas, at = case
    assert judge(old, (), cas, purpose="server", at=at).code == 10  # certificate has expired
    new = reissued(old, cas, Wanted(), at)
    assert judge(new, (), cas, purpose="server", at=at).trusted
    assert (new.subject, new.dns_names, new.eku) == (old.subject, old.dns_names, "server")


def test_nobody_vouches_for_it_but_the_keys_that_signed_its_predecessor(case: Case) -> None:
    old, cas, at = case
    without_issuer = [cas[0]]
    new = reissued(old, without_issuer, Wanted(), at)
    assert not any(new.signed_by(ca) for ca in cas)


def test_names_usage_and_key_are_as_wanted(case: Case) -> None:
    old, cas, at = case
    wanted = Wanted(("Collab.Example.com", "new.example.com"), (), "both", rsa=True)
    new = reissued(old, cas, wanted, at)
    assert set(new.dns_names) >= {*old.dns_names, "Collab.Example.com", "new.example.com"}
    assert (new.eku, new.key_type, new.key_bits) == ("both", "RSA", 2048)
    assert new.ski != old.ski
    assert judge(new, (), cas, purpose="client", at=at).trusted


def test_a_name_that_is_there_is_not_added_twice(case: Case) -> None:
    old, cas, at = case
    again = reissued(old, cas, Wanted(tuple(name.upper() for name in old.dns_names)), at)
    assert again.dns_names == old.dns_names


def test_left_out_names_are_gone(case: Case) -> None:
    old, cas, at = case
    left_out = old.dns_names[0]
    assert left_out not in reissued(old, cas, Wanted(without=(left_out,)), at).dns_names


def test_the_companys_own_ca_signs_in_truth(case: Case) -> None:
    old, cas, at = case
    new = reissued(old, cas, Wanted(private=True), at)
    assert judge(new, (), [private_ca(at)], purpose="server", at=at).trusted
    assert not judge(new, (), cas, purpose="server", at=at).trusted


def test_the_same_wish_gives_the_same_bytes(case: Case) -> None:
    old, cas, at = case
    assert reissued(old, cas, Wanted(), at).der == reissued(old, cas, Wanted(), at).der


def test_vouching_does_not_reach_the_certificate_that_is_read_from_the_same_bytes(
    case: Case,
) -> None:
    old, cas, at = case
    new = reissued(old, cas, Wanted(), at)
    assert not any(Certificate.from_der(new.der).signed_by(ca) for ca in cas)
    assert any(replace(new).signed_by(ca) for ca in cas)


def test_bare_names_addresses_and_wildcards_are_left_out_where_only_fqdns_are_wanted() -> None:
    given = ["core1.example.com", "core1", "*.example.com", "ip:10.0.1.21"]
    deployment = build({"nodes": {"core1": {"certificate": {"san": given}}}})
    (node,) = (n for n in deployment.nodes if n.name == "core1")
    old = Certificate.from_der(node.certificate.public_bytes(Encoding.DER))
    new = reissued(
        old, authorities(deployment), Wanted(fqdns_only=True), int(deployment.at.timestamp())
    )
    assert (new.dns_names, new.ip_addresses) == (("core1.example.com",), ())


def test_the_successor_of_a_ca_without_basic_constraints_is_a_ca() -> None:
    spec = {"authorities": {"issuing-1": {"issuer": "root", "ca": "missing"}}}
    deployment = build(spec)
    at = int(deployment.at.timestamp())
    root, old = authorities(deployment)
    assert not old.is_ca
    new = reissued(old, [root], Wanted(authority=True), at)
    assert new.is_ca
    assert judge(new, (), [root], at=at).trusted

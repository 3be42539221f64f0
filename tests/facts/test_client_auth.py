"""Who issued a certificate, what asks it for clientAuth, and what its renewal brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.builders.deployment import write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.knowledge import EkuRequirement, Knowledge, PublicAuthority
from certclinic.facts.model_checks import CertificateOrigin, ClientAuthUse
from certclinic.facts.releases import release_key
from certclinic.facts.vocabulary import Time, Version

NOW, YEAR = 1_795_514_400, 365 * 86_400  # 2026-11-24T10:00:00Z
KNOWLEDGE = Knowledge(
    client_auth_ends=Time(NOW + YEAR),
    requirements=(
        EkuRequirement(link="ssh", presenter="expressway_c", store="client", asks="client"),
        EkuRequirement(
            link="upload",
            presenter="any",
            store="server",
            asks="client",
            before=Version("X15.5"),
            lifted_by=("XCP TLS Certificate CVS EnableServerEkuUpload", "On"),
        ),
    ),
    authorities=(
        PublicAuthority(
            organisations=frozenset({"public trust"}),
            server_only_from=Time(NOW + YEAR // 2),
            clientauth=frozenset({"Public Client CA"}),
        ),
    ),
    cloud_roots=(),
)


def derived(spec: dict[str, Any], folder: Path) -> list[Any]:
    return list(derive(observe(write(spec, folder)), NOW, KNOWLEDGE).facts)


def origins(spec: dict[str, Any], folder: Path) -> set[tuple[str, str, str | None, int | None]]:
    return {
        (fact.host, fact.origin, fact.organisation, fact.server_only_from)
        for fact in derived(spec, folder)
        if isinstance(fact, CertificateOrigin)
    }


PUBLIC = {
    "root": {"cn": "Public Root", "organisation": "Public Trust"},
    "issuing-1": {"cn": "Public Server CA", "organisation": "Public Trust", "issuer": "root"},
}


def test_the_organisation_of_an_issuer_makes_it_public(tmp_path: Path) -> None:
    """The name is compared without regard to case; the CA's date comes along."""
    stop = NOW + YEAR // 2

    assert {
        ("core1", "public", "Public Trust", stop),
        ("edge1", "public", "Public Trust", stop),
    } == (origins({"authorities": PUBLIC}, tmp_path))


def test_the_organisation_of_the_root_counts(tmp_path: Path) -> None:
    """A reseller's CA under a public root is public."""
    resold = {**PUBLIC, "issuing-1": {"organisation": "Reseller", "issuer": "root"}}

    assert {"public"} == {origin for _, origin, _, _ in origins({"authorities": resold}, tmp_path)}


def test_a_ca_that_goes_on_with_client_auth_has_no_date(tmp_path: Path) -> None:
    """It is public all the same."""
    kept = {**PUBLIC, "issuing-1": {**PUBLIC["issuing-1"], "cn": "Public Client CA"}}

    assert {("public", None)} == {(o, t) for _, o, _, t in origins({"authorities": kept}, tmp_path)}


def test_a_chain_up_to_an_unlisted_root_is_private(tmp_path: Path) -> None:
    """Only a whole chain proves it: without the root nothing is claimed."""
    bare = {"nodes": {name: {"trust": ["issuing-1"]} for name in ("core1", "edge1")}}

    assert {"private"} == {o for _, o, _, _ in origins({}, tmp_path / "whole")}
    assert {"unknown"} == {o for _, o, _, _ in origins(bare, tmp_path / "bare")}


@pytest.mark.parametrize(("end", "lost"), [("100d", False), ("250d", True)])
def test_a_renewal_after_the_stop_loses_client_auth(end: str, lost: bool, tmp_path: Path) -> None:
    """The certificate's end against the date from which its CA issues serverAuth alone."""
    ending = {name: {"certificate": {"to": end}} for name in ("core1", "edge1")}
    uses = [
        fact
        for fact in derived({"authorities": PUBLIC, "nodes": ending}, tmp_path)
        if isinstance(fact, ClientAuthUse)
    ]

    assert {("core1", "ssh"), ("core1", "upload"), ("edge1", "upload")} == {
        (fact.host, fact.use) for fact in uses
    }
    assert {(True, lost)} == {(fact.allowed, fact.lost_at_renewal) for fact in uses}


def test_a_setting_lifts_the_demand(tmp_path: Path) -> None:
    """On the node that has it, and on no other."""
    on = {"settings": {"XCP TLS Certificate CVS EnableServerEkuUpload": "on"}}
    uses = {
        (fact.host, fact.use)
        for fact in derived({"nodes": {"edge1": on}}, tmp_path)
        if isinstance(fact, ClientAuthUse)
    }

    assert {("core1", "ssh"), ("core1", "upload")} == uses


RELEASES = st.lists(st.integers(0, 20), min_size=1, max_size=4).map(
    lambda numbers: Version("X" + ".".join(map(str, numbers)))
)


@given(RELEASES, RELEASES, RELEASES)
def test_a_demand_holds_from_its_first_release_until_before_its_last(
    since: Version, before: Version, release: Version
) -> None:
    """Half open, compared by number; on an unknown release it holds."""
    row = EkuRequirement(
        link="ssh", presenter="any", store="client", asks="client", since=since, before=before
    )

    assert row.holds(release) == (release_key(since) <= release_key(release) < release_key(before))
    assert row.holds(None)

"""Kits applied to the bundles that they are for: they cure them, and each file is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.app.case import Case, open_case
from certclinic.app.rule_base import rule_base
from certclinic.app.what_if import Proof, prove_plan, roots
from certclinic.builders.deployment import build, write
from certclinic.builders.symptom import cluster
from certclinic.facts.changes import AddTrust

from .kits import CAS, HIERARCHIES, PLANTED, Kit, kit_of, manifest
from .mended import mended


@st.composite
def lists_with_gaps(draw: st.DrawFn) -> dict[str, Any]:
    """Clusters under two hierarchies, each trusted CA list without some of the four CAs."""
    cores, edges = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    names = [f"core{n}" for n in range(1, cores + 1)] + [f"edge{n}" for n in range(1, edges + 1)]
    changes = {}
    for name in names:
        absent = draw(st.sets(st.sampled_from(CAS), max_size=2))
        issuer = "issuing-2" if name.startswith("edge") else "issuing-1"
        changes[name] = {
            "trust": [ca for ca in CAS if ca not in absent],
            "certificate": {"issuer": issuer},
        }
    return cluster(cores, edges, changes, authorities=HIERARCHIES)


SPECS = st.sampled_from(sorted(PLANTED)).map(PLANTED.__getitem__) | lists_with_gaps()


def active(case: Case) -> set[tuple[str, tuple[str, ...]]]:
    """Symptom and nodes of what is wrong now."""
    return {
        (ranked.finding.symptom, ranked.finding.nodes)
        for ranked in case.findings
        if ranked.finding.status == "active"
    }


def diagnosed(paths: list[Path], at: int) -> Case:
    return open_case(paths, rule_base(), at, "reference")


def self_contained(kit: Kit) -> bool:
    """Every step has its files, so that they are all that there is to do."""
    return all(step["files"] for step in manifest(kit)["steps"])


@settings(max_examples=16, deadline=None)
@given(SPECS)
def test_a_proven_kit_cures_the_bundles_it_is_applied_to(spec: Mapping[str, Any]) -> None:
    """Diagnose, write the kit, apply its files, diagnose again: nothing is active any more."""
    with TemporaryDirectory() as folder:
        at = int(build(spec).at.timestamp())
        case = diagnosed(write(spec, Path(folder, "before")), at)
        kit = kit_of(case)
        if manifest(kit)["proof"] == "proven" and self_contained(kit):
            after = diagnosed(mended(spec, kit, Path(folder, "after")), at)
            assert active(after) == set()
            causes = {(r.finding.symptom, r.finding.nodes) for r in roots(case.findings)}
            left = {(r.finding.symptom, r.finding.nodes) for r in roots(after.findings)}
            assert left.isdisjoint(causes)


@settings(max_examples=8, deadline=None)
@given(lists_with_gaps(), st.data())
def test_a_kit_with_a_file_withheld_leaves_a_cause(
    spec: dict[str, Any], data: st.DataObject
) -> None:
    """Without one of its CA files the kit's changes are not proven, and the bundles not cured."""
    with TemporaryDirectory() as folder:
        at = int(build(spec).at.timestamp())
        case = diagnosed(write(spec, Path(folder, "before")), at)
        kit = kit_of(case)
        files = [file for file in manifest(kit)["files"] if file["certificate"]]
        if manifest(kit)["proof"] != "proven" or not files:
            return
        withheld = data.draw(st.sampled_from(files), label="withheld")
        given_out = [
            AddTrust(node=file["path"].split("/")[0], certificate=file["certificate"])
            for file in files
            if file is not withheld
        ]
        assert prove_plan(case, [Proof("proven", tuple(given_out))]).verdict == "not-proven"
        rest = {path: text for path, text in kit.items() if path != withheld["path"]}
        after = diagnosed(mended(spec, rest, Path(folder, "after")), at)
        still = {r.finding.symptom for r in roots(after.findings)}
        assert still


@settings(max_examples=8, deadline=None)
@given(lists_with_gaps())
def test_a_ca_is_named_as_missing_only_where_no_list_holds_it(spec: dict[str, Any]) -> None:
    """The kit takes a CA from wherever the inputs hold it, and makes none up."""
    nodes = spec["nodes"].values()
    nowhere = {
        "issuing-1": "CN=Example Issuing CA 1",
        "issuing-2": "CN=Second Issuing CA",
        "root": "CN=Example Root CA",
        "root-2": "CN=Second Root CA",
    }
    for node in nodes:
        for ca in node["trust"]:
            nowhere.pop(ca, None)
    with TemporaryDirectory() as folder:
        deployment = build(spec)
        case = diagnosed(write(spec, Path(folder, "in")), int(deployment.at.timestamp()))
        kit = kit_of(case)
    named = {one["subject"].split(",")[0] for one in manifest(kit)["missing"]}
    assert named <= set(nowhere.values())
    if manifest(kit)["steps"] or manifest(kit)["missing"]:
        held = {
            one.certificate.fingerprint(SHA256()).hex() for one in deployment.authorities.values()
        }
        written = {file["certificate"] for file in manifest(kit)["files"] if file["certificate"]}
        assert written <= held

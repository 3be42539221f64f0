"""Preflight: what it says of a file is what comes of really installing it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509

from certclinic.app.candidates import PreflightError
from certclinic.app.case import Case, open_case
from certclinic.app.cli import cli
from certclinic.app.preflight import Preflight, Verdict, preflight
from certclinic.app.preflight_document import write_preflight
from certclinic.app.rule_base import rule_base
from certclinic.app.target import beyond
from certclinic.builders.deployment import build, merge, write
from certclinic.builders.pki import pem
from certclinic.builders.symptom import ALL, ISSUING_2, cluster, pair
from certclinic.engine.rank import RankedFinding
from certclinic.facts.model import LinkCheck
from certclinic.reports.preflight_text import render_preflight

from .handshake import OPENSSL, key_pem
from .upload_candidates import CANDIDATES, NAMES, Candidate

QUICK = ["--matcher", "reference"]
HOSTS = {"core1", "edge1"}


def deployed(one: Candidate, *, installed: bool) -> dict[str, Any]:
    """The deployment with the candidate as a file, or in its place as builders make it."""
    spec = deepcopy(dict(one.spec) or pair())
    own = {"from": "-1d", "to": "190d", **one.own}
    if not installed:
        spec = merge(spec, {"nodes": {one.node: {"next_certificate": own}}})
        spec["certificate_files"] = {
            "new.pem": {"certificate": f"{one.node}/next", "format": one.form}
        }
        return spec
    key = "client_certificate" if one.place == "client" else "certificate"
    change: dict[str, Any] = {key: own}
    if one.form == "chain":
        change["files"] = {"chain": True}
    return merge(spec, {"nodes": {one.node: change}})


def case_of(spec: Mapping[str, Any]) -> Case:
    """The deployment, written as bundles and judged at its time."""
    return _case(json.dumps(spec))


@lru_cache(maxsize=256)
def _case(spec: str) -> Case:
    with TemporaryDirectory() as folder:
        return with_files(Path(folder), {}, json.loads(spec))


def shown(findings: Iterable[RankedFinding]) -> set[tuple[str, tuple[str, ...]]]:
    """Symptom and nodes of what is told of nodes; a file's findings end with the upload."""
    return {
        (one.finding.symptom, one.finding.nodes)
        for one in findings
        if set(one.finding.nodes) <= HOSTS
    }


def failing(case: Case) -> set[tuple[str, str, str, str, str]]:
    return {
        (fact.link, fact.client, fact.server, fact.verifier, fact.check)
        for fact in case.facts.values()
        if isinstance(fact, LinkCheck) and fact.state == "fail"
    }


def turned(checks: Iterable[LinkCheck]) -> set[tuple[str, str, str, str, str]]:
    return {(c.link, c.client, c.server, c.verifier, c.check) for c in checks}


@pytest.mark.parametrize("name", CANDIDATES)
def test_preflight_and_the_installed_certificate_agree(name: str) -> None:
    """The verdict is the expected one; links and findings are those of the installed candidate."""
    one = CANDIDATES[name]
    result = preflight(case_of(deployed(one, installed=False)), one.node, one.place)
    assert result.verdict == one.verdict
    assert {row.node for row in result.first} == set(one.first)
    assert {remark.code for remark in result.remarks} == one.remarks

    before = case_of(dict(one.spec) or pair())
    installed = case_of(deployed(one, installed=True))
    new = shown(beyond(installed.findings, before.findings))
    told = shown((*result.appears, *result.refusals, *result.warnings))
    assert new <= told
    assert shown(result.appears) <= new
    assert {symptom for symptom, _ in new} == one.new
    assert turned(result.breaks) == failing(installed) - failing(before)
    assert turned(result.heals) == failing(before) - failing(installed)


def given(files: Mapping[str, Any], **whole: Any) -> Case:
    """A healthy pair, and files beside it."""
    return case_of(pair(certificate_files=files, **whole))


def with_files(case_folder: Path, files: Mapping[str, bytes], spec: Mapping[str, Any]) -> Case:
    """A deployment with further files as they stand."""
    paths = write(spec, case_folder)
    for name, data in files.items():
        paths.append(case_folder / name)
        paths[-1].write_bytes(data)
    return open_case(paths, rule_base(), int(build(spec).at.timestamp()), "reference")


def codes(result: Preflight) -> set[str]:
    return {remark.code for remark in result.remarks}


RENEWAL = pair(
    edge={"next_certificate": {"from": "-1d"}},
    certificate_files={"new.pem": {"certificate": "edge1/next"}},
)
PRESENT = {"new.pem": {"certificate": "edge1"}}
TRUSTED = {"root-2": {"cn": "Second Root CA"}}


@pytest.mark.parametrize(("host", "code"), [("edge1", "key_matches"), ("core1", "key_foreign")])
def test_a_key_is_held_against_the_certificate(host: str, code: str, tmp_path: Path) -> None:
    """The key of another certificate gets the upload refused."""
    (node,) = (node for node in build(RENEWAL).nodes if node.name == host)
    files = {"private.key": key_pem(pem(node.certificate))}
    result = preflight(with_files(tmp_path / "in", files, RENEWAL), "edge1", "server")
    assert codes(result) == {code}
    assert (result.verdict == "refused") == (code == "key_foreign")


def test_a_key_that_cannot_be_read_is_said_not_to_be_compared() -> None:
    files = {**PRESENT, "private.key": {"certificate": "edge1", "format": "key"}}
    result = preflight(given(files), "edge1", "server")
    assert "key_not_read" in codes(result)


def test_a_private_key_in_the_file_is_named_as_a_danger(tmp_path: Path) -> None:
    (edge,) = (node for node in build(RENEWAL).nodes if node.name == "edge1")
    spec = {key: value for key, value in RENEWAL.items() if key != "certificate_files"}
    both = pem(edge.certificate) + key_pem(pem(edge.certificate))
    case = with_files(tmp_path / "in", {"both.pem": both}, spec)
    result = preflight(case, "edge1", "server")
    assert {"private_key", "key_matches"} <= codes(result)
    report = write_preflight(result, "en")
    assert not report.harmless
    text = render_preflight(report)
    assert "holds a private key" in text
    assert "PRIVATE KEY" not in report.model_dump_json()


@pytest.mark.parametrize(("form", "verdict"), [("csr", "accepted"), ("foreign_csr", "refused")])
def test_a_request_is_held_against_the_certificate(form: str, verdict: str) -> None:
    files = {**PRESENT, "node.csr": {"certificate": "edge1", "format": form}}
    result = preflight(given(files), "edge1", "server")
    assert result.verdict == verdict


def test_a_request_is_judged_by_the_names_that_it_asks_for() -> None:
    """The builders' request asks for no alternative name, so all of them are missing."""
    files = {"node.csr": {"certificate": "edge1", "format": "csr"}}
    result = preflight(given(files), "edge1", "server")
    assert result.request
    assert {(row.name, row.carried) for row in result.names} == {(name, False) for name in NAMES}
    assert result.breaks


def test_what_holds_no_certificate_is_refused() -> None:
    files = {"new.pem": {"certificate": "edge1", "format": "html"}}
    for place in ("server", "trust"):
        result = preflight(given(files), "edge1", place)
        assert (result.verdict, result.candidates) == ("refused", ())


def test_the_installed_certificate_changes_nothing() -> None:
    result = preflight(given(PRESENT), "edge1", "server")
    assert codes(result) == {"unchanged"}
    assert not (result.breaks or result.heals or result.appears or result.gone)


def test_of_several_certificates_one_has_to_be_given() -> None:
    files = {**PRESENT, "other.pem": {"certificate": "core1"}}
    with pytest.raises(PreflightError, match=r"new\.pem.*other\.pem"):
        preflight(given(files), "edge1", "server")


def test_before_two_stores_there_is_no_client_certificate() -> None:
    with pytest.raises(PreflightError, match="--store server"):
        preflight(given(PRESENT), "edge1", "client")


def test_a_ca_is_no_nodes_certificate() -> None:
    files = {"ca.pem": {"certificate": "issuing-1"}}
    result = preflight(given(files), "edge1", "server")
    assert {"is_ca", "another_node"} <= codes(result)


TRUST: dict[str, tuple[str, str, Verdict, set[str]]] = {
    "a root": ("root-2", "pem", "accepted", {"anchor"}),
    "a root that is there": ("root", "pem", "accepted", {"anchor", "unchanged"}),
    "an intermediate that is there": ("issuing-1", "pem", "accepted", {"unchanged"}),
    "the certificate of a node": ("core1", "pem", "accepted", {"no_ca"}),
    "a root in DER": ("root-2", "der", "refused", {"anchor"}),
}


@pytest.mark.parametrize("name", TRUST)
def test_what_is_said_before_a_certificate_is_trusted(name: str) -> None:
    """A root is to be confirmed by its fingerprint, and a node's certificate is no CA."""
    source, form, verdict, remarks = TRUST[name]
    files = {"ca.pem": {"certificate": source, "format": form}}
    result = preflight(given(files, authorities=TRUSTED), "edge1", "trust")
    assert (result.verdict, codes(result)) == (verdict, remarks)
    assert not result.breaks
    for remark in result.remarks:
        if remark.code == "anchor":
            assert result.candidates[0].fingerprint in remark.value


@pytest.mark.parametrize("host", ["core1", "edge1"])
@pytest.mark.parametrize("name", ["root", "issuing-1", "root-2"])
def test_a_trusted_ca_can_go_where_no_link_needs_it(host: str, name: str) -> None:
    """Preflight of the removal turns the links that a list without the CA turns."""
    held = ["root", "issuing-1", "root-2"]
    spec = pair({"trust": held}, {"trust": held}, authorities=TRUSTED)
    files = {"certificate_files": {"ca.pem": {"certificate": name}}}
    case = case_of({**spec, **files})
    result = preflight(case, host, "trust", remove=True)
    left = {"trust": [ca for ca in held if ca != name]}
    after = case_of(merge(spec, {"nodes": {host: left}}))
    before = case_of(spec)
    assert turned(result.breaks) == failing(after) - failing(before)
    assert shown(result.appears) == shown(beyond(after.findings, before.findings))
    assert not result.first
    assert write_preflight(result, "en").harmless == (name == "root-2")


def test_adding_a_missing_ca_heals_what_it_heals_in_truth() -> None:
    spec = pair({}, {"certificate": {"issuer": "issuing-2"}, "trust": ALL}, authorities=ISSUING_2)
    files = {"certificate_files": {"ca.pem": {"certificate": "issuing-2"}}}
    result = preflight(case_of({**spec, **files}), "core1", "trust")
    after = case_of(merge(spec, {"nodes": {"core1": {"trust": ALL}}}))
    before = case_of(spec)
    assert turned(result.heals) == failing(before) - failing(after) != set()
    assert shown(result.gone) == shown(beyond(before.findings, after.findings))


@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command")
@pytest.mark.parametrize(
    ("node", "names"),
    [
        ("edge1", ["edge1.example.com", "edge.example.com", "example.com"]),
        ("core1", ["core1.example.com", "core.example.com"]),
    ],
)
def test_openssl_makes_a_request_with_exactly_the_names_needed(
    node: str, names: list[str], tmp_path: Path
) -> None:
    """OpenSSL takes the configuration, and the request has the node's names and no others."""
    paths = map(str, write(cluster(), tmp_path / "in"))
    run = CliRunner().invoke(cli, ["preflight", *paths, "--node", node, "--csr-config", *QUICK])
    assert run.exit_code == 0
    (tmp_path / "request.cnf").write_text(run.stdout)
    made = subprocess.run(
        [
            str(OPENSSL),
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            str(tmp_path / "key"),
            "-config",
            str(tmp_path / "request.cnf"),
        ],
        capture_output=True,
        check=True,
    )
    request = x509.load_pem_x509_csr(made.stdout)
    asked = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert sorted(asked.get_values_for_type(x509.DNSName)) == sorted(names)


@pytest.mark.parametrize(
    ("own", "status"), [({"from": "-1d"}, 0), ({"from": "-400d", "to": "-1d"}, 1)]
)
def test_the_exit_status_says_whether_something_breaks(
    own: Mapping[str, Any], status: int, tmp_path: Path
) -> None:
    spec = merge(RENEWAL, {"nodes": {"edge1": {"next_certificate": own}}})
    paths = [str(path) for path in write(spec, tmp_path / "in")]
    for extra in (["--lang", "zh-Hant"], ["--format", "json"]):
        run = CliRunner().invoke(cli, ["preflight", *paths, "--node", "edge1", *QUICK, *extra])
        assert run.exit_code == status
    unknown = CliRunner().invoke(cli, ["preflight", *paths, "--node", "edge7", *QUICK])
    assert unknown.exit_code == 2
    assert "core1, edge1" in unknown.stderr

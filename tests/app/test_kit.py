"""The remediation kit: what it holds, and that none of it is made up."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from certclinic.app.cli import cli
from certclinic.app.kit import kit_files
from certclinic.app.plan import Plan
from certclinic.app.what_if import Proof, prove_plan
from certclinic.builders.deployment import build, write
from certclinic.builders.scenarios import MIXED, demo
from certclinic.builders.symptom import ALL, ISSUING_2, cluster, failed, pair
from certclinic.facts.changes import RemoveTrust

from .conftest import Judge
from .kits import CAS, HIERARCHIES, PLANTED, Kit, kit_of, manifest


def renewed() -> dict[str, Any]:
    """An Expressway-E under another hierarchy, of which the Expressway-C holds nothing."""
    return pair(
        failed(35013),
        failed(certificate={"issuer": "issuing-2"}, trust=CAS),
        authorities=HIERARCHIES,
    )


def test_every_file_is_in_the_manifest_with_its_digest(judged: Judge) -> None:
    kit = kit_of(judged(renewed()))
    listed = {file["path"]: file["sha256"] for file in manifest(kit)["files"]}
    written = {
        path: hashlib.sha256(text.encode()).hexdigest()
        for path, text in kit.items()
        if not path.endswith(("README.md", "manifest.json"))
    }
    assert listed == written


def test_each_certificate_lies_in_a_file_named_after_it(judged: Judge) -> None:
    kit = kit_of(judged(renewed()))
    fingerprints = {
        path: x509.load_pem_x509_certificate(text.encode()).fingerprint(SHA256()).hex()
        for path, text in kit.items()
        if path.endswith(".pem")
    }
    assert set(fingerprints) == {
        "core1/trusted-ca/ca-second-root-ca.pem",
        "core1/trusted-ca/ca-second-issuing-ca.pem",
    }
    assert fingerprints == {file["path"]: file["certificate"] for file in manifest(kit)["files"]}


def test_roots_are_to_be_confirmed_by_fingerprint_and_intermediates_are_not(judged: Judge) -> None:
    kit = kit_of(judged(renewed()))
    flags = {file["path"].rsplit("/")[-1]: file["confirm"] for file in manifest(kit)["files"]}
    assert flags == {"ca-second-root-ca.pem": True, "ca-second-issuing-ca.pem": False}
    (root,) = (file for file in manifest(kit)["files"] if file["confirm"])
    pairs = ":".join(root["certificate"][n : n + 2] for n in range(0, 64, 2)).upper()
    for readme in ("README.md", "core1/README.md"):
        assert pairs in kit[readme]
        assert "Confirm before you trust" in kit[readme]


def test_a_self_signed_node_certificate_is_not_trusted_without_saying_so(judged: Judge) -> None:
    spec = pair(unified_cm={"cucm1": {"certificates": {"tomcat": {"issuer": "self"}}}})
    spec["nodes"]["core1"]["log"] = [
        {"event": "ats_untrusted", "server": "cucm1.example.com", "count": 3}
    ]
    kit = kit_of(judged(spec))
    (file,) = manifest(kit)["files"]
    assert (file["leaf"], file["confirm"]) == (True, True)
    assert "This is the certificate of a node, not of a CA." in kit["core1/README.md"]


def test_a_ca_that_nothing_holds_is_named_with_its_key_identifier(judged: Judge) -> None:
    spec = pair(
        failed(35013),
        failed(certificate={"issuer": "issuing-2"}),
        authorities=ISSUING_2,
    )
    deployment = build(spec)
    key = deployment.authorities["issuing-2"].certificate.extensions.get_extension_for_class(
        x509.SubjectKeyIdentifier
    )
    kit = kit_of(judged(spec))
    (missing,) = manifest(kit)["missing"]
    assert missing["subject"].startswith("CN=Example Issuing CA 2,")
    assert missing["key_id"] == key.value.digest.hex()
    assert missing["issued"].startswith("CN=edge1.example.com,")
    assert manifest(kit)["proof"] != "proven"
    assert missing["key_id"] in kit["README.md"]
    assert not any(path.endswith(".pem") for path in kit)


def test_what_no_file_mends_keeps_the_kit_from_being_proven(judged: Judge) -> None:
    """A wrong password is known from a log alone; renewing a certificate does not cure it."""
    kit = kit_of(judged(MIXED["a wrong password beside a certificate that expires soon"].spec))
    assert manifest(kit)["proof"] == "not-proven"
    assert any("password" in title or "credentials" in title for title in manifest(kit)["remains"])


def test_a_step_of_a_cluster_stands_once(judged: Judge) -> None:
    """Two peers whose certificates have the same CA ask for one upload to each store."""
    spec = cluster(
        changes={
            name: {"certificate": {"issuer": "issuing-2"}, "trust": ALL}
            for name in ("core1", "core2", "edge1", "edge2")
        },
        authorities=ISSUING_2,
        unified_cm={"cucm1": {}},
    )
    kit = kit_of(judged(spec))
    assert [
        (step["node"], step["kind"], len(step["files"])) for step in manifest(kit)["steps"]
    ] == [
        ("cucm1", "add_trust", 1),
        ("cucm1", "add_trust", 1),
    ]


def test_a_uc_server_has_its_commands(judged: Judge) -> None:
    spec = pair(
        {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
        {"trust": ALL},
        authorities=ISSUING_2,
        unified_cm={"cucm1": {}},
    )
    kit = kit_of(judged(spec))
    commands = kit["cucm1/commands.txt"].splitlines()
    assert [line for line in commands if line and not line.startswith(("#", "show"))] == [
        "set cert import trust CallManager",
        "set cert import trust tomcat",
        "utils service restart Cisco Tomcat",
        "utils service restart Cisco HAProxy",
    ]
    named = [line[2:] for line in commands if line.startswith("# ") and line.endswith(".pem")]
    assert {f"cucm1/{name}" for name in named} == {path for path in kit if path.endswith(".pem")}


def test_the_steps_are_numbered_through_and_told_in_the_readers_language(judged: Judge) -> None:
    spec = MIXED["one peer of each cluster at fault"].spec
    kit = kit_of(judged(spec), "zh-Hant")
    steps = manifest(kit)["steps"]
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert f"### 步驟{step['number']}\n" in kit[f"{step['node']}/README.md"]
        assert f"### 步驟{step['number']}\n" in kit["README.md"]
    assert "檢查" in kit["README.md"]
    assert "Check" not in kit["README.md"]


@pytest.mark.parametrize("name", ["EXW-010", "EXW-063", "EXW-035"])
def test_a_kit_holds_no_private_key(name: str, judged: Judge) -> None:
    kit = kit_of(judged(PLANTED[name]))
    assert not any("PRIVATE KEY" in text for text in kit.values())


def test_the_command_writes_the_folder_and_says_whether_it_is_proven(tmp_path: Path) -> None:
    spec = demo(build({}).at)
    paths = [str(path) for path in write(spec, tmp_path / "in")]
    out = tmp_path / "kit"
    run = CliRunner().invoke(cli, ["kit", *paths, "-o", str(out), "--matcher", "reference"])
    assert run.exit_code == 0
    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert names == {
        "README.md",
        "manifest.json",
        "core1/README.md",
        "core1/trusted-ca/ca-example-issuing-ca-2026.pem",
    }
    assert run.stdout == (out / "README.md").read_text()


def server_alone(**tomcat: Any) -> dict[str, Any]:
    """A Unified CM that is signed by another CA than the Expressways, with a tomcat certificate."""
    return pair(
        {"trust": ALL},
        authorities=ISSUING_2,
        unified_cm={"cucm1": {"certificates": {"tomcat": {"issuer": "issuing-2", **tomcat}}}},
    )


def test_the_own_certificate_of_a_server_is_asked_for_and_imported_at_its_cli(
    judged: Judge,
) -> None:
    kit = kit_of(judged(server_alone(to="-1d")))
    (step,) = manifest(kit)["steps"]
    assert (step["node"], step["kind"]) == ("cucm1", "replace_certificate")
    commands = kit["cucm1/commands.txt"].splitlines()
    assert [line for line in commands if line and not line.startswith("#")] == [
        "set csr gen tomcat",
        "show csr own tomcat",
        "set cert import trust tomcat",
        "set cert import own tomcat",
        "show cert own tomcat",
        "utils service restart Cisco Tomcat",
        "utils service restart Cisco HAProxy",
    ]


def test_further_names_of_a_server_are_not_left_to_the_cli(judged: Judge) -> None:
    names = ["cucm1.example.com", "cucm.example.com"]
    kit = kit_of(judged(server_alone(to="-1d", san=names)))
    commands = kit["cucm1/commands.txt"].splitlines()
    assert "# SAN: cucm.example.com" in commands
    assert "set csr gen tomcat" not in commands


def test_a_ca_that_is_yet_to_be_chosen_is_told_with_what_it_has_to_do(judged: Judge) -> None:
    """The stand-in of the plan is in no file: which CA it will be, the customer decides."""
    public = {
        "root": {"cn": "ISRG Root X1", "organisation": "Internet Security Research Group"},
        "issuing-1": {"cn": "R11", "organisation": "Let's Encrypt", "issuer": "root"},
    }
    spec = pair({}, {"certificate": {"eku": ["server"]}}, authorities=public)
    spec["nodes"]["core1"]["certificate"] = {"eku": ["server"]}
    kit = kit_of(judged(spec))
    chosen = manifest(kit)["to_choose"]
    assert chosen["certificates"] == ["edge1 server", "core1 server"]
    assert chosen["client_auth"]
    assert {"core1", "edge1"} <= set(chosen["lists"])
    assert "A CA to be chosen" in kit["README.md"]
    assert "company's own" in kit["README.md"]
    assert not any("stand-in" in text for text in kit.values())


def test_where_no_other_ca_is_needed_none_is_to_be_chosen(judged: Judge) -> None:
    kit = kit_of(judged(renewed()))
    assert manifest(kit)["to_choose"] is None
    assert "A CA to be chosen" not in kit["README.md"]


def test_a_missing_ca_is_told_with_the_address_that_its_certificate_gives(judged: Judge) -> None:
    """The authority information access of the issued certificate (RFC 5280, 4.2.2.1)."""
    address = "http://pki.example.com/issuing-2.cer"
    spec = pair(
        failed(35013),
        failed(certificate={"issuer": "issuing-2", "aia": [address]}),
        authorities=ISSUING_2,
    )
    kit = kit_of(judged(spec))
    (missing,) = manifest(kit)["missing"]
    assert missing["aia"] == [address]
    assert address in kit["README.md"]


def subjects_of(kit: Kit, folder: str) -> dict[str, str]:
    """The end of validity of the certificates in files below a folder, by common name."""
    found = {}
    for file in manifest(kit)["files"]:
        if file["path"].startswith(folder):
            name = file["subject"].split(",")[0].removeprefix("CN=")
            found[name] = file["not_after"][:10]
    return found


def test_the_successor_of_an_expired_ca_is_taken_from_the_list_that_holds_it(judged: Judge) -> None:
    """An intermediate was renewed with its key; only the Expressway-E got the new certificate."""
    case = judged(
        pair(
            {"trust": ["root", "issuing-1"]},
            {"trust": ["root", "renewed"]},
            authorities={
                "issuing-1": {"issuer": "root", "cn": "Example Issuing CA 1", "to": "-2d"},
                "renewed": {"issuer": "root", "cross_of": "issuing-1", "to": "900d"},
            },
        )
    )
    kit = kit_of(case)
    assert (manifest(kit)["proof"], manifest(kit)["missing"]) == ("proven", [])
    assert subjects_of(kit, "core1/trusted-ca/") == {"Example Issuing CA 1": "2029-05-12"}
    assert subjects_of(kit, "core1/to-be-removed/") == {"Example Issuing CA 1": "2026-11-22"}
    removal = next(s for s in manifest(kit)["steps"] if s["kind"] == "remove_trust")
    (file,) = (f for f in manifest(kit)["files"] if "to-be-removed" in f["path"])
    assert file["certificate"] in removal["text"]  # its name alone would be that of both


def test_a_cross_certificate_that_ended_gives_way_to_the_root_that_is_held(judged: Judge) -> None:
    """The old root is not to be had anew: with the new one in the list nothing rests on it."""
    case = judged(
        pair(
            {"trust": ["old", "cross", "issuing-1"]},
            authorities={
                "old": {"cn": "Example Old Root CA", "from": "-7000d", "to": "-10d"},
                "cross": {"cross_of": "root", "issuer": "old", "to": "-10d"},
            },
        )
    )
    kit = kit_of(case)
    assert (manifest(kit)["proof"], manifest(kit)["missing"]) == ("proven", [])
    assert set(subjects_of(kit, "core1/trusted-ca/")) == {"Example Root CA"}


def test_what_lacks_once_another_fix_is_made_is_in_the_kit(judged: Judge) -> None:
    """A later fix names the next certificate of a node, which no input holds."""
    edges = {"name": "edges.example.com", "tls_verify": "enforcing"}
    case = judged(
        {
            "version": "X12.7.1",
            "nodes": {
                "core1": {"certificate": {"from": "1d"}, "trust": []},
                "edge1": {"cluster": edges, "trust": ["issuing-1"]},
                "edge2": {"cluster": edges, "certificate": {"key": "ec256"}},
            },
        }
    )
    kit = kit_of(case)
    assert manifest(kit)["proof"] == "proven"
    assert set(subjects_of(kit, "core1/trusted-ca/")) == {
        "Example Issuing CA 1",
        "Example Root CA",
    }


TWIN = {**ISSUING_2, "twin": {"twin_of": "issuing-1", "issuer": "root"}}


def test_an_entry_that_gives_way_to_another_of_its_name_has_a_file_too(judged: Judge) -> None:
    """Of two CAs of one name the wrong one has to go, and its name does not tell which it is."""
    core = {"certificate": {"issuer": "issuing-2"}, "trust": ["root", "twin", "issuing-2"]}
    spec = pair(core, {"trust": ALL}, authorities=TWIN)
    kit = kit_of(judged(spec))
    cas = {name: issued.certificate for name, issued in build(spec).authorities.items()}
    files = {file["path"]: file["certificate"] for file in manifest(kit)["files"]}
    assert manifest(kit)["proof"] == "proven"
    assert files == {
        "core1/trusted-ca/ca-example-issuing-ca-1.pem": cas["issuing-1"]
        .fingerprint(SHA256())
        .hex(),
        "core1/to-be-removed/ca-example-issuing-ca-1.pem": cas["twin"].fingerprint(SHA256()).hex(),
    }


def test_two_certificates_of_one_name_are_two_files(judged: Judge) -> None:
    """No step's file takes the place of another's."""
    case = judged(pair({"trust": ["root", "issuing-1", "twin"]}, authorities=TWIN))
    alike = [c for c in case.derived.held.certificates if c.common_name == "Example Issuing CA 1"]
    gone = tuple(RemoveTrust(node="core1", certificate=c.fingerprint) for c in alike)
    whole = prove_plan(case, [Proof("proven", gone)])
    _, kit = kit_files(case, Plan({}, whole, (), case.derived.held), "en")
    listed = {file["path"]: file["certificate"] for file in manifest(kit)["files"]}
    assert len(listed) == len(alike) == 2
    for path, fingerprint in listed.items():
        assert x509.load_pem_x509_certificate(kit[path].encode()).fingerprint(SHA256()).hex() == (
            fingerprint
        )


def test_the_peers_that_no_bundle_is_of_are_named(judged: Judge) -> None:
    """A step for one peer of a cluster is perhaps needed on the others, whose lists are unseen."""
    spec = cluster(
        2,
        1,
        {
            "core1": {"trust": ["root", "issuing-1"]},
            "core2": {"given": False},
            "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
        },
        authorities=ISSUING_2,
    )
    kit = kit_of(judged(spec))
    assert manifest(kit)["unseen"] == ["core2.example.com"]
    assert "No bundle is of core2.example.com." in kit["README.md"]
    assert manifest(kit_of(judged(renewed())))["unseen"] == []

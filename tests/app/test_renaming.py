"""Every document that can be sent on: the same pseudonyms in each, no name and no secret in any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from certclinic.app.cli import cli
from certclinic.app.pseudonym_map import read_map
from certclinic.builders.deployment import write
from certclinic.reports.pseudonyms import KINDS

from .canaries import PLANTED, planted

CORE = {"fqdn": "corehost.contoso-hq.net", "ip": "10.77.0.1", "mra_domains": ["contoso-hq.net"]}
NEW_CA = {
    "issuing-2": {"issuer": "root", "cn": "Contoso Issuing CA 2", "organisation": "Contoso Ltd"}
}
FQDN = "edgehost.contoso-hq.net"
EDGE = {"fqdn": FQDN, "certificate": {"issuer": "issuing-2"}}
BOTH = {"trust": ["root", "issuing-1", "issuing-2"]}
SPEC = {
    "authorities": NEW_CA,
    "nodes": {
        "core1": {"role": "c", **CORE},
        "edge1": {**EDGE, **BOTH},
        "edge2": {
            "given": False,
            "certificate": {"issuer": "issuing-2", "cn": FQDN, "san": [FQDN]},
        },
    },
    "certificate_files": {"new.pem": {"certificate": "edge2"}},
}
TOLD = (
    "corehost",
    "edgehost",
    "core1",
    "edge1",
    "contoso",
    "10.77.0.1",
    "example root",
    "example corp",
)


def run(*words: str | Path) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return list(write(SPEC, tmp_path_factory.mktemp("in")))


def test_names_have_the_same_pseudonyms_in_every_document(
    inputs: list[Path], tmp_path: Path
) -> None:
    """By one map, whatever command came first; and the names themselves are in none of them."""
    kit, calendar = tmp_path / "kit", tmp_path / "next.ics"
    hidden = ("--redact", ",".join(KINDS), "--redact-map", tmp_path / "map.json")
    healthy = {"nodes": {"core1": {"role": "c", **CORE, **BOTH}}, "authorities": NEW_CA}
    later = write(healthy, tmp_path / "later")
    documents = [
        run("diagnose", *inputs, *hidden, "--format", "json", "--calendar", calendar),
        run("diff", *inputs, "--after", *later, *hidden),
        run("diff", *inputs, "--after", *later, *hidden, "--format", "json"),
        run("preflight", *inputs, "--node", "edgehost", *hidden),
        run("preflight", *inputs, "--node", "edgehost", *hidden, "--format", "json"),
        run("kit", *inputs, "--output", kit, *hidden),
        *(path.read_text("utf-8") for path in kit.rglob("*") if path.is_file()),
        calendar.read_text("utf-8"),
        *(str(path.relative_to(kit)) for path in kit.rglob("*")),
    ]
    for document in documents:
        found = [word for word in TOLD if word in document.lower()]
        assert not found, document[max(0, document.lower().index(found[0]) - 99) :][:200]
    core = read_map(tmp_path / "map.json")["hosts"]["corehost"]
    assert sum(core in document for document in documents) >= 6


def test_fingerprints_are_numbers_that_tell_whose_they_are(inputs: list[Path]) -> None:
    """Public logs of certificates are searched by them."""
    plain = json.loads(run("diagnose", *inputs, "--format", "json"))
    hidden = run("diagnose", *inputs, "--format", "json", "--redact", "serials")
    assert plain["certificates"]
    assert not [row for row in plain["certificates"] if row["fingerprint"] in hidden]


def test_a_kit_for_others_says_that_it_lacks_the_certificates(
    inputs: list[Path], tmp_path: Path
) -> None:
    """The manifest still lists them, under names that tell nothing, and no file is one."""
    kit = tmp_path / "kit"
    assert "left out" in run("kit", *inputs, "--output", kit, "--redact", "names")
    manifest = json.loads((kit / "manifest.json").read_text("utf-8"))
    assert manifest["pseudonymous"]
    assert [row for row in manifest["files"] if row["certificate"]]
    texts = [path.read_text("utf-8") for path in kit.rglob("*") if path.is_file()]
    assert not [text for text in texts if "-----BEGIN" in text]


def test_a_map_without_pseudonyms_is_refused(inputs: list[Path], tmp_path: Path) -> None:
    """Instead of being passed over."""
    words = ["diagnose", *map(str, inputs), "--redact-map", str(tmp_path / "map.json")]
    done = CliRunner().invoke(cli, words)
    assert (2, True) == (done.exit_code, "--redact" in done.output)


def test_a_request_is_not_written_under_pseudonyms(inputs: list[Path]) -> None:
    """No CA could issue anything of it."""
    words = [
        "preflight",
        *map(str, inputs),
        "--node",
        "edgehost",
        "--csr-config",
        "--redact",
        "names",
    ]
    assert CliRunner().invoke(cli, words).exit_code == 2


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_no_canary_is_in_a_comparison(form: str, tmp_path: Path) -> None:
    """Settings that hold secrets are gone later, and the failure's text has a secret in it."""
    spec = planted()
    core = {key: value for key, value in spec["nodes"]["core1"].items() if key != "settings"}
    later = {"nodes": {**spec["nodes"], "core1": core}}
    before, after = write(spec, tmp_path / "before"), write(later, tmp_path / "after")
    text = run("diff", *before, "--after", *after, "--format", form)
    assert text.count("(hidden)") >= 2
    assert not [word for word in PLANTED if word in text]

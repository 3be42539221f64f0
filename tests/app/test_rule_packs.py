"""Rule packs and their releases, from the command line to the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from certclinic.app.cli import cli, main
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import write

TITLES = {"UCM-900": {"en": "A site's own trouble", "zh-Hant": "站點自訂的問題"}}
WORDS = {
    part: {"en": word, "zh-Hant": word}
    for part, word in (("title", "Mine"), ("cause", "c"), ("fix", ["f"]), ("verify", ["v"]))
}


def _rule(**changes: object) -> dict[str, object]:
    return {
        "symptom": "UCM-900",
        "status": "active",
        "severity": "warning",
        "confidence": "probable",
        "since": "2026-11-24",
        "applies_to": ["expressway_e"],
        "when": [{"let": "n", "fact": "node", "where": {"role": "expressway_e", "given": True}}],
        "nodes": ["$n.host"],
        "text": WORDS,
        "sources": [{"title": "Our own experience", "confidence": "L"}],
        "tests": [
            {"name": "yes", "deployment": {}, "expect": "fire"},
            {"name": "no", "facts": [], "expect": "silent"},
        ],
    } | changes


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack with one rule that fires on every Expressway-E. Each test edits its own."""
    folder = tmp_path / "site"
    (folder / "own").mkdir(parents=True)
    about = {"name": "site", "version": "1.0", "schema": 1, "symptoms": TITLES}
    (folder / "pack.yaml").write_text(json.dumps(about), "utf-8")
    _save(folder)
    return folder


def _save(pack: Path, **changes: object) -> None:
    (pack / "own" / "rule.yaml").write_text(json.dumps(_rule(**changes)), "utf-8")


def _run(*arguments: object) -> Result:
    rule_base.cache_clear()  # a process reads its rules once; each run stands for a process
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.mark.parametrize(("language", "rules"), [("en", "Rules: "), ("zh-Hant", "規則：")])
def test_reports_name_the_packs(pack: Path, tmp_path: Path, language: str, rules: str) -> None:
    """JSON, text and HTML say which packs in which version the conclusions rest on."""
    bundles = write({}, tmp_path / "bundles")
    common = ["diagnose", *bundles, "--rules", pack, "--matcher", "reference", "--lang", language]
    told = json.loads(_run(*common, "--format", "json").stdout)

    assert ["certclinic", "site"] == [one["name"] for one in told["tool"]["packs"]]
    assert {"name": "site", "version": "1.0"} == told["tool"]["packs"][1]
    assert {"UCM-900"} == {f["symptom"] for f in told["findings"] if f["status"] == "active"}
    title = TITLES["UCM-900"]["en" if language == "en" else "zh-Hant"]
    assert {title} == {r["title"] for r in told["ledger"] if r["symptom"] == "UCM-900"}
    for form in ("text", "html"):
        text = " ".join(_run(*common, "--format", form).stdout.split())
        assert rules in text
        assert "site 1.0" in text


def test_a_rule_on_trial_is_marked(pack: Path, tmp_path: Path) -> None:
    """An experimental rule's finding says so in every form of the report."""
    _save(pack, lifecycle="experimental")
    bundles = write({}, tmp_path / "bundles")
    common = ["diagnose", *bundles, "--rules", pack, "--matcher", "reference"]

    findings = json.loads(_run(*common, "--format", "json").stdout)["findings"]
    assert {"UCM-900"} == {f["symptom"] for f in findings if f["experimental"]}
    assert "experimental rule" in _run(*common).stdout
    assert "<li>experimental rule</li>" in _run(*common, "--format", "html").stdout


def test_a_retired_rule_never_runs(pack: Path, tmp_path: Path) -> None:
    """A deprecated rule finds nothing, has no row in the ledger, and stays in the catalogue."""
    _save(
        pack,
        lifecycle="deprecated",
        deprecated={"reason": "It was too eager.", "superseded_by": ["certificates/expired"]},
    )
    bundles = write({}, tmp_path / "bundles")
    told = json.loads(_run("diagnose", *bundles, "--rules", pack, "--format", "json").stdout)
    _run("rules", "docs", "--rules", pack, "--output", tmp_path / "docs")
    page = (tmp_path / "docs" / "UCM-900.md").read_text("utf-8")

    assert "UCM-900" not in {row["symptom"] for row in (*told["findings"], *told["ledger"])}
    assert "It was too eager." in page
    assert "Superseded by certificates/expired" in page


def test_a_release_is_recorded_and_compared(pack: Path, tmp_path: Path) -> None:
    """What changes after the record needs a note, and the next record a new version."""
    assert 0 == _run("rules", "lint", pack, "--record").exit_code
    _save(pack, severity="info")
    unsaid = _run("rules", "lint", pack)
    _save(pack, severity="info", changes=[{"date": "2026-12-01", "note": "It harms nobody."}])
    _run("rules", "docs", "--rules", pack, "--output", tmp_path / "docs")
    again = _run("rules", "lint", pack, "--record")
    about = json.loads((pack / "pack.yaml").read_text("utf-8"))
    (pack / "pack.yaml").write_text(json.dumps(about | {"version": "1.1"}), "utf-8")
    anew = _run("rules", "lint", pack, "--record")

    assert 1 == unsaid.exit_code
    assert "has changed since release 1.0" in unsaid.output
    assert "It harms nobody." in (tmp_path / "docs" / "changes.md").read_text("utf-8")
    assert 2 == again.exit_code
    assert "a new version first" in again.output
    assert 0 == anew.exit_code
    assert 'version: "1.1"' in (pack / "data" / "release.yaml").read_text("utf-8")


def test_nothing_is_recorded_while_lint_fails(pack: Path) -> None:
    """A record of broken rules would hide what is wrong with them."""
    _save(pack, when=[{"fact": "nod"}])

    assert 1 == _run("rules", "lint", pack, "--record").exit_code
    assert not (pack / "data").exists()


def test_packs_that_clash_end_in_a_sentence(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two packs with the same rule are refused by name, not one of them silently preferred."""
    other = tmp_path / "other"
    (other / "own").mkdir(parents=True)
    _save(other)
    (other / "pack.yaml").write_text('{"name": "other", "version": "1", "schema": 1}', "utf-8")
    call = ["certclinic", "rules", "docs", "--rules", str(pack), "--rules", str(other)]
    monkeypatch.setattr("sys.argv", call)
    with pytest.raises(SystemExit) as ended:
        main()

    assert 2 == ended.value.code
    assert "own/rule is in the packs 'site' and 'other'" in capsys.readouterr().err

"""Evidence that can be checked: every quote is read again, and tampering shows."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from certclinic.app.case import open_case
from certclinic.app.check_evidence import EvidenceError, check_evidence, read_report
from certclinic.app.cli import cli
from certclinic.app.document import write_report
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import write
from certclinic.reports.document import Quote, Report
from certclinic.reports.mask import MASKED, mask
from certclinic.reports.render import render

SPEC: dict[str, Any] = {
    "authorities": {"issuing-2": {"issuer": "root"}},
    "nodes": {
        "core1": {
            "trust": ["root", "issuing-1"],
            "tunnels": "Failed",
            "alarms": [40068, 35013],
            "bundle": {"format": "folder"},
        },
        "edge1": {
            "certificate": {"issuer": "issuing-2", "to": "-2d"},
            "trust": ["root", "issuing-1", "issuing-2"],
            "bundle": {"format": "folder"},
        },
    },
}
Change = Callable[[str, bytes], tuple[str, bytes] | None]


def packed(folder: Path, change: Change = lambda name, data: (name, data)) -> Path:
    """A folder as .tar.gz of the same name, each member changed or, for None, left out."""
    target = folder.with_name(folder.name + ".tar.gz")
    with tarfile.open(target, "w:gz") as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            kept = change(file.relative_to(folder).as_posix(), file.read_bytes())
            if kept is not None:
                info = tarfile.TarInfo(kept[0])
                info.size = len(kept[1])
                archive.addfile(info, io.BytesIO(kept[1]))
    return target


def reported(folder: Path, paths: list[Path], language: str = "en") -> Path:
    """The JSON report of these inputs."""
    case = open_case(paths, rule_base(), matcher="reference")
    report = folder / "report.json"
    report.write_text(render(write_report(case, language), "json"))
    return report


def checked(report: Path, paths: list[Path], *more: str) -> Result:
    return CliRunner().invoke(cli, ["check-evidence", str(report), *map(str, paths), *more])


def standings(report: Path, paths: list[Path]) -> dict[str, set[str]]:
    """For each standing the members of the quotes that have it."""
    found: dict[str, set[str]] = {}
    for one in json.loads(checked(report, paths, "--format", "json").stdout)["quotes"]:
        found.setdefault(one["standing"], set()).add(one["quote"]["member"].rpartition("/")[2])
    return found


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    return [path for path in write(SPEC, tmp_path / "given") if path.is_dir()]


@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
@pytest.mark.parametrize("form", ["folder", "tar.gz", "zip", "nested"])
def test_untouched_inputs_bear_every_quote_out(
    folders: list[Path], tmp_path: Path, form: str, tag: str
) -> None:
    """In archives, in archives within archives and in folders, in each language."""
    paths = folders if form == "folder" else [packed(folder) for folder in folders]
    if form in ("zip", "nested"):
        outer = tmp_path / "case.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            for path in paths:
                if form == "nested":
                    archive.write(path, path.name)
                else:
                    for file in folders[paths.index(path)].rglob("*"):
                        archive.write(file, f"{path.stem}/{file.name}")
        paths = [outer]
    report = reported(tmp_path, paths, tag)
    assert set(standings(report, paths)) == {"ok"}
    assert checked(report, paths).exit_code == 0


def test_renamed_archive_is_known_by_its_hash(folders: list[Path], tmp_path: Path) -> None:
    """Where a file lies, and what it is called, is of no account."""
    paths = [packed(folder) for folder in folders]
    report = reported(tmp_path, paths)
    moved = [path.rename(tmp_path / f"{n}.tgz") for n, path in enumerate(paths)]
    assert checked(report, moved).exit_code == 0


def line_of(report: Path, member: str) -> tuple[int, str]:
    """Line and text of a quote from a file whose name begins so."""
    findings = json.loads(report.read_text())["findings"]
    quotes = [quote for finding in findings for quote in finding["evidence"]]
    return next(
        (q["line"], q["text"])
        for q in quotes
        if q["line"] and not q["fingerprint"] and q["member"].rpartition("/")[2].startswith(member)
    )


def test_changed_byte_of_a_quoted_line(folders: list[Path], tmp_path: Path) -> None:
    """The quote is nowhere in that file any more; the others stand, in another file."""
    report = reported(tmp_path, [packed(folder) for folder in folders])
    _, text = line_of(report, "loggingsnapshot")

    def forge(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(text.encode(), text.encode()[:-2] + b"#" + text.encode()[-1:])

    paths = [packed(folder, forge) for folder in folders]
    found = standings(report, paths)
    assert {name.partition("_")[0] for name in found["changed"]} == {"loggingsnapshot"}
    assert "moved" not in found
    assert checked(report, paths).exit_code == 1


def test_line_put_before_moves_the_quotes(folders: list[Path], tmp_path: Path) -> None:
    """In a folder, which has no hash, the same text on another line is told as moved."""
    report = reported(tmp_path, folders)
    number, _ = line_of(report, "loggingsnapshot")
    for log in (file for folder in folders for file in folder.rglob("loggingsnapshot*")):
        log.write_bytes(b"one line more\n" + log.read_bytes())
    result = json.loads(checked(report, folders, "--format", "json").stdout)
    moved = {one["quote"]["line"]: one["line"] for one in result["quotes"] if one["line"]}
    assert moved[number] == number + 1
    assert {one["standing"] for one in result["quotes"]} == {"ok", "moved"}


def test_removed_member_is_missing(folders: list[Path], tmp_path: Path) -> None:
    """Every quote of it, and no other, is told as of a missing file."""
    report = reported(tmp_path, folders)
    (log,) = (file for folder in folders for file in folder.rglob("loggingsnapshot_core1*"))
    log.unlink()
    assert standings(report, folders)["missing"] == {log.name}


def test_another_certificate_in_the_place_of_the_quoted_one(
    folders: list[Path], tmp_path: Path
) -> None:
    """A fingerprint is held against the certificate, not against words."""
    report = reported(tmp_path, folders)
    (own,) = (file for folder in folders for file in folder.rglob("server_edge1*"))
    (other,) = (file for folder in folders for file in folder.rglob("server_core1*"))
    shutil.copy(other, own)
    assert standings(report, folders)["changed"] == {own.name}


def test_swapped_bundles_are_told_apart_by_hash(folders: list[Path], tmp_path: Path) -> None:
    """Swapped names do no harm; a bundle of another day under the same name does."""
    paths = [packed(folder) for folder in folders]
    report = reported(tmp_path, paths)
    first, second = paths
    spare = first.rename(tmp_path / "spare")
    second.rename(first)
    spare.rename(second)
    assert checked(report, paths).exit_code == 0
    shutil.copy(first, second)
    result = json.loads(checked(report, paths, "--format", "json").stdout)
    assert "other_hash" in {one["standing"] for one in result["inputs"]}
    assert {one["standing"] for one in result["quotes"]} >= {"ok", "missing"}


def test_same_lines_in_other_packing_are_not_the_report_s_file(
    folders: list[Path], tmp_path: Path
) -> None:
    """All lines stand, and yet it is not the file that was judged."""
    report = reported(tmp_path, [packed(folder) for folder in folders])
    paths = [
        packed(folder, lambda name, data: None if name.endswith(".xml") else (name, data))
        for folder in folders
    ]
    assert set(standings(report, paths)) == {"other_hash"}
    assert checked(report, paths).exit_code == 1


def test_masked_secret_is_compared_masked(tmp_path: Path) -> None:
    """The report shows no secret, and the line that holds it still bears the quote out."""
    line = 'x core1 app: Detail="login" password="hunter2-canary" reason="refused"'
    log = tmp_path / "note.txt"
    log.write_text(f"first\n{line}\n")
    bundle = packed_note(log)
    shown = mask(line)
    assert MASKED in shown
    assert "canary" not in shown
    sample = Report.model_validate_json(SAMPLE.replace("PATH", str(bundle)))
    quote = Quote(input=str(bundle), member=log.name, line=2, text=shown)
    found = sample.findings[0].model_copy(update={"evidence": (quote,)})
    report = sample.model_copy(update={"findings": (found,)})
    (one,) = check_evidence(report, [bundle], "en").quotes
    assert one.standing == "other_hash"  # the sample's hash is of no file; the line stands


def packed_note(file: Path) -> Path:
    bundle = file.with_name("note.zip")
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(file, file.name)
    return bundle


SAMPLE = json.dumps(
    {
        "tool": {"version": "1", "matcher": "reference"},
        "language": "en",
        "judged_at": "2026-11-24T10:00:00Z",
        "inputs": [{"path": "PATH", "kind": "expressway_bundle", "sha256": "00"}],
        "nodes": [],
        "findings": [
            {
                "symptom": "EXW-001",
                "rule": "r",
                "status": "active",
                "severity": "critical",
                "confidence": "certain",
                "rank": 1,
                "nodes": [],
                "title": "t",
                "cause": "c",
                "evidence": [],
                "fix": {"steps": []},
                "sources": [],
                "language": "en",
            }
        ],
        "links": [],
        "ledger": [],
        "coverage": [],
        "problems": [],
    }
)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """The sentence says what to give instead."""
    file = tmp_path / "report.json"
    file.write_bytes(content)
    with pytest.raises(EvidenceError, match="name one that `certclinic diagnose"):
        read_report(file)

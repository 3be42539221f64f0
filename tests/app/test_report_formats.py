"""`diagnose --format` and `--template`: every format from the command line, and wrong uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import click
import pytest
from click.testing import CliRunner, Result

from certclinic.app.case_commands import BINARY, diagnose
from certclinic.app.cli import cli
from certclinic.builders.deployment import write
from certclinic.builders.scenarios import SYMPTOMS
from certclinic.reports.render import BinaryFormat, Format


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The bundles of a deployment whose tunnels are down."""
    return [str(p) for p in write(SYMPTOMS["EXW-030"].shows, tmp_path_factory.mktemp("broken"))]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["diagnose", "--matcher", "reference", *map(str, words)])


def test_every_format_of_the_reports_can_be_asked_for() -> None:
    """The choices are listed in the command, since loading the reports would slow down help."""
    (form,) = [parameter for parameter in diagnose.params if parameter.name == "form"]
    assert isinstance(form.type, click.Choice)
    assert {*get_args(Format), *get_args(BinaryFormat)} == set(form.type.choices)
    assert set(get_args(BinaryFormat)) == set(BINARY)


@pytest.mark.parametrize(
    ("form", "beginning"), [("md", "# "), ("sarif", "{"), ("junit", "<?xml"), ("html", "<!doctype")]
)
def test_text_formats_are_printed(broken: list[str], form: str, beginning: str) -> None:
    """With the symptom in them, and the exit code of the finding."""
    done = run("--format", form, *broken)
    assert 1 == done.exit_code
    assert done.stdout.startswith(beginning)
    assert "EXW-030" in done.stdout


def test_sarif_points_into_the_bundles(broken: list[str]) -> None:
    """The first artifacts are the inputs, with their hashes."""
    (one,) = json.loads(run("--format", "sarif", *broken).stdout)["runs"]
    assert [len(broken)] == [len([a for a in one["artifacts"] if "hashes" in a])]


@pytest.mark.parametrize("form", BINARY)
def test_binary_formats_are_not_printed(broken: list[str], form: str) -> None:
    """Without --output nothing is read, and the message says what to add."""
    done = run("--format", form, *broken)
    assert 2 == done.exit_code
    assert "--output FILE" in done.output


def test_a_file_is_written_whole(broken: list[str], tmp_path: Path) -> None:
    """A ZIP archive, as Word's are, and nothing beside it."""
    output = tmp_path / "report.docx"
    assert 1 == run("--format", "docx", "--output", output, *broken).exit_code
    assert b"PK\x03\x04" == output.read_bytes()[:4]
    assert [output] == list(tmp_path.iterdir())


def test_own_template_is_used_and_its_mistake_told(broken: list[str], tmp_path: Path) -> None:
    """A sentence with file and line, and no report half-written."""
    template = tmp_path / "report.md.j2"
    template.write_text("{{ verdict }}", encoding="utf-8")
    done = run("--format", "md", "--template", tmp_path, *broken)
    assert "SSH tunnels" in done.stdout
    assert 1 == len(done.stdout.splitlines())
    template.write_text("\n{{ verdict.__class__ }}", encoding="utf-8")
    done = run("--format", "md", "--template", tmp_path, "--output", tmp_path / "o.md", *broken)
    assert 1 == done.exit_code
    assert "report.md.j2:2" in done.output
    assert not (tmp_path / "o.md").exists()


def test_a_folder_without_templates_is_refused(broken: list[str], tmp_path: Path) -> None:
    """Before anything is read."""
    done = run("--format", "md", "--template", tmp_path, *broken)
    assert "holds no template for md" in done.output

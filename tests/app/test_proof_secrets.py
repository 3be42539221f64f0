"""What preflight and the kit say is masked as reports are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from certclinic.app.cli import cli
from certclinic.builders.deployment import write

PLANTED = "password=hunter2hunter2"
SPEC = {
    "authorities": {"issuing-2": {"issuer": "root", "cn": PLANTED}},
    "nodes": {
        "core1": {"trust": ["root", "issuing-1"], "settings": {"SystemUnit Name": PLANTED}},
        "edge1": {
            "certificate": {"issuer": "issuing-2"},
            "trust": ["root", "issuing-1", "issuing-2"],
        },
        "edge2": {
            "given": False,
            "certificate": {
                "issuer": "issuing-2",
                "cn": "edge1.example.com",
                "san": ["edge1.example.com"],
            },
        },
    },
    "certificate_files": {"new.pem": {"certificate": "edge2"}},
}


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """Bundles and a candidate of a deployment with a secret in a setting and in a CA's name."""
    return [str(path) for path in write(SPEC, tmp_path / "bundles")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_preflight_says_no_secret(inputs: list[str], form: str) -> None:
    done = CliRunner().invoke(cli, ["preflight", *inputs, "--node", "edge1", "--format", form])
    assert done.exit_code in (0, 1), done.output
    assert "hunter2" not in done.output
    assert "edge1" in done.output


def test_the_texts_of_a_kit_hold_no_secret(inputs: list[str], tmp_path: Path) -> None:
    """The CA's own certificate and its file name say what they say; no other text does."""
    done = CliRunner().invoke(cli, ["kit", *inputs, "--output", str(tmp_path / "kit")])
    assert done.exit_code in (0, 1), done.output
    read = [(tmp_path / "kit" / name).read_text("utf-8") for name in ("README.md", "manifest.json")]
    for text in (*read, done.output):
        assert "ca-password-hunter2hunter2.pem" in text
        assert PLANTED not in text

"""The tutorial for authors, followed word for word: files are saved, commands run, answers read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from certclinic.app.cli import cli
from certclinic.app.options import FOUND, OK
from certclinic.app.rule_base import rule_base

TUTORIAL = Path(__file__).parents[2] / "docs" / "authors.md"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
_INSTALLING = {"make demo": "certclinic demo", ". .venv/bin/activate": ""}


def _steps() -> Iterator[tuple[str, str, str]]:
    """Kind, text and preceding paragraph of each block."""
    text = TUTORIAL.read_text("utf-8")
    end = 0
    for block in _BLOCK.finditer(text):
        yield block[1], block[2], text[end : block.start()].strip().rpartition("\n\n")[2]
        end = block.end()


def _save(text: str, told: str, last: Path) -> Path:
    """Save a file as the paragraph says, or put lines into the one saved last; that file."""
    if named := re.search(r"[Ss]ave\s+this\s+as\s+`([^`]+)`", told):
        file = Path(named[1])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file
    after = re.search(r"after the line `([^`]+)`", told)
    assert after, told
    before, line, rest = last.read_text("utf-8").partition(f"{after[1]}\n")
    assert line, f"{last} has no line {after[1]}"
    last.write_text(before + line + text + rest, "utf-8")
    return last


def _run(line: str) -> str:
    """What a command of the tutorial prints."""
    program, *words = shlex.split(_INSTALLING.get(line, line)) or [""]
    if not program:
        return ""
    assert "certclinic" == program
    expanded = [sorted(map(str, Path().glob(word))) or [word] for word in words]
    rule_base.cache_clear()  # a process reads its rules once; each command is a process
    result = CliRunner().invoke(cli, [word for some in expanded for word in some])
    assert result.exit_code in (OK, FOUND), f"{line}\n{result.output}"
    return result.output


def test_the_tutorial_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file can be saved, every command works, every answer that is shown is given."""
    monkeypatch.chdir(tmp_path)
    printed, last, kinds = "", Path(), set()
    for kind, text, told in _steps():
        kinds.add(kind)
        if kind == "yaml":
            last = _save(text, told, last)
        elif kind == "sh":
            printed = "".join(map(_run, text.splitlines()))
        else:
            for line in text.splitlines():
                assert line in printed

    assert {"sh", "yaml", "text"} == kinds
    assert (tmp_path / "my-rules" / "data" / "release.yaml").is_file()


def test_the_symptom_is_new() -> None:
    """The shipped rules have none of the numbers that the tutorial leaves to authors."""
    rule_base.cache_clear()
    shipped = {rule.rule.symptom for rule in rule_base().rules.values()}

    assert set() == {symptom for symptom in shipped if "900" <= symptom[4:7]}

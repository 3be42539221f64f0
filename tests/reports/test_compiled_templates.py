"""Shipped templates are compiled once, and what was kept is never taken for something else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from certclinic.reports import compiled_templates
from certclinic.reports.templating import environment

TEMPLATE = "fleet.html.j2"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where compiled templates are kept."""
    monkeypatch.setattr(compiled_templates, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


def no_compiling(*_: Any, **__: Any) -> None:
    raise AssertionError("a template was compiled again")


def shout(value: Any) -> Any:
    return str(value).upper()


def test_a_template_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second environment compiles nothing."""
    environment(None).get_template(TEMPLATE)
    monkeypatch.setattr(Environment, "compile", no_compiling)
    assert environment(None).get_template(TEMPLATE).name == TEMPLATE


def test_each_way_of_compiling_has_its_own(folder: Path) -> None:
    """What one environment kept is none of another's that prints otherwise."""
    for finalize in (None, shout):
        environment(None, finalize=finalize).get_template(TEMPLATE)
    environment(None, extensions=["jinja2.ext.i18n"]).get_template(TEMPLATE)
    assert len(list(folder.iterdir())) == 3


def test_a_readers_templates_are_not_kept(folder: Path, tmp_path: Path) -> None:
    """They run in the sandbox, which compiles in its own way."""
    environment(tmp_path).get_template(TEMPLATE)
    assert not folder.exists()


def test_a_damaged_entry_is_compiled_anew(folder: Path) -> None:
    """Whatever stands in the file, the template is the same."""
    environment(None).get_template(TEMPLATE)
    (entry,) = folder.iterdir()
    for damage in (b"", b"no such thing", entry.read_bytes()[:20]):
        entry.write_bytes(damage)
        assert environment(None).get_template(TEMPLATE).name == TEMPLATE


def test_nothing_is_written_where_it_may_not_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither into a folder that can't be made, nor where Python is told to write no bytecode."""
    monkeypatch.setattr(compiled_templates, "FOLDER", Path("/dev/null/kept"))
    assert environment(None).get_template(TEMPLATE).name == TEMPLATE
    monkeypatch.setattr(compiled_templates, "FOLDER", folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    environment(None).get_template(TEMPLATE)
    assert not folder.exists()

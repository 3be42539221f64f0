"""A few cases in folders, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from certclinic.builders.deployment import write
from certclinic.builders.scenarios import SYMPTOMS, healthy


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of cases: tunnels down, an expired certificate, and a healthy deployment."""
    folder = tmp_path_factory.mktemp("built")
    write(SYMPTOMS["EXW-030"].shows, folder / "600001")
    write(SYMPTOMS["EXW-010"].shows, folder / "600002")
    write(healthy(), folder / "600003")
    return folder


@pytest.fixture
def cases(built: Path, tmp_path: Path) -> Path:
    """The same cases, to be changed."""
    return shutil.copytree(built, tmp_path / "cases")

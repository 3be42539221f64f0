"""The house: which folder may know which, and what the wheel must hold."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "app": ROOT / "app",
    "builders": ROOT / "tests" / "builders",
    "engine": ROOT / "engine",
    "facts": ROOT / "facts",
    "reports": ROOT / "reports",
    "rules": ROOT / "rules",
}
MAY_IMPORT: dict[str, set[str]] = {
    "app": {"app", "builders", "engine", "facts", "reports", "rules"},
    "builders": {"builders"},
    "engine": {"engine"},
    "facts": {"facts"},
    "reports": {"reports"},
    "rules": {"rules"},
}


def _imports(file: Path, package: str) -> Iterator[str]:
    """Names of the packages that a module imports relatively; absolute ones are named as such."""
    depth = len(file.relative_to(FOLDERS[package]).parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            if node.level <= depth:
                yield package
            else:
                yield from [(node.module or alias.name).split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom | ast.Import):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in [*modules, *(alias.name for alias in node.names)]:
                if name and name.split(".")[0] == "certclinic":
                    yield f"absolute import of {name}"


@pytest.mark.parametrize("package", sorted(FOLDERS))
def test_arrows_never_point_back(package: str) -> None:
    """A module imports only from its own package, relatively; only app sees all of them."""
    wrong = {
        (str(file.relative_to(ROOT)), name)
        for file in FOLDERS[package].rglob("*.py")
        for name in _imports(file, package)
        if name not in MAY_IMPORT[package]
    }

    assert set() == wrong


def test_rules_hold_no_python() -> None:
    """Knowledge is YAML: the only module is the package's own docstring."""
    modules = {file.name for file in FOLDERS["rules"].rglob("*.py")}

    assert {"__init__.py"} == modules


def test_wheel_holds_the_whole_tree(tmp_path: Path) -> None:
    """Every file of the packages is in the built wheel, under its package, and nothing else."""
    # An environment made without pip is served by the Python that it was made from.
    python = sys.executable if find_spec("pip") else Path(sys.base_prefix) / "bin" / "python3"
    pip = [str(python), "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path)]
    left_out = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "demo")
    tree = shutil.copytree(ROOT, tmp_path / "tree", ignore=left_out)
    subprocess.run([*pip, str(tree)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if name.startswith("certclinic/")}
    expected = {
        f"certclinic/{package}/{file.relative_to(folder).as_posix()}"
        for package, folder in FOLDERS.items()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert expected == shipped


def test_type_checkers_see_every_package() -> None:
    """.typing/certclinic has a link for each package, and only for those."""
    links = {link.name: link.resolve() for link in (ROOT / ".typing" / "certclinic").iterdir()}

    assert links == FOLDERS

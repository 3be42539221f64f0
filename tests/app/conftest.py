"""Deployments built, written as bundles and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.case import Case, open_case
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import build, write

Judge = Callable[[Mapping[str, Any]], Case]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    """Write a deployment's bundles and judge them at the time of the deployment."""

    def judge(spec: Mapping[str, Any]) -> Case:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return open_case(
            write(spec, folder), rule_base(), int(build(spec).at.timestamp()), "reference"
        )

    return judge

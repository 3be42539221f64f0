"""What holds for every format."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import get_args

import pytest

from certclinic.reports.languages import UnknownLanguageError
from certclinic.reports.render import Format, render

from .sample import cluster, pair

DIGEST = """
import hashlib, sys
from typing import get_args
from certclinic.reports.document import Report
from certclinic.reports.render import Format, render
report = Report.model_validate_json(sys.stdin.read())
for format in get_args(Format):
    print(hashlib.sha256(render(report, format).encode()).hexdigest())
"""


@pytest.mark.parametrize("format", get_args(Format))
def test_language_without_catalogue_is_refused(format: Format) -> None:
    """Only JSON, which adds no words of its own, can do without."""
    report = pair().model_copy(update={"language": "xx"})
    if format == "json":
        assert '"language": "xx"' in render(report, format)
    else:
        with pytest.raises(UnknownLanguageError):
            render(report, format)


def test_same_document_gives_the_same_bytes() -> None:
    """Neither the process nor its hash seed shows in the output."""
    expected = [
        hashlib.sha256(render(cluster(), format).encode()).hexdigest()
        for format in get_args(Format)
    ]
    for seed in ("1", "2"):
        printed = subprocess.run(
            [sys.executable, "-c", DIGEST],
            input=cluster().model_dump_json(),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        assert printed.split() == expected

"""JSON is the document itself, nothing shortened, and satisfies the published schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from certclinic.reports.document import Report
from certclinic.reports.json_format import schema
from certclinic.reports.render import render

from .sample import Language, cluster, found, healthy, pair, unjudged


@pytest.mark.parametrize("sample", [pair, healthy, unjudged, cluster])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_output_is_the_document_and_satisfies_the_schema(
    sample: Callable[..., Report], language: Language
) -> None:
    """What is printed reads back as the same document."""
    report = sample(language)
    printed = json.loads(render(report, "json"))
    assert report.model_dump(mode="json") == printed
    jsonschema.validate(printed, schema(), cls=jsonschema.Draft202012Validator)


def test_chinese_stays_readable() -> None:
    """Characters are written as they are, not as escapes."""
    assert "遍歷區域" in render(pair("zh-Hant"), "json")


def test_nothing_is_shortened() -> None:
    """A quote of 10 kB comes out whole."""
    report = pair().model_copy(
        update={"findings": (found("EXW-030", "t", "long line " * 1000, "en"),)}
    )
    printed = json.loads(render(report, "json"))
    assert printed["findings"][0]["cause"] == "long line " * 1000


def test_published_schema_is_that_of_the_program() -> None:
    """docs/report.schema.json, for scripts; docs/reports.md says how it is made."""
    published = Path(__file__).parents[2] / "docs" / "report.schema.json"
    assert schema() == json.loads(published.read_text(encoding="utf-8"))

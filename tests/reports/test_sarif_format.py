"""SARIF 2.1.0 as code scanning reads it: rules, results, places and the input they are in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certclinic.reports.document import Quote, Report
from certclinic.reports.render import render

from .hostile import drowned
from .sample import BUNDLES, Language, cluster, found, healthy, pair, unjudged
from .sarif_shape import SARIF


def run(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, SARIF, cls=jsonschema.Draft7Validator)
    (one,) = log["runs"]
    assert isinstance(one, dict)
    for result in one["results"]:
        assert result["ruleId"] == one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        assert result["kind"] == "fail" or result["level"] == "none"  # 3.27.10
    return one


@pytest.mark.parametrize("sample", [pair, healthy, unjudged, cluster])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_report_is_valid(sample: Callable[..., Report], language: Language) -> None:
    """Shape, indices of rules, and a level only where something fails."""
    assert {"en": "en", "zh-Hant": "zh-TW"}[language] == run(sample(language))["language"]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
@example("[click](https://evil.example) {0} %41 a:b \\ \x00")
def test_any_text_leaves_it_valid_and_without_links(text: str) -> None:
    """SARIF takes `[…](…)` for a link, even in plain text."""
    one = run(drowned(text))
    assert all("](" not in result["message"]["text"] for result in one["results"])


def test_kinds_follow_status_and_ledger() -> None:
    """A fault fails, advice informs, what is excluded passes, and the rest is open."""
    kinds = {(r["ruleId"], r["kind"], r["level"]) for r in run(pair())["results"]}
    assert kinds == {
        ("EXW-030", "fail", "error"),
        ("EXW-035a", "fail", "warning"),
        ("EXW-039c", "fail", "error"),
        ("EXW-011", "fail", "warning"),
        ("EXW-014", "informational", "none"),
        ("EXW-043", "open", "none"),
        ("EXW-010", "pass", "none"),
        ("EXW-025", "pass", "none"),
    }


def test_evidence_lies_in_a_member_of_an_input() -> None:
    """Member and line, the bundle as parent artifact with its hash, the other pieces related."""
    report = pair()
    one = run(report)
    first = one["results"][0]
    places = [first["locations"][0], *first["relatedLocations"]]
    for quote, place in zip(report.findings[0].evidence, places, strict=True):
        physical = place["physicalLocation"]
        assert quote.member == physical["artifactLocation"]["uri"]
        member = one["artifacts"][physical["artifactLocation"]["index"]]
        parent = one["artifacts"][member["parentIndex"]]
        assert quote.input == parent["location"]["uri"]
        assert parent["hashes"]["sha-256"] in {row.sha256 for row in report.inputs}
        assert quote.line == physical.get("region", {}).get("startLine")
        assert quote.text in place["message"]["text"]
    assert ["core1", "edge1"] == [
        place["fullyQualifiedName"] for place in first["locations"][0]["logicalLocations"]
    ]


def test_help_has_the_fix_in_the_language() -> None:
    """Steps and checks of the finding, as the reader reads them."""
    report = pair("zh-Hant")
    rules = {rule["id"]: rule for rule in run(report)["tool"]["driver"]["rules"]}
    first = report.findings[0]
    for text in (*first.fix.steps, *first.verify, *first.sources):
        assert text in rules["EXW-030"]["help"]["text"]


def test_fingerprint_lasts_as_long_as_the_fault() -> None:
    """Neither language nor line shows in it; another certificate or node does."""

    def identity(report: Report) -> str:
        value = run(report)["results"][0]["partialFingerprints"]["finding/v1"]
        assert isinstance(value, str)
        return value

    def with_quote(**changes: object) -> Report:
        quote = Quote.model_validate({"input": BUNDLES["core1"], "text": "t"} | changes)
        finding = found("EXW-030", "t", "c", "en", evidence=(quote,))
        return pair().model_copy(update={"findings": (finding,)})

    assert identity(pair("en")) == identity(pair("zh-Hant"))
    assert identity(with_quote(line=1)) == identity(with_quote(line=2))
    assert identity(with_quote(fingerprint="aa")) != identity(with_quote(fingerprint="bb"))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/srv/case 1/b.tar.gz", "file:///srv/case%201/b.tar.gz"),
        ("case\\b.zip", "case/b.zip"),
        ("a:b.tgz", "a%3Ab.tgz"),
        ("證書.pem", "%E8%AD%89%E6%9B%B8.pem"),
    ],
)
def test_paths_become_uri_references(path: str, uri: str) -> None:
    """RFC 3986, with the scheme where a path is absolute."""
    report = healthy()
    inputs = (report.inputs[0].model_copy(update={"path": path}),)
    one = run(report.model_copy(update={"inputs": inputs}))
    assert uri == one["artifacts"][0]["location"]["uri"]

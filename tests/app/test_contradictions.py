"""Where evidence contradicts a finding, both are shown, and the finding is less sure."""

from __future__ import annotations

from typing import Any

import pytest

from certclinic.app.document import write_report
from certclinic.builders.symptom import ALL, ISSUING_2, failed, pair
from certclinic.reports.document import Found
from certclinic.reports.render import render

from .conftest import Judge

PUBLIC = {"public-root": {"cn": "Public Root"}}
EDGE = {"certificate": {"issuer": "public-root"}, "trust": ["root", "issuing-1", "public-root"]}
RENEWED = {"certificate": {"issuer": "issuing-2"}, "trust": ALL}
DOWN = {"tunnels": "Failed", "alarms": [35013]}
UNTRUSTED = {"event": "ats_untrusted", "server": "cucm1.example.com", "port": 8443}


def found(spec: dict[str, Any], symptom: str, judged: Judge, language: str = "en") -> Found:
    """The only finding of a symptom."""
    findings = write_report(judged(spec), language).findings
    (finding,) = [one for one in findings if one.symptom == symptom]
    return finding


@pytest.mark.parametrize(
    ("symptom", "spec", "confidence", "line"),
    [
        ("EXW-027", pair(edge=EDGE, authorities=PUBLIC), "probable", "Status: Active"),
        ("EXW-027", pair(failed(), failed(**EDGE), authorities=PUBLIC), "certain", None),
        ("EXW-029b", pair({"certificate": {"eku": ["server"]}}), "probable", "Status: Active"),
        ("EXW-029b", pair(failed(certificate={"eku": ["server"]}), failed()), "certain", None),
        ("EXW-030", pair(edge=RENEWED, authorities=ISSUING_2), "probable", "Status: Active"),
        ("EXW-030", pair(DOWN, RENEWED, authorities=ISSUING_2), "certain", None),
        (
            "EXW-036",
            pair({"certificate": {"eku": ["server"]}, **DOWN}),
            "certain",
            None,
        ),
        (
            "EXW-030",
            pair(
                {"tunnels": "none", "alarms": [{"id": 35013, "lowered": True}]},
                RENEWED,
                authorities=ISSUING_2,
            ),
            "probable",
            "35013",
        ),
        (
            "EXW-050",
            pair({"log": [UNTRUSTED]}, unified_cm={"cucm1": {}}),
            "probable",
            "CN=cucm1.example.com",
        ),
    ],
    ids=[
        "zone active",
        "zone failed",
        "no clientAuth, zone active",
        "no clientAuth, zone failed",
        "tunnel active",
        "tunnel failed",
        "no clientAuth, tunnel failed",
        "alarm lowered",
        "log refuses what the certificates pass",
    ],
)
def test_contradiction_is_shown_and_lowers_the_confidence(
    symptom: str, spec: dict[str, Any], confidence: str, line: str | None, judged: Judge
) -> None:
    """The certificates alone are certain; a status or log that says otherwise makes it probable."""
    finding = found(spec, symptom, judged)

    assert confidence == finding.confidence
    assert (line is not None) == bool(finding.against) == bool(finding.against_notes)
    if line:
        assert any(line in quote.text for quote in finding.against)
    assert not set(finding.against) & set(finding.evidence)


def test_another_tunnel_is_no_contradiction(judged: Judge) -> None:
    """The tunnel to one Expressway-E says nothing of the one to another."""
    spec = pair({"tunnels": "none", "alarms": [35013]}, RENEWED, authorities=ISSUING_2)
    assert () == found(spec, "EXW-030", judged).against


@pytest.mark.parametrize(
    ("language", "heading", "why"),
    [
        ("en", "What speaks against it", "keeps the TLS session"),
        ("zh-Hant", "與此結論不符的證據", "沿用變更前建立的TLS工作階段"),
    ],
)
def test_every_format_tells_what_speaks_against(
    language: str, heading: str, why: str, judged: Judge
) -> None:
    """Under a heading of its own, with the lines and with why both can be true."""
    report = write_report(judged(pair(edge=EDGE, authorities=PUBLIC)), language)

    for form in ("text", "html"):
        told = "".join(render(report, form).split())
        assert "".join(heading.split()) in told
        assert "".join(why.split()) in told
        assert "Status:Active" in told
    assert '"against": [' in render(report, "json")

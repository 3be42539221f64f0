"""Deployments with UC servers attached: every planted fault is found, and nothing is invented."""

from __future__ import annotations

from typing import Any

import pytest

from certclinic.app.case import Case
from certclinic.builders.symptom import cluster, pair

from .conftest import Judge

ALLOWED = (
    '{{time}} {{host}} traffic_server[18242]: Event="Request Allowed" Reason="In allow list"'
    ' Request="https://{0}:8443/cucm-uds/x" Rule="https://{0}:8443/cucm-uds/" {{utc}}'
)
SERVERS: dict[str, Any] = {
    "cucm1": {},
    "cucm2": {"files": ["list", "show"]},
    "imp1": {},
    "unity1": {},
}


def found(case: Case) -> set[str]:
    """Symptoms that are found or predicted."""
    return {f.finding.symptom for f in case.findings if f.finding.status != "advice"}


@pytest.mark.parametrize("version", ["X12.6.4", "X14.0.2", "X14.2", "X15.2.1", "X15.5"])
def test_a_healthy_deployment_with_servers_has_no_fault(version: str, judged: Judge) -> None:
    """Two Unified CM, IM and Presence and Unity Connection, all trusting and trusted."""
    case = judged(cluster(version=version, unified_cm=SERVERS))

    assert set() == found(case)
    assert () == case.derived.problems


def test_faults_of_both_directions_are_told_apart(judged: Judge) -> None:
    """The C does not trust Unity, and the second Unified CM does not trust the C."""
    servers = {
        **SERVERS,
        "cucm2": {"trust": {"CallManager-trust": ["issuing-1"]}},
        "unity1": {"certificates": {"tomcat": {"issuer": "self"}}},
    }
    case = judged(pair(unified_cm=servers))

    assert {"EXW-050", "EXW-052", "UCM-003"} == found(case)
    for symptom, server in (("EXW-050", "unity1"), ("EXW-052", "cucm2")):
        (finding,) = [f.finding for f in case.findings if f.finding.symptom == symptom]
        checks = [case.facts[fact] for fact in finding.evidence]
        assert all(server in (check.client, check.server) for check in checks)  # type: ignore[attr-defined]


def test_log_and_certificates_give_one_finding(judged: Judge) -> None:
    """Where the certificates prove what the log says, the log is evidence, not another finding."""
    refused = {"event": "ats_untrusted", "server": "cucm1.example.com", "port": 8443}
    servers = {"cucm1": {"certificates": {"tomcat": {"issuer": "self"}}}}
    case = judged(pair(core={"log": [refused]}, unified_cm=servers))

    (finding,) = [f.finding for f in case.findings if f.finding.symptom == "EXW-050"]
    assert "traffic-server/server-chain-incomplete" == finding.rule
    assert "certain" == finding.confidence


def test_a_log_about_a_server_that_is_in_order_still_counts(judged: Judge) -> None:
    """What was refused and is in order now may have been repaired since; the log says it."""
    refused = {"event": "ats_untrusted", "server": "cucm1.example.com", "port": 8443}
    case = judged(pair(core={"log": [refused]}, unified_cm={"cucm1": {}}))

    assert {"EXW-050"} == found(case)


def test_several_faults_of_one_cluster(judged: Judge) -> None:
    """Wrong name, default self-signed pair, forgotten intermediate: all three, and no more."""
    renewed = {"issuer": "issuing-2", "from": "-3d"}
    trust = ("root", "issuing-1", "issuing-2", "cucm1/tomcat")
    servers = {
        "cucm1": {
            "certificates": {"tomcat": {"issuer": "self"}, "CallManager": {"issuer": "self"}},
        },
    }
    case = judged(
        pair(
            core={
                "certificate": renewed,
                "trust": trust,
                "log": [ALLOWED.format("cucm1.internal.example")],
            },
            edge={"trust": trust[:3]},
            authorities={"issuing-2": {"issuer": "root"}},
            unified_cm=servers,
        )
    )

    assert {"EXW-050", "EXW-051", "EXW-052", "UCM-002"} == found(case)


def test_clients_alone_can_be_judged(judged: Judge) -> None:
    """A problem report of Jabber needs no bundle beside it."""
    logs = {"csf-unified.log": [{"event": "jabber_policy", "why": "CN_NO_MATCH UNKNOWN"}]}
    case = judged(
        {
            "nodes": {"core1": {"given": False}, "edge1": {"given": False}},
            "clients": logs,
        }
    )

    assert case.judged
    assert {"CLI-001"} == found(case)

"""One fault is one root cause, however many findings it shows as; two faults are two."""

from __future__ import annotations

from typing import Any

import pytest

from certclinic.app.document import write_report
from certclinic.builders.handshakes import IDENTITY
from certclinic.builders.spec import merge
from certclinic.builders.symptom import ALL, ISSUING_2, cluster, failed, pair
from certclinic.reports.outline import outline

from .conftest import Judge

OTHER = {"other-root": {"cn": "Other Root"}, "other-ca": {"issuer": "other-root"}}
THIRD = {"third-root": {"cn": "Third Root"}}
HELD = ["root", "issuing-1", "other-root", "other-ca"]
KNOWN = {"certificate": {"issuer": "other-ca"}, "trust": HELD}
SIP = [
    {
        "type": "neighbor",
        "name": name,
        "port": port,
        "peers": ["cucm1.example.com"],
        "tls_verify": True,
    }
    for name, port in (("CEtls-cucm1.example.com", 5061), ("CEOAuth cucm1.example.com", 5091))
]
NO_PTR = {"alarms": [25030, 35013], "log": [{"event": "xcp_no_ptr", "remote": "edge1"}]}
TWINS = ["root", "old", "issuing-1"]
OLD_ISSUING = {"old": {"twin_of": "issuing-1", "issuer": "root", "from": "-2000d"}}
OLD_ROOT = {"old": {"twin_of": "root", "from": "-4000d"}, "issuing-1": {"aki": False}}
EXPIRED_TOMCAT = {"cucm1": {"certificates": {"tomcat": {"to": "-3d"}}}}


def by_ip(**edge: Any) -> dict[str, Any]:
    """One of two Expressway-E is reached by its IP address, which no certificate carries."""
    zone = {"peers": ["edge1.example.com", "10.0.1.22"]}
    log = [{"event": "tls_failure", "direction": "outbound", "remote": "edge2", "detail": IDENTITY}]
    return cluster(1, 2, {"core1": {"zone": zone, "log": log}, "edge2": edge})


def enforcing(changes: dict[str, Any], **whole: Any) -> dict[str, Any]:
    """An Enforcing cluster of two Expressway-C, one of them without its name in the certificate."""
    strict = {"cluster": {"tls_verify": "enforcing"}, "alarms": [20004, 20006]}
    nameless = {"certificate": {"san": ["core.example.com"]}}
    cores = {"core1": merge(strict, nameless), "core2": strict}
    return cluster(2, 1, merge(cores, changes), **whole)


ONE_FAULT: dict[str, tuple[str, dict[str, Any]]] = {
    "an intermediate that every other node lacks": (
        "EXW-030",
        cluster(
            changes={
                **{f"core{n}": failed(35013, zone={"status": "Active"}) for n in (1, 2)},
                **{
                    f"edge{n}": {"certificate": {"issuer": "issuing-2"}, "trust": ALL}
                    for n in (1, 2)
                },
            },
            authorities=ISSUING_2,
        ),
    ),
    "an intermediate that its own node lacks too": (
        "EXW-027",
        pair(failed(), failed(certificate={"issuer": "issuing-2"}), authorities=ISSUING_2),
    ),
    "the root of both sides that both lists lack": (
        "EXW-027",
        pair(failed(trust=["issuing-1"]), failed(trust=["issuing-1"])),
    ),
    "a root that has expired in every list": (
        "EXW-012",
        pair(failed(), failed(), authorities={"root": {"to": "-5d"}}, unified_cm={"cucm1": {}}),
    ),
    "an expired certificate of the Expressway-C": (
        "EXW-010",
        pair(failed(certificate={"to": "-3d"}, zones=SIP), failed(), unified_cm={"cucm1": {}}),
    ),
    "an Expressway-C certificate for servers only": (
        "EXW-029b",
        pair(failed(certificate={"eku": ["server"]}), failed(), unified_cm={"cucm1": {}}),
    ),
    "a self-signed certificate of the Expressway-C": (
        "EXW-028",
        pair(failed(certificate={"issuer": "self"}), failed(), unified_cm={"cucm1": {}}),
    ),
    "an Expressway-E certificate for another host": (
        "EXW-025",
        pair(
            failed(),
            failed(certificate={"cn": "other.example.net", "san": ["other.example.net"]}),
        ),
    ),
    "the CA of a Unified CM that the Expressway-C lacks": (
        "EXW-050",
        pair(
            {"zones": SIP},
            authorities=OTHER,
            unified_cm={
                "cucm1": {
                    "certificates": {
                        "tomcat": {"issuer": "other-ca"},
                        "CallManager": {"issuer": "other-ca"},
                    }
                }
            },
        ),
    ),
    "the CA of the Expressway-C that no trust store has": (
        "EXW-052",
        pair(
            {**KNOWN, "zones": SIP},
            {"trust": HELD},
            authorities=OTHER,
            unified_cm={"cucm1": {}, "cucm2": {}},
        ),
    ),
    "the CA of the Expressway-C that one Unified CM has not got": (
        "EXW-052",
        pair(
            {**KNOWN, "zones": SIP[:1]},
            {"trust": HELD},
            authorities=OTHER,
            unified_cm={
                "cucm1": {"trust": {"tomcat-trust": HELD, "CallManager-trust": HELD}},
                "cucm2": {},
            },
        ),
    ),
    "a CA that neither the Expressway-C nor Unified CM knows": (
        "EXW-050",
        pair(
            {"certificate": {"issuer": "other-ca"}},
            {"trust": HELD},
            authorities=OTHER,
            unified_cm={
                "cucm1": {
                    "certificates": {
                        "tomcat": {"issuer": "other-ca"},
                        "CallManager": {"issuer": "other-ca"},
                    }
                }
            },
        ),
    ),
    "an expired certificate of Unified CM": (
        "EXW-050",
        pair(unified_cm={"cucm1": {"certificates": {"tomcat": {"to": "-3d"}}}}),
    ),
    "a hierarchy that one peer of a cluster lacks": (
        "EXW-029e",
        cluster(
            changes={
                "core1": {"trust": HELD},
                "core2": failed(),
                "edge1": KNOWN,
                "edge2": KNOWN,
            },
            authorities=OTHER,
        ),
    ),
}

# One fault, and every node that has a part in it.
ALL_NODES: dict[str, tuple[str, set[str], dict[str, Any]]] = {
    "a CA without basicConstraints behind two Expressway-E": (
        "EXW-022",
        {"core1", "edge1", "edge2"},
        cluster(
            1,
            2,
            {
                "core1": failed(trust=ALL),
                **{f"edge{n}": failed(certificate={"issuer": "issuing-2"}) for n in (1, 2)},
            },
            authorities={"issuing-2": {"issuer": "root", "ca": "missing"}},
        ),
    ),
    "an intermediate that two of three peers lack": (
        "EXW-029e",
        {"core1", "core3"},
        cluster(
            3,
            1,
            {
                **{f"core{n}": failed(35013, zone={"status": "Active"}) for n in (1, 3)},
                "core2": {"trust": ALL},
                "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
            },
            authorities=ISSUING_2,
        ),
    ),
    "the old CA of the same subject above the one that signed": (
        "EXW-023a",
        {"core1"},
        pair(failed(trust=TWINS), failed(certificate={"aki": False}), authorities=OLD_ISSUING),
    ),
    "the old root of the same subject above the one that signed": (
        "EXW-023a",
        {"core1"},
        pair(failed(trust=["old", "root"]), failed(), authorities=OLD_ROOT),
    ),
    "the old CA of the same subject, which Unified CM's certificates meet too": (
        "EXW-023a",
        {"core1"},
        pair(
            failed(trust=TWINS),
            failed(certificate={"aki": False}),
            authorities=OLD_ISSUING,
            unified_cm={"cucm1": {"certificates": {"tomcat": {"aki": False}}}},
        ),
    ),
    "one of two Expressway-E reached by its IP address": (
        "EXW-025",
        {"core1", "edge2"},
        by_ip(),
    ),
    "the address of the Expressway-E without a PTR record": (
        "EXW-032",
        {"core1"},
        pair({**NO_PTR, "tunnels": "Failed"}),
    ),
    "a certificate for servers only, with a neighbour zone that asks for more": (
        "EXW-029b",
        {"core1", "edge1"},
        pair(
            failed(
                certificate={"eku": ["server"]},
                zones=[
                    {"type": "traversal_client", "peers": ["edge1.example.com"], "port": 7001},
                    {"type": "neighbor", "name": "Partner", "peers": ["sip.example.net"]},
                ],
            ),
            failed(),
        ),
    ),
    "an ECDSA certificate of Unified CM, known from the log": (
        "EXW-053",
        {"core1"},
        pair({"log": [{"event": "ats_untrusted", "server": "cucm1-EC.example.com"}]}),
    ),
}

TWO_FAULTS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "a zone leads to an IP address, and that node's certificate lacks the domain": (
        {"EXW-025", "EXW-063"},
        by_ip(certificate={"san": ["edge2.example.com", "edge.example.com"]}),
    ),
    "a peer's name is missing, and the CA of the Expressway-E has expired": (
        {"EXW-012", "EXW-040"},
        enforcing(
            {
                **{f"core{n}": {"zone": {"status": "Failed"}, "trust": ALL} for n in (1, 2)},
                "edge1": failed(certificate={"issuer": "issuing-2"}, trust=ALL),
            },
            authorities={"issuing-2": {"issuer": "root", "from": "-900d", "to": "-2d"}},
        ),
    ),
    "a peer's name is missing, and its certificate has expired": (
        {"EXW-010", "EXW-040"},
        enforcing({"core1": {"certificate": {"to": "-3d"}, "zone": {"status": "Failed"}}}),
    ),
    "a peer's name is missing, and a CA of the Expressway-E is none": (
        {"EXW-022", "EXW-040"},
        enforcing(
            {
                **{f"core{n}": {"zone": {"status": "Failed"}, "trust": ALL} for n in (1, 2)},
                "edge1": failed(certificate={"issuer": "issuing-2"}, trust=ALL),
            },
            authorities={"issuing-2": {"issuer": "root", "ca": "missing"}},
        ),
    ),
    "a peer's name is missing, and the same peer lacks a CA of the Expressway-E": (
        {"EXW-029e", "EXW-040"},
        enforcing(
            {
                "core2": {"trust": ALL},
                "edge1": {"certificate": {"issuer": "issuing-2"}, "trust": ALL},
            },
            authorities=ISSUING_2,
        ),
    ),
    "a peer's name is missing, and the same peer has two CAs of one subject": (
        {"EXW-023a", "EXW-040"},
        enforcing(
            {
                "core1": {"trust": TWINS, "zone": {"status": "Failed"}},
                "edge1": {"certificate": {"aki": False}},
            },
            authorities=OLD_ISSUING,
        ),
    ),
    "two CAs of one subject, and an expired certificate of Unified CM": (
        {"EXW-023a", "EXW-050"},
        pair(
            failed(trust=TWINS),
            failed(certificate={"aki": False}),
            authorities=OLD_ISSUING,
            unified_cm=EXPIRED_TOMCAT,
        ),
    ),
    "two CAs of one subject, and the CA of both sides missing on Unified CM": (
        {"EXW-023a", "EXW-052"},
        pair(
            failed(trust=TWINS),
            failed(certificate={"aki": False}),
            authorities={**OLD_ISSUING, **OTHER},
            unified_cm={
                "cucm1": {
                    "trust": {"tomcat-trust": ["other-ca"], "CallManager-trust": ["other-ca"]}
                }
            },
        ),
    ),
    "an ECDSA certificate of one Unified CM, known from the log, and an expired CA": (
        {"EXW-012", "EXW-053"},
        pair(
            failed(trust=ALL, log=[{"event": "ats_untrusted", "server": "cucm8-EC.example.com"}]),
            failed(certificate={"issuer": "issuing-2"}, trust=ALL),
            authorities={"issuing-2": {"issuer": "root", "from": "-900d", "to": "-2d"}},
        ),
    ),
    "an ECDSA certificate of one Unified CM, and an expired one of another": (
        {"EXW-050", "EXW-053"},
        pair(
            {"log": [{"event": "ats_untrusted", "server": "cucm8-EC.example.com"}]},
            unified_cm=EXPIRED_TOMCAT,
        ),
    ),
    "an ECDSA certificate of one Unified CM, and another reached by its address": (
        {"EXW-051", "EXW-053"},
        pair(
            {
                "log": [
                    {"event": "ats_untrusted", "server": "cucm8-EC.example.com"},
                    {"event": "ats_name", "server": "10.0.0.99", "ip": "10.0.0.99"},
                ]
            }
        ),
    ),
    "no PTR record, and a missing root that is known to stop the tunnels": (
        {"EXW-027", "EXW-055"},
        pair(failed(**NO_PTR), failed(**KNOWN), authorities=OTHER),
    ),
    "a certificate for servers only, and a neighbour that is refused for its name": (
        {"EXW-029b", "EXW-074"},
        merge(
            pair(
                failed(
                    certificate={"eku": ["server"]},
                    zones=[
                        {"type": "traversal_client", "peers": ["edge1.example.com"], "port": 7001},
                        {"type": "neighbor", "name": "To core9", "peers": ["10.0.0.12"]},
                    ],
                ),
                failed(),
            ),
            {"nodes": {"core9": {"zones": []}}},
        ),
    ),
    "an expired certificate on one side, a missing root for the other": (
        {"EXW-010", "EXW-027"},
        pair(failed(certificate={"to": "-3d"}), failed(**KNOWN), authorities=OTHER),
    ),
    "each side lacks the CA of the other": (
        {"EXW-027", "EXW-028"},
        pair(
            failed(certificate={"issuer": "third-root"}, trust=["root", "issuing-1", "third-root"]),
            failed(**KNOWN),
            authorities={**OTHER, **THIRD},
        ),
    ),
    "Unified CM has an expired certificate, and lacks a CA": (
        {"EXW-050", "EXW-052"},
        pair(
            KNOWN,
            {"trust": HELD},
            authorities=OTHER,
            unified_cm={"cucm1": {"certificates": {"tomcat": {"to": "-3d"}}}},
        ),
    ),
    "both directions to Unified CM lack a CA, each another one": (
        {"EXW-050", "EXW-052"},
        pair(
            KNOWN,
            {"trust": HELD},
            authorities={**OTHER, **THIRD},
            unified_cm={
                "cucm1": {
                    "certificates": {
                        "tomcat": {"issuer": "third-root"},
                        "CallManager": {"issuer": "third-root"},
                    }
                }
            },
        ),
    ),
}


def roots(spec: dict[str, Any], judged: Judge) -> list[tuple[str, set[str]]]:
    """The symptoms and nodes of the root causes, in order."""
    report = write_report(judged(spec), "en")
    return [(cause.finding.symptom, set(cause.finding.nodes)) for cause in outline(report).causes]


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_one_fault_is_one_root_cause(fault: str, judged: Judge) -> None:
    """All else that it shows as stands beneath it."""
    symptom, spec = ONE_FAULT[fault]
    assert [found for found, _ in roots(spec, judged)] == [symptom]


@pytest.mark.parametrize("fault", ALL_NODES)
def test_one_root_cause_names_every_node(fault: str, judged: Judge) -> None:
    """The nodes of a fault aren't spread over findings beneath it."""
    symptom, nodes, spec = ALL_NODES[fault]
    assert roots(spec, judged) == [(symptom, nodes)]


@pytest.mark.parametrize("faults", TWO_FAULTS)
def test_independent_faults_stay_apart(faults: str, judged: Judge) -> None:
    """Another certificate or CA on the same node is another root cause."""
    symptoms, spec = TWO_FAULTS[faults]
    found = [symptom for symptom, _ in roots(spec, judged)]
    assert (set(found), len(found)) == (symptoms, 2)

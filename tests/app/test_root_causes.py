"""One fault is one root cause, however many findings it shows as; two faults are two."""

from __future__ import annotations

from typing import Any

import pytest

from certclinic.app.document import write_report
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

TWO_FAULTS: dict[str, tuple[set[str], dict[str, Any]]] = {
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


def roots(spec: dict[str, Any], judged: Judge) -> list[str]:
    """The symptoms of the root causes, in order."""
    report = write_report(judged(spec), "en")
    return [cause.finding.symptom for cause in outline(report).causes]


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_one_fault_is_one_root_cause(fault: str, judged: Judge) -> None:
    """All else that it shows as stands beneath it."""
    symptom, spec = ONE_FAULT[fault]
    assert roots(spec, judged) == [symptom]


@pytest.mark.parametrize("faults", TWO_FAULTS)
def test_independent_faults_stay_apart(faults: str, judged: Judge) -> None:
    """Another certificate or CA on the same node is another root cause."""
    symptoms, spec = TWO_FAULTS[faults]
    found = roots(spec, judged)
    assert (set(found), len(found)) == (symptoms, 2)

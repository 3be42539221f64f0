"""Symptoms of certificates and trusted CA lists by themselves."""

from __future__ import annotations

from .symptom import ALL, ISSUING_2, Scenario, failed, pair

_OLD_ISSUING = {"old-issuing": {"twin_of": "issuing-1", "issuer": "root", "from": "-2000d"}}
_OLD_CERTIFICATE = {"old-issuing": {"cross_of": "issuing-1", "issuer": "root", "from": "-2000d"}}

_EXPIRED = "certificate has expired"
_SIGNATURE = "certificate signature failure"


def _outbound(detail: str, expected: str = "edge1.example.com") -> dict[str, object]:
    return {
        "event": "tls_failure",
        "direction": "outbound",
        "remote": "edge1",
        "detail": detail,
        "expected": expected,
        "count": 3,
    }


CERTIFICATE_SYMPTOMS = {
    "EXW-001": Scenario(
        shows=pair(certificate_files={"edge1.cer": {"certificate": "edge1", "format": "der"}}),
        almost=pair(certificate_files={"edge1.cer": {"certificate": "edge1", "format": "pem"}}),
    ),
    # The issuer is missing on the node itself; the other side has it.
    "EXW-002": Scenario(
        nodes=("core1",),
        shows=pair(
            core={"certificate": {"issuer": "issuing-2"}},
            edge={"trust": ALL},
            authorities=ISSUING_2,
        ),
        # The order of a trusted CA list does not matter.
        almost=pair(
            core={"certificate": {"issuer": "issuing-2"}, "trust": ALL[::-1]},
            edge={"trust": ALL},
            authorities=ISSUING_2,
        ),
    ),
    "EXW-010": Scenario(
        nodes=("edge1",),
        shows=pair(
            core=failed(35013, log=[_outbound(_EXPIRED)]),
            edge=failed(40068, certificate={"from": "-400d", "to": "-1d"}),
        ),
        # The alarm was lowered when the certificate was renewed.
        almost=pair(
            core={"log": [_outbound(_EXPIRED)]},
            edge={
                "certificate": {"from": "-1h", "to": "200d"},
                "uptime": "30m",
                "alarms": [{"id": 40068, "lowered": True}],
                "log": [{"event": "certificate_upload"}, {"event": "restart"}],
            },
        ),
    ),
    "EXW-011": Scenario(
        nodes=("edge1",),
        shows=pair(
            edge={
                "certificate": {"from": "-351d", "to": "14d"},
                "alarms": [{"id": 40069, "hosts": "14"}],
            }
        ),
        almost=pair(edge={"certificate": {"from": "-275d", "to": "90d"}}),
    ),
    "EXW-012": Scenario(
        nodes=("core1",),
        shows=pair(
            core=failed(35013, log=[_outbound(_EXPIRED)], trust=ALL),
            edge=failed(35013, certificate={"issuer": "issuing-2"}, trust=ALL),
            authorities={"issuing-2": {"issuer": "root", "from": "-900d", "to": "-2d"}},
        ),
        # No chain in use needs the CA that expired.
        almost=pair(
            core={"trust": ALL},
            authorities={"issuing-2": {"issuer": "root", "from": "-900d", "to": "-2d"}},
        ),
    ),
    "EXW-014": Scenario(
        nodes=("edge1",),
        shows=pair(
            edge={
                "certificate": {
                    "cn": "*.example.com",
                    "san": ["*.example.com", "edge1.example.com", "example.com"],
                }
            }
        ),
        almost=pair(edge={"certificate": {"cn": "wildcard.example.com"}}),
    ),
    # Expressway stops at the first CA with the issuer's subject; its key is the old one. Without
    # key identifiers OpenSSL, too, has nothing else to go by.
    "EXW-023a": Scenario(
        nodes=("core1",),
        also=("EXW-002", "EXW-027", "EXW-030"),
        shows=pair(
            core=failed(
                35013, log=[_outbound(_SIGNATURE)], trust=["root", "old-issuing", "issuing-1"]
            ),
            edge=failed(35013, certificate={"aki": False}),
            authorities=_OLD_ISSUING,
        ),
        # The upper one is an older certificate of the same CA, with the same key.
        almost=pair(
            core={"trust": ["root", "old-issuing", "issuing-1"]},
            edge={"certificate": {"aki": False}},
            authorities=_OLD_CERTIFICATE,
        ),
    ),
}

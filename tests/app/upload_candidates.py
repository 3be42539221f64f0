"""Certificates about to be installed on an Expressway, good ones and bad ones in every way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certclinic.app.candidates import Place
from certclinic.app.preflight import Verdict
from certclinic.builders.symptom import ALL, ISSUING_2, pair

NAMES = ["edge1.example.com", "example.com"]
MANY_NAMES = [*NAMES, *(f"host{n:03}.branch.example.com" for n in range(60))]


@dataclass(frozen=True)
class Candidate:
    """A certificate about to be installed, and what a person who knows Expressway expects.

    `own` describes the certificate as the builders do; `spec` is the rest of the deployment.
    `new` are the symptoms that it brings to a node, `first` the lists that need a CA before.
    """

    verdict: Verdict
    new: frozenset[str] = frozenset()
    own: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    node: str = "edge1"
    place: Place = "server"
    form: str = "pem"
    first: tuple[str, ...] = ()
    remarks: frozenset[str] = frozenset()


def candidate(verdict: Verdict, *new: str, **values: Any) -> Candidate:
    values["remarks"] = frozenset(values.get("remarks", ()))
    return Candidate(verdict, frozenset(new), **values)


def on(release: str, **nodes: Any) -> dict[str, Any]:
    return pair(nodes.get("core"), nodes.get("edge"), version=release)


KNOWN_EVERYWHERE = pair({"trust": ALL}, {"trust": ALL}, authorities=ISSUING_2)
KNOWN_TO_EDGE = pair({}, {"trust": ALL}, authorities=ISSUING_2)

CANDIDATES: dict[str, Candidate] = {
    "a renewal by the same CA": candidate("accepted"),
    "a renewal by a CA that all lists have": candidate(
        "accepted", own={"issuer": "issuing-2"}, spec=KNOWN_EVERYWHERE
    ),
    "a renewal by a CA that the other side lacks": candidate(
        "accepted", "EXW-030", own={"issuer": "issuing-2"}, spec=KNOWN_TO_EDGE, first=("core1",)
    ),
    "a renewal by a CA that no list has": candidate(
        "refused", "EXW-002", "EXW-027", "EXW-029f", own={"issuer": "issuing-2"},
        spec=pair(authorities=ISSUING_2), first=("edge1", "core1"),
    ),
    "expired": candidate("accepted", "EXW-010", own={"from": "-400d", "to": "-1d"}),
    "not yet valid": candidate("accepted", "EXW-029c", own={"from": "5d", "to": "300d"}),
    "expires within days": candidate("accepted", "EXW-011", own={"from": "-300d", "to": "5d"}),
    "for another host": candidate(
        "accepted", "EXW-025", "EXW-063", own={"cn": "x.example.net", "san": ["x.example.net"]},
        remarks=["another_node"],
    ),
    "without the MRA domain": candidate("accepted", "EXW-063", own={"san": NAMES[:1]}),
    "without a common name": candidate("warned", "EXW-008", own={"cn": None, "san": NAMES}),
    "a common name that is no FQDN": candidate(
        "refused", own={"cn": "Expressway", "san": NAMES}
    ),
    "a bare host name among the names": candidate("refused", own={"san": [*NAMES, "edge1"]}),
    "an address among the names": candidate("refused", own={"san": [*NAMES, "ip:10.0.1.21"]}),
    "a wildcard": candidate("accepted", "EXW-014", own={"san": ["*.example.com", *NAMES]}),
    "an RSA key of 1024 bits": candidate("warned", own={"key": "rsa1024"}),
    "a SHA-1 signature": candidate("warned", "EXW-027", own={"digest": "sha1"}),
    "an ECDSA key": candidate("accepted", own={"key": "ec256"}),
    "an RSA key of 8192 bits": candidate("accepted", own={"key": "rsa8192"}),
    "an Ed25519 key": candidate("accepted", own={"key": "ed25519"}),
    "serverAuth alone before X15.5": candidate(
        "refused", "EXW-005", "EXW-060", own={"eku": ["server"]}
    ),
    "serverAuth alone on X15.5": candidate(
        "accepted", own={"eku": ["server"]}, spec=on("X15.5")
    ),
    "clientAuth alone": candidate("accepted", "EXW-029b", own={"eku": ["client"]}),
    "no extended key usage": candidate("accepted", own={"eku": "none"}),
    "signed by itself": candidate(
        "refused", "EXW-002", "EXW-027", own={"issuer": "self"}, remarks=["self_signed"]
    ),
    "more than 999 characters of names before X8.10": candidate(
        "accepted", "EXW-020", own={"san": MANY_NAMES}, spec=on("X8.9")
    ),
    "more than 999 characters of names": candidate("accepted", own={"san": MANY_NAMES}),
    "in DER": candidate("refused", form="der"),
    "in PKCS#7": candidate("refused", form="pkcs7"),
    "with its chain": candidate("accepted", "EXW-015", form="chain"),
    "a client certificate on X15.5": candidate(
        "accepted", node="core1", place="client", own={"eku": ["client"]}, spec=on("X15.5")
    ),
    "a client certificate for servers only": candidate(
        "refused", "EXW-006", "EXW-029b", "EXW-035", node="core1", place="client",
        own={"eku": ["server"]}, spec=on("X15.5"),
    ),
    "an Expressway-C certificate for servers only": candidate(
        "refused", "EXW-005", "EXW-029b", "EXW-036", node="core1", own={"eku": ["server"]}
    ),
}  # fmt: skip

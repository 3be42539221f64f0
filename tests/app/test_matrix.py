"""Every release from X12.5 on, both roles, six kinds of certificate: the findings that the tables
of releases and extended key usage state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import pytest

from certclinic.engine.rulefile.yaml_source import parse_yaml

from .conftest import Judge


def rows(name: str) -> list[dict[str, Any]]:
    """A table of the rule base as it is written, without the readers under test."""
    source = resources.files("certclinic.rules").joinpath("data", f"{name}.yaml")
    document, problems = parse_yaml(name, source.read_bytes())
    assert document is not None
    assert [] == problems
    data: list[dict[str, Any]] = document.data
    return data


def key(release: str) -> tuple[int, ...]:
    numbers = [int(number) for number in release.removeprefix("X").split(".")]
    return (*numbers, *[0] * (4 - len(numbers)))


RELEASES = [row["release"] for row in rows("releases") if key(row["release"]) >= key("X12.5")]
NAMES = {"c": "core1", "e": "edge1"}
ROLES = {"c": "expressway_c", "e": "expressway_e"}
TWO_STORES = "X15.5"
SECOND = {"issuing-2": {"issuer": "root", "cn": "Example Issuing CA 2", "from": "-60d"}}


def of_node(role: str, **certificate: Any) -> dict[str, Any]:
    return {"nodes": {NAMES[role]: {"certificate": certificate}}}


def refused_usages(role: str, release: str) -> Iterator[str]:
    """Symptoms of a serverAuth-only certificate: the rows of the table that are in force."""
    for row in rows("eku"):
        in_force = (
            row["asks"] == "client"
            and row["presenter"] in ("any", ROLES[role])
            and key(row.get("since", "X0")) <= key(release)
            and (row.get("before") is None or key(release) < key(row["before"]))
        )
        later = key(release) >= key(TWO_STORES)
        symptoms: Mapping[str, str] = {
            "sip": "EXW-029b",
            "ssh": "EXW-035" if later else "EXW-036",
            "service": "EXW-060",
            "upload": "EXW-005" if row["store"] == "server" else "EXW-006",
        }
        # The client certificate of an Expressway-E is no matter of MRA, so that is advice.
        advice = (row["link"], row["store"], role) == ("upload", "client", "e")
        if in_force and row["link"] in symptoms and not advice:
            yield symptoms[row["link"]]


def expected(kind: str, role: str, release: str) -> set[str]:
    """What parts of the tables, or the catalogue itself, say of one case."""
    match kind:
        case "renewed under a new intermediate":
            return {"EXW-030"}
        case "server only":
            return set(refused_usages(role, release))
        case "no extended key usage":
            return set()
        case "names missing":
            return {"EXW-026"} if role == "c" else {"EXW-025", "EXW-063"}
        case "ECDSA":
            (since,) = [
                r["release"] for r in rows("releases") if "EXW-023d" in r.get("symptoms", ())
            ]
            return {"EXW-023d"} if key(release) < key(since) else set()
        case _:
            return {"EXW-012"}


KINDS: Mapping[str, Any] = {
    "renewed under a new intermediate": lambda role: {
        "authorities": SECOND,
        "nodes": {
            NAMES[role]: {
                "certificate": {"issuer": "issuing-2", "from": "-2d", "to": "190d"},
                "trust": ["root", "issuing-1", "issuing-2"],
            }
        },
    },
    "server only": lambda role: of_node(role, eku=["server"]),
    "no extended key usage": lambda role: of_node(role, eku="none"),
    "names missing": lambda role: of_node(role, cn="old.example.org", san=["old.example.org"]),
    "ECDSA": lambda role: of_node(role, key="ec256"),
    "expired root": lambda role: {
        "authorities": {
            "old-root": {"cn": "Old Root CA", "from": "-4000d", "to": "-2d"},
            "old-issuing": {"cn": "Old Issuing CA", "issuer": "old-root"},
        },
        "nodes": {
            name: {
                "trust": ["root", "issuing-1", "old-root", "old-issuing"],
                **({"certificate": {"issuer": "old-issuing"}} if name == NAMES[role] else {}),
            }
            for name in NAMES.values()
        },
    },
}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("role", sorted(NAMES))
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_findings_are_those_that_the_tables_state(
    kind: str, role: str, release: str, judged: Judge
) -> None:
    """On each release a certificate of each kind has exactly the faults that the tables give it."""
    case = judged({**KINDS[kind](role), "version": release})
    found = {one.finding.symptom for one in case.findings if one.finding.status != "advice"}

    assert expected(kind, role, release) == found, json.dumps(sorted(found))


@pytest.mark.parametrize(
    ("core", "edge", "symptoms"),
    [
        ({"certificate": {"eku": ["server"]}}, {}, {"EXW-006", "EXW-029b", "EXW-035"}),
        (
            {"certificate": {"eku": ["server"]}},
            {"settings": {"SIP TLS Certificate ExtendedKeyUsage Checking Mode": "Off"}},
            {"EXW-006", "EXW-035"},
        ),
        (
            {
                "certificate": {"eku": ["server"]},
                "client_certificate": {"eku": ["server", "client"]},
            },
            {"certificate": {"eku": ["server"]}},
            set(),
        ),
    ],
    ids=["check on", "check off", "client certificate with both usages"],
)
def test_truth_table_of_x15_5(
    core: dict[str, Any], edge: dict[str, Any], symptoms: set[str], judged: Judge
) -> None:
    """The three cases that Cisco 225693 tried out: all refused, tunnels alone, all well."""
    case = judged({"version": "X15.5", "nodes": {"core1": core, "edge1": edge}})

    assert symptoms == {f.finding.symptom for f in case.findings if f.finding.status != "advice"}

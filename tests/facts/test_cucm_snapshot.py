"""The certificate-management snapshot: a whole server in one JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.builders.deployment import build
from certclinic.facts.inputs.bundle_names import classify
from certclinic.facts.inputs.cucm_snapshot import parse
from certclinic.facts.inputs.reading import observe
from certclinic.facts.vocabulary import Evidence

SPEC = {"unified_cm": {"cucm1": {"trust": {"tomcat-trust": ["issuing-1", "root"]}}}}
SNAPSHOT = build(SPEC).files["cucm1_snapshot.json"]
WHERE = Evidence(input="t")


def test_a_snapshot_gives_server_units_and_stores_in_order() -> None:
    """The order of a trust store is kept, as it decides which twin is taken."""
    found = parse(SNAPSHOT, WHERE)

    assert "cucm1.example.com" == found.host
    assert ["tomcat", "CallManager", "tomcat-trust", "tomcat-trust"] == [
        entry.unit for entry in found.entries
    ][:4]
    assert ["Example Issuing CA 1", "Example Root CA"] == [
        entry.first_common_name for entry in found.entries if entry.unit == "tomcat-trust"
    ]


def test_a_certificate_that_stands_twice_has_two_lines() -> None:
    """Evidence leads to the place in the store that is meant, not to the first copy."""
    roots = [e for e in parse(SNAPSHOT, WHERE).entries if e.first_common_name == "Example Root CA"]
    lines = SNAPSHOT.decode().splitlines()

    assert 2 == len({entry.evidence.line for entry in roots})
    assert all("BEGIN CERTIFICATE" in lines[(e.evidence.line or 0) - 1] for e in roots)


def test_a_broken_certificate_is_stated_and_its_name_kept() -> None:
    """The file name still tells common name and serial number."""
    data = json.loads(SNAPSHOT)
    data["trusts"][0]["certificate_data"][0] = {
        "filename": "CCMPUB-EC_6fa80c1b26ef5c540529502ea9ade80b.pem",
        "certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    }
    found = parse(json.dumps(data).encode(), WHERE)
    broken = next(entry for entry in found.entries if entry.certificate is None)

    assert 1 == len(found.problems)
    assert ("CCMPUB-EC", "6fa80c1b26ef5c540529502ea9ade80b") == (broken.common_name, broken.serial)


@pytest.mark.parametrize(
    ("key", "value", "stated"),
    [
        ("identities", "x", "identities is left out: it is not a list"),
        ("identities", [7], "identities: one is left out, it is not an object"),
        ("identities", [{"certificate": "x"}], "it lacks service or certificate"),
        ("trusts", [{"service": ["tomcat"]}], "it does not say of which service"),
        ("trusts", [{"service": "tomcat", "certificate_data": {}}], "certificate_data is left out"),
        ("trusts", [{"service": "tomcat", "certificate_data": [{"certificate": None}]}], "no cert"),
    ],
)
def test_nothing_is_left_out_in_silence(key: str, value: object, stated: str) -> None:
    """A trust store is judged as whole, so that what is missing from it has to be said."""
    ((_, text),) = parse(json.dumps(json.loads(SNAPSHOT) | {key: value}).encode(), WHERE).problems

    assert stated in text


def test_a_unit_with_a_request_alone_is_no_problem() -> None:
    """Between request and upload a unit has no certificate of its own."""
    data = json.loads(SNAPSHOT)
    data["identities"].append({"service": "ipsec", "certificate": "", "csr": "x"})

    assert () == parse(json.dumps(data).encode(), WHERE).problems


def test_a_snapshot_is_known_by_its_content() -> None:
    """The name of the file does not matter."""
    assert "uc_snapshot" == classify("download (3)", SNAPSHOT[:8192]).kind


def test_a_cut_snapshot_is_stated() -> None:
    """Nothing is skipped silently."""
    assert parse(SNAPSHOT[:-40], WHERE).problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["service", "certificate", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_any_json_is_read(server: Any, identities: Any, trusts: Any) -> None:
    """Values of other types than expected are left out."""
    data = {"server": server, "identities": identities, "trusts": trusts}
    parse(json.dumps(data).encode(), WHERE)


def test_deep_nesting_is_stated() -> None:
    """JSON that nests too deep is refused in words."""
    assert parse(b'{"trusts":' + b"[" * 200_000, WHERE).problems


TWO = build({"unified_cm": {"cucm1": {}, "cucm2": {}, "imp1": {}}}).files
ANSWERS = {name: json.loads(TWO[f"{name}_snapshot.json"]) for name in ("cucm1", "cucm2", "imp1")}


@pytest.mark.parametrize(
    "together",
    [
        list(ANSWERS.values()),
        ANSWERS,
        {"servers": list(ANSWERS.values())},
        {name: {"answer": one} for name, one in ANSWERS.items()},
        {name: {k: v for k, v in one.items() if k != "server"} for name, one in ANSWERS.items()},
        [one | {"server": f"10.0.0.{n}"} for n, one in enumerate(ANSWERS.values())],
    ],
    ids=["array", "object", "array in an object", "deeper", "named by keys", "by address"],
)
def test_the_answers_of_several_servers_in_one_file(tmp_path: Path, together: object) -> None:
    """Each is read for itself, and none is taken for a file of certificates."""
    (tmp_path / "all.json").write_text(json.dumps(together, indent=2))

    seen = observe([tmp_path / "all.json"])

    assert ["cucm1", "cucm2", "imp1"] == [server.host for server in seen.uc_servers]
    assert all(server.own() and server.shows_whole_stores for server in seen.uc_servers)
    assert () == seen.files
    assert () == seen.problems


def test_one_of_several_snapshots_without_a_server_is_stated() -> None:
    """Whose certificates they are cannot be told."""
    nameless = {k: v for k, v in ANSWERS["cucm2"].items() if k != "server"}
    found = parse(json.dumps([ANSWERS["cucm1"], nameless]).encode(), WHERE)

    assert {"cucm1.example.com"} == {entry.server for entry in found.entries}
    assert ["one of several snapshots does not name its server"] == [t for _, t in found.problems]

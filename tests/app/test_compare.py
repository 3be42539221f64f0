"""Two states of one deployment: what changed, and which findings that explains."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from certclinic.app.cli import cli
from certclinic.builders.deployment import write

Spec = Mapping[str, Any]
Run = Callable[[Spec, Spec], dict[str, Any]]

AUTHORITIES = {
    "root": {"cn": "Example Root CA", "from": "2020-01-01T00:00:00Z", "to": "2040-01-01T00:00:00Z"},
    "issuing-1": {
        "issuer": "root",
        "cn": "Example Issuing CA 1",
        "from": "2020-01-01T00:00:00Z",
        "to": "2039-01-01T00:00:00Z",
    },
    "issuing-2": {
        "issuer": "root",
        "cn": "Example Issuing CA 2",
        "from": "2020-01-01T00:00:00Z",
        "to": "2039-01-01T00:00:00Z",
    },
}
SECOND = "CN=Example Issuing CA 2,O=Example Corp,C=US"
VALID = {"from": "2026-01-01T00:00:00Z", "to": "2027-08-01T00:00:00Z"}
BOTH = ["root", "issuing-1", "issuing-2"]


def state(**nodes: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment whose Expressway-E has a certificate of the second intermediate."""
    common: dict[str, dict[str, Any]] = {
        "core1": {"certificate": VALID, "trust": BOTH},
        "edge1": {"certificate": {"issuer": "issuing-2", **VALID}, "trust": BOTH},
    }
    for name, more in nodes.items():
        common[name] = {**common.get(name, {}), **more}
    return {"authorities": AUTHORITIES, "nodes": common}


def invoked(
    folder: Path, before: Mapping[str, Any], after: Mapping[str, Any], *more: str
) -> Result:
    sides = [[str(p) for p in write(s, folder / n)] for n, s in (("a", before), ("b", after))]
    arguments = ["diff", *sides[0], "--after", *sides[1], "--matcher", "reference", *more]
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def compared(tmp_path: Path) -> Run:
    """The JSON of two states."""

    def run(before: Spec, after: Spec) -> dict[str, Any]:
        result = invoked(tmp_path, before, after, "--format", "json")
        return dict(json.loads(result.stdout))

    return run


LACKING = state(core1={"trust": ["root", "issuing-1"], "tunnels": "Failed"})


def test_added_ca_explains_the_finding_that_is_gone(compared: Run) -> None:
    """The list gets the intermediate that it lacked, and nothing else changes."""
    report = compared(LACKING, state())
    (row,) = report["differences"]
    assert (row["node"], row["kind"], row["before"], row["after"]) == (
        "core1",
        "trust",
        None,
        SECOND,
    )
    gone = {turn["found"]["symptom"]: turn["because"] for turn in report["gone"]}
    assert gone == {"EXW-030": [1]}
    assert report["new"] == []


def test_the_way_back_is_a_new_fault(tmp_path: Path) -> None:
    """Exit status 1 for a fault that is new, 0 for one that is gone, and as --fail-on says."""
    assert invoked(tmp_path, LACKING, state()).exit_code == 0
    assert invoked(tmp_path, state(), LACKING).exit_code == 1
    assert invoked(tmp_path, state(), LACKING, "--fail-on", "never").exit_code == 0


def test_replaced_certificate_tells_what_it_lost(compared: Run) -> None:
    """EKU, issuer, names and validity of the old certificate are held against the new one's."""
    before = state(edge1={"certificate": {"san": ["edge1.example.com", "example.com"], **VALID}})
    after = state(
        edge1={
            "certificate": {
                **VALID,
                "san": ["edge1.example.com"],
                "eku": ["server"],
                "issuer": "issuing-2",
                "to": "2027-09-01T00:00:00Z",
            }
        }
    )
    report = compared(before, after)
    (row,) = report["differences"]
    assert (row["node"], row["kind"], row["what"]) == ("edge1", "certificate", "server")
    details = {one["what"]: (one["before"], one["after"]) for one in row["details"]}
    assert details == {
        "issuer": ("CN=Example Issuing CA 1,O=Example Corp,C=US", SECOND),
        "not_after": ("2027-08-01", "2027-09-01"),
        "eku": ("both", "server"),
        "names_lost": ("example.com", ""),
    }
    assert all(turn["because"] == [1] for turn in report["new"])
    assert report["new"]


def test_settings_zones_releases_and_alarms(compared: Run) -> None:
    """Zones are told apart by name, secrets stay hidden, alarms are those that are raised."""
    before = state(core1={"alarms": [40068], "settings": {"SNMP Community Name": "s3cr3t-canary"}})
    after = state(
        core1={
            "version": "X15.0.3",
            "settings": {"Authentication UserPortal Mode": "On"},
            "zone": {"tls_verify": False},
        }
    )
    report = compared(before, after)
    assert "s3cr3t-canary" not in json.dumps(report)
    rows = {
        (r["kind"], r["what"], r["key"]): (r["before"], r["after"]) for r in report["differences"]
    }
    assert rows[("version", "", "")] == ("X14.3.4", "X15.0.3")
    assert rows[("setting", "SNMP Community Name", "")] == ("(hidden)", None)
    assert rows[("setting", "Authentication UserPortal Mode", "")] == (None, "On")
    assert any(kind == "alarm" and what.startswith("40068 ") for kind, what, _ in rows)
    zones = {key: turn for (kind, _, key), turn in rows.items() if kind == "zone"}
    assert [turn for key, turn in zones.items() if "TLS" in key and "erify" in key] == [
        ("On", "Off")
    ]


def test_node_of_one_state_only_and_what_cannot_be_compared(compared: Run) -> None:
    """A bundle that is missing is no removal of CAs, and explains what is no longer found."""
    report = compared(LACKING, state(edge1={"given": False}, core1={"files": {"omit": ["ca"]}}))
    rows = [(r["node"], r["kind"], r["before"]) for r in report["differences"]]
    assert ("edge1", "node", "edge1") in rows
    assert not [row for row in rows if row[1] == "trust"]
    assert {"node": "core1", "topic": "trust_list", "seen": "before"} in report["not_compared"]
    number = next(r["number"] for r in report["differences"] if r["kind"] == "node")
    assert all(number in turn["because"] for turn in report["gone"])


def test_renamed_node_is_the_same_by_its_fqdn(compared: Run) -> None:
    """The system name changes; the FQDN tells that it is the same Expressway."""
    renamed = {"settings": {"SystemUnit Name": "core-new"}}
    report = compared(state(), state(core1=renamed))
    kinds = {(row["node"], row["kind"], row["what"]) for row in report["differences"]}
    assert kinds == {("core1", "setting", "SystemUnit Name")}


def test_same_state_twice_has_no_difference(tmp_path: Path) -> None:
    """The order of the paths is of no account, and two runs give the same bytes."""
    paths = [str(path) for path in write(LACKING, tmp_path)]
    outputs = set()
    for after in (paths, paths[::-1]):
        arguments = ["diff", *paths, "--after", *after, "--matcher", "reference"]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0
        outputs.add(result.stdout)
    (text,) = outputs
    assert text.startswith("Both states show the same.")


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize(("tag", "words"), [("en", "Changes of core1"), ("zh-Hant", "core1的變更")])
def test_report_of_its_own_in_both_languages(
    tmp_path: Path, form: str, tag: str, words: str
) -> None:
    """Text and page tell the same changes; what a setting holds is text, never markup."""
    hostile = "<script>alert(1)</script>\x1b[2J"
    after = state(core1={"settings": {"SystemUnit Contact": hostile}})
    text = invoked(tmp_path, LACKING, after, "--format", form, "--lang", tag).stdout
    assert words in text
    assert "\x1b" not in text
    assert (hostile[:8] in text) == (form == "text")


def test_both_sides_need_a_path() -> None:
    """Without a later state there is nothing to compare: a sentence, and status 2."""
    for arguments in (["diff", "--after", "x"], ["diff", "x"], ["diff", "x", "--after"]):
        assert CliRunner().invoke(cli, arguments).exit_code == 2

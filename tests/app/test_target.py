"""The same deployment judged as if it ran another release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from certclinic.app.cli import cli
from certclinic.app.document import write_report
from certclinic.app.target import TargetError, judge_target
from certclinic.builders.deployment import write
from certclinic.reports.render import render

from .conftest import Judge

LETS_ENCRYPT = {
    "root": {"cn": "ISRG Root X1", "organisation": "Internet Security Research Group"},
    "issuing-1": {"cn": "R11", "organisation": "Let's Encrypt", "issuer": "root"},
}


def one_side(role: str, **certificate: Any) -> dict[str, Any]:
    return {"nodes": {role: {"certificate": certificate}}}


@pytest.mark.parametrize(
    ("spec", "release", "breaks", "heals"),
    [
        # Registration and upload no longer ask the Expressway-E for clientAuth.
        (one_side("edge1", eku=["server"]), "X15.5", set(), {"EXW-060", "EXW-005"}),
        # The tunnels fail before and after, under another symptom; the zone does, too.
        (one_side("core1", eku=["server"]), "X15.5", set(), set()),
        # ECDSA certificates are supported from X14.3 on.
        ({"version": "X14.2.2", **one_side("edge1", key="ec256")}, "X14.3", set(), {"EXW-023d"}),
        ({"version": "X15.5"}, "X15.5", set(), set()),
        ({}, "X15.4", set(), set()),
        # Two stores filled with one certificate of Let's Encrypt: the next ACME run spoils one.
        (
            {"authorities": LETS_ENCRYPT},
            "X15.5",
            {"EXW-071"},
            {"EXW-005", "EXW-060"},
        ),
    ],
)
def test_what_an_upgrade_breaks_and_heals(
    spec: dict[str, Any], release: str, breaks: set[str], heals: set[str], judged: Judge
) -> None:
    """Only findings that begin or end with the release are told, not those that stay."""
    target = judge_target(judged(spec), release, "reference")

    assert breaks == {one.finding.symptom for one in target.breaks}
    assert heals == {one.finding.symptom for one in target.heals}


def test_a_cluster_heals_with_x15_4(judged: Judge) -> None:
    """From X15.4 on the cluster database does not ask for clientAuth (Cisco 225482)."""
    enforcing = {"name": "core.example.com", "tls_verify": "enforcing"}
    spec = {
        "nodes": {
            "core1": {"cluster": enforcing, "certificate": {"eku": ["server", "client"]}},
            "core2": {"role": "c", "cluster": enforcing, "certificate": {"eku": ["server"]}},
        }
    }

    healed = judge_target(judged(spec), "X15.4", "reference").heals

    assert "EXW-041" in {one.finding.symptom for one in healed}


def test_a_release_beyond_knowledge_is_refused(judged: Judge) -> None:
    """Nothing is concluded of a release that no table speaks of."""
    with pytest.raises(TargetError, match=r"the newest release known is X15\.5"):
        judge_target(judged({}), "X16", "reference")


def test_an_older_release_changes_nothing(judged: Judge) -> None:
    """A node is never taken below the release that it runs."""
    target = judge_target(judged({"version": "X15.5"}), "X14.2", "reference")

    assert ((), ()) == (target.breaks, target.heals)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_report_has_a_section_on_the_upgrade(language: str, judged: Judge) -> None:
    """Breaks come as predicted findings with their fixes; every format has them."""
    case = judged({"authorities": LETS_ENCRYPT})
    report = write_report(case, language, target=judge_target(case, "X15.5", "reference"))
    assert report.target is not None

    assert {"predicted"} == {found.status for found in report.target.breaks}
    assert all(found.fix.steps for found in report.target.breaks)
    assert "X15.5" == json.loads(render(report, "json"))["target"]["version"]
    for text in (render(report, "text", width=200), render(report, "html")):
        assert "EXW-071" in text


def test_the_option_and_its_mistakes(tmp_path: Path) -> None:
    """A release in small letters is read; anything else is a mistake of the command line."""
    paths = [str(path) for path in write({}, tmp_path)]
    good = CliRunner().invoke(cli, ["diagnose", *paths, "--target-version", "x15.5"])
    bad = CliRunner().invoke(cli, ["diagnose", *paths, "--target-version", "latest"])

    assert (0, True) == (good.exit_code, "After an upgrade to X15.5" in good.output)
    assert 2 == bad.exit_code
    assert "is not a release such as X15.5" in bad.output


def test_a_train_of_releases_is_refused_with_those_that_are_known(judged: Judge) -> None:
    """X15 is no release: X15.0 and X15.5 differ in what they ask of a certificate."""
    with pytest.raises(TargetError, match=r"no single release.*X15\.0, .*X15\.5"):
        judge_target(judged({}), "X15", "reference")


def test_nodes_on_a_later_release_are_left_and_named(judged: Judge) -> None:
    """A release is never taken back, and that is said."""
    spec = {"version": "X15.5", "nodes": {"core1": {"version": "X14.0.5"}}}
    target = judge_target(judged(spec), "X14.2", "reference")

    assert (("edge1", "X15.5"),) == target.kept
    assert "left as they are, since no release is taken back: edge1 (X15.5)." in target.remark()
    assert "" == judge_target(judged({}), "X15.5", "reference").remark()

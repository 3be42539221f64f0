"""The fixes of the shipped rules hold: what a rule says to change cures what it found."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.case import Case, open_case
from certclinic.app.rule_base import rule_base
from certclinic.app.what_if import Proof, prove, tried
from certclinic.builders.deployment import write
from certclinic.engine.rank import RankedFinding
from certclinic.engine.rulefile.fixes import CompiledFix, Plan, filled

RULES = rule_base()
FIXABLE = sorted(rule_id for rule_id, rule in RULES.rules.items() if rule.fixes)

UNPROVEN: dict[tuple[str, str], str] = {
    (
        "tunnels/intermediate-not-trusted-list-unseen",
        "the bundle of the Expressway-C alone, whose log shows the certificate of the Expressway-E",
    ): "ca_not_held CN=Example CA issuing-2",
    (
        "certificates/renewal-changes-issuer",
        "the CA took a new key under its old name",
    ): "ca_not_held CN=Example Issuing CA 1",
    ("traffic-server/ecdsa-certificate", "the server's name ends in -EC"): "log-alone",
    (
        "traffic-server/server-issuer-not-in-list",
        "the page of show cert own names an issuer that the list does not have",
    ): "too_little",
    (
        "traffic-server/server-issuer-not-in-list",
        "and Traffic Server's log refuses the server",
    ): "too_little",
    (
        "traffic-server/server-name-proved",
        "the certificate carries the address as IP address alone",
    ): "address 10.0.0.20",
    (
        "unified-cm/core-refused-in-trace",
        "verification error 10, in a trace alone",
    ): "log-alone",
    (
        "unified-cm/core-refused-in-trace",
        "verification error 9, the certificate's time has not come yet",
    ): "log-alone",
    (
        "tunnels/intermediate-not-trusted-list-unseen",
        "the bundle of the Expressway-E lacks its trusted CA list",
    ): "ca_not_held",
    (
        "zones/edge-ca-not-trusted",
        "the same, and the log of the Expressway-C says that the chain was refused",
    ): "ca_not_held CN=Example CA issuing-2",
}
"""Rule and test whose deployment has no cure among the inputs, with what the verdict says."""

NOT_NEEDED: dict[tuple[str, str], str] = {
    ("certificates/ca-expired", "remove_trust"): "beside its successor an expired CA is no fault",
    ("certificates/temporary-certificate", "remove_trust"): "a CA of which nothing is left",
    ("unified-cm/callmanager-without-client-auth", "add_trust"): "nothing tells that the new CA is"
    " missing where no Expressway-C among the inputs verifies the server",
    ("unified-cm/certificate-expired", "add_trust"): "trust is a finding of its own, and none where"
    " no Expressway-C among the inputs verifies the server",
    ("unified-cm/same-subject-pair", "add_trust"): "trust is no part of the finding where the"
    " Expressway-C does not verify the server",
    ("unified-cm/same-subject-pair", "replace_certificate"): "either certificate of the pair may be"
    " the one that is renewed",
    ("eku-sunset/edge-certificate", "set_configuration"): "it lets the renewal be uploaded at all,"
    " which is a finding of its own",
}
"""Rule and kind of change that judging does not show to be needed, and what it is there for."""


@lru_cache(maxsize=256)
def _case(deployment: str) -> Case:
    """The case of a deployment, described in JSON so that equal ones are built once."""
    with tempfile.TemporaryDirectory() as folder:
        return open_case(write(json.loads(deployment), Path(folder)), RULES, matcher="reference")


def _found(rule_id: str) -> list[tuple[str, Case, RankedFinding]]:
    """The rule's findings in the deployments of its firing tests, with the test's name."""
    tests = [
        (test.name, _case(json.dumps(test.deployment)))
        for test in RULES.rules[rule_id].rule.tests
        if test.expect == "fire" and test.deployment is not None and not test.facts
    ]
    return [
        (name, case, ranked)
        for name, case in tests
        for ranked in case.findings
        if ranked.finding.rule == rule_id
    ]


def _shown(proof: Proof) -> dict[str, Any]:
    """What to look at where a proof is not as expected."""
    return {
        "why": proof.why,
        "changes": list(map(str, proof.changes)),
        "remains": [finding.rule for finding in proof.remains],
        "appears": [finding.rule for finding in proof.appears],
    }


@pytest.mark.parametrize("rule_id", sorted(RULES.rules))
def test_a_rule_has_fixes_or_says_why_not(rule_id: str) -> None:
    """Every rule has exactly one of `fixes` and `not_modelled`."""
    rule = RULES.rules[rule_id].rule

    assert bool(rule.fixes) != bool(rule.not_modelled)


@pytest.mark.parametrize("rule_id", FIXABLE)
def test_the_best_fix_of_every_finding_is_proven(rule_id: str) -> None:
    """In each deployment that shows the fault some fix is proven, or the inputs lack the cure."""
    wrong = {}
    for name, case, ranked in _found(rule_id):
        best = prove(case, ranked)[0]
        reason = UNPROVEN.get((rule_id, name))
        if reason is not None:
            assert best.verdict != "proven"
            assert reason in " ".join(best.why)
        elif best.verdict != "proven":
            wrong[name] = _shown(best)

    assert {} == wrong


@pytest.mark.parametrize("rule_id", FIXABLE)
def test_every_change_of_a_proven_fix_is_needed(rule_id: str) -> None:
    """A proven fix of several changes no longer cures where one of them is left out."""
    spare = set()
    several = [fix for fix in RULES.rules[rule_id].fixes if len(fix.changes) > 1]
    for _, case, ranked in _found(rule_id) if several else ():
        for fix in several:
            whole = _plan(case, ranked, fix)
            if not _cures(case, ranked, whole):
                continue
            for place, left_out in enumerate(fix.changes):
                fewer = replace(fix, changes=fix.changes[:place] + fix.changes[place + 1 :])
                plan = _plan(case, ranked, fewer)
                if plan != whole and _cures(case, ranked, plan):
                    spare.add((rule_id, left_out.kind))

    assert spare == {one for one in NOT_NEEDED if one[0] == rule_id}


def _plan(case: Case, ranked: RankedFinding, fix: CompiledFix) -> Plan:
    outcome = case.outcome
    return filled(fix, ranked.finding.matches, outcome.facts, outcome.index)


def _cures(case: Case, ranked: RankedFinding, plan: Plan) -> bool:
    """The changes, made together, prove the cure."""
    return bool(plan) and tried(case, ranked.finding, plan).verdict == "proven"

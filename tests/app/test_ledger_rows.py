"""The ledger covers UC servers and clients, and speaks the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from certclinic.app.document import write_report
from certclinic.app.rule_base import fact_vocabulary, rule_base
from certclinic.builders.symptom import ISSUING_2, failed, pair
from certclinic.engine.plan import Pattern
from certclinic.engine.rulefile.literals import as_written
from certclinic.engine.vocabulary import FactType
from certclinic.reports.document import LedgerRow
from certclinic.reports.languages import LANGUAGES, language
from certclinic.reports.ledger_phrases import Asked, phrases
from certclinic.reports.ledger_words import fact_words

from .conftest import Judge


def rows(spec: dict[str, Any], node: str, judged: Judge, tag: str = "en") -> dict[str, LedgerRow]:
    """The ledger of one node, by symptom."""
    report = write_report(judged(spec), tag)
    return {row.symptom: row for row in report.ledger if row.node == node}


def test_a_unified_cm_has_rows(judged: Judge) -> None:
    """Found, excluded by what its certificates show, or open for want of its log."""
    spec = pair(unified_cm={"cucm1": {"certificates": {"tomcat": {"to": "-3d"}}}})
    ledger = rows(spec, "cucm1", judged)

    assert "found" == ledger["UCM-005"].state
    assert "excluded" == ledger["UCM-008"].state
    assert ("not-checked", "the log of the UC server from the time of the trouble") == (
        ledger["UCM-006"].state,
        ledger["UCM-006"].needs,
    )


def test_a_log_alone_excludes_no_fault_of_a_certificate(judged: Judge) -> None:
    """A server of which no certificate is given may have an expired one."""
    refused = {"event": "handle_ssl"}
    spec = pair(unified_cm={"cucm1": {"files": [], "log": [refused]}})
    row = rows(spec, "cucm1", judged)["UCM-005"]

    needs = "the certificates of the UC server: show cert list own, show cert own"
    assert ("not-checked", needs) == (row.state, row.needs)


def test_a_client_log_has_rows(judged: Judge) -> None:
    """By the name of the log: what it shows, and what it would have shown."""
    log = [{"event": "jabber_policy", "why": "CN_NO_MATCH UNKNOWN"}]
    report = write_report(judged(pair(clients={"csf-unified.log": log})), "en")
    (name,) = {row.node for row in report.ledger if row.symptom == "CLI-001"}
    states = {row.symptom: row.state for row in report.ledger if row.node == name}

    assert "csf-unified.log" in name
    assert ("found", "excluded") == (states["CLI-001"], states["CLI-003"])


def test_the_ledger_is_told_in_chinese(judged: Judge) -> None:
    """No reason is an English sentence; the values of facts stay as they are."""
    spec = pair(failed(35013), failed(certificate={"issuer": "issuing-2"}), authorities=ISSUING_2)
    report = write_report(judged(spec), "zh-Hant")

    assert report.ledger
    for row in report.ledger:
        assert re.search(r"[\u4e00-\u9fff]", row.why), row
        assert not re.search(r"\b(there is|found by|not decided|nearest)\b", row.why), row


def test_composed_evidence_is_told_in_chinese(judged: Judge) -> None:
    """That a list lacks a CA is said by no line of a bundle, so the report's words say it."""
    spec = pair(failed(), failed(certificate={"issuer": "issuing-2"}), authorities=ISSUING_2)
    quotes = [q.text for f in write_report(judged(spec), "zh-Hant").findings for q in f.evidence]

    assert any(re.search(r"^2個項目中沒有CN=Example Issuing CA 2", text) for text in quotes)
    assert not any("none of the" in text for text in quotes)


def test_every_fact_type_has_a_word() -> None:
    """A new type of fact needs a word in the reports."""
    assert set(fact_vocabulary().types) == set(fact_words(language("en")))


def test_reasons_read_as_sentences(judged: Judge) -> None:
    """What Cisco's pages call a thing, not what a rule file calls it."""
    ledger = rows(pair(), "core1", judged)

    assert "none of the alarms 15022 and 15028 is raised" == ledger["EXW-013"].why
    assert "found instead: certificate (not expired)" == ledger["EXW-010"].why
    assert "there is no certificate that fits: digest of the signature: md5 or sha1" == (
        ledger["EXW-009"].why
    )
    chinese = rows(pair(), "core1", judged, "zh-Hant")
    assert "警報15022和15028未觸發" == chinese["EXW-013"].why
    assert "実際の状態：証明書（有効期限内）" == rows(pair(), "core1", judged, "ja")["EXW-010"].why


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_field_that_rules_ask_for_has_words(tag: str) -> None:
    """No condition of a shipped rule is told by the code of a field or of a fixed value."""
    kinds = fact_vocabulary().types
    for rule in rule_base().rules.values():
        for branch in rule.branches:
            for pattern in (*branch.patterns, *branch.absences):
                if pattern.type in kinds:
                    asked = written(pattern, kinds[pattern.type])
                    told = " ".join(phrases(asked, language(tag)))
                    codes = re.findall(r"\b[a-z]+_[a-z_]+\b", told)
                    assert not set(codes) - NAMES_THAT_STAY, (rule.id, told)


NAMES_THAT_STAY = {"bad_certificate", "certificate_unknown", "handshake_failure", "public_key"}
"""TLS alerts of RFC 8446, and a format of files."""


def written(pattern: Pattern, kind: FactType) -> list[Asked]:
    """The tests of a condition on one fact, as the ledger tells them."""
    told = []
    for test in pattern.literals:
        several = test.value if isinstance(test.value, tuple) else (test.value,)
        values = (as_written(kind.fields[test.field].kind, one) for one in several)
        shown = (str(one).lower() if isinstance(one, bool) else str(one) for one in values)
        told.append(Asked(test.field, test.op, tuple(shown)))
    return told

"""The report as SARIF 2.1.0 (OASIS), for code scanning, editors and dashboards.

Each known cause is a rule. A finding is a result of kind `fail`, or `informational` where it is
advice; what the ledger excludes is `pass`, what it leaves open is `open`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote as percent_encoded

from .document import Found, Quote, Report
from .escape import visible
from .languages import Language, language
from .outline import LedgerEntry, outline
from .texts import with_texts

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"critical": "error", "warning": "warning", "info": "note"}
# SARIF knows a language by its region alone (3.14.7), so the script is told by where it is used.
_REGIONS = {"zh-Hant": "zh-TW", "zh-Hans": "zh-CN"}
Json = dict[str, Any]


def render_sarif(report: Report) -> str:
    """One run: rules, results with their places, and artifacts with their hashes."""
    report = with_texts(report, visible)
    speech = language(report.language)
    told = outline(report)
    artifacts = _artifacts(report)
    rules = _rules(report, speech)
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    results = [
        *(_finding(finding, artifacts, speech) for finding in report.findings),
        *(_ledger_entry(entry, "open") for entry in told.unchecked),
        *(_ledger_entry(entry, "pass") for entry in told.excluded),
    ]
    run = {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": rules,
            }
        },
        "language": _REGIONS.get(speech.tag, speech.tag),
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": _message(f"{one.input}: {one.text}")}
                    for one in report.problems
                ],
            }
        ],
        "artifacts": artifacts.described,
        "results": [result | {"ruleIndex": indices[result["ruleId"]]} for result in results],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class _Artifacts:
    """Inputs and the members that evidence comes from, by their place in `described`."""

    described: list[Json]
    index: dict[tuple[str, str | None], int]


def _artifacts(report: Report) -> _Artifacts:
    hashes = {one.path: one.sha256 for one in report.inputs}
    cited = dict.fromkeys(
        (quote.input, quote.member)
        for finding in report.findings
        for quote in (*finding.evidence, *finding.against)
        if quote.input
    )
    containers = dict.fromkeys([*hashes, *(path for path, _ in cited)])
    index: dict[tuple[str, str | None], int] = {
        (path, None): number for number, path in enumerate(containers)
    }
    described: list[Json] = []
    for path in containers:
        row: Json = {"location": {"uri": _uri(path)}}
        if digest := hashes.get(path):
            row["hashes"] = {"sha-256": digest}
        described.append(row)
    for path, member in cited:
        if member:
            index[path, member] = len(described)
            described.append({"location": {"uri": _uri(member)}, "parentIndex": index[path, None]})
    return _Artifacts(described, index)


def _uri(path: str) -> str:
    """A URI reference (RFC 3986); an absolute path gets the scheme that tells it from others."""
    path = path.replace("\\", "/")
    return ("file://" if path.startswith("/") else "") + percent_encoded(path)


def _rules(report: Report, speech: Language) -> list[Json]:
    """A descriptor for each known cause; the first finding of it lends its words."""
    titles = {row.symptom: row.title or row.symptom for row in report.ledger}
    first: dict[str, Found] = {}
    for finding in report.findings:
        first.setdefault(finding.symptom, finding)
    rules: list[Json] = []
    for symptom in sorted({*titles, *first}):
        found = first.get(symptom)
        title = titles.get(symptom) or (found.title if found else symptom)
        rule: Json = {"id": symptom, "shortDescription": _message(title)}
        if found:
            if found.cause:
                rule["fullDescription"] = _message(found.cause)
            rule["help"] = _message(_help(found, speech) or title)
            rule["defaultConfiguration"] = {"level": _LEVELS[found.severity]}
        rules.append(rule)
    return rules


def _help(found: Found, speech: Language) -> str:
    _ = speech.gettext
    sources = _("Sources: %(sources)s") % {"sources": "; ".join(found.sources)}
    parts = [
        *_section(_("Fix"), found.fix.steps),
        *_section(_("How to check that it worked"), found.verify),
        *([sources] if found.sources else []),
    ]
    return "\n\n".join(parts)


def _section(heading: str, items: Sequence[str]) -> list[str]:
    return ["\n".join([heading, *_numbered(items)])] if items else []


def _numbered(items: Iterable[str]) -> Iterator[str]:
    return (f"{number}. {item}" for number, item in enumerate(items, 1))


def _finding(finding: Found, artifacts: _Artifacts, speech: Language) -> Json:
    _ = speech.gettext
    parts = (finding.title, finding.cause, *_section(_("Fix"), finding.fix.steps))
    told = "\n\n".join(part for part in parts if part)
    places = [_location(quote, artifacts, quote.text) for quote in finding.evidence]
    against = [
        _location(quote, artifacts, f"{_('What speaks against it')}: {quote.text}")
        for quote in finding.against
    ]
    nodes = _nodes(finding.nodes)
    related = [place | {"id": number} for number, place in enumerate((*places[1:], *against), 1)]
    advice = finding.status == "advice"
    return {
        "ruleId": finding.symptom,
        "kind": "informational" if advice else "fail",
        "level": "none" if advice else _LEVELS[finding.severity],
        "message": _message(told),
        "locations": [(places[0] if places else {}) | nodes],
        "relatedLocations": related,
        "partialFingerprints": {"finding/v1": _identity(finding)},
        "properties": {
            "rule": finding.rule,
            "status": finding.status,
            "confidence": finding.confidence,
            "proof": finding.fix.proof,
        },
    }


def _location(quote: Quote, artifacts: _Artifacts, told: str) -> Json:
    place: Json = {"message": _message(told)}
    if quote.input:
        path = quote.member or quote.input
        index = artifacts.index[quote.input, quote.member or None]
        physical: Json = {"artifactLocation": {"uri": _uri(path), "index": index}}
        if quote.line is not None:
            physical["region"] = {"startLine": quote.line, "snippet": {"text": quote.text}}
        place["physicalLocation"] = physical
    return place


def _identity(finding: Found) -> str:
    """The same while the fault lasts: who and which certificates, but no line and no date."""
    certificates = {quote.fingerprint for quote in finding.evidence if quote.fingerprint}
    parts = [finding.rule, *sorted(finding.nodes), *sorted(certificates)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _ledger_entry(entry: LedgerEntry, kind: str) -> Json:
    return {
        "ruleId": entry.symptom,
        "kind": kind,
        "level": "none",
        "message": _message("\n".join(part for part in (entry.why, entry.needs) if part)),
        "locations": [_nodes(entry.nodes)],
    }


def _nodes(hosts: Iterable[str]) -> Json:
    return {"logicalLocations": [{"fullyQualifiedName": host} for host in dict.fromkeys(hosts)]}


def _message(text: str) -> Json:
    """A text in which nothing is a link: SARIF reads `[…](…)` as one, even in plain text."""
    return {"text": text.replace("](", "] (")}

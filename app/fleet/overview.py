"""Counts over all cases, for the overview."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ...engine.rank import SEVERITIES
from ...reports.fleet import (
    CaseRow,
    Ending,
    FailedCase,
    FleetReport,
    ReleaseCount,
    SymptomCount,
)
from .cases import LeftOut, shown
from .results import Record
from .table import is_root


class Overview:
    """Adds up the reports of cases, one at a time."""

    def __init__(self) -> None:
        self.worst = ""
        self._cases: list[CaseRow] = []
        self._failed: list[FailedCase] = []
        self._endings: list[Ending] = []
        self._titles: dict[str, str] = {}
        self._severity: dict[str, str] = {}
        self._where: defaultdict[str, list[str]] = defaultdict(list)
        self._nodes: Counter[str] = Counter()
        self._causes: Counter[str] = Counter()
        self._checked: Counter[str] = Counter()
        self._releases: Counter[tuple[str, str]] = Counter()
        self._release_cases: Counter[tuple[str, str]] = Counter()

    def add(self, record: Record, report: dict[str, Any]) -> None:
        """Count a case that was judged."""
        faults = [one for one in report["findings"] if one["status"] != "advice"]
        worst = min((one["severity"] for one in faults), key=SEVERITIES.index, default=None)
        self.worst = _worse(self.worst, worst)
        causes = [one["title"] for one in faults if is_root(one)]
        self._cases.append(
            CaseRow(
                case=record.case,
                report=record.report,
                page=record.page,
                judged_at=report["judged_at"],
                nodes=tuple(node["host"] for node in report["nodes"]),
                faults=len(faults),
                worst=worst,
                cause=causes[0] if causes else "",
            )
        )
        self._add_symptoms(record.case, report, faults)
        self._add_releases(report)
        self._endings += _endings(record.case, report)

    def fail(self, record: Record) -> None:
        """Count a case that was not judged."""
        self._failed.append(FailedCase(case=record.case, path=shown(record.path), why=record.why))

    def leave_out(self, left: LeftOut) -> None:
        """Tell of what lies among the cases and is none."""
        name = shown(left.path.name)
        self._failed.append(FailedCase(case=name, path=shown(left.path), why=left.why))

    def report(self, language: str) -> FleetReport:
        """All that was counted; the commonest symptom first, and what ends first."""
        symptoms = sorted(self._where, key=lambda symptom: (-len(self._where[symptom]), symptom))
        return FleetReport(
            language=language,
            cases=tuple(self._cases),
            failed=tuple(self._failed),
            symptoms=tuple(
                SymptomCount(
                    symptom=symptom,
                    title=self._titles[symptom],
                    severity=self._severity[symptom],
                    cases=tuple(self._where[symptom]),
                    as_cause=self._causes[symptom],
                    nodes=self._nodes[symptom],
                    checked=self._checked[symptom],
                )
                for symptom in symptoms
            ),
            endings=tuple(
                sorted(self._endings, key=lambda one: (one.not_after, one.case, one.node))
            ),
            releases=tuple(
                ReleaseCount(
                    version=version,
                    role=role,
                    nodes=count,
                    cases=self._release_cases[version, role],
                )
                for (version, role), count in sorted(self._releases.items(), key=_by_count)
            ),
        )

    def _add_symptoms(
        self, case: str, report: dict[str, Any], faults: Iterable[dict[str, Any]]
    ) -> None:
        titles = {entry["symptom"]: entry["title"] for entry in report["ledger"]}
        hosts: defaultdict[str, set[str]] = defaultdict(set)
        causes = set()
        for fault in faults:
            symptom = fault["symptom"]
            hosts[symptom].update(fault["nodes"])
            self._severity[symptom] = _worse(self._severity.get(symptom, ""), fault["severity"])
            self._titles.setdefault(symptom, titles.get(symptom) or fault["title"])
            if is_root(fault):
                causes.add(symptom)
        for symptom, found in hosts.items():
            self._where[symptom].append(case)
            self._nodes[symptom] += len(found)
        self._causes.update(causes)
        decided = {e["symptom"] for e in report["ledger"] if e["state"] != "not-checked"}
        self._checked.update(decided | set(hosts))

    def _add_releases(self, report: dict[str, Any]) -> None:
        nodes = [(node["version"] or "", node["role"]) for node in report["nodes"]]
        self._releases.update(nodes)
        self._release_cases.update(set(nodes))


def _endings(case: str, report: dict[str, Any]) -> list[Ending]:
    """The nodes' own certificates, each once in a case."""
    judged = datetime.fromisoformat(report["judged_at"])
    seen: dict[tuple[str, str], Ending] = {}
    for row in report["certificates"]:
        ends = datetime.fromisoformat(row["not_after"])
        ending = Ending(
            case=case,
            node=row["host"],
            subject=row["subject"],
            not_after=ends,
            ended=ends < judged,
        )
        seen.setdefault((row["host"], row["fingerprint"]), ending)
    return list(seen.values())


def _worse(one: str, other: str | None) -> str:
    known = [severity for severity in (one, other) if severity]
    return min(known, key=SEVERITIES.index, default="")


def _by_count(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -item[1], item[0]

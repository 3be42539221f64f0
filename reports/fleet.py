"""What is told of many cases together: the commonest faults, what ends when, and which releases."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from .document import Part, Severity


class CaseRow(Part):
    """A case with a report. `report` and `page` are files, "" for none."""

    case: str
    report: str
    page: str = ""
    judged_at: datetime
    nodes: tuple[str, ...]
    faults: int = Field(description="findings that are active or foreseen")
    worst: Severity | None = None
    cause: str = Field("", description="title of the first root cause")


class FailedCase(Part):
    """A case without a diagnosis, and why."""

    case: str
    path: str
    why: str


class SymptomCount(Part):
    """A symptom that is active or foreseen in so many cases, the worst of it, and where."""

    symptom: str
    title: str
    severity: Severity
    cases: tuple[str, ...]
    as_cause: int = Field(description="cases in which nothing else explains it")
    nodes: int
    checked: int = Field(description="cases in which it was found or excluded")


class Ending(Part):
    """A certificate of a node, and whether it had ended when its case was judged."""

    case: str
    node: str
    subject: str
    not_after: datetime
    ended: bool


class ReleaseCount(Part):
    """A release, and how many nodes in how many cases run it."""

    version: str
    role: str
    nodes: int
    cases: int


class FleetReport(Part):
    """The overview; lists are in the order in which they are told."""

    language: str
    cases: tuple[CaseRow, ...]
    failed: tuple[FailedCase, ...] = ()
    symptoms: tuple[SymptomCount, ...] = ()
    endings: tuple[Ending, ...] = ()
    releases: tuple[ReleaseCount, ...] = ()

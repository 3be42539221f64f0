"""The report document: everything that a renderer may say, in one typed tree.

`--format json` prints it as it stands; its first-level names are relied on by scripts. Texts are
already in the reader's language. Renderers add nothing of their own to what was found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["info", "warning", "critical"]
Status = Literal["active", "predicted", "advice"]
Confidence = Literal["certain", "probable", "possible"]
State = Literal["ok", "fail", "unknown"]


class Part(BaseModel):
    """A piece of the document; frozen, and closed against misspelt fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(Part):
    name: str = "certclinic"
    version: str
    matcher: Literal["durable", "reference"] = Field(
        description="which matcher drew the conclusions"
    )
    matcher_note: str | None = Field(
        None, description="why it was not durable-rules, if it was not"
    )


class Input(Part):
    path: str
    kind: str = Field(
        description="expressway_bundle, folder, certificate_file, configuration, log, …"
    )
    sha256: str | None = None
    members: int = 0
    unread: tuple[str, ...] = Field((), description="members that were not read, with the reason")


class NodeSummary(Part):
    host: str
    fqdn: str | None = None
    role: Literal["expressway_c", "expressway_e", "uc_server", "unknown"]
    version: str | None = None
    cluster: str | None = None


class Quote(Part):
    """One piece of evidence: a line of a file or a certificate."""

    input: str | None = None
    member: str | None = None
    line: int | None = None
    fingerprint: str | None = None
    text: str


class Fix(Part):
    steps: tuple[str, ...]
    proof: Literal["proven", "not-proven", "not-modelled"] = "not-modelled"
    stop_gap: bool = Field(False, description="the steps only bridge the time until the cure")


class Found(Part):
    """A finding."""

    symptom: str
    rule: str
    status: Status
    severity: Severity
    confidence: Confidence
    rank: int
    nodes: tuple[str, ...]
    title: str
    cause: str
    evidence: tuple[Quote, ...]
    explains: tuple[str, ...] = ()
    explained_by: tuple[str, ...] = ()
    fix: Fix
    stop_gap: Fix | None = Field(
        None, description="what bridges the time until the cure, if anything"
    )
    verify: tuple[str, ...] = Field((), description="how to check that the cure worked")
    sources: tuple[str, ...]
    conflicts: tuple[str, ...] = Field(
        (), description="where documents contradict each other, and what was decided"
    )
    language: str = Field(description="language of the texts, which may be a fallback")


class Direction(Part):
    """One side judging the other on a link."""

    verifier: str
    presenter: str
    checks: dict[str, State]
    enforced: State = Field(
        description="ok: a failure refuses the connection; fail: the check is off"
    )
    why: str | None = None


class LinkRow(Part):
    client: str
    server: str
    link: str
    checks: dict[str, State] = Field(
        description="chain, name, purpose, time, revocation: the worse of both directions"
    )
    why: str | None = None
    zone: str | None = None
    directions: tuple[Direction, ...] = ()


class ChainLink(Part):
    """One certificate of a chain as drawn: `state` says what the other side's list holds."""

    subject: str
    issuer: str
    fingerprint: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    kind: Literal["leaf", "intermediate", "root"]
    state: Literal["presented", "trusted", "missing", "expired", "not_yet_valid", "known"]


class ChainView(Part):
    """A certificate's chain held against one node's trusted CA list."""

    link: str
    presenter: str
    verifier: str
    complete: bool
    links: tuple[ChainLink, ...] = Field(description="from the leaf up")


class CertificateRow(Part):
    host: str
    store: str
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    days_left: int
    eku: str
    key: str
    names: tuple[str, ...] = ()
    origin: Literal["public", "private", "unknown"] = Field(
        "unknown", description="whether a public CA issued it"
    )


class LedgerRow(Part):
    symptom: str
    node: str
    state: Literal["found", "excluded", "not-checked"]
    why: str
    needs: str | None = None
    title: str = ""


class CoverageRow(Part):
    host: str
    topic: str
    state: Literal["seen", "absent", "unreadable"]


class Trouble(Part):
    """Something that could not be read or decided, and what that leaves open."""

    input: str
    text: str


class Upgrade(Part):
    """The same deployment judged as if every Expressway ran another release."""

    version: str
    breaks: tuple[Found, ...] = Field(
        (), description="faults that the upgrade brings; their fixes come before it"
    )
    heals: tuple[Found, ...] = Field((), description="faults of now that the upgrade ends")


class Report(Part):
    schema_version: Literal[1] = 1
    tool: Tool
    language: str
    audience: Literal["engineer", "customer"] = "engineer"
    judged_at: datetime
    inputs: tuple[Input, ...]
    nodes: tuple[NodeSummary, ...]
    findings: tuple[Found, ...]
    target: Upgrade | None = None
    links: tuple[LinkRow, ...]
    chains: tuple[ChainView, ...] = ()
    certificates: tuple[CertificateRow, ...] = ()
    ledger: tuple[LedgerRow, ...]
    coverage: tuple[CoverageRow, ...]
    problems: tuple[Trouble, ...]

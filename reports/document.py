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


class RulePack(Part):
    """A folder of rules that the conclusions rest on."""

    name: str
    version: str | None = Field(None, description="as the pack states it")


class Tool(Part):
    name: str = "certclinic"
    version: str
    matcher: Literal["durable", "reference"] = Field(
        description="which matcher drew the conclusions"
    )
    matcher_note: str | None = Field(
        None, description="why it was not durable-rules, if it was not"
    )
    packs: tuple[RulePack, ...] = Field((), description="rule packs, the shipped one first")


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
    before: str = Field("", description="up to two lines just before it, each shortened to 300")
    after: str = Field("", description="up to two lines just after it, each shortened to 300")


class Comparison(Part):
    """What one side of a connection asks of a certificate, beside what the certificate holds.

    Without a verifier, clients ask for the name.
    """

    presenter: str
    verifier: str | None = None
    link: str | None = None
    unit: str | None = Field(None, description="certificate of a UC server, such as tomcat")
    store: str | None = Field(None, description="trust store of a UC server, as tomcat-trust")
    subject: str
    fingerprint: str | None = None
    checks: dict[str, State] = Field(description="of chain, name, purpose and time")
    name: str | None = Field(None, description="name that is looked for")
    names: tuple[str, ...] = Field((), description="names that the certificate carries")
    purpose: Literal["server", "client"] | None = Field(None, description="purpose asked for")
    eku: str | None = Field(None, description="both, server, client, none or other")
    issuer: str | None = None
    missing: str | None = Field(None, description="subject of the CA that the list lacks")
    not_before: datetime | None = None
    not_after: datetime | None = None


Verdict = Literal["proven", "not-proven", "not-modelled"]


class ChangeRow(Part):
    """A change of the deployment, as a step for people."""

    node: str
    kind: str = Field(description="add_trust, remove_trust, replace_certificate, …")
    text: str
    restart: str = Field("", description="what has to be restarted; empty for nothing")
    check: str = Field("", description="how to check that the step was done")


class Trial(Part):
    """A way to mend it that was tried on a copy of the observed data."""

    proof: Verdict
    changes: tuple[ChangeRow, ...] = ()
    why: str | None = Field(None, description="why it is not proven, or could not be tried")
    remains: tuple[str, ...] = Field((), description="titles of findings that are still there")
    appears: tuple[str, ...] = Field((), description="titles of findings that are new")


class NamedCa(Part):
    """A CA that has to be had from whoever runs it; it is named and never made up."""

    subject: str
    key_id: str | None = None
    aia: tuple[str, ...] = Field(
        (), description="where the issued certificate says it is to be had"
    )


class MissingCa(NamedCa):
    """A CA that no input holds though a fix needs it; it is named and never made up."""

    issued: str = Field(description="subject of the certificate that it issued")


class Plan(Part):
    """The best ways for all root causes, made together in this order."""

    trial: Trial
    missing: tuple[MissingCa, ...] = ()


class Moment(Part):
    """A time from which on something is otherwise, if nobody changes anything before."""

    at: datetime
    ends: tuple[str, ...] = Field(
        (), description="subjects whose validity ends, and CRLs with their issuers"
    )
    begins: tuple[str, ...] = Field((), description="subjects whose validity begins")
    policies: tuple[str, ...] = Field((), description="what authorities change on that day")
    breaks: tuple[str, ...] = Field((), description="links that fail from then on")
    appears: tuple[str, ...] = Field((), description="titles of findings that are new")
    gone: tuple[str, ...] = Field((), description="titles of findings that are gone")


class Fix(Part):
    steps: tuple[str, ...]
    proof: Verdict = Field("not-modelled", description="of the best way that was tried")
    stop_gap: bool = Field(False, description="the steps only bridge the time until the cure")


class Found(Part):
    """A finding."""

    symptom: str
    rule: str
    status: Status
    severity: Severity
    confidence: Confidence
    experimental: bool = Field(False, description="the rule is still being tried out")
    rank: int
    nodes: tuple[str, ...]
    title: str
    cause: str
    evidence: tuple[Quote, ...]
    compared: tuple[Comparison, ...] = Field(
        (), description="certificates beside what was expected of them"
    )
    against: tuple[Quote, ...] = Field((), description="evidence that contradicts the finding")
    against_notes: tuple[str, ...] = Field((), description="why both can be true")
    explains: tuple[str, ...] = ()
    explained_by: tuple[str, ...] = ()
    follows_from: tuple[int, ...] = Field(
        (), description="ranks of the findings that explain this one"
    )
    same_fault_as: int | None = Field(
        None, description="rank of a finding that the same certificate or CA causes"
    )
    fix: Fix
    trials: tuple[Trial, ...] = Field((), description="ways that were tried, the best first")
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
    """A certificate's chain held against one trusted CA list or trust store."""

    link: str
    presenter: str
    verifier: str
    complete: bool
    links: tuple[ChainLink, ...] = Field(description="from the leaf up")
    unit: str | None = Field(None, description="certificate of a UC server, such as tomcat")
    store: str | None = Field(None, description="trust store of a UC server, as tomcat-trust")


class Authority(Part):
    """A CA certificate of a trusted CA list."""

    fingerprint: str
    subject: str
    issuer: str
    not_before: datetime | None
    not_after: datetime | None


class TrustRow(Part):
    """A trusted CA list, or a trust store of a UC server, in its order."""

    host: str
    store: str | None = Field(None, description="trust store of a UC server, as tomcat-trust")
    held: tuple[str, ...] = Field(description="fingerprints of its entries")
    named: tuple[str, ...] = Field((), description="entries of which no more than a name is known")


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
    fallback: str | None = Field(
        None, description="language of the rules' texts that are not written in the report's own"
    )
    audience: Literal["engineer", "customer"] = "engineer"
    judged_at: datetime
    inputs: tuple[Input, ...]
    nodes: tuple[NodeSummary, ...]
    findings: tuple[Found, ...]
    plan: Plan | None = None
    timeline: tuple[Moment, ...] = ()
    target: Upgrade | None = None
    links: tuple[LinkRow, ...]
    chains: tuple[ChainView, ...] = ()
    certificates: tuple[CertificateRow, ...] = ()
    authorities: tuple[Authority, ...] = ()
    trust: tuple[TrustRow, ...] = ()
    ledger: tuple[LedgerRow, ...]
    coverage: tuple[CoverageRow, ...]
    problems: tuple[Trouble, ...]

"""Report documents as real cases would give them, to be shared by the tests of all formats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from certclinic.reports.document import (
    Authority,
    CertificateRow,
    ChainLink,
    ChainView,
    Comparison,
    CoverageRow,
    Direction,
    Fix,
    Found,
    Input,
    LedgerRow,
    LinkRow,
    Moment,
    NodeSummary,
    Quote,
    Report,
    State,
    Tool,
    Trouble,
    TrustRow,
)

from .sample_texts import TEXTS

JUDGED_AT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
BUNDLES = {host: f"diagnostic_log_{host}_2026-11-20_09_41_07.tar.gz" for host in ("core1", "edge1")}
LEAF = "CN=edge1.example.com,O=Example Ltd,C=GB"
INTERMEDIATE = "CN=Example TLS Issuing CA G3,O=Example Trust Services,C=GB"
ROOT = "CN=Example Root CA,O=Example Trust Services,C=GB"
OK_CHECKS: dict[str, State] = {
    "chain": "ok",
    "name": "ok",
    "purpose": "ok",
    "time": "ok",
    "revocation": "unknown",
}
Language = Literal["en", "zh-Hant"]


def found(symptom: str, title: str, cause: str, language: str, **changes: object) -> Found:
    """A finding of which a test states only what matters."""
    fields: dict[str, object] = {
        "symptom": symptom,
        "rule": "sample/rule",
        "status": "active",
        "severity": "critical",
        "confidence": "certain",
        "rank": 1,
        "nodes": ("core1", "edge1"),
        "title": title,
        "cause": cause,
        "evidence": (),
        "fix": Fix(steps=()),
        "sources": ("Cisco TechNote 221624",),
        "language": language,
    }
    return Found.model_validate(fields | changes)


def certificate(host: str, subject: str, issuer: str, days_left: int, byte: str) -> CertificateRow:
    return CertificateRow(
        host=host,
        store="server",
        subject=subject,
        issuer=issuer,
        serial="4f8a" + byte * 14,
        fingerprint=byte * 32,
        not_before=datetime(2025, 12, 16, tzinfo=UTC),
        not_after=datetime(2026, 12, 16, 23, 59, tzinfo=UTC),
        days_left=days_left,
        eku="both",
        key="RSA 2048",
        names=(f"{host}.example.com", "example.com"),
    )


def pair(language: Language = "en") -> Report:
    """One Expressway-C and one Expressway-E; the tunnels are down after a renewal."""
    text = TEXTS[language]

    def said(key: str) -> str:
        value = text[key]
        assert isinstance(value, str)
        return value

    def steps(key: str) -> tuple[str, ...]:
        value = text[key]
        assert isinstance(value, tuple)
        return value

    log = Quote(
        input=BUNDLES["core1"],
        member="loggingsnapshot_core1_2026-11-20_09_41_07.txt",
        line=48213,
        text='2026-11-20T09:12:44.318+00:00 core1 alarm: Level="WARN" Event="Alarm Raised" '
        'Id="35013" UUID="b5c1e0a2-6a55-11e5-8d3c-3b1d4f0c9f10" Severity="warning" '
        'Detail="Unified Communications SSH tunnel failure: This system cannot communicate with '
        'one or more remote hosts: edge1.example.com" UTCTime="2026-11-20 09:12:44,318"',
    )
    return Report(
        tool=Tool(version="0.1.0", matcher="durable"),
        language=language,
        judged_at=JUDGED_AT,
        inputs=tuple(
            Input(path=path, kind="expressway_bundle", sha256=digit * 64, members=5)
            for path, digit in zip(BUNDLES.values(), "ab", strict=True)
        ),
        nodes=(
            NodeSummary(
                host="core1", fqdn="core1.example.com", role="expressway_c", version="X14.3.4"
            ),
            NodeSummary(
                host="edge1", fqdn="edge1.example.com", role="expressway_e", version="X14.3.4"
            ),
        ),
        findings=(
            found(
                "EXW-030",
                said("ssh"),
                said("ssh_cause"),
                language,
                explains=("EXW-039c", "EXW-035a"),
                evidence=(
                    Quote(
                        input=BUNDLES["edge1"],
                        member="server_edge1_2026-11-20_09_41_07.pem",
                        fingerprint="c7" * 32,
                        text=f"subject: {LEAF}\nissuer: {INTERMEDIATE}",
                    ),
                    log,
                ),
                compared=(compared("edge1", "core1"),),
                fix=Fix(steps=steps("ssh_fix"), proof="proven"),
                stop_gap=Fix(steps=steps("ssh_gap"), proof="not-modelled", stop_gap=True),
                verify=steps("ssh_verify"),
                sources=("Cisco TechNote 221624", "Expressway Administrator Guide X14.3"),
            ),
            found(
                "EXW-035a",
                said("alarm"),
                said("alarm_cause"),
                language,
                severity="warning",
                rank=2,
                nodes=("core1",),
                explained_by=("EXW-030",),
                follows_from=(1,),
                evidence=(log,),
            ),
            found(
                "EXW-039c",
                said("jabber"),
                said("jabber_cause"),
                language,
                confidence="probable",
                rank=3,
                nodes=("edge1",),
                explained_by=("EXW-030",),
                follows_from=(1,),
            ),
            found(
                "EXW-011",
                said("expiring"),
                said("expiring_cause"),
                language,
                status="predicted",
                severity="warning",
                rank=4,
                nodes=("core1",),
            ),
            found(
                "EXW-014",
                said("wildcard"),
                "",
                language,
                status="advice",
                severity="info",
                rank=5,
                nodes=("edge1",),
            ),
        ),
        links=(
            LinkRow(client="core1", server="edge1", link="sip", checks=OK_CHECKS, zone="UC zone"),
            LinkRow(
                client="core1",
                server="edge1",
                link="ssh",
                checks={**OK_CHECKS, "chain": "fail"},
                why=f"missing: {INTERMEDIATE}",
                zone="UC zone",
                directions=(
                    Direction(
                        verifier="core1",
                        presenter="edge1",
                        checks={**OK_CHECKS, "chain": "fail"},
                        enforced="ok",
                    ),
                ),
            ),
        ),
        chains=(chain("edge1", "core1"),),
        certificates=(
            certificate("core1", "CN=core1.example.com,O=Example Ltd,C=GB", ROOT, 26, "a1"),
            certificate("edge1", LEAF, INTERMEDIATE, 26, "c7"),
        ),
        timeline=(
            Moment(
                at=datetime(2026, 12, 16, 23, 59, tzinfo=UTC),
                ends=(LEAF,),
                breaks=("core1 edge1 sip",),
                appears=(said("expiring"),),
            ),
            Moment(at=datetime(2027, 2, 10, tzinfo=UTC), policies=(said("why"),)),
        ),
        authorities=(
            Authority(
                fingerprint="d0" * 32,
                subject=ROOT,
                issuer=ROOT,
                not_before=datetime(2018, 1, 15, tzinfo=UTC),
                not_after=datetime(2038, 1, 15, tzinfo=UTC),
            ),
        ),
        trust=tuple(TrustRow(host=host, held=("d0" * 32,)) for host in BUNDLES),
        ledger=(
            LedgerRow(symptom="EXW-030", node="core1", state="found", why="", title=said("ssh")),
            *(
                LedgerRow(
                    symptom=symptom,
                    node=node,
                    state="excluded",
                    why=said("why"),
                    title=said("wildcard"),
                )
                for symptom in ("EXW-010", "EXW-025")
                for node in ("core1", "edge1")
            ),
            LedgerRow(
                symptom="EXW-043",
                node="core1",
                state="not-checked",
                why=said("needs"),
                needs=said("needs"),
                title=said("expiring"),
            ),
        ),
        coverage=(
            CoverageRow(host="core1", topic="trust_list", state="seen"),
            CoverageRow(host="edge1", topic="log", state="absent"),
        ),
        problems=(Trouble(input=BUNDLES["edge1"], text="xstat_dump_edge1.xml: ends in mid-line"),),
    )


def compared(presenter: str, verifier: str) -> Comparison:
    """The Expressway-E's certificate, whose intermediate CA the verifier lacks."""
    return Comparison(
        presenter=presenter,
        verifier=verifier,
        link="ssh",
        subject=LEAF,
        fingerprint="c7" * 32,
        checks={"chain": "fail", "purpose": "ok", "time": "ok"},
        names=("edge1.example.com",),
        purpose="server",
        eku="both",
        issuer=INTERMEDIATE,
        missing=INTERMEDIATE,
        not_before=datetime(2025, 12, 16, tzinfo=UTC),
        not_after=datetime(2026, 12, 16, tzinfo=UTC),
    )


def chain(presenter: str, verifier: str) -> ChainView:
    """A chain whose intermediate CA the verifier lacks."""
    return ChainView(
        link="ssh",
        presenter=presenter,
        verifier=verifier,
        complete=False,
        links=(
            ChainLink(
                subject=LEAF,
                issuer=INTERMEDIATE,
                fingerprint="c7" * 32,
                not_before=datetime(2025, 12, 16, tzinfo=UTC),
                not_after=datetime(2026, 12, 16, tzinfo=UTC),
                kind="leaf",
                state="presented",
            ),
            ChainLink(subject=INTERMEDIATE, issuer=ROOT, kind="intermediate", state="missing"),
            ChainLink(
                subject=ROOT,
                issuer=ROOT,
                fingerprint="d0" * 32,
                not_after=datetime(2038, 1, 15, tzinfo=UTC),
                kind="root",
                state="trusted",
            ),
        ),
    )


def healthy(language: Language = "en") -> Report:
    """The same pair without a fault, everything checked."""
    report = pair(language)
    return report.model_copy(
        update={
            "findings": (),
            "links": report.links[:1],
            "chains": (),
            "timeline": (),
            "ledger": tuple(row for row in report.ledger if row.state == "excluded"),
            "problems": (),
        }
    )


def unjudged(language: Language = "en") -> Report:
    """Bundles without certificates and configuration: nothing can be decided."""
    report = pair(language)
    return healthy(language).model_copy(
        update={
            "links": (),
            "certificates": (),
            "authorities": (),
            "trust": (),
            "ledger": tuple(row for row in report.ledger if row.state == "not-checked"),
            "problems": report.problems,
        }
    )


def cluster(language: Language = "en") -> Report:
    """Six Expressway-C and six Expressway-E peers with long names, and five root causes."""
    report = pair(language)
    cores = [f"expressway-core-{n}.collaboration.hk1" for n in range(1, 7)]
    edges = [f"expressway-edge-{n}.collaboration.dmz.hk1" for n in range(1, 7)]
    first = report.findings[0]
    return report.model_copy(
        update={
            "nodes": (
                *(
                    NodeSummary(
                        host=host, role="expressway_c", version="X15.2.1", cluster="core.example"
                    )
                    for host in cores
                ),
                *(
                    NodeSummary(
                        host=host, role="expressway_e", version="X15.2.1", cluster="edge.example"
                    )
                    for host in edges
                ),
            ),
            "findings": tuple(
                first.model_copy(
                    update={
                        "symptom": f"EXW-03{n}",
                        "rank": n,
                        "nodes": (*cores, edges[n]),
                        "severity": "critical" if n < 4 else "warning",
                        "title": first.title.replace("edge1", edges[n]),
                    }
                )
                for n in range(1, 6)
            ),
            "links": (
                *(
                    report.links[1 if edge == edges[1] else 0].model_copy(
                        update={"client": core, "server": edge, "directions": ()}
                    )
                    for core in cores
                    for edge in edges
                ),
                LinkRow(
                    client=cores[0],
                    server=cores[3],
                    link="cluster",
                    checks={**OK_CHECKS, "name": "fail"},
                    why="name_not_in_certificate",
                ),
            ),
            "chains": tuple(chain(edges[1], core) for core in cores),
        }
    )

"""Documents beside the report, as real cases would give them: a comparison, an upload, a kit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from certclinic.reports.comparison import (
    KINDS,
    ComparisonReport,
    Difference,
    FindingTurn,
    NotCompared,
)
from certclinic.reports.kit import Kit, KitFile, KitNode, KitStep, WantedCa
from certclinic.reports.preflight import (
    CandidateRow,
    DifferenceRow,
    Lacking,
    NameRow,
    PreflightReport,
    RemarkCode,
    RemarkRow,
    TurnedLink,
)

from .sample import BUNDLES, INTERMEDIATE, JUDGED_AT, LEAF, Language, pair

NEW_LEAF = "CN=edge1.example.com,O=Example Ltd,L=London,C=GB"
CHANGED = (
    DifferenceRow(what="eku", before="both", after="server"),
    DifferenceRow(what="names_lost", before="example.com"),
)


def comparison(language: Language = "en") -> ComparisonReport:
    """The certificate of an Expressway-E was renewed, and one change of every kind besides."""
    before, after = pair(language), pair(language)
    return ComparisonReport(
        tool=after.tool,
        language=language,
        judged_before=datetime(2026, 11, 1, 8, tzinfo=UTC),
        judged_after=JUDGED_AT,
        inputs_before=tuple(BUNDLES.values()),
        inputs_after=tuple(BUNDLES.values()),
        differences=tuple(
            Difference(
                number=number,
                node="edge1" if number % 2 else "core1",
                kind=kind,
                what="server" if kind == "certificate" else "Default Zone",
                key="TLS Verify Mode" if kind == "zone" else "",
                before=f"{LEAF} ({'a1' * 32})",
                after=f"{NEW_LEAF} ({'b2' * 32})",
                details=CHANGED if kind in ("certificate", "trust") else (),
            )
            for number, kind in enumerate(KINDS, 1)
        ),
        new=(FindingTurn(found=after.findings[0], because=(1, 3)),),
        gone=(FindingTurn(found=before.findings[1]),),
        remaining=(FindingTurn(found=after.findings[-1]),),
        not_compared=(NotCompared(node="core1", topic="log", seen="before"),),
        problems=("notes.txt: is not a diagnostic bundle",),
    )


def upload(language: Language = "en") -> PreflightReport:
    """A renewed certificate that breaks the tunnel, with every remark that there is."""
    report = pair(language)
    link = TurnedLink(
        client="core1",
        server="edge1",
        link="ssh-tunnel",
        check="chain",
        enforced="ok",
        why=f"{INTERMEDIATE} is missing",
    )
    return PreflightReport(
        tool=report.tool,
        language=language,
        judged_at=JUDGED_AT,
        node="edge1",
        store="server",
        removed=False,
        request=True,
        candidates=(
            CandidateRow(
                subject=NEW_LEAF,
                issuer=INTERMEDIATE,
                key="RSA 2048",
                eku="server",
                names=("edge1.example.com",),
            ),
        ),
        verdict="warned",
        remarks=tuple(RemarkRow(code=code, value="new.pem") for code in get_args(RemarkCode)),
        refusals=report.findings[:1],
        warnings=report.findings[1:2],
        first=(Lacking(node="core1", subject=INTERMEDIATE, key_id="c3" * 20),),
        breaks=(link,),
        heals=(link,),
        appears=report.findings[:1],
        gone=report.findings[1:2],
        names=(NameRow(name="edge1.example.com", by="own_name", carried=True),),
        differences=CHANGED,
    )


def kit(language: Language = "en") -> Kit:
    """One step with its file, one CA that is wanted, one anchor that has to be confirmed."""
    report = pair(language)
    return Kit(
        tool=report.tool,
        language=language,
        judged_at=JUDGED_AT,
        proof="not-proven",
        remains=(report.findings[0].title,),
        nodes=(KitNode(host="core1", folder="core1"),),
        steps=(
            KitStep(
                number=1,
                node="core1",
                kind="add_trust",
                text=f"Add {INTERMEDIATE} to the trusted CA list of core1.",
                restart="Restart core1.",
                check="The list shows it.",
                files=("core1/trusted-ca/ca.pem",),
            ),
        ),
        missing=(WantedCa(subject=INTERMEDIATE, issued=LEAF, key_id="c3" * 20),),
        files=(
            KitFile(
                path="core1/trusted-ca/ca.pem",
                sha256="d4" * 32,
                certificate="e5" * 32,
                subject=INTERMEDIATE,
                confirm=True,
                leaf=True,
                taken_from="edge1",
            ),
        ),
    )

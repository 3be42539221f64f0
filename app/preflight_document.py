"""Writes the answer of `preflight` down as its document, in one language."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.model import LinkCheck
from ..facts.x509.certificate import Certificate
from ..reports.mask import mask
from ..reports.preflight import (
    CandidateRow,
    DifferenceRow,
    Lacking,
    NameRow,
    PreflightReport,
    RemarkRow,
    TurnedLink,
)
from ..reports.texts import with_texts
from .case import Case
from .certificate_differences import certificate_differences
from .document import found, tool, why
from .moments import moment, moment_or_none
from .preflight import Preflight


def write_preflight(result: Preflight, language: str) -> PreflightReport:
    """The document of an answer, secrets masked."""
    before, after = result.before, result.after
    report = PreflightReport(
        tool=tool(after),
        language=language,
        judged_at=moment(after.judged_at),
        node=result.node,
        store=result.place,
        removed=result.removed,
        request=result.request,
        candidates=tuple(_candidate(c, issued=not result.request) for c in result.candidates),
        verdict=result.verdict,
        remarks=tuple(RemarkRow(code=one.code, value=one.value) for one in result.remarks),
        refusals=tuple(found(after, ranked, language) for ranked in result.refusals),
        warnings=tuple(found(after, ranked, language) for ranked in result.warnings),
        first=tuple(
            Lacking(node=one.node, subject=one.subject, key_id=one.key_id, found_in=one.found_in)
            for one in result.first
        ),
        breaks=tuple(_turned(check, language) for check in result.breaks),
        heals=tuple(_turned(check, language) for check in result.heals),
        appears=tuple(found(after, ranked, language) for ranked in result.appears),
        gone=tuple(found(before, ranked, language) for ranked in result.gone),
        names=tuple(NameRow(name=n.name, by=n.by, carried=n.carried) for n in result.names),
        differences=tuple(_differences(result, before)),
    )
    return with_texts(report, mask)


def _candidate(certificate: Certificate, *, issued: bool) -> CandidateRow:
    return CandidateRow(
        subject=certificate.subject,
        issuer=certificate.issuer,
        fingerprint=certificate.fingerprint if issued else None,
        not_after=moment_or_none(certificate.not_after) if issued else None,
        key=f"{certificate.key_type} {certificate.key_bits}",
        eku=certificate.eku,
        names=certificate.dns_names,
    )


def _turned(check: LinkCheck, language: str) -> TurnedLink:
    return TurnedLink(
        client=check.client,
        server=check.server,
        link=check.link,
        check=check.check,
        enforced=check.enforced,
        why=why(check, language),
    )


def _differences(result: Preflight, before: Case) -> Iterator[DifferenceRow]:
    if result.place == "trust" or not result.candidates:
        return
    node = next(one for one in before.observations.nodes if one.host == result.node)
    listed = node.own(result.place)
    if listed is None:
        return
    new, *_ = result.candidates
    yield from certificate_differences(listed.certificate, new, issued=not result.request)

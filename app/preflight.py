"""What would come of uploading a file: it is put in place in a copy, and all is judged again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..engine.rank import RankedFinding
from ..facts.applied import apply_changes
from ..facts.changes import AddTrust, ChangeError, RemoveTrust
from ..facts.inputs.observations import Listed, NodeObservation, Observations
from ..facts.model import CertificateFile, LinkCheck, NameCheck, UploadCheck
from ..facts.model_checks import CertificateRequest
from ..facts.model_uc import SecurityProfileName
from ..facts.names import carries, fold, name_kind
from ..facts.profile import Profile
from ..facts.vocabulary import Evidence
from ..facts.x509.certificate import Certificate
from .candidates import (
    Candidate,
    Place,
    PreflightError,
    Remark,
    authorities,
    own_candidate,
    remarks_on_authorities,
    remarks_on_key,
)
from .case import Case, judge_case
from .knowledge import symptoms
from .target import beyond

Verdict = Literal["accepted", "warned", "refused"]

_REFUSING = ("key_foreign", "request_foreign")


@dataclass(frozen=True)
class WantedName:
    """A name that somebody looks for in a node's certificate; `by` says who, or what for."""

    name: str
    by: str
    carried: bool


@dataclass(frozen=True)
class Lacking:
    """A CA that a node's list has to get before the upload; `found_in`: the inputs hold it."""

    node: str
    subject: str
    key_id: str | None
    found_in: str | None


@dataclass(frozen=True)
class Preflight:
    """The case before and after the upload, and what is different.

    `refusals` and `warnings` are what the upload page has against the file, `breaks` and `heals`
    the checks of links that the upload turns, `appears` and `gone` the findings. `first` are the
    CAs that lists lack for it, so what has to be done before; `request` says that there is but a
    request, judged as what the CA would make of it. There are no `candidates` where the file
    can't be read.
    """

    node: str
    place: Place
    candidates: tuple[Certificate, ...]
    removed: bool
    request: bool
    before: Case
    after: Case
    remarks: tuple[Remark, ...]
    refusals: tuple[RankedFinding, ...]
    warnings: tuple[RankedFinding, ...]
    first: tuple[Lacking, ...]
    breaks: tuple[LinkCheck, ...]
    heals: tuple[LinkCheck, ...]
    appears: tuple[RankedFinding, ...]
    gone: tuple[RankedFinding, ...]
    names: tuple[WantedName, ...]

    @property
    def verdict(self) -> Verdict:
        """What the upload page makes of the file."""
        refused = self.refusals or any(remark.code in _REFUSING for remark in self.remarks)
        return "refused" if refused else "warned" if self.warnings else "accepted"


def preflight(case: Case, node: str, place: Place, *, remove: bool = False) -> Preflight:
    """Judge the upload of the certificate files among the inputs of a case to a node.

    Raises PreflightError where the node or a fitting file is not among the inputs.
    """
    observations = case.observations
    files = observations.files
    profile = known_node(case, node, place)
    candidate = None if place == "trust" else own_candidate(case, node, place)
    if place == "trust":
        candidates = authorities(files, remove=remove)
        installed = _with_list(case, profile, candidates, remove=remove)
    else:
        candidates = (candidate.certificate,) if candidate else ()
        installed = (
            _with_certificate(observations, node, place, candidate) if candidate else observations
        )
    # Logs and states tell of neither, so what both show is compared without them.
    hosts = frozenset(one.host for one in observations.nodes)
    hosts |= {one.host for one in observations.uc_servers}
    before, after = (
        judge_case(shown, case.rules, case.judged_at, "reference", hosts)
        for shown in (replace(observations, files=()), installed)
    )
    names = names_wanted(after, node, candidate.certificate) if candidate else ()
    page = {row.id: row.upload for row in symptoms() if row.upload}
    against = _against(after, node, place, page)
    breaks = _turned(before, after)
    return Preflight(
        node=node,
        place=place,
        candidates=candidates,
        removed=remove,
        request=candidate is not None and candidate.request,
        before=before,
        after=after,
        remarks=tuple(_remarks(case, profile, place, candidate or candidates, names, against))
        if not remove
        else (),
        refusals=tuple(r for r in against if page[r.finding.symptom] == "refused"),
        warnings=tuple(r for r in against if page[r.finding.symptom] == "warned"),
        first=() if remove else tuple(_lacking(after, node, place, breaks, candidates)),
        breaks=breaks,
        heals=_turned(after, before),
        appears=tuple(r for r in beyond(after.findings, before.findings) if r not in against),
        gone=beyond(before.findings, after.findings),
        names=names,
    )


def known_node(case: Case, node: str, place: Place) -> Profile:
    """The node of an upload. Raises PreflightError where it, or the store, is not there."""
    profile = next((p for p in case.derived.profiles if p.host == node and p.given), None)
    if profile is None:
        known = ", ".join(sorted(p.host for p in case.derived.profiles if p.given)) or "none"
        raise PreflightError(f"{node} is not among the nodes of the inputs: {known}")
    if place == "client" and not profile.two_stores:
        raise PreflightError(
            f"{node} has no client certificate: before X15.5 the server certificate is shown to"
            " servers as well; use --store server"
        )
    return profile


def names_wanted(case: Case, node: str, own: Certificate | None) -> tuple[WantedName, ...]:
    """Every name that is looked for in a node's own certificate, each once.

    The name of its cluster has to be in `own` on every peer.
    """
    found: dict[tuple[str, str], bool] = {}
    cluster = next((p.cluster for p in case.derived.profiles if p.host == node), None)
    if cluster and name_kind(cluster) == "fqdn":
        carried = own is not None and carries(own, cluster) == "san"
        found[(fold(cluster), "cluster_name")] = carried
    for fact in case.facts.values():
        match fact:
            case NameCheck(host=host) if host == node:
                found[(fact.name, fact.purpose)] = fact.state == "ok"
            case LinkCheck(presenter=host, check="name") if host == node and fact.expected_name:
                found[(fact.expected_name, fact.verifier)] = fact.state == "ok"
            case SecurityProfileName(core=host) if host == node:
                found[(fact.name, fact.server)] = fact.state == "ok"
    return tuple(WantedName(name, by, ok) for (name, by), ok in sorted(found.items()))


def _against(after: Case, node: str, place: Place, page: Collection[str]) -> list[RankedFinding]:
    """What the upload page has against the files; a list asks for nothing but certificates.

    `page` are the symptoms that it looks for. What holds for the node and for the file is told of
    the node.
    """
    files = [file.path for file in after.observations.files]
    concerned = {*files, *(path.rsplit("/", 1)[-1] for path in files)}
    concerned |= {node} if place != "trust" else set()
    against = [
        ranked
        for ranked in after.findings
        if ranked.finding.symptom in page
        and not concerned.isdisjoint(ranked.finding.nodes)
        and (place != "trust" or _about_format(after, ranked))
    ]
    of_node = {one.finding.symptom for one in against if node in one.finding.nodes}
    return [
        one for one in against if node in one.finding.nodes or one.finding.symptom not in of_node
    ]


def _about_format(case: Case, ranked: RankedFinding) -> bool:
    facts = [case.facts[fact_id] for fact_id in ranked.finding.evidence]
    return any(isinstance(fact, CertificateFile) and not fact.acceptable for fact in facts)


def _remarks(
    case: Case,
    profile: Profile,
    place: Place,
    candidate: Candidate | Sequence[Certificate],
    names: Sequence[WantedName],
    against: Sequence[RankedFinding],
) -> Iterator[Remark]:
    node = profile.observation
    if not isinstance(candidate, Candidate):
        yield from remarks_on_authorities(candidate)
        if candidate and set(candidate) <= _trusted(node):
            yield Remark("unchanged", ", ".join(c.subject for c in candidate))
        return
    told = {
        type(fact) for ranked in against for fact in map(case.facts.get, ranked.finding.evidence)
    }
    certificate = candidate.certificate
    present = node.own("client" if place == "client" else "server")
    for remark in remarks_on_key(candidate, case.observations.files):
        if remark.code != "request_foreign" or CertificateRequest not in told:
            yield remark
    if certificate.self_signed:
        yield Remark("self_signed", certificate.subject)
    if certificate.is_ca:
        yield Remark("is_ca", certificate.subject)
    if present and present.certificate == certificate:
        yield Remark("unchanged", certificate.subject)
    elif names and not any(name.carried for name in names):
        yield Remark("another_node", certificate.subject)


def _trusted(node: NodeObservation) -> set[Certificate]:
    return {entry.certificate for entry in node.trust or ()}


def _lacking(
    after: Case,
    node: str,
    place: Place,
    breaks: Sequence[LinkCheck],
    candidates: Sequence[Certificate],
) -> Iterator[Lacking]:
    """The CAs that lists lack: the node's own for the upload page, the others' for links.

    A candidate that is its own issuer is no CA to be trusted before it.
    """
    own = [
        Lacking(fact.host, fact.missing_subject, fact.missing_key_id, fact.found_in)
        for fact in after.facts.values()
        if isinstance(fact, UploadCheck)
        and (fact.host, fact.store, fact.state) == (node, place, "fail")
        and fact.missing_subject
    ]
    others = [
        Lacking(check.verifier, check.missing_subject, check.missing_key_id, check.found_in)
        for check in breaks
        if check.check == "chain" and check.missing_subject
    ]
    itself = {certificate.subject for certificate in candidates if certificate.self_signed}
    lacking = [one for one in (*own, *others) if one.subject not in itself]
    yield from {(one.node, one.subject): one for one in lacking}.values()


def _with_certificate(
    observations: Observations,
    node: str,
    place: Literal["server", "client"],
    candidate: Candidate,
) -> Observations:
    certificate, file = candidate.certificate, candidate.file
    evidence = Evidence(
        input=file.path, text=certificate.subject, fingerprint=certificate.fingerprint
    )
    listed = Listed(certificate, evidence, 1, len(file.contents.certificates))
    nodes = tuple(
        (replace(one, client=listed) if place == "client" else replace(one, server=listed))
        if one.host == node
        else one
        for one in observations.nodes
    )
    return replace(observations, nodes=nodes)


def _with_list(
    case: Case, profile: Profile, candidates: Sequence[Certificate], *, remove: bool
) -> Observations:
    kind = RemoveTrust if remove else AddTrust
    absent = set(candidates) - _trusted(profile.observation)
    if remove and absent and profile.observation.trust is not None:
        subjects = ", ".join(c.subject for c in candidates if c in absent)
        raise PreflightError(f"the list of {profile.host} does not hold {subjects}")
    changes = [kind(node=profile.host, certificate=c.fingerprint) for c in candidates]
    try:
        return apply_changes(case.observations, changes, case.derived.held, case.judged_at)
    except ChangeError as error:
        raise PreflightError(str(error)) from error


def _turned(before: Case, after: Case) -> tuple[LinkCheck, ...]:
    """The checks that fail after and did not fail before."""
    failed = {_about(fact) for fact in _failing(before)}
    return tuple(fact for fact in _failing(after) if _about(fact) not in failed)


def _failing(case: Case) -> list[LinkCheck]:
    return [f for f in case.facts.values() if isinstance(f, LinkCheck) and f.state == "fail"]


def _about(check: LinkCheck) -> tuple[object, ...]:
    return (
        check.link,
        check.client,
        check.server,
        check.verifier,
        check.check,
        check.expected_name,
        check.unit,
        check.trust_store,
    )

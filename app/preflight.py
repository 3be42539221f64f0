"""What would come of uploading a file: it is put in place in a copy, and all is judged again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..engine.rank import RankedFinding
from ..facts.inputs.observations import FileObservation, Listed, Observations
from ..facts.model import LinkCheck, NameCheck
from ..facts.model_uc import SecurityProfileName
from ..facts.profile import Profile
from ..facts.vocabulary import Evidence
from ..facts.x509.certificate import Certificate
from ..facts.x509.reissue import ReissueError, issued
from .case import Case, judge_case
from .knowledge import symptoms
from .target import beyond

Place = Literal["server", "client", "trust"]
Verdict = Literal["accepted", "warned", "refused"]


class PreflightError(ValueError):
    """The question can't be answered; the text says what is missing."""


@dataclass(frozen=True)
class WantedName:
    """A name that somebody looks for in a node's certificate; `by` says who, or what for."""

    name: str
    by: str
    carried: bool


@dataclass(frozen=True)
class Preflight:
    """The case before and after the upload, and what is different.

    `refusals` and `warnings` are what the upload page has against the file, `breaks` and `heals`
    the checks of links that the upload turns, `appears` and `gone` the findings. `first` are those
    of `breaks` that fail because the other side lacks a CA, so what has to be done before;
    `request` says that there is but a request, judged as what the CA would make of it.
    """

    node: str
    place: Place
    candidates: tuple[Certificate, ...]
    removed: bool
    request: bool
    before: Case
    after: Case
    refusals: tuple[RankedFinding, ...]
    warnings: tuple[RankedFinding, ...]
    breaks: tuple[LinkCheck, ...]
    heals: tuple[LinkCheck, ...]
    appears: tuple[RankedFinding, ...]
    gone: tuple[RankedFinding, ...]
    names: tuple[WantedName, ...]

    @property
    def verdict(self) -> Verdict:
        """What the upload page makes of the file."""
        return "refused" if self.refusals else "warned" if self.warnings else "accepted"

    @property
    def first(self) -> tuple[LinkCheck, ...]:
        """Lists that have to get a CA before the upload, one check for each."""
        lacking = {
            (check.verifier, check.missing_subject): check
            for check in self.breaks
            if check.check == "chain" and check.missing_subject
        }
        return tuple(lacking.values())


def preflight(case: Case, node: str, place: Place, *, remove: bool = False) -> Preflight:
    """Judge the upload of the certificate files among the inputs of a case to a node.

    Raises PreflightError where the node or a fitting file is not among the inputs.
    """
    observations = case.observations
    profile = next((p for p in case.derived.profiles if p.host == node and p.given), None)
    if profile is None:
        known = ", ".join(sorted(p.host for p in case.derived.profiles if p.given)) or "none"
        raise PreflightError(f"{node} is not among the nodes of the inputs: {known}")
    files = observations.files
    request = False
    if place == "trust":
        candidates = _authorities(files, remove=remove)
        installed = _with_trust(observations, profile, candidates, remove=remove)
    else:
        file, candidate = _leaf(case, node, place)
        request = not any(c.certificate == candidate for c in file.contents.certificates)
        candidates = (candidate,)
        installed = _with_certificate(observations, node, place, file, candidate)
    # Logs and states tell of neither, so what both show is compared without them.
    hosts = frozenset(one.host for one in observations.nodes)
    hosts |= {one.host for one in observations.uc_servers}
    before, after = (
        judge_case(shown, case.rules, case.judged_at, "reference", hosts)
        for shown in (replace(observations, files=()), installed)
    )
    concerned = (node, *(file.path.rsplit("/", 1)[-1] for file in files))
    page = {row.id: row.upload for row in symptoms() if row.upload}
    against = [
        ranked
        for ranked in after.findings
        if page.get(ranked.finding.symptom)
        and place != "trust"
        and not set(concerned).isdisjoint(ranked.finding.nodes)
    ]
    return Preflight(
        node,
        place,
        candidates,
        remove,
        request,
        before,
        after,
        tuple(r for r in against if page[r.finding.symptom] == "refused"),
        tuple(r for r in against if page[r.finding.symptom] == "warned"),
        _turned(before, after),
        _turned(after, before),
        tuple(r for r in beyond(after.findings, before.findings) if r not in against),
        beyond(before.findings, after.findings),
        names_wanted(after, node),
    )


def names_wanted(case: Case, node: str) -> tuple[WantedName, ...]:
    """Every name that is looked for in a node's own certificate, each once."""
    found: dict[tuple[str, str], bool] = {}
    for fact in case.facts.values():
        match fact:
            case NameCheck(host=host) if host == node:
                found[(fact.name, fact.purpose)] = fact.state == "ok"
            case LinkCheck(presenter=host, check="name") if host == node and fact.expected_name:
                found[(fact.expected_name, fact.verifier)] = fact.state == "ok"
            case SecurityProfileName(core=host) if host == node:
                found[(fact.name, fact.server)] = fact.state == "ok"
    return tuple(WantedName(name, by, ok) for (name, by), ok in sorted(found.items()))


def _leaf(
    case: Case, node: str, place: Literal["server", "client"]
) -> tuple[FileObservation, Certificate]:
    """The one certificate among the files that is no CA's, and its file.

    Where there is but a request, it is what the CA of the present certificate would make of it.
    """
    files = case.observations.files
    found = {
        one.certificate: file
        for file in files
        for one in file.contents.certificates
        if not one.certificate.is_ca
    }
    if len(found) == 1:
        ((certificate, file),) = found.items()
        return file, certificate
    if found:
        names = ", ".join(certificate.subject for certificate in found)
        raise PreflightError(f"the files hold several certificates, give one of them: {names}")
    requests = [(file, request) for file in files for request in file.contents.csrs]
    if len(requests) != 1:
        raise PreflightError("none of the files holds a certificate that is not a CA's")
    ((file, request),) = requests
    present = next(one for one in case.observations.nodes if one.host == node).own(place)
    predecessor = present.certificate if present else None
    held = case.derived.held.certificates
    try:
        return file, issued(request, predecessor, held, case.judged_at)
    except ReissueError as error:
        raise PreflightError(f"{file.path}: {error}") from error


def _authorities(files: Iterable[FileObservation], *, remove: bool) -> tuple[Certificate, ...]:
    found = [c.certificate for file in files for c in file.contents.certificates]
    if not found:
        what = "to be removed" if remove else "to be added"
        raise PreflightError(f"none of the files holds a certificate {what}")
    return tuple(dict.fromkeys(found))


def _with_certificate(
    observations: Observations,
    node: str,
    place: Literal["server", "client"],
    file: FileObservation,
    certificate: Certificate,
) -> Observations:
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


def _with_trust(
    observations: Observations,
    profile: Profile,
    candidates: Sequence[Certificate],
    *,
    remove: bool,
) -> Observations:
    trust = profile.observation.trust
    if trust is None:
        raise PreflightError(f"the trusted CA list of {profile.host} is not among the inputs")
    present = {entry.certificate for entry in trust}
    if remove:
        absent = [c.subject for c in candidates if c not in present]
        if absent:
            raise PreflightError(f"the list of {profile.host} does not hold {', '.join(absent)}")
        entries = tuple(entry for entry in trust if entry.certificate not in candidates)
    else:
        added = [c for c in candidates if c not in present]
        entries = trust + tuple(
            Listed(c, Evidence(input="", text=c.subject, fingerprint=c.fingerprint), number, number)
            for number, c in enumerate(added, len(trust) + 1)
        )
    nodes = tuple(
        replace(one, trust=entries) if one.host == profile.host else one
        for one in observations.nodes
    )
    return replace(observations, nodes=nodes)


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

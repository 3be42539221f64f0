"""Which of the files given is about to be uploaded, and what is to be said of it by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..facts.inputs.observations import FileObservation
from ..facts.request_facts import read_request
from ..facts.x509.certificate import Certificate
from ..facts.x509.reissue import ReissueError, issued
from ..reports.preflight import RemarkCode
from .case import Case
from .pem_files import is_authority

Place = Literal["server", "client", "trust"]


class PreflightError(ValueError):
    """The question can't be answered; the text says what is missing."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of a candidate by itself; `value` is a file or a subject."""

    code: RemarkCode
    value: str


@dataclass(frozen=True)
class Candidate:
    """The certificate for a node, and its file; `request`: a CA would yet have to issue it."""

    certificate: Certificate
    file: FileObservation
    request: bool = False


def own_candidate(case: Case, node: str, place: Literal["server", "client"]) -> Candidate | None:
    """The one certificate among the files that is no CA's; a CA's where there is no other.

    Where there is but a request, it is what the CA of the present certificate would make of it.
    None where nothing could be read of a file. Raises PreflightError.
    """
    files = case.observations.files
    found = {c.certificate: file for file in files for c in file.contents.certificates}
    leaves = {c: file for c, file in found.items() if not c.is_ca} or found
    requests = [(file, request) for file in files for request in file.contents.csrs]
    if len(leaves) == 1:
        ((certificate, file),) = leaves.items()
        return Candidate(certificate, file)
    if leaves:
        told = "; ".join(f"{file.path}: {c.subject}" for c, file in leaves.items())
        raise PreflightError(f"the files hold several certificates, give one of them: {told}")
    if not requests and any(_illegible(file) for file in files):
        return None
    if len(requests) != 1:
        raise PreflightError("none of the files holds a certificate that could be uploaded")
    ((file, request),) = requests
    present = next(one for one in case.observations.nodes if one.host == node).own(place)
    predecessor = present.certificate if present else None
    held = case.derived.held.certificates
    try:
        return Candidate(issued(request, predecessor, held, case.judged_at), file, request=True)
    except ReissueError as error:
        raise PreflightError(f"{file.path}: {error}") from error


def authorities(files: Iterable[FileObservation], *, remove: bool) -> tuple[Certificate, ...]:
    """The certificates for a trusted CA list, or out of it; none where no file is legible.

    Raises PreflightError.
    """
    found = [c.certificate for file in files for c in file.contents.certificates]
    if not found and not any(_illegible(file) for file in files):
        what = "to be removed" if remove else "to be added"
        raise PreflightError(f"none of the files holds a certificate {what}")
    return tuple(dict.fromkeys(found))


def _illegible(file: FileObservation) -> bool:
    contents = file.contents
    return not (contents.certificates or contents.csrs or contents.crls or contents.private_keys)


def remarks_on_key(candidate: Candidate, files: Sequence[FileObservation]) -> Iterator[Remark]:
    """Private keys in the candidate's file, and whether keys and requests given belong to it."""
    if candidate.file.contents.private_keys:
        yield Remark("private_key", candidate.file.path)
    spki = candidate.certificate.public_key.spki
    for file in files:
        keys, unread = file.contents.public_keys, file.contents.private_keys
        if keys:
            yield Remark("key_matches" if spki in keys else "key_foreign", file.path)
        elif unread:
            yield Remark("key_not_read", file.path)
        asked = [read.spki for data in file.contents.csrs if (read := read_request(data))]
        if asked and not candidate.request:
            yield Remark("request_matches" if spki in asked else "request_foreign", file.path)


def remarks_on_authorities(candidates: Iterable[Certificate]) -> Iterator[Remark]:
    """What has to be known of certificates before they are trusted."""
    for certificate in candidates:
        if not is_authority(certificate):
            yield Remark("no_ca", certificate.subject)
        elif certificate.self_signed:
            yield Remark("anchor", f"{certificate.subject} (SHA-256 {certificate.fingerprint})")

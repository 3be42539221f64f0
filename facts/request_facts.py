"""Certificate signing requests (PKCS #10, RFC 2986) held against the certificates beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from .inputs.observations import FileObservation
from .model_checks import CertificateRequest
from .vocabulary import Evidence
from .x509 import der, dn


class Request(NamedTuple):
    """Common name and subjectPublicKeyInfo (DER) of a request."""

    common_name: str
    spki: bytes


def read_request(data: bytes) -> Request | None:
    """A request from its DER; None where it is unreadable or has no common name."""
    try:
        info = der.sequence(data)[0]
        _, subject, spki, *_ = der.sequence(info.raw)
        names = dn.common_names(subject.raw)
    except (der.DerError, ValueError, IndexError):
        return None
    return Request(names[0], spki.raw) if names else None


def facts(files: Sequence[FileObservation]) -> Iterator[CertificateRequest]:
    """Every request file against every certificate file of the same common name."""
    for file in files:
        for data in file.contents.csrs:
            request = read_request(data)
            if request is None:
                continue
            for other in files:
                for found in other.contents.certificates:
                    certificate = found.certificate
                    if certificate.common_name == request.common_name:
                        yield CertificateRequest(
                            path=PurePath(file.path).name,
                            certificate_path=PurePath(other.path).name,
                            common_name=request.common_name,
                            same_key=certificate.public_key.spki == request.spki,
                            evidence=(
                                Evidence(
                                    input=file.path,
                                    text=f"request for {request.common_name}",
                                    said=("request_for", request.common_name or ""),
                                ),
                                Evidence(
                                    input=other.path,
                                    line=found.line,
                                    text=certificate.subject,
                                    fingerprint=certificate.fingerprint,
                                ),
                            ),
                        )

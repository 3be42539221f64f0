"""From the failures of a path to defects in words, with missing issuers located."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from ..x509.certificate import Certificate
from .defects import (
    ISSUER_REFUSED,
    KINDS,
    MISSING_ISSUER,
    SIGNATURE_FAILURE,
    UNTRUSTED_ROOT,
    Defect,
    MissingKind,
)
from .paths import Path
from .trustlist import TrustList
from .verification import Failure, Parameters
from .wording import Words

_MOST_TWINS = 5


class _Missing(TypedDict, total=False):
    missing_subject: str
    missing_key_id: str | None
    missing_kind: MissingKind
    found_in: str | None
    anchor_trusted: bool | None


@dataclass(frozen=True)
class Explainer:
    """Turns failures into defects, for one trust list and one set of parameters."""

    trust: TrustList
    parameters: Parameters

    def failures(self, path: Path) -> Iterator[Failure]:
        """Everything that is wrong with the path."""
        return path.failures(self.trust, self.parameters)

    def defects(self, path: Path, failures: Iterable[Failure]) -> list[Defect]:
        """One defect for each failure on the path."""
        return [self._defect(path, failure) for failure in failures]

    def _defect(self, path: Path, failure: Failure) -> Defect:
        code, depth, _ = failure
        certificate, top = path.certificates[depth], path.certificates[-1]
        issuer = path.certificates[depth + 1] if depth + 1 < len(path.certificates) else None
        refused = code in MISSING_ISSUER and depth not in path.gaps
        kind = ISSUER_REFUSED[code] if refused else KINDS[code]
        twins = self._twins(certificate, code)
        words = Words(certificate, issuer, top, twins, self.trust, self.parameters)
        missing: _Missing = {}
        if code in MISSING_ISSUER and not refused:
            missing = {
                "missing_subject": certificate.issuer,
                "missing_key_id": certificate.aki,
                "missing_kind": self._missing_kind(certificate, issuer),
                "found_in": issuer.fingerprint if issuer else None,
                "anchor_trusted": top in self.trust if issuer else None,
            }
        elif code in UNTRUSTED_ROOT:
            missing = {
                "missing_subject": certificate.subject,
                "missing_key_id": certificate.ski,
                "missing_kind": "root",
                "found_in": certificate.fingerprint,
                "anchor_trusted": False,
            }
        return Defect(
            code=kind.name,
            openssl=code,
            depth=depth,
            certificate=certificate.fingerprint,
            check=kind.check,
            text=kind.text.format_map(words),
            fix=kind.fix.format_map(words),
            twins=twins,
            **missing,
        )

    def _twins(self, certificate: Certificate, code: int) -> tuple[int, ...]:
        """Positions of entries with the issuer's name and a key that did not sign."""
        if code not in MISSING_ISSUER | UNTRUSTED_ROOT | {SIGNATURE_FAILURE}:
            return ()
        named = self.trust.issuers_of(certificate)[:_MOST_TWINS]
        positions = [self.trust.position(e) for e in named if not certificate.signed_by(e)]
        return tuple(position for position in positions if position is not None)

    def _missing_kind(self, certificate: Certificate, found: Certificate | None) -> MissingKind:
        if found is not None:
            return "root" if found.self_signed else "intermediate"
        # The authority key identifier may name the issuer's own issuer (RFC 5280, 4.2.1.1).
        wanted = certificate.extensions.authority_key_id
        if wanted is not None and wanted.issuer is not None:
            return "root" if wanted.issuer == certificate.issuer_key else "intermediate"
        # A CA that was given a new key is of the kind that it was before.
        kinds = {namesake.self_issued for namesake in self.trust.issuers_of(certificate)}
        if len(kinds) == 1:
            return "root" if True in kinds else "intermediate"
        return "unknown"

"""From the failures of a path to defects in words, with missing issuers located."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from . import dn
from .certificate import Certificate
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
from .verification import Failure, Parameters, forbids

_MOST_NAMES = 5  # shown in a text
_LONGEST = 300  # characters of a name in a text


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
        code, depth = failure
        certificate = path.certificates[depth]
        issuer = path.certificates[depth + 1] if depth + 1 < len(path.certificates) else None
        refused = code in MISSING_ISSUER and depth not in path.gaps
        kind = ISSUER_REFUSED[code] if refused else KINDS[code]
        twins = self._twins(certificate, code)
        words = self._words(certificate) | {"twins": _twins_text(twins)}
        missing: _Missing = {}
        if code in MISSING_ISSUER and not refused:
            root, anchored = path.certificates[-1], path.certificates[-1] in self.trust
            words |= _missing_words(certificate, issuer, root, anchored)
            missing = {
                "missing_subject": certificate.issuer,
                "missing_key_id": certificate.aki,
                "missing_kind": _missing_kind(certificate, issuer),
                "found_in": issuer.fingerprint if issuer else None,
                "anchor_trusted": anchored if issuer else None,
            }
        elif code in UNTRUSTED_ROOT:
            missing = {
                "missing_subject": certificate.subject,
                "missing_key_id": certificate.ski,
                "missing_kind": "root",
                "found_in": certificate.fingerprint,
                "anchor_trusted": False,
            }
        elif code == SIGNATURE_FAILURE:
            words["replace_issuer"] = self._replace_issuer(certificate, issuer)
        return Defect(
            code=kind.name,
            openssl=code,
            depth=depth,
            certificate=certificate.fingerprint,
            check=kind.check,
            text=kind.text.format(**words),
            fix=kind.fix.format(**words),
            twins=twins,
            **missing,
        )

    def _twins(self, certificate: Certificate, code: int) -> tuple[int, ...]:
        """Positions of entries with the issuer's name and a key that did not sign."""
        if code not in MISSING_ISSUER | UNTRUSTED_ROOT | {7}:
            return ()
        named = self.trust.issuers_of(certificate)[:_MOST_NAMES]
        positions = [self.trust.position(e) for e in named if not certificate.signed_by(e)]
        return tuple(position for position in positions if position is not None)

    def _replace_issuer(self, certificate: Certificate, issuer: Certificate | None) -> str:
        if issuer is None or (certificate.aki is not None and certificate.aki == issuer.ski):
            return f"{_cut(certificate.subject)} was altered after it was signed: install it anew."
        position = self.trust.position(issuer)
        where = f"entry {position} of the trust list" if position else "the presented certificate"
        return f"Replace {where}, {_cut(issuer.subject)}, by the one with the key that signed."

    def _words(self, certificate: Certificate) -> dict[str, str]:
        constraints, expected = certificate.basic_constraints, self.parameters.name
        key_id = f" (key identifier {certificate.aki})" if certificate.aki else ""
        return {
            "subject": _cut(certificate.subject) or f"serial number {certificate.serial}",
            "issuer": _cut(certificate.issuer),
            "wanted": _cut(certificate.issuer) + key_id,
            "aki": certificate.aki or "",
            "key": f"{certificate.key_type} {certificate.key_bits}",
            "digest": certificate.signature_digest,
            "not_before": _date(certificate.not_before),
            "not_after": _date(certificate.not_after),
            "unreadable": _cut("; ".join(certificate.unreadable)),
            "path_length": str(constraints.path_length if constraints else None),
            "purpose": self.parameters.purpose,
            "purpose_fault": _purpose_fault(certificate, self.parameters.purpose),
            "ca_fault": _ca_fault(certificate),
            "expected": _cut(dn.printable(expected.value)) if expected else "",
            "names": _names(certificate),
            "in_store": " in the trust list" if certificate in self.trust else "",
        }


def _missing_words(
    certificate: Certificate, found: Certificate | None, root: Certificate, anchored: bool
) -> dict[str, str]:
    """What is known of a missing issuer, and how to get it."""
    issuer = _cut(certificate.issuer)
    if found is None:
        cure = f"Get the certificate of {issuer}; have it presented or add it to the trust list."
        return {"known": "", "get_issuer": cure}
    known = f" The inputs hold it elsewhere (SHA-256 {found.fingerprint})"
    if found == root:
        return {"known": f"{known}.", "get_issuer": f"Add {issuer} to the trust list."}
    top = _cut(root.subject)
    cure = f"Have {issuer} presented with the certificate, or add it to the trust list"
    if anchored:
        return {"known": f"{known}; its root, {top}, is trusted.", "get_issuer": f"{cure}."}
    return {
        "known": f"{known}, but {top} above it is not in the trust list.",
        "get_issuer": f"{cure}; and add {top} to the trust list.",
    }


def _missing_kind(certificate: Certificate, found: Certificate | None) -> MissingKind:
    if found is not None:
        return "root" if found.self_signed else "intermediate"
    # The authority key identifier may name the issuer's own issuer (RFC 5280, 4.2.1.1).
    wanted = certificate.extensions.authority_key_id
    if wanted is None or wanted.issuer is None:
        return "unknown"
    return "root" if wanted.issuer == certificate.issuer_key else "intermediate"


def _twins_text(positions: tuple[int, ...]) -> str:
    if not positions:
        return ""
    entries = ", ".join(map(str, positions))
    return f" The trust list holds that name with another key (entry {entries})."


def _ca_fault(certificate: Certificate) -> str:
    if forbids(certificate, "keyCertSign"):
        return "its key usage does not allow it to sign certificates"
    if certificate.basic_constraints is not None:
        return "its basicConstraints say that it is none"
    return "it has no basicConstraints"


def _purpose_fault(certificate: Certificate, purpose: str) -> str:
    if certificate.eku_oids is not None and certificate.eku not in {"both", purpose}:
        return f"its extended key usage lacks {purpose}Auth"
    return "its key usage allows none of the signatures and key exchanges that TLS needs"


def _names(certificate: Certificate) -> str:
    names = [f"DNS:{name}" for name in certificate.dns_names]
    names += [f"IP:{address}" for address in certificate.ip_addresses]
    names = names or [f"CN:{name}" for name in certificate.common_names]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return (", ".join(map(_cut, names[:_MOST_NAMES])) or "no name") + more


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _date(seconds: int | None) -> str:
    if seconds is None:
        return "an unreadable time"
    if seconds < 0 or seconds > 253_402_300_799:  # beyond year 9999
        return f"{seconds} s since 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

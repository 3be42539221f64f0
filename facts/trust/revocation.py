"""Revocation of every certificate of a chain by the CRLs at hand (OpenSSL's check_revocation)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..x509.certificate import Certificate
from ..x509.crl import Crl
from ..x509.extensions import ALL_REASONS
from .verification import Failure, Parameters, forbids, key_id_error

# get_crl_score of OpenSSL, without extended CRL support: a higher sum is the better list.
_NO_CRITICAL, _SCOPE, _TIME, _ISSUER_NAME, _SAME_PATH, _ISSUER = 256, 128, 64, 32, 12, 28


class _Choice(NamedTuple):
    """A list that may serve: how well, whose it is, and the reasons known with it."""

    score: int
    crl: Crl
    issuer: Certificate
    reasons: frozenset[int]


def revocation_failures(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    """What is wrong with the revocation state of each certificate, leaf first."""
    usable = [parameters.crls]
    if not parameters.legacy:
        # 3.0.22 leaves delta CRLs alone, 3.0.19 took them for complete ones: refuse as both do.
        usable.insert(0, tuple(crl for crl in parameters.crls if not crl.delta))
    for depth, certificate in enumerate(chain):
        if not certificate.is_proxy:
            yield from dict.fromkeys(
                failure
                for crls in dict.fromkeys(usable)
                for failure in _failures_of(chain, depth, crls, parameters.at)
            )


def _failures_of(
    chain: Sequence[Certificate], depth: int, crls: Sequence[Crl], at: int | None
) -> Iterator[Failure]:
    """OpenSSL's check_cert: lists are asked until all reasons for a revocation are covered."""
    covered: frozenset[int] = frozenset()
    while covered != ALL_REASONS:
        choices = (_rated(crl, chain, depth, at, covered) for crl in crls)
        best = max(
            (choice for choice in choices if choice is not None),
            key=lambda choice: (choice.score, choice.crl.this_update),
            default=None,
        )
        if best is None:
            yield Failure(3, depth)
            return
        yield from _list_failures(best, chain[depth], depth, at)
        if best.reasons == covered:
            yield Failure(3, depth, derived=True)  # its scope is another, as 44 says
            return
        covered = best.reasons


def _list_failures(
    choice: _Choice, certificate: Certificate, depth: int, at: int | None
) -> Iterator[Failure]:
    """check_crl and cert_crl of OpenSSL."""
    score, crl, issuer, _ = choice
    if not crl.delta:
        if forbids(issuer, "cRLSign"):
            yield Failure(35, depth)
        if not score & _SCOPE:
            yield Failure(44, depth)
    if at is not None:
        if crl.this_update > at:
            yield Failure(11, depth)
        if crl.next_update is not None and crl.next_update <= at:
            yield Failure(12, depth)
    if issuer.public_key.unusable:
        yield Failure(6, depth)
    elif not crl.signature.verifies(issuer.public_key):
        yield Failure(8, depth)
    if crl.unhandled_critical:
        yield Failure(36, depth)
    if certificate.serial_number in crl.revoked:
        # An extension that is not understood may mean that the entry says something else.
        yield Failure(23, depth, derived=crl.unhandled_critical)


def _rated(
    crl: Crl,
    chain: Sequence[Certificate],
    depth: int,
    at: int | None,
    covered: frozenset[int],
) -> _Choice | None:
    certificate, scope = chain[depth], crl.scope
    if scope.contradictory or scope.indirect or scope.some_reasons:
        return None
    if crl.issuer_key != certificate.issuer_key:
        return None
    issuer, score = chain[min(depth + 1, len(chain) - 1)], _ISSUER_NAME
    if not key_id_error(issuer, crl.authority_key_id):
        score |= _ISSUER
    else:
        others = (
            other
            for other in chain[depth + 2 :]
            if other.subject_key == crl.issuer_key and not key_id_error(other, crl.authority_key_id)
        )
        found = next(others, None)
        if found is None:
            return None
        issuer, score = found, score | _SAME_PATH
    if not crl.unhandled_critical:
        score |= _NO_CRITICAL
    if _is_current(crl, at):
        score |= _TIME
    reasons = _reasons(crl, certificate)
    if reasons is None:
        return _Choice(score, crl, issuer, covered)
    return _Choice(score | _SCOPE, crl, issuer, covered | reasons) if reasons - covered else None


def _is_current(crl: Crl, at: int | None) -> bool:
    if at is None:
        return True
    return crl.this_update <= at and (crl.next_update is None or crl.next_update > at)


def _reasons(crl: Crl, certificate: Certificate) -> frozenset[int] | None:
    """The reasons for which the list would name the certificate; None: it is about others."""
    scope = crl.scope
    if scope.only_attribute or (scope.only_user if certificate.is_ca else scope.only_ca):
        return None
    named = scope.name.below(crl.issuer_key) if scope.name else None
    for point in certificate.extensions.distribution_points:
        if point.crl_issuers is not None and crl.issuer_key not in point.crl_issuers:
            continue
        names = point.name.below(certificate.issuer_key) if point.name else None
        if named is None or names is None or named & names:
            return point.reasons
    return ALL_REASONS if named is None else None

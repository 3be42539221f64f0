"""Revocation of every certificate of a chain by the CRLs at hand (OpenSSL's check_revocation)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .certificate import Certificate
from .crl import Crl
from .verification import Failure, Parameters, forbids, key_id_error

# get_crl_score of OpenSSL, without extended CRL support: a higher sum is the better list.
_NO_CRITICAL, _SCOPE, _TIME, _ISSUER_NAME, _SAME_PATH, _ISSUER = 256, 128, 64, 32, 12, 28


def revocation_failures(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    """What is wrong with the revocation state of each certificate, leaf first."""
    for depth, certificate in enumerate(chain):
        best = _best_list(chain, depth, parameters)
        if best is None:
            yield Failure(3, depth)
            continue
        score, crl, issuer = best
        if not crl.delta:
            if forbids(issuer, "cRLSign"):
                yield Failure(35, depth)
            if not score & _SCOPE:
                yield Failure(44, depth)
        if parameters.at is not None:
            if crl.this_update > parameters.at:
                yield Failure(11, depth)
            if crl.next_update is not None and crl.next_update <= parameters.at:
                yield Failure(12, depth)
        if issuer.public_key.unusable:
            yield Failure(6, depth)
        elif not crl.signature.verifies(issuer.public_key):
            yield Failure(8, depth)
        if crl.unhandled_critical:
            yield Failure(36, depth)
        elif certificate.serial_number in crl.revoked:
            yield Failure(23, depth)


def _best_list(
    chain: Sequence[Certificate], depth: int, parameters: Parameters
) -> tuple[int, Crl, Certificate] | None:
    """The list with the highest score, the newest of several; None where none applies."""
    rated = [
        (score, crl, issuer)
        for crl in parameters.crls
        for score, issuer in [_rate(crl, chain, depth, parameters)]
        if score and issuer is not None
    ]
    return max(rated, key=lambda item: (item[0], item[1].this_update), default=None)


def _rate(
    crl: Crl, chain: Sequence[Certificate], depth: int, parameters: Parameters
) -> tuple[int, Certificate | None]:
    certificate = chain[depth]
    if crl.scope.indirect or crl.scope.some_reasons or crl.issuer_key != certificate.issuer_key:
        return 0, None
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
            return 0, None
        issuer, score = found, score | _SAME_PATH
    if not crl.unhandled_critical:
        score |= _NO_CRITICAL
    if _is_current(crl, parameters.at):
        score |= _TIME
    if _in_scope(crl, certificate):
        score |= _SCOPE
    return score, issuer


def _is_current(crl: Crl, at: int | None) -> bool:
    if at is None:
        return True
    return crl.this_update <= at and (crl.next_update is None or crl.next_update > at)


def _in_scope(crl: Crl, certificate: Certificate) -> bool:
    scope = crl.scope
    if scope.only_attribute or (scope.only_user if certificate.is_ca else scope.only_ca):
        return False
    if scope.name is None:
        return True
    covered = scope.name.below(crl.issuer_key)
    for point in certificate.extensions.distribution_points:
        if point.crl_issuers is not None and crl.issuer_key not in point.crl_issuers:
            continue
        if point.name is None or covered & point.name.below(certificate.issuer_key):
            return True
    return False

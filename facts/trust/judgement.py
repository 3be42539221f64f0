"""Does a trust list anchor a certificate? OpenSSL's verdict, every cause, and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..x509.certificate import Certificate
from ..x509.crl import Crl
from .defects import MISSING_ISSUER, SIGNATURE_FAILURE, Defect
from .explanation import Explainer
from .openssl import build_chain, failures, verify
from .paths import Path, Search, weight
from .remedy import BetterPath, find_change
from .trustlist import TrustList
from .verification import DEFAULT_DEPTH, Failure, Name, Parameters, Profile, Purpose

__all__ = ["BetterPath", "Defect", "Judgement", "Name", "Profile", "Purpose", "TrustList", "judge"]

_WEAK_LEAF_KEY = 66
_MOST_DEFECTS = 100


@dataclass(frozen=True)
class Judgement:
    """The answer to one question.

    `trusted`, `code` (X509_V_ERR number) and `depth` are OpenSSL's, and `chain` is the one that it
    builds. `defects` are the causes: OpenSSL's answer first, the others by depth. `consequences`
    are what OpenSSL says besides if it is told to go on. `exhaustive` is false if the search for
    causes met its limits.
    """

    trusted: bool
    profile: Profile
    code: int
    depth: int | None
    chain: tuple[Certificate, ...]
    defects: tuple[Defect, ...] = ()
    consequences: tuple[Defect, ...] = ()
    better_path: BetterPath | None = None
    exhaustive: bool = True

    @property
    def path(self) -> tuple[str, ...]:
        """Fingerprints of the chain, leaf first."""
        return tuple(certificate.fingerprint for certificate in self.chain)


def judge(
    leaf: Certificate,
    presented: Sequence[Certificate],
    trust: Sequence[Certificate] | TrustList,
    *,
    name: Name | None = None,
    purpose: Purpose = "any",
    at: int | None,
    crls: Sequence[Crl] = (),
    depth: int | None = None,
    profile: Profile = "openssl-3",
    elsewhere: Sequence[Certificate] | TrustList = (),
) -> Judgement:
    """Judge a leaf as a TLS peer would that was presented these certificates with it.

    `at` is in seconds since 1970; None leaves time out. With CRLs every certificate of the chain
    is checked for revocation. `elsewhere` are certificates seen anywhere: they locate a missing
    issuer and never change the verdict. Give a TrustList to judge many leaves against one list.
    """
    parameters = Parameters(
        at, purpose, name, tuple(crls), DEFAULT_DEPTH if depth is None else depth, profile
    )
    trust = trust if isinstance(trust, TrustList) else TrustList(trust)
    verdict = verify(leaf, presented, trust, parameters)
    first, chain = verdict.failure, verdict.chain.certificates
    if first is None:
        return Judgement(True, profile, 0, None, chain)
    known = elsewhere if isinstance(elsewhere, TrustList) else TrustList(elsewhere)
    search, explainer = Search(presented, trust, known, parameters), Explainer(trust, parameters)
    built, reported = verdict.chain, [first, *verdict.further]
    if first.code == _WEAK_LEAF_KEY:  # OpenSSL stops before it builds a chain
        built = build_chain(leaf, presented, trust, parameters)
        reported += failures(built, parameters)
    own = search.ending(built, reported)
    best = search.best(leaf, own)
    better = None
    if best is not None and best.anchored and best.cost < own.cost:
        better = find_change(leaf, presented, trust, parameters, best.certificates)
    defects = _defects(first, _explaining(first, own, best), explainer)
    return Judgement(
        trusted=False,
        profile=profile,
        code=first.code,
        depth=first.depth,
        chain=chain,
        defects=defects,
        consequences=_consequences(own, reported, defects, explainer),
        better_path=better,
        exhaustive=search.exhaustive,
    )


def _explaining(first: Failure, own: Path, best: Path | None) -> list[Path]:
    """The paths whose failures are the causes, the one of OpenSSL's answer first."""
    if best is None:
        return [own]
    if best.certificates[: len(own.certificates)] == own.certificates:
        return [best.reaching_beyond(first)]
    return [own, best] if best.cost < own.cost else [own]


def _defects(first: Failure, paths: list[Path], explainer: Explainer) -> tuple[Defect, ...]:
    """The defects of those paths, each cause once."""
    own = [first]
    if len(set(paths[0].certificates)) == len(paths[0].certificates):  # else it runs in a circle
        own += explainer.failures(paths[0])
    found = explainer.defects(paths[0], dict.fromkeys(own))
    for path in paths[1:]:
        found += explainer.defects(path, explainer.failures(path))
    lacking = {d.certificate: d for d in found if d.openssl in MISSING_ISSUER}
    unsigned = {d.certificate for d in found if d.openssl == SIGNATURE_FAILURE}
    distinct: dict[tuple[object, ...], Defect] = {}
    for defect in found:
        key: tuple[object, ...] = (defect.openssl, defect.certificate)
        if defect.openssl in MISSING_ISSUER:
            if defect is not found[0] and defect.certificate in unsigned:
                continue  # told with the signature that the issuer at hand did not make
            key = ("issuer", defect.certificate)
        elif defect.openssl == SIGNATURE_FAILURE and defect.certificate in lacking:
            defect = defect.lacking_as(lacking[defect.certificate])
        distinct.setdefault(key, defect)
    answer, *others = distinct.values()
    others.sort(key=lambda defect: (defect.depth, -weight(defect.openssl)))
    return (answer, *others[: _MOST_DEFECTS - 1])


def _consequences(
    own: Path, reported: Iterable[Failure], defects: Sequence[Defect], explainer: Explainer
) -> tuple[Defect, ...]:
    """What OpenSSL reports of its own chain and is not among the defects, each once."""
    told = {(defect.openssl, defect.certificate) for defect in defects}
    untold: dict[tuple[int, str], Failure] = {}
    for failure in reported:
        key = failure.code, own.certificates[failure.depth].fingerprint
        if key not in told:
            untold.setdefault(key, failure)
    found = explainer.defects(own, untold.values())
    return tuple(replace(defect, consequence=True) for defect in found[:_MOST_DEFECTS])

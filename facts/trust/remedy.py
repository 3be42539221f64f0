"""Which change of a trust list makes OpenSSL find a better path; proven by verifying again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..x509.certificate import Certificate
from .openssl import choose, verify
from .trustlist import TrustList
from .verification import Parameters
from .wording import shortened

_MOST_CHANGES = 8


@dataclass(frozen=True)
class BetterPath:
    """A path with fewer faults than OpenSSL's, and the change of the trust list that it needs.

    `path`: fingerprints, leaf first. `remove`: (position, fingerprint) of entries in the way.
    `add`: fingerprints. `code`: what OpenSSL answers after the change, 0 if it trusts the leaf.
    """

    path: tuple[str, ...]
    remove: tuple[tuple[int, str], ...]
    add: tuple[str, ...]
    code: int
    text: str


def find_change(
    leaf: Certificate,
    presented: Sequence[Certificate],
    trust: TrustList,
    parameters: Parameters,
    path: tuple[Certificate, ...],
) -> BetterPath | None:
    """The change after which OpenSSL builds `path`; None where a few entries do not suffice."""
    removed: list[Certificate] = []
    added: list[Certificate] = []
    for _ in range(_MOST_CHANGES):
        changed = trust.changed(without=removed, added=added)
        verdict = verify(leaf, presented, changed, parameters)
        built = verdict.chain.certificates
        if not verdict.chain.incomplete and built == path:
            return _better_path(
                path, trust, removed, added, verdict.failure.code if verdict.failure else 0
            )
        agreed = next(
            (i for i, (a, b) in enumerate(zip(built, path, strict=False)) if a != b),
            min(len(built), len(path)),
        )
        child, wanted = path[agreed - 1], path[min(agreed, len(path) - 1)]
        picked = choose(changed.issuers_of(child), child, parameters)
        if picked is not None and picked != wanted and picked not in path:
            removed.append(picked)
        elif picked is None and wanted not in changed:
            added.append(wanted)
        else:
            return None
    return None


def _better_path(
    path: Sequence[Certificate],
    trust: TrustList,
    removed: Sequence[Certificate],
    added: Sequence[Certificate],
    code: int,
) -> BetterPath:
    positions = [(trust.position(entry) or 0, entry) for entry in removed]
    steps = [
        f"remove entry {position} ({shortened(entry.subject)})" for position, entry in positions
    ]
    steps += [f"add {shortened(entry.subject)}" for entry in added]
    names = " > ".join(shortened(certificate.subject) for certificate in path)
    text = (
        f"The path {names} has fewer faults, but OpenSSL does not find it: it takes one issuer a "
        f"step, from the trust list first, and never goes back. Change the trust list: "
        f"{', '.join(steps)}."
    )
    return BetterPath(
        path=tuple(certificate.fingerprint for certificate in path),
        remove=tuple((position, entry.fingerprint) for position, entry in positions),
        add=tuple(entry.fingerprint for entry in added),
        code=code,
        text=text,
    )

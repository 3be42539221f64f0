"""OpenSSL's verdict on a chain: the same number, depth and chain as X509_verify_cert.

OpenSSL picks one issuer at each step and never goes back: the trust list is asked before the
presented certificates, no signature is looked at while choosing, and the first candidate that is
valid at the time wins, else the one that ends last (OpenSSL 1.1.1: the last one). So a good path
may exist and not be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..x509.certificate import Certificate
from .checks import check_chain, leaf_key_is_weak
from .trustlist import TrustList
from .verification import Failure, Parameters


class Chain(NamedTuple):
    """What OpenSSL builds: certificates from the leaf on, and why it is incomplete, if it is.

    The last `len(certificates) - untrusted` ones come from the trust list.
    """

    certificates: tuple[Certificate, ...]
    untrusted: int
    incomplete: tuple[Failure, ...] = ()


class Verdict(NamedTuple):
    """OpenSSL's answer; `failure` is None where it trusts the leaf.

    `further`: what it says next to a callback that lets it go on, found as it is asked for.
    """

    failure: Failure | None
    chain: Chain
    further: Iterator[Failure]


def verify(
    leaf: Certificate,
    presented: Sequence[Certificate],
    trust: TrustList,
    parameters: Parameters,
) -> Verdict:
    """Answer as OpenSSL would."""
    if leaf_key_is_weak(leaf):
        return Verdict(Failure(66, 0), Chain((leaf,), 1), iter(()))
    chain = build_chain(leaf, presented, trust, parameters)
    found = failures(chain, parameters)
    return Verdict(next(found, None), chain, found)


def failures(chain: Chain, parameters: Parameters) -> Iterator[Failure]:
    """All that OpenSSL says of the chain to a verify callback that lets it go on, in its order."""
    yield from chain.incomplete
    yield from check_chain(chain.certificates, parameters)


def build_chain(
    leaf: Certificate,
    presented: Sequence[Certificate],
    trust: TrustList,
    parameters: Parameters,
) -> Chain:
    """Build the chain as build_chain of OpenSSL does, trusted certificates first."""
    chain, untrusted, longest = [leaf], 1, parameters.depth + 1
    offered, members = list(presented), {leaf}
    ask_peer = True
    while True:
        top = chain[-1]
        self_signed = parameters.seems_self_signed(top)
        issuer = None
        if len(chain) <= longest:
            issuer = choose(trust.issuers_of(top), top, parameters)
        if issuer is not None and self_signed and issuer != top:
            issuer = None  # only itself may anchor a self-signed certificate
        if issuer is not None:
            ask_peer = False
            if self_signed:
                untrusted -= 1
            else:
                chain.append(issuer)
            if parameters.seems_self_signed(issuer):
                if not parameters.damaged(issuer):
                    return Chain(tuple(chain), untrusted)
                break
            continue
        if not ask_peer:
            break
        # A self-issued leaf may be its own issuer here, as in OpenSSL.
        candidates = (
            c for c in offered if c not in members or (top.self_issued and len(chain) == 1)
        )
        issuer = None
        if not self_signed and len(chain) <= longest:
            issuer = choose(candidates, top, parameters)
        if issuer is None:
            break
        offered.remove(issuer)
        chain.append(issuer)
        members.add(issuer)
        untrusted += 1
    return Chain(tuple(chain), untrusted, _incomplete(chain, untrusted, parameters))


def choose(
    candidates: Iterable[Certificate], subject: Certificate, parameters: Parameters
) -> Certificate | None:
    """The candidate that OpenSSL takes for the issuer of `subject`."""
    best: Certificate | None = None
    for candidate in candidates:
        if not parameters.likely_issued(candidate, subject):
            continue
        if not parameters.time_error(candidate):
            return candidate
        if best is None or parameters.legacy or _ends_later(candidate, best):
            best = candidate
    return best


def _ends_later(one: Certificate, other: Certificate) -> bool:
    return (one.not_after or 0) > (other.not_after or 0)


def _incomplete(
    chain: Sequence[Certificate], untrusted: int, parameters: Parameters
) -> tuple[Failure, ...]:
    top = len(chain) - 1
    if parameters.seems_self_signed(chain[top]):
        code = 18 if top == 0 else 19
    else:
        code = 2 if untrusted < len(chain) else 20
    if top > parameters.depth:
        return Failure(22, top), Failure(code, top, derived=True)
    return (Failure(code, top),)

"""The cheapest explanation of a chain that OpenSSL refuses: every way up, the least faulty first.

OpenSSL never goes back, so a better path than its own may exist. All candidate issuers, by name,
span a graph; paths through it are extended in the order of their weighted failures. A longer path
never has fewer failures than its beginning, so the first that is complete is the best.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from ..x509.certificate import Certificate
from .checks import check_chain
from .defects import MISSING_ISSUER, UNTRUSTED_ROOT
from .openssl import Chain
from .trustlist import TrustList
from .verification import Failure, Parameters, key_id_error

_MOST_CHECKED = 20_000  # certificates, over all paths, and pairs of a CA's constraints and a name
_NEW_SIGNATURE = 8  # counts as that many, since each path adds one that is not known yet
_MOST_VISITS = 2  # paths extended from the same certificate; each later one is no cheaper
_MOST_CANDIDATES = 200  # issuers of one name tried at one step
_MISSING, _UNTRUSTED = 5, 4
# Of name, revocation and the leaf's key: the same on every path, so they decide nothing.
_WEIGHTLESS = frozenset({3, 8, 11, 12, 23, 35, 36, 44, 62, 63, 64, 66})
_WEIGHTS = {2: _MISSING, 20: _MISSING, 18: _UNTRUSTED, 19: _UNTRUSTED, 7: 6, 30: 3, 31: 3, 41: 3}


@dataclass(frozen=True)
class Path:
    """Certificates from the leaf on.

    `gaps`: depths of those whose issuer is missing; where it follows on the path all the same, it
    is known from elsewhere only. `untrusted`: it ends in a root that is not in the trust list.
    `checked`: what the checks of its certificates found, where that is known already.
    """

    certificates: tuple[Certificate, ...]
    gaps: tuple[int, ...] = ()
    untrusted: bool = False
    cost: int = 0
    checked: tuple[Failure, ...] | None = None

    @property
    def anchored(self) -> bool:
        """It leads to a trusted root without a gap."""
        return not self.untrusted and not self.gaps

    def reaching_beyond(self, failure: Failure) -> Path:
        """This path, if OpenSSL's chain is its beginning and ended with that failure.

        An untrusted root that OpenSSL did not get to, since it was only presented, fills a gap.
        """
        if failure.code in MISSING_ISSUER and self.untrusted:
            return replace(self, gaps=(*self.gaps, failure.depth), untrusted=False)
        return self

    def failures(self, trust: TrustList, parameters: Parameters) -> Iterator[Failure]:
        """The causes on this path: all that is wrong with it, each told once."""
        chain = self.certificates
        last = len(chain) - 1
        if self.untrusted:
            yield Failure(18 if last == 0 else 19, last)
        for depth in self.gaps:
            yield Failure(2 if depth and chain[depth] in trust else 20, depth)
        yield from edge_failures(chain, parameters)
        checked = check_chain(chain, parameters) if self.checked is None else self.checked
        yield from (found for found in checked if not found.derived)


class Search:
    """One leaf, and all certificates its issuers may be among."""

    def __init__(
        self,
        presented: Sequence[Certificate],
        trust: TrustList,
        elsewhere: TrustList,
        parameters: Parameters,
    ) -> None:
        self.presented = TrustList(presented)
        self.trust = trust
        self.elsewhere = elsewhere
        self.parameters = replace(parameters, name=None, crls=())
        self.exhaustive = True
        self.checked = 0

    def best(self, leaf: Certificate, own: Path) -> Path | None:
        """The least faulty complete path; None if the limits were reached before one was found.

        It is OpenSSL's `own` where that has no other faults than those of the leaf itself.
        """
        if own.anchored and own.cost == self._cost((leaf,)):
            return own
        order = count()
        queue = [(0, 1, next(order), Path((leaf,)), False)]
        visits: Counter[Certificate] = Counter()
        while queue:
            _, _, _, path, complete = heapq.heappop(queue)
            if complete:
                return path
            top = path.certificates[-1]
            visits[top] += 1
            if visits[top] > _MOST_VISITS:
                continue
            if self.checked > _MOST_CHECKED:
                break
            for longer, done in self._extended(path):
                entry = (longer.cost, len(longer.certificates), next(order), longer, done)
                heapq.heappush(queue, entry)
        self.exhaustive = False
        return None

    def ending(self, chain: Chain, reported: Sequence[Failure]) -> Path:
        """The path that OpenSSL's chain is, with what it reported of it and why it ends."""
        checked = tuple(failure for failure in reported if failure not in chain.incomplete)
        cost = self._weighed(chain.certificates, checked)
        path = Path(chain.certificates, cost=cost, checked=checked)
        if not chain.incomplete:
            return path
        code, depth, _ = chain.incomplete[0]
        if code in UNTRUSTED_ROOT:
            return replace(path, untrusted=True, cost=path.cost + _UNTRUSTED)
        # On a chain that is too long the issuer of the last one was not looked for.
        gaps = (depth,) if code in MISSING_ISSUER else ()
        return replace(path, gaps=gaps, cost=path.cost + _MISSING)

    def _ended(self, path: Path) -> Path | None:
        top = path.certificates[-1]
        if top in self.trust and self.parameters.seems_self_signed(top):
            return path
        if not top.self_signed:
            return None
        filled_gap = len(path.certificates) - 2 in path.gaps
        return path if filled_gap else replace(path, untrusted=True, cost=path.cost + _UNTRUSTED)

    def _extended(self, path: Path) -> Iterator[tuple[Path, bool]]:
        """The paths that are longer by one step, and whether each is complete with it."""
        ended = self._ended(path)
        if ended is not None:
            yield ended, True
            return
        chain, top = path.certificates, path.certificates[-1]
        usable = self._candidates(chain)
        for issuer in usable:
            yield self._grown(path, issuer), False
        if any(top.signed_by(issuer) for issuer in usable):
            return
        gap = replace(path, gaps=(*path.gaps, len(chain) - 1), cost=path.cost + _MISSING)
        named = self.elsewhere.issuers_of(top)[:_MOST_CANDIDATES]
        known = [c for c in named if c not in chain and top.signed_by(c)]
        for issuer in known:
            yield self._grown(gap, issuer), False
        if not known:
            yield gap, True

    def _grown(self, path: Path, issuer: Certificate) -> Path:
        chain = (*path.certificates, issuer)
        return Path(chain, path.gaps, cost=self._cost(chain) + _MISSING * len(path.gaps))

    def _candidates(self, chain: Sequence[Certificate]) -> list[Certificate]:
        top = chain[-1]
        named = dict.fromkeys((*self.trust.issuers_of(top), *self.presented.issuers_of(top)))
        found = [c for c in named if c not in chain]
        if len(found) > _MOST_CANDIDATES:
            self.exhaustive = False
            wanted = top.extensions.authority_key_id
            found.sort(key=lambda c: bool(key_id_error(c, wanted)))
        return found[:_MOST_CANDIDATES]

    def _cost(self, chain: Sequence[Certificate]) -> int:
        constraining = sum(c.extensions.name_constraints is not None for c in chain)
        self.checked += len(chain) * (1 + constraining) + _NEW_SIGNATURE
        return self._weighed(chain, check_chain(chain, self.parameters))

    def _weighed(self, chain: Sequence[Certificate], checked: Iterable[Failure]) -> int:
        cost = 0
        for code, depth, derived in (*edge_failures(chain, self.parameters), *checked):
            if derived or code in _WEIGHTLESS:
                continue
            # With the wanted key identifier it is the right key, and the certificate was altered.
            altered = code == 7 and chain[depth].aki in {chain[depth + 1].ski} - {None}
            cost += 2 if altered else weight(code)
        return cost


def weight(code: int) -> int:
    """How grave a failure is when paths are compared."""
    return _WEIGHTS.get(code, 1)


def edge_failures(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    """Why OpenSSL would not take one certificate for the issuer of the one before it."""
    for depth, certificate in enumerate(chain):
        if parameters.damaged(certificate):
            yield Failure(41, depth)
        if depth + 1 < len(chain):
            wanted = certificate.extensions.authority_key_id
            if code := key_id_error(chain[depth + 1], wanted):
                yield Failure(code, depth)

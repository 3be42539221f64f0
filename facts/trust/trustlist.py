"""A trusted CA list, indexed once so that many leaves are judged against it at little cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from ..x509.certificate import Certificate


class TrustList:
    """The entries of a trusted CA list in their order; positions count from 1.

    Other sets of certificates that are searched by subject are held in one too.
    """

    def __init__(self, entries: Iterable[Certificate]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def _by_subject(self) -> dict[bytes, list[Certificate]]:
        found: dict[bytes, list[Certificate]] = {}
        for entry in self.entries:
            found.setdefault(entry.subject_key, []).append(entry)
        return found

    @cached_property
    def _positions(self) -> dict[Certificate, int]:
        pairs = list(enumerate(self.entries, 1))
        return {entry: position for position, entry in reversed(pairs)}

    def __contains__(self, certificate: Certificate) -> bool:
        return certificate in self._positions

    def position(self, certificate: Certificate) -> int | None:
        """Where the certificate stands first, None where it does not."""
        return self._positions.get(certificate)

    def issuers_of(self, certificate: Certificate) -> Sequence[Certificate]:
        """The entries that have the name of the certificate's issuer, in order."""
        return self._by_subject.get(certificate.issuer_key, ())

    def above(self, certificates: Iterable[Certificate]) -> list[Certificate]:
        """The entries that some chain from these certificates may hold, going by names alone."""
        below, found = list(certificates), dict[Certificate, None]()
        asked: set[bytes] = set()
        for certificate in below:  # which grows as it goes
            if certificate.issuer_key not in asked:
                asked.add(certificate.issuer_key)
                issuers = self.issuers_of(certificate)
                found |= dict.fromkeys(issuers)
                below += issuers
        return list(found)

    def changed(
        self, *, without: Collection[Certificate] = (), added: Iterable[Certificate] = ()
    ) -> TrustList:
        """A list without some entries and with others at its end."""
        kept = (entry for entry in self.entries if entry not in without)
        return TrustList((*kept, *added))

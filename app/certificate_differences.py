"""What is otherwise in a certificate than in the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ..facts.x509.certificate import Certificate
from ..reports.preflight import DifferenceRow
from .moments import moment


def certificate_differences(
    old: Certificate, new: Certificate, *, issued: bool = True
) -> Iterator[DifferenceRow]:
    """Issuer, validity, subject, EKU, key and names; the first two only of what is `issued`."""
    pairs: tuple[tuple[Literal["issuer", "not_after"], str, str], ...] = ()
    if issued:
        end, later = (str(moment(c.not_after or 0).date()) for c in (old, new))
        pairs = (("issuer", old.issuer, new.issuer), ("not_after", end, later))
    yield from (
        DifferenceRow(what=what, before=one, after=other)
        for what, one, other in (
            *pairs,
            ("subject", old.subject, new.subject),
            ("eku", old.eku, new.eku),
            ("key", f"{old.key_type} {old.key_bits}", f"{new.key_type} {new.key_bits}"),
        )
        if one != other
    )
    lost, added = (
        ", ".join(n for n in one.dns_names if n.lower() not in {m.lower() for m in other.dns_names})
        for one, other in ((old, new), (new, old))
    )
    if lost:
        yield DifferenceRow(what="names_lost", before=lost)
    if added:
        yield DifferenceRow(what="names_new", after=added)

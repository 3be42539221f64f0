"""What breaks next, and when: the same deployment judged at every time that can change it.

Nothing but a validity, of a certificate or of a revocation list, a threshold of a rule or a date of
an authority changes what rules conclude from a deployment that stays as it is, so these are the
times at which it is judged again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..engine.rank import RankedFinding
from ..engine.rule_base import RuleBase
from ..facts.certificate_facts import DAY, UNUSUAL_DAYS
from ..facts.model import LinkCheck
from ..facts.model_checks import CertificateOrigin, RevocationCheck
from ..facts.x509.certificate import Certificate
from ..facts.x509.crl import Crl
from .case import Case, judge_case
from .knowledge import DateRow, seconds, table
from .what_if import identity

HORIZON = 2 * 365
"""Days that are looked ahead."""

MOST_TIMES = 250
"""Times at which a case is judged again; the earliest are taken."""


@dataclass(frozen=True)
class Moment:
    """A time in seconds since the epoch from which on something is otherwise.

    `ends` are the certificates whose validity ends, `begins` those whose validity begins, `lists`
    the revocation lists that a link relies on and that are out of date, `policies` the dates of
    authorities that concern the deployment; `breaks` are links (client, server, link) that fail
    from then on.
    """

    at: int
    ends: tuple[Certificate, ...]
    begins: tuple[Certificate, ...]
    lists: tuple[Crl, ...]
    policies: tuple[DateRow, ...]
    appears: tuple[RankedFinding, ...]
    gone: tuple[RankedFinding, ...]
    breaks: tuple[tuple[str, str, str], ...]
    before: Case = field(compare=False, repr=False)
    after: Case = field(compare=False, repr=False)


def timeline(case: Case, days: int = HORIZON) -> tuple[Moment, ...]:
    """The changes after the judged time, in order, as long as nobody changes anything."""
    horizon = case.judged_at + days * DAY
    now = case
    policies = tuple(_policies(case))
    moments = []
    for at in times(case, horizon):
        then = judge_case(case.observations, case.rules, at, matcher="reference")
        moment = _moment(at, now, then, policies)
        if moment.appears or moment.gone or moment.breaks or moment.policies:
            moments.append(moment)
        now = then
    return tuple(moments)


def times(case: Case, horizon: int) -> list[int]:
    """Every time up to the horizon at which a conclusion may change, at most MOST_TIMES."""
    limits = {UNUSUAL_DAYS, *_limits(case.rules)}
    offsets = {limit * DAY - 1 for limit in limits} | {(limit + 1) * DAY - 1 for limit in limits}
    found: set[int] = set()
    for certificate in case.derived.held.certificates:
        begin, end = certificate.validity
        if begin is not None:
            found.add(begin)
        if end is not None:
            found.update((end, end + 1, *(end - offset for offset in offsets)))
    for held in case.derived.lists:
        found.add(held.crl.this_update)
        if held.crl.next_update is not None:
            found.add(held.crl.next_update)
    for row in _policies(case):
        found.update((seconds(row.date), seconds(row.date) + 1))
    return sorted(at for at in found if case.judged_at < at <= horizon)[:MOST_TIMES]


def _policies(case: Case) -> Iterator[DateRow]:
    """The dates of public authorities, where a certificate of one is among the inputs."""
    facts = case.facts.values()
    if any(isinstance(fact, CertificateOrigin) and fact.origin == "public" for fact in facts):
        for row in table("dates", DateRow):
            if row.kind != "rotation" and not row.superseded_by:
                yield row


def _limits(rules: RuleBase) -> Iterator[int]:
    """The numbers of days that rules hold a remaining validity against."""
    for rule in rules.rules.values():
        for branch in rule.branches:
            for pattern in branch.read_types():
                for test in pattern.literals:
                    if test.field == "days_left" and isinstance(test.value, int):
                        yield test.value


def _moment(at: int, before: Case, after: Case, policies: Sequence[DateRow]) -> Moment:
    old, new = (
        {(identity(case, r.finding), r.finding.status): r for r in case.findings}
        for case in (before, after)
    )
    held = before.derived.held.certificates
    return Moment(
        at,
        tuple(c for c in held if c.not_after is not None and c.not_after in (at, at - 1)),
        tuple(c for c in held if c.not_before == at),
        tuple(_outdated(after, at)),
        tuple(row for row in policies if seconds(row.date) == at),
        tuple(ranked for key, ranked in new.items() if key not in old),
        tuple(ranked for key, ranked in old.items() if key not in new),
        tuple(sorted(_failing(after) - _failing(before))),
        before,
        after,
    )


def _failing(case: Case) -> set[tuple[str, str, str]]:
    return {
        (fact.client, fact.server, fact.link)
        for fact in case.facts.values()
        if isinstance(fact, LinkCheck) and fact.state == "fail"
    } | {
        (fact.client, fact.server, fact.link)
        for fact in case.facts.values()
        if isinstance(fact, RevocationCheck) and (fact.state, fact.enforced) == ("fail", "ok")
    }


def _outdated(case: Case, at: int) -> Iterator[Crl]:
    """The lists that end at a time, where a certificate of a link is held against them."""
    issuers = {fact.issuer for fact in case.facts.values() if isinstance(fact, RevocationCheck)}
    for held in case.derived.lists:
        if held.crl.next_update == at and held.crl.issuer in issuers:
            yield held.crl

"""Works out each TLS link between nodes from what both sides hold: `link_check` facts.

In the SIP handshake a node sends its certificate with the chain that its own trusted CA list holds;
on the SSH tunnels nothing but the certificate counts, so the other side's list needs the whole
chain (Cisco 221624, 212475). Between X15.5 nodes the C shows its client certificate (225693).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Literal

from .inputs.observations import Listed
from .model import LinkCheck
from .names import carries, shown
from .profile import Profile
from .terms import Check, Link, Reason, State
from .trust.defects import SIGNATURE_FAILURE
from .trust.judgement import Defect, Judgement, judge
from .vocabulary import Evidence, not_among
from .x509.certificate import Certificate

_REASONS: dict[int, Reason] = {
    SIGNATURE_FAILURE: "signature",
    18: "self_signed",
    19: "missing_root",
    22: "constraint",
    23: "revoked",
    24: "not_a_ca",
    25: "constraint",
    32: "not_a_ca",
    34: "constraint",
    47: "constraint",
    48: "constraint",
    66: "weak",
    67: "weak",
    68: "weak",
    79: "not_a_ca",
}
_MISSING = (2, 20, 21)


@dataclass(frozen=True)
class Held:
    """Every certificate among the inputs, with the words for where it is held."""

    certificates: tuple[Certificate, ...]
    holders: dict[str, str]

    @cached_property
    def by_fingerprint(self) -> dict[str, Certificate]:
        """The certificates by their SHA-256 fingerprints."""
        return {certificate.fingerprint: certificate for certificate in self.certificates}

    def beside(self, other: Held) -> Held:
        """These certificates, and those that only the other holds."""
        both = dict.fromkeys((*self.certificates, *other.certificates))
        return Held(tuple(both), {**other.holders, **self.holders})

    def where(self, fingerprint: str | None) -> str | None:
        """Where a certificate is held, for people."""
        return self.holders.get(fingerprint) if fingerprint else None


def hold(profiles: Sequence[Profile], files: Sequence[tuple[str, Certificate]]) -> Held:
    """Collect all certificates of the case."""
    holders: dict[str, str] = {}
    certificates: dict[str, Certificate] = {}

    def add(certificate: Certificate, place: str) -> None:
        certificates.setdefault(certificate.fingerprint, certificate)
        holders.setdefault(certificate.fingerprint, place)

    for profile in profiles:
        for entry in profile.observation.trust or ():
            add(entry.certificate, f"the trusted CA list of {profile.host}")
    for path, certificate in files:
        add(certificate, path)
    for profile in profiles:
        for store in ("server", "client"):
            own = profile.observation.own(store)
            if own:
                add(own.certificate, f"the {store} certificate of {profile.host}")
        for seen in (
            profile.observation.events.seen if profile.observation.events else {}
        ).values():
            add(seen.certificate, f"the log of {profile.host}")
    return Held(tuple(certificates.values()), holders)


@lru_cache(maxsize=4_096)
def _judge(
    leaf: Certificate,
    presented: tuple[Certificate, ...],
    trust: tuple[Certificate, ...],
    purpose: Literal["server", "client", "any"],
    at: int,
    elsewhere: tuple[Certificate, ...],
) -> Judgement:
    return judge(leaf, presented, trust, purpose=purpose, at=at, elsewhere=elsewhere)


def own_chain(profile: Profile, listed: Listed, at: int, held: Held) -> Judgement:
    """A node's own certificate judged against its own trusted CA list."""
    return _judge(listed.certificate, (), trusted(profile), "any", at, held.certificates)


def trusted(profile: Profile) -> tuple[Certificate, ...]:
    """The certificates of a node's trusted CA list, in order."""
    return tuple(entry.certificate for entry in profile.observation.trust or ())


@dataclass(frozen=True)
class Direction:
    """One side judging the other on a link."""

    link: Link
    client: Profile
    server: Profile
    verifier: Profile
    presenter: Profile
    shown: Listed | None
    store: Literal["server", "client"]
    purpose: Literal["server", "client", "any"]
    sends_chain: bool
    port: int
    zone: str | None
    expected: tuple[str, Evidence | None] | None
    asks_name: bool
    enforced: State
    purpose_enforced: State
    settings: tuple[Evidence, ...] = ()
    accepts: Callable[[Certificate, str], bool] | None = None
    """The verifier's own rule for names, where it is not Expressway's."""


def checks(direction: Direction, at: int, held: Held) -> Iterator[LinkCheck]:
    """All checks of one direction; unknown, with the reason, where a side's evidence is missing."""
    verifier, presenter = direction.verifier, direction.presenter
    leaf = direction.shown
    base: dict[str, Any] = {
        "link": direction.link,
        "client": direction.client.host,
        "server": direction.server.host,
        "verifier": verifier.host,
        "verifier_role": verifier.role if verifier.given else _other(presenter),
        "presenter": presenter.host,
        "presenter_role": presenter.role if presenter.given else _other(verifier),
        "enforced": direction.enforced,
        "zone": direction.zone,
        "port": direction.port,
        "store": direction.store,
    }
    if leaf is None:
        for check in _asked(direction):
            yield LinkCheck(**base, check=check, state="unknown", reason="no_certificate")
        return
    base |= {
        "certificate": leaf.certificate.fingerprint,
        "subject": leaf.certificate.subject,
        "issuer": leaf.certificate.issuer,
    }
    evidence = (leaf.evidence,)
    if verifier.observation.trust is None:
        yield LinkCheck(
            **base, check="chain", state="unknown", reason="no_trust_list", evidence=evidence
        )
        verdict = _judge(leaf.certificate, (), (), direction.purpose, at, held.certificates)
        leaf_only = True
    else:
        sent: tuple[Certificate, ...] = ()
        if direction.sends_chain and presenter.observation.trust:
            sent = own_chain(presenter, leaf, at, held).chain[1:]
        verdict = _judge(
            leaf.certificate, sent, trusted(verifier), direction.purpose, at, held.certificates
        )
        unseen_chain = direction.sends_chain and presenter.observation.trust is None
        yield _chain(base, verdict, verifier, held, evidence, unseen_chain=unseen_chain)
        leaf_only = False
    yield _time(base, verdict, leaf_only, evidence)
    yield _purpose({**base, "enforced": direction.purpose_enforced}, verdict, direction, evidence)
    if direction.asks_name:
        yield _name(base, direction, leaf, evidence)


def _asked(direction: Direction) -> tuple[Check, ...]:
    return (
        ("chain", "name", "purpose", "time")
        if direction.asks_name
        else ("chain", "purpose", "time")
    )


def _other(profile: Profile) -> str:
    return {"expressway_c": "expressway_e", "expressway_e": "expressway_c"}.get(
        profile.role, "unknown"
    )


def _chain(
    base: dict[str, Any],
    verdict: Judgement,
    verifier: Profile,
    held: Held,
    evidence: tuple[Evidence, ...],
    *,
    unseen_chain: bool,
) -> LinkCheck:
    defects = [d for d in verdict.defects if d.check in ("chain", "revocation")]
    if not defects:
        return LinkCheck(**base, check="chain", state="ok", evidence=evidence)
    first = min(defects, key=lambda d: (d.openssl not in (*_MISSING, 18, 19), d.depth))
    missing = first.missing_subject
    reason = chain_reason(first, verdict)
    if unseen_chain and reason == "missing_intermediate":
        # What the presenter sends along is in its own list, which nobody has seen.
        return LinkCheck(
            **base,
            check="chain",
            state="unknown",
            reason="no_trust_list",
            missing_subject=missing,
            missing_key_id=first.missing_key_id,
            evidence=evidence,
        )
    list_at = verifier.observation.trust[0].evidence if verifier.observation.trust else None
    if missing and list_at:
        evidence = (*evidence, not_among(list_at, len(trusted(verifier)), missing))
    return LinkCheck(
        **base,
        check="chain",
        state="fail",
        reason=reason,
        depth=first.depth,
        at_subject=_subject(first, verdict),
        at_certificate=first.certificate,
        at_issuer=_issuer(first, verdict) if reason in ("twin", "signature") else None,
        missing_subject=missing,
        missing_key_id=first.missing_key_id,
        found_in=held.where(first.found_in),
        openssl=verdict.code or None,
        evidence=evidence,
    )


def chain_reason(defect: Defect, verdict: Judgement) -> Reason:
    """The reason of a chain defect, in the terms of link_check.

    twin: the signature is wrong because a namesake was taken for the issuer, and without that entry
    of the trusted CA list the right one is.
    """
    if defect.openssl in _MISSING:
        return "missing_root" if defect.missing_kind == "root" else "missing_intermediate"
    better = verdict.better_path
    if defect.openssl == SIGNATURE_FAILURE and better is not None and not better.add:
        taken = verdict.path[defect.depth + 1 : defect.depth + 2]
        if any(fingerprint in taken for _, fingerprint in better.remove):
            return "twin"
    return _REASONS.get(defect.openssl, "other")


def _subject(defect: Defect, verdict: Judgement) -> str | None:
    for certificate in verdict.chain:
        if certificate.fingerprint == defect.certificate:
            return certificate.subject
    return None


def _issuer(defect: Defect, verdict: Judgement) -> str | None:
    """Fingerprint of the CA that the certificate at fault was held against."""
    for certificate, issuer in pairwise(verdict.chain):
        if certificate.fingerprint == defect.certificate:
            return issuer.fingerprint
    return None


def _time(
    base: dict[str, Any], verdict: Judgement, leaf_only: bool, evidence: tuple[Evidence, ...]
) -> LinkCheck:
    defects = [d for d in verdict.defects if d.check == "time" and (d.depth == 0 or not leaf_only)]
    if not defects:
        return LinkCheck(**base, check="time", state="ok", evidence=evidence)
    first = min(defects, key=lambda d: d.depth)
    early = "NOT_YET" in first.code
    reason: Reason = (
        "not_yet_valid" if early else "expired" if first.depth == 0 else "issuer_expired"
    )
    return LinkCheck(
        **base,
        check="time",
        state="fail",
        reason=reason,
        depth=first.depth,
        at_subject=_subject(first, verdict),
        at_certificate=first.certificate,
        openssl=first.openssl,
        evidence=evidence,
    )


def _purpose(
    base: dict[str, Any],
    verdict: Judgement,
    direction: Direction,
    evidence: tuple[Evidence, ...],
) -> LinkCheck:
    defects = [d for d in verdict.defects if d.check == "purpose" and d.depth == 0]
    if not defects:
        return LinkCheck(**base, check="purpose", state="ok", evidence=evidence)
    reason: Reason = "no_client_auth" if direction.purpose == "client" else "no_server_auth"
    return LinkCheck(
        **base,
        check="purpose",
        state="fail",
        reason=reason,
        depth=0,
        at_subject=base["subject"],
        at_certificate=base["certificate"],
        openssl=defects[0].openssl,
        evidence=evidence,
    )


def _name(
    base: dict[str, Any], direction: Direction, leaf: Listed, evidence: tuple[Evidence, ...]
) -> LinkCheck:
    names = shown(leaf.certificate)
    if direction.expected is None:
        return LinkCheck(
            **base, check="name", state="unknown", reason="no_name", names=names, evidence=evidence
        )
    name, line = direction.expected
    found = carries(leaf.certificate, name)
    reason: Reason | None = None
    if direction.accepts is not None:
        reason = None if direction.accepts(leaf.certificate, name) else "name_not_in_certificate"
    elif found != "san":
        reason = "name_only_in_cn" if found == "cn" else "name_not_in_certificate"
    own = direction.presenter.fqdn
    stray = reason is not None and own is not None and carries(leaf.certificate, own) != "san"
    return LinkCheck(
        **base,
        check="name",
        state="fail" if reason else "ok",
        reason=reason,
        expected_name=name,
        names=names,
        at_subject=base["subject"] if stray else None,
        at_certificate=base["certificate"] if stray else None,
        depth=0,
        evidence=((line,) if line else ()) + direction.settings + evidence,
    )

"""Certificates of SIP TLS links held against the revocation lists among the inputs.

Expressway does so where certificate revocation checking is on, for every CA of a chain, and with
the lists in the file of its trusted CA list among others. Lists that it was given on its page for
them are in no bundle, so those given beside bundles are taken for them (Expressway Administrator
Guide, Managing certificate revocation lists).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

from .inputs.observations import FileObservation
from .links import Held, own_chain, trusted
from .model import LinkCheck
from .model_checks import RevocationCheck, RevocationReason
from .profile import Profile
from .terms import State
from .trust.judgement import judge
from .trust.revocation import revocation_failures
from .trust.verification import Parameters
from .vocabulary import Evidence, Time
from .x509.certificate import Certificate
from .x509.crl import Crl, CrlError

_PREFIX = "SIP TLS Certificate Revocation Checking"
_LINKS = ("sip", "neighbor")
_REASONS: dict[int, RevocationReason] = {
    23: "revoked",
    12: "list_expired",
    11: "list_not_yet_valid",
}
"""By X509_V_ERR number, the worst first."""


@dataclass(frozen=True)
class HeldList:
    """A revocation list among the inputs, and where it is; `host` has it in its trusted CA file."""

    crl: Crl
    evidence: Evidence
    host: str | None = None


def held_lists(
    profiles: Sequence[Profile], files: Iterable[FileObservation]
) -> tuple[HeldList, ...]:
    """The lists of trusted CA files, and of the files given; what cannot be read is left out."""
    found: dict[tuple[bytes, str | None], HeldList] = {}

    def add(data: bytes, where: Evidence, host: str | None) -> None:
        with suppress(CrlError):
            crl = Crl.from_der(data)
            said = replace(where, line=None, fingerprint=None, text=f"CRL of {crl.issuer}")
            found.setdefault((data, host), HeldList(crl, said, host))

    for profile in profiles:
        trust = profile.observation.trust
        where = trust[0].evidence if trust else Evidence(input=profile.host)
        for data in profile.observation.trust_crls or ():
            add(data, where, profile.host)
    for file in files:
        for data in file.contents.crls:
            add(data, Evidence(input=file.path), None)
    return tuple(found.values())


def facts(
    checks: Iterable[LinkCheck],
    profiles: Sequence[Profile],
    lists: Sequence[HeldList],
    at: int,
    held: Held,
) -> Iterator[RevocationCheck]:
    """What the lists say of each certificate on the links of nodes that check revocation."""
    hosts = {profile.host: profile for profile in profiles}
    for check in checks if lists else ():
        verifier, presenter = hosts.get(check.verifier), hosts.get(check.presenter)
        if check.check != "chain" or check.link not in _LINKS or check.enforced != "ok":
            continue
        if verifier is None or presenter is None or not _checks_lists(verifier):
            continue
        leaf = presenter.client if check.store == "client" else presenter.observation.server
        if leaf is None:
            continue
        sent: tuple[Certificate, ...] = ()
        if presenter.observation.trust:
            sent = own_chain(presenter, leaf, at, held).chain[1:]
        chain = judge(leaf.certificate, sent, trusted(verifier), at=at).chain
        own = [one for one in lists if one.host in (None, verifier.host)]
        yield from _of_chain(check, chain, own, at, _decides(verifier))


def _checks_lists(verifier: Profile) -> bool:
    mode, lists = (verifier.setting(f"{_PREFIX} {name}") for name in ("Mode", "CRL Mode"))
    return (mode or "").lower() == "on" and (lists or "").lower() != "off"


def _decides(verifier: Profile) -> State:
    """Whether a list that is out of date refuses the connection, as far as the settings tell.

    A responder, or a newer list that the node fetches, may take its place.
    """
    wanted = {
        "OCSP Mode": "off",
        "CRL Network Fetch Mode": "off",
        "Source Inaccessibility Behavior": "fail",
    }
    present = {name: (verifier.setting(f"{_PREFIX} {name}") or "").lower() for name in wanted}
    return "ok" if present == wanted else "unknown"


def _of_chain(
    check: LinkCheck,
    chain: Sequence[Certificate],
    lists: Sequence[HeldList],
    at: int,
    decides: State,
) -> Iterator[RevocationCheck]:
    failed: dict[int, set[int]] = {}
    crls = tuple(one.crl for one in lists)
    for failure in revocation_failures(chain, Parameters(at, crls=crls)):
        failed.setdefault(failure.depth, set()).add(failure.code)
    for depth, (certificate, issuer) in enumerate(pairwise(chain)):
        codes = failed.get(depth, set())
        # 3: none of the lists is about this certificate.
        if codes & {3, 8}:
            continue
        reason = next((word for code, word in _REASONS.items() if code in codes), None)
        if codes and reason is None:
            reason = "other"
        used = _newest(lists, certificate)
        ends = used.crl.next_update
        yield RevocationCheck(
            host=check.verifier,
            presenter=check.presenter,
            client=check.client,
            server=check.server,
            link=check.link,
            zone=check.zone,
            store=check.store or "server",
            certificate=certificate.fingerprint,
            subject=certificate.subject,
            depth=depth,
            issuer=issuer.subject,
            state="fail" if reason else "ok",
            reason=reason,
            next_update=None if ends is None else Time(ends),
            enforced="ok" if reason == "revoked" else decides,
            evidence=(used.evidence, *check.evidence),
        )


def _newest(lists: Sequence[HeldList], certificate: Certificate) -> HeldList:
    """The list of the certificate's issuer that was made last."""
    own = (one for one in lists if one.crl.issuer_key == certificate.issuer_key)
    return max(own, key=lambda one: one.crl.this_update)

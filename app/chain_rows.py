"""Chains, trusted CA lists, and certificates beside what was expected of them, for the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..facts.chains import Step, trace
from ..facts.inputs.observations import Listed
from ..facts.links import own_chain, trusted
from ..facts.model import LinkCheck, NameCheck
from ..facts.profile import Profile
from ..facts.uc_links import party
from ..facts.vocabulary import Evidence
from ..facts.x509.certificate import Certificate
from ..reports.document import Authority, ChainLink, ChainView, Comparison, TrustRow
from .case import Case
from .moments import moment_or_none


def chain_rows(case: Case, checks: Iterable[LinkCheck]) -> Iterator[ChainView]:
    """Each chain that is judged, held against the list that decides, where both are known."""
    held, at = case.derived.held, case.judged_at
    sides = {(profile.host, ""): profile for profile in case.derived.profiles}
    for server in case.observations.uc_servers:
        for store in {entry.unit for entry in server.entries if entry.is_trust}:
            sides[server.host, store] = party(server, store, held)
    for check in checks:
        leaf = held.by_fingerprint.get(check.certificate or "")
        verifier = sides.get((check.verifier, check.trust_store or ""))
        if check.check != "chain" or check.state == "unknown" or not leaf or not verifier:
            continue
        if verifier.observation.trust is None:
            continue
        # On the SSH tunnels, and to a UC server, a certificate is shown without its chain.
        alone = check.link == "ssh" or check.trust_store is not None
        presenter = None if alone else sides.get((check.presenter, _store_beside(check.unit)))
        steps = trace(leaf, trusted(verifier), _sent(case, presenter, leaf), held.certificates, at)
        yield ChainView(
            link=check.link,
            presenter=check.presenter,
            verifier=check.verifier,
            complete=check.state == "ok",
            links=tuple(_chain_link(step, depth) for depth, step in enumerate(steps)),
            unit=check.unit,
            store=check.trust_store,
        )


def _store_beside(unit: str | None) -> str:
    """The trust store that holds the chain of a UC server's certificate; empty for Expressway."""
    return f"{unit.removesuffix('-ECDSA')}-trust" if unit else ""


def _sent(case: Case, presenter: Profile | None, leaf: Certificate) -> tuple[Certificate, ...]:
    if presenter is None or presenter.observation.trust is None:
        return ()
    shown = Listed(leaf, Evidence(input=""))
    return own_chain(presenter, shown, case.judged_at, case.derived.held).chain[1:]


def _chain_link(step: Step, depth: int) -> ChainLink:
    certificate = step.certificate
    root = certificate.self_issued if certificate else False
    return ChainLink(
        subject=step.subject,
        issuer=certificate.issuer if certificate else "",
        fingerprint=certificate.fingerprint if certificate else None,
        not_before=moment_or_none(certificate.not_before) if certificate else None,
        not_after=moment_or_none(certificate.not_after) if certificate else None,
        kind="leaf" if depth == 0 else "root" if root else "intermediate",
        state=step.state,
    )


def comparisons(case: Case, evidence: Iterable[str]) -> Iterator[Comparison]:
    """The certificates that link and name checks among these facts are about, each once."""
    facts = [case.facts[fact] for fact in evidence]
    wanted = dict.fromkeys(_judged(f) for f in facts if isinstance(f, LinkCheck))
    certificates = case.derived.held.by_fingerprint
    if wanted:
        checks = [fact for fact in case.facts.values() if isinstance(fact, LinkCheck)]
        for key in wanted:
            group = [check for check in checks if _judged(check) == key]
            if group[0].certificate and any(check.state == "fail" for check in group):
                yield _comparison(group, certificates.get(group[0].certificate))
    for fact in facts:
        certificate = certificates.get(getattr(fact, "certificate", None) or "")
        if isinstance(fact, NameCheck) and fact.state == "fail" and certificate:
            yield Comparison(
                presenter=fact.host,
                subject=certificate.subject,
                fingerprint=certificate.fingerprint,
                checks={"name": fact.state},
                name=fact.name,
                names=(*certificate.dns_names, *certificate.ip_addresses),
            )


def _judged(check: LinkCheck) -> tuple[str | None, ...]:
    return (
        *(check.presenter, check.verifier, check.client, check.link),
        *(check.unit, check.trust_store, check.certificate),
    )


def _comparison(group: list[LinkCheck], certificate: Certificate | None) -> Comparison:
    first = group[0]
    name = next((check for check in group if check.expected_name), None)
    return Comparison(
        presenter=first.presenter,
        verifier=first.verifier,
        link=first.link,
        unit=first.unit,
        store=first.trust_store,
        subject=first.subject or "",
        fingerprint=first.certificate,
        checks={check.check: check.state for check in group},
        name=name.expected_name if name else None,
        names=(*certificate.dns_names, *certificate.ip_addresses) if certificate else (),
        purpose="client" if first.presenter == first.client else "server",
        eku=certificate.eku if certificate else None,
        issuer=first.issuer,
        missing=next((check.missing_subject for check in group if check.missing_subject), None),
        not_before=moment_or_none(certificate.not_before) if certificate else None,
        not_after=moment_or_none(certificate.not_after) if certificate else None,
    )


def authorities(case: Case) -> Iterator[Authority]:
    """The entries of all lists that `trust_rows` gives, each once."""
    listed = {name for row in trust_rows(case) for name in row.held}
    for certificate in case.derived.held.certificates:
        if certificate.fingerprint in listed:
            yield Authority(
                fingerprint=certificate.fingerprint,
                subject=certificate.subject,
                issuer=certificate.issuer,
                not_before=moment_or_none(certificate.not_before),
                not_after=moment_or_none(certificate.not_after),
            )


def trust_rows(case: Case) -> Iterator[TrustRow]:
    """The trusted CA list of each node, and the trust stores of each UC server."""
    for profile in case.derived.profiles:
        if profile.observation.trust is not None:
            held = tuple(certificate.fingerprint for certificate in trusted(profile))
            yield TrustRow(host=profile.host, held=held)
    for server in case.observations.uc_servers:
        for store in sorted({entry.unit for entry in server.entries if entry.is_trust}):
            entries = server.store(store)
            yield TrustRow(
                host=server.host,
                store=store,
                held=tuple(e.certificate.fingerprint for e in entries if e.certificate),
                named=tuple(e.name for e in entries if not e.certificate),
            )

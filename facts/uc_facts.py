"""Facts of UC servers and clients: certificates, trust stores, what their logs say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from .inputs.observations import Observations, UcServerObservation
from .inputs.uc_material import UcEntry
from .links import Held
from .model_uc import (
    ClientFailure,
    SecurityProfileName,
    UcAlarm,
    UcCertificate,
    UcFailure,
    UcServer,
    UcTrustDifference,
    UcTrustEntry,
    UcTwin,
)
from .names import carries, fold, shown
from .profile import Profile
from .uc_links import SERVICES, issuers
from .uc_pairing import Served
from .vocabulary import Fact, Time
from .x509.certificate import Certificate as X509

DAY = 86_400
_UNUSUAL_DAYS = 21
_STORES = ("tomcat-trust", "CallManager-trust", "cup-trust", "cup-xmpp-trust", "CAPF-trust")
"""Trust stores that MRA has to do with."""


def facts(
    observations: Observations,
    served: Sequence[Served],
    profiles: Sequence[Profile],
    at: int,
    held: Held,
) -> Iterator[Fact]:
    """All facts of UC servers and clients at a time."""
    by_address = {address: p.host for p in profiles for address in p.addresses}
    for server in observations.uc_servers:
        needed = {
            ca.serial: ca
            for one in served
            if one.server.host == server.host
            for ca in issuers(one.core, at, held)
        }
        yield _server(server)
        yield from (_certificate(server.host, entry, at) for entry in _distinct(server))
        yield from _trust(server, at, set(needed))
        yield from _twins(server)
        yield from _database(server, needed)
        yield from _failures(server, by_address)
    yield from _between_servers(observations.uc_servers, served, at, held)
    yield from _profile_names(served)
    yield from _clients(observations)


def _server(server: UcServerObservation) -> UcServer:
    return UcServer(
        host=server.host,
        product=server.product,
        names=server.names,
        certificates=bool(server.own()),
        trust=any(entry.is_trust for entry in server.entries),
        evidence=tuple(entry.evidence for entry in server.entries[:1]),
    )


def _distinct(server: UcServerObservation) -> list[UcEntry]:
    """One entry for each unit, the one that shows most."""
    best: dict[str, UcEntry] = {}
    for entry in server.own():
        other = best.get(entry.unit)
        if other is None or _weight(entry) > _weight(other):
            best[entry.unit] = entry
    return list(best.values())


def _weight(entry: UcEntry) -> tuple[bool, bool]:
    return entry.certificate is not None, entry.subject is not None


def _certificate(host: str, entry: UcEntry, at: int) -> UcCertificate:
    x509 = entry.certificate
    end = x509.not_after if x509 else entry.not_after
    return UcCertificate(
        host=host,
        unit=entry.unit,
        basis="pem" if x509 else "text" if entry.subject else "listing",
        subject=entry.name,
        issuer=x509.issuer if x509 else entry.issuer,
        common_name=entry.first_common_name,
        serial=entry.serial_number,
        fp=x509.fingerprint if x509 else None,
        not_after=Time(end) if end is not None else None,
        days_left=(end - at) // DAY if end is not None else None,
        expired=end is not None and end <= at,
        self_signed=x509.self_signed if x509 else entry.self_signed,
        ecdsa=entry.unit.endswith("-ECDSA"),
        eku=x509.eku if x509 else None,
        names=tuple(fold(name) for name in x509.dns_names) if x509 else (),
        evidence=(entry.evidence,),
    )


def _trust(server: UcServerObservation, at: int, needed: set[str]) -> Iterator[UcTrustEntry]:
    """Entries that an Expressway-C's chain needs, and those that are out of date soon."""
    for store in _STORES:
        for position, entry in enumerate(server.store(store), 1):
            end = entry.certificate.not_after if entry.certificate else entry.not_after
            used = entry.serial_number in needed
            if not used and (end is None or (end - at) // DAY > _UNUSUAL_DAYS):
                continue
            yield UcTrustEntry(
                host=server.host,
                store=store,
                position=position,
                subject=entry.name,
                serial=entry.serial_number,
                not_after=Time(end) if end is not None else None,
                expired=end is not None and end <= at,
                used=used,
                evidence=(entry.evidence,),
            )


def _twins(server: UcServerObservation) -> Iterator[UcTwin]:
    own = {e.unit: e for e in _distinct(server) if e.unit.removesuffix("-ECDSA") in SERVICES}
    for first, second in combinations(sorted(own), 2):
        one, other = own[first].certificate, own[second].certificate
        if (
            one
            and other
            and one.subject_key == other.subject_key
            and one.public_key.spki != other.public_key.spki
            and one.self_signed
            and other.self_signed
        ):
            yield UcTwin(
                host=server.host,
                subject=one.subject,
                first_unit=first,
                second_unit=second,
                evidence=(own[first].evidence, own[second].evidence),
            )


def _database(server: UcServerObservation, needed: dict[str, X509]) -> Iterator[UcTrustDifference]:
    """CAs that the database lists for a server and its own list of files lacks."""
    for store in _STORES:
        files = [e for e in server.entries if e.unit == store and not e.in_database and e.of_whole]
        if not files:
            continue
        there = {entry.serial_number for entry in files}
        names = {entry.first_common_name for entry in files if entry.serial_number is None}
        for entry in (e for e in server.entries if e.unit == store and e.in_database):
            serial = entry.serial_number
            if serial is None or serial in there or entry.first_common_name in names:
                continue
            yield UcTrustDifference(
                host=server.host,
                store=store,
                seen_in="database",
                other=server.host,
                subject=entry.name,
                serial=serial,
                needed=serial in needed,
                evidence=(entry.evidence, files[0].evidence),
            )


def _between_servers(
    servers: Sequence[UcServerObservation], served: Sequence[Served], at: int, held: Held
) -> Iterator[UcTrustDifference]:
    """CAs of an Expressway-C that one Unified CM's store holds and another's, seen whole, lacks."""
    cucms = [s for s in servers if s.product == "cucm" and s.shows_whole_stores]
    needed = {ca.serial: ca for one in served for ca in issuers(one.core, at, held)}
    for store in ("tomcat-trust", "CallManager-trust"):
        by_host = {s.host: {e.serial_number: e for e in s.store(store)} for s in cucms}
        for serial, ca in needed.items():
            holders = [host for host, entries in by_host.items() if serial in entries]
            for server in cucms:
                if not holders or serial in by_host[server.host]:
                    continue
                entry = by_host[holders[0]][serial]
                yield UcTrustDifference(
                    host=server.host,
                    store=store,
                    seen_in="server",
                    other=holders[0],
                    subject=ca.subject,
                    serial=serial,
                    needed=True,
                    evidence=(entry.evidence,),
                )


def _failures(
    server: UcServerObservation, by_address: dict[str, str]
) -> Iterator[UcFailure | UcAlarm]:
    if server.events is None:
        return
    for kind, tally in server.events.failures.kinds.items():
        yield UcFailure(
            host=server.host,
            event=kind.event,
            cls=kind.cls,
            rejected_by=kind.rejected_by,
            code=kind.code,
            depth=kind.depth,
            reason=kind.reason,
            remote_ip=kind.remote_ip,
            peer=by_address.get(kind.remote_ip or ""),
            received_name=kind.received,
            expected_name=kind.expected,
            device=kind.device,
            count=tally.count,
            evidence=tuple(tally.samples),
        )
    for alarm, tally in server.events.alarms.kinds.items():
        yield UcAlarm(
            host=server.host,
            name=alarm.name,
            level=alarm.level,
            unit=alarm.unit,
            certificate=alarm.certificate,
            count=tally.count,
            evidence=tuple(tally.samples),
        )


def _profile_names(served: Sequence[Served]) -> Iterator[SecurityProfileName]:
    """The names that Unified CM expected, against the certificate that Expressway-C shows."""
    for one in served:
        failures = one.server.events.failures.kinds if one.server.events else {}
        for kind, tally in failures.items():
            if kind.event != "name" or kind.expected is None or one.core.client is None:
                continue
            certificate = one.core.client.certificate
            own = {one.core.host, one.core.fqdn, fold(certificate.common_name or "")}
            if kind.received and not {fold(kind.received), kind.received.split(".")[0]} & own:
                continue  # another device than this Expressway-C
            yield SecurityProfileName(
                core=one.core.host,
                server=one.server.host,
                name=kind.expected,
                fqdn="." in kind.expected,
                state="ok" if carries(certificate, kind.expected) == "san" else "fail",
                names=shown(certificate),
                evidence=(*tally.samples, one.core.client.evidence),
            )


def _clients(observations: Observations) -> Iterator[ClientFailure]:
    for client in observations.clients:
        for kind, tally in client.failures.kinds.items():
            yield ClientFailure(
                log=client.name,
                client=kind.client,
                stage=kind.stage,
                cls=kind.cls,
                rejected_by=kind.rejected_by,
                reason=kind.reason,
                name=kind.name,
                count=tally.count,
                evidence=tuple(tally.samples),
            )

"""The links between an Expressway-C and the UC servers behind it: `link_check` facts.

From X14.2 on Traffic Server verifies the server, on 8443 and on 6972 alike (Cisco 218018). From
X14.0.2 on it shows its own certificate, which Unified CM verifies on 6971 and 6972 against
tomcat-trust and CallManager-trust, even in a non-secure cluster (225476, 217748); from X15.5 on
that is the client certificate (225693). The SIP service presents CallManager on 5061 and, for
OAuth, tomcat on 5091 (215572). A service may have an RSA and an ECDSA certificate; the order of
Expressway's cipher string decides which one is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .chains import trace
from .inputs.observations import Listed, NodeObservation, UcServerObservation
from .inputs.uc_material import UcEntry
from .links import Direction, Held, checks, trusted
from .model import LinkCheck
from .names import fold, name_kind, traffic_server_accepts
from .node_facts import rsa_first
from .profile import Profile
from .releases import release_key
from .terms import Link, State
from .uc_pairing import Served, names_of
from .vocabulary import Evidence, not_among
from .x509.certificate import Certificate

SHOWS_CERTIFICATE, VERIFIES_SERVERS = "X14.0.2", "X14.2"
_COMMON_NAME = re.compile(r"(?:^|[,/\s])CN\s*=\s*([^,/]+)", re.IGNORECASE)
_TOMCAT, _CALLMANAGER, _XMPP = SERVICES = "tomcat", "CallManager", "cup-xmpp"


def uc_checks(one: Served, at: int, held: Held) -> Iterator[LinkCheck]:
    """All checks between an Expressway-C and a UC server."""
    ports = {port for _, port, _ in one.targets}
    yield from _core_verifies(one, "https-8443", 8443, _TOMCAT, at, held)
    if one.server.product == "imp":
        yield from _core_verifies(one, "xmpp-7400", 7400, _XMPP, at, held)
    if one.server.product != "cucm":
        return
    tftp: list[tuple[Link, int]] = [("https-6972", 6972)]
    tftp += [("https-6971", 6971)] if 6971 in ports else []
    for link, port in tftp:
        yield from _core_verifies(one, link, port, _CALLMANAGER, at, held)
        for store in ("tomcat-trust", "CallManager-trust"):
            yield from _server_verifies(one, link, port, store, at, held)
    if _zone(one, "CEtls"):
        yield from _core_verifies(one, "sip-5061", 5061, _CALLMANAGER, at, held)
        yield from _server_verifies(one, "sip-5061", 5061, "CallManager-trust", at, held)
    if _zone(one, "CEOAuth"):
        yield from _core_verifies(one, "sip-5091", 5091, _TOMCAT, at, held)
        yield from _server_verifies(one, "sip-5091", 5091, "tomcat-trust", at, held)


def _zone(one: Served, prefix: str) -> bool:
    """Whether there is the zone that Expressway-C makes by itself for a Unified CM.

    Its name is all that tells which server it is for (`CEtls-cucm1.example.com`, `CEOAuth …`); one
    that names no server, or an address that is not known, may be for this one.
    """
    known = names_of(one.server)
    labels = {name.partition(".")[0] for name in known if name_kind(name) != "ip"}
    targets = (
        fold(name.removeprefix(prefix).strip(" -_"))
        for name in one.core.zone_names
        if name.startswith(prefix)
    )
    return any(
        name_kind(target) == "ip" or not target or target.partition(".")[0] in labels
        for target in targets
    )


def issuers(core: Profile, at: int, held: Held) -> tuple[Certificate, ...]:
    """The CAs above the certificate that an Expressway-C shows, upwards, as far as known.

    A self-signed certificate is its own CA.
    """
    if core.client is None:
        return ()
    leaf = core.client.certificate
    steps = trace(leaf, trusted(core), (), held.certificates, at)
    found = tuple(step.certificate for step in steps[1:] if step.certificate)
    return (leaf,) if leaf.self_signed else found


def shown_to(served: Sequence[Served]) -> tuple[tuple[str, Listed], ...]:
    """The certificates that each Expressway-C has to verify: its host, and the certificate."""
    return tuple(
        (one.core.host, listed)
        for one in served
        for entry in one.server.own()
        if entry.unit.removesuffix("-ECDSA") in SERVICES and (listed := _listed(entry))
    )


def _core_verifies(
    one: Served, link: Link, port: int, service: str, at: int, held: Held
) -> Iterator[LinkCheck]:
    """An Expressway-C verifying the certificates of a service, RSA and ECDSA."""
    own = {entry.unit: entry for entry in one.server.own() if entry.certificate}
    units = (service, f"{service}-ECDSA")
    twins: list[UcEntry | None] = [own[unit] for unit in units if unit in own]
    wanted = [t for t in one.targets if t[1] in (None, port)] or list(one.targets)
    names = [(name, evidence) for name, _, evidence in wanted]
    enforced, settings = _core_enforces(one.core, link)
    for entry in twins or [None]:
        presenter = party(one.server, f"{service}-trust", held)
        decided = enforced if len(twins) < 2 or entry is None else _shown(one.core, entry, enforced)
        direction = Direction(
            link=link,
            client=one.core,
            server=presenter,
            verifier=one.core,
            presenter=presenter,
            shown=_listed(entry),
            store="server",
            purpose="server",
            sends_chain=True,
            port=port,
            zone=None,
            expected=names[0] if names else None,
            asks_name=True,
            enforced=decided,
            purpose_enforced=decided,
            settings=settings,
            accepts=traffic_server_accepts,
        )
        found = list(checks(direction, at, held))
        for other in names[1:]:
            again = checks(replace(direction, expected=other), at, held)
            found += [check for check in again if check.check == "name"]
        if entry is None:
            found = [_by_issuer(check, one, service) for check in found]
        unit = entry.unit if entry else service
        yield from (replace(c, store=None, unit=unit, presenter_role="uc_server") for c in found)


def _by_issuer(check: LinkCheck, one: Served, service: str) -> LinkCheck:
    """The chain check where a certificate is known by its names alone.

    It stays unknown; where no trusted CA has the issuer's common name, the issuer is told missing.
    """
    own = (entry for entry in one.server.own() if entry.unit == service and entry.issuer)
    entry = next(own, None)
    issuer = entry.issuer if entry else None
    name = _COMMON_NAME.search(issuer or "")
    list_at = one.core.observation.trust
    if check.check != "chain" or entry is None or issuer is None or name is None or not list_at:
        return check
    wanted = name[1].strip().lower()
    held = [cn.lower() for ca in trusted(one.core) for cn in ca.common_names]
    if any(cn.startswith(wanted) for cn in held):
        return check
    return replace(
        check,
        subject=entry.name,
        issuer=issuer,
        missing_subject=issuer,
        evidence=(entry.evidence, not_among(list_at[0].evidence, len(list_at), issuer)),
    )


def _server_verifies(
    one: Served, link: Link, port: int, store: str, at: int, held: Held
) -> Iterator[LinkCheck]:
    """A Unified CM verifying, against one of its trust stores, what an Expressway-C shows."""
    verifier = party(one.server, store, held)
    release = one.core.version
    enforced: State = "ok" if link.startswith("sip") else "unknown"
    if link.startswith("https") and release:
        enforced = _since(release[0], SHOWS_CERTIFICATE)
    direction = Direction(
        link=link,
        client=one.core,
        server=verifier,
        verifier=verifier,
        presenter=one.core,
        shown=one.core.client,
        store=one.core.client_store,
        purpose="client",
        sends_chain=False,
        port=port,
        zone=None,
        expected=None,
        asks_name=False,
        enforced=enforced,
        purpose_enforced=enforced,
        settings=(release[1],) if release else (),
    )
    entries = one.server.store(store)
    for check in checks(direction, at, held):
        told = replace(check, verifier_role="uc_server", trust_store=store)
        if check.check == "chain" and one.core.client is not None:
            if entries and verifier.observation.trust is None:
                told = _by_listing(told, one, entries, at, held)
            elif check.state == "fail" and not one.server.shows_whole_stores:
                told = replace(
                    told, state="unknown", reason="no_trust_list", missing_subject=None,
                    missing_key_id=None, found_in=None, openssl=None,
                )  # fmt: skip
            elif check.reason == "missing_intermediate":
                told = _with_root(told, one, verifier, at, held)
        if told.state == "fail" and check.check == "chain" and not entries:
            where = one.server.entries[0].evidence
            where = replace(
                where,
                line=None,
                fingerprint=None,
                text=f"{store} holds no entry",
                said=("empty_store", store),
            )
            told = replace(told, evidence=(*told.evidence, where))
        yield told


def _with_root(check: LinkCheck, one: Served, verifier: Profile, at: int, held: Held) -> LinkCheck:
    """Where the root is missing beside an intermediate, it is what the store lacks first of all."""
    root = next((ca for ca in issuers(one.core, at, held) if ca.self_issued), None)
    if root is None or root in trusted(verifier):
        return check
    return replace(
        check,
        reason="missing_root",
        missing_subject=root.subject,
        missing_key_id=None,
        found_in=held.where(root.fingerprint),
    )


def _by_listing(
    check: LinkCheck, one: Served, entries: Sequence[UcEntry], at: int, held: Held
) -> LinkCheck:
    """The chain check where a store is known by names and serial numbers alone."""
    serials = {entry.serial_number for entry in entries}
    names = {entry.first_common_name for entry in entries if entry.serial_number is None}
    needed = issuers(one.core, at, held)
    absent = [ca for ca in needed if ca.serial not in serials and ca.common_name not in names]
    plain = replace(
        check, reason=None, missing_subject=None, missing_key_id=None, found_in=None, openssl=None,
        at_subject=None, at_certificate=None, at_issuer=None, depth=None,
    )  # fmt: skip
    if absent and one.server.shows_whole_stores:
        where = not_among(entries[0].evidence, len(entries), absent[-1].subject)
        return replace(
            plain,
            state="fail",
            reason="missing_root" if absent[-1].self_issued else "missing_intermediate",
            missing_subject=absent[-1].subject,
            found_in=held.where(absent[-1].fingerprint),
            evidence=(*check.evidence, where),
        )
    if needed and needed[-1].self_issued and not absent:
        return replace(plain, state="ok", evidence=(*check.evidence, entries[0].evidence))
    return replace(plain, state="unknown", reason="no_trust_list")


def _core_enforces(core: Profile, link: Link) -> tuple[State, tuple[Evidence, ...]]:
    """Whether an Expressway-C refuses what fails on a link, and the lines that say so."""
    if link.startswith("sip"):
        prefix = "CEtls" if link == "sip-5061" else "CEOAuth"
        zones = [zone for zone in core.zones if zone.name.startswith(prefix)]
        verified = any(zone.tls_verify for zone in zones)
        return "ok" if verified else "fail", tuple(e for zone in zones for e in zone.evidence)
    if not link.startswith("https"):
        return "unknown", ()
    configuration = core.observation.configuration
    value = configuration.get("EdgeConfigServer VerifyOriginServer") if configuration else None
    if value and value.text.lower() == "off":
        return "fail", (core.line(value),)
    if core.version is None:
        return "unknown", ()
    return _since(core.version[0], VERIFIES_SERVERS), (core.version[1],)


def _since(release: str, first: str) -> State:
    return "ok" if release_key(release) >= release_key(first) else "fail"


def _shown(core: Profile, entry: UcEntry, enforced: State) -> State:
    """Of an RSA and an ECDSA certificate only the one that the cipher string prefers is shown."""
    ciphers = core.setting("Ciphers UcClientTLSCiphers Value")
    ecdsa = entry.unit.endswith("-ECDSA")
    if ciphers is None:
        return "unknown" if ecdsa and enforced == "ok" else enforced
    return enforced if ecdsa != rsa_first(ciphers) else "fail"


def _listed(entry: UcEntry | None) -> Listed | None:
    if entry is None or entry.certificate is None:
        return None
    return Listed(entry.certificate, entry.evidence)


def _resolved(
    server: UcServerObservation, store: str, held: Held
) -> tuple[Certificate | None, ...]:
    """The certificates of a store; those known by name and serial number alone are looked up."""
    by_serial: dict[str, list[Certificate]] = {}
    for certificate in held.certificates:
        by_serial.setdefault(certificate.serial, []).append(certificate)
    found = []
    for entry in server.store(store):
        name = (entry.first_common_name or "").replace("_", " ")
        alike = [
            certificate
            for certificate in by_serial.get(entry.serial_number or "", ())
            if (certificate.common_name or "").replace("_", " ") == name
        ]
        found.append(entry.certificate or (alike[0] if alike else None))
    return tuple(found)


def party(server: UcServerObservation, store: str, held: Held) -> Profile:
    """A UC server as one side of a link, with one of its trust stores; None if not all is known."""
    entries, certificates = server.store(store), _resolved(server, store, held)
    listed = tuple(
        Listed(certificate, entry.evidence, number)
        for number, (entry, certificate) in enumerate(zip(entries, certificates, strict=True), 1)
        if certificate
    )
    known = len(listed) == len(entries) and (bool(entries) or server.shows_whole_stores)
    return Profile(NodeObservation(host=server.host, trust=listed if known else None))

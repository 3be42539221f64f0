"""Observations after changes: what would have been read had the changes been made before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .certificate_facts import DAY
from .changes import (
    AddTrust,
    ChangeError,
    DeploymentChange,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
    Upgrade,
)
from .inputs.observations import Listed, NodeObservation, Observations, UcServerObservation
from .inputs.uc_material import UcEntry
from .inputs.xconfiguration import Configuration, Value
from .links import Held
from .names import fold, name_kind
from .profile import Profile
from .upgrade import upgraded_node
from .vocabulary import Evidence
from .x509.certificate import Certificate
from .x509.reissue import ReissueError, Wanted, private_ca, reissued

_BRANCHES = {
    "traversal_client": "TraversalClient",
    "traversal_server": "TraversalServer",
    "neighbor": "Neighbor",
    "dns": "DNS",
}
_LONGEST = 10  # certificates above a leaf
_LEAF_DAYS = 365
_CA_DAYS = 3650


class MissingCaError(ChangeError):
    """A CA that a change needs and no input holds; `below` is what it issued."""

    def __init__(self, below: Certificate) -> None:
        text = f"no input holds {below.issuer}, which issued {below.subject}"
        super().__init__(text, "ca_not_held", below.issuer, below.subject)
        self.below = below


def apply_changes(
    observations: Observations, changes: Iterable[DeploymentChange], held: Held, at: int
) -> Observations:
    """The observations after the changes, made in order, at a time in seconds since the epoch.

    `held` are the certificates among the inputs. Raises ChangeError.
    """
    applying = _Applying(held.by_fingerprint, at)
    for change in changes:
        observations = applying.one(observations, change)
    return observations


@dataclass(frozen=True)
class _Applying:
    held: dict[str, Certificate]
    at: int

    def one(self, observations: Observations, change: DeploymentChange) -> Observations:
        hosts = {change.node}
        if isinstance(change, SetConfiguration):
            hosts |= _peers(observations, change.node)
        nodes = tuple(
            self._node(node, change) if node.host in hosts else node for node in observations.nodes
        )
        servers = tuple(
            self._server(server, change) if server.host in hosts else server
            for server in observations.uc_servers
        )
        known = {node.host for node in nodes} | {server.host for server in servers}
        if change.node not in known:
            raise ChangeError(f"{change.node} is not among the inputs", "no_input", change.node)
        return replace(observations, nodes=nodes, uc_servers=servers)

    def _node(self, node: NodeObservation, change: DeploymentChange) -> NodeObservation:
        match change:
            case AddTrust() | RemoveTrust():
                return replace(node, trust=tuple(self._list(node, change)))
            case ReplaceCertificate():
                return self._replaced(node, change)
            case SetConfiguration():
                return _configured(node, change)
            case Upgrade():
                return upgraded_node(node, change.release)
        raise ChangeError(f"{node.host}: no such change")

    def _list(self, node: NodeObservation, change: AddTrust | RemoveTrust) -> Iterator[Listed]:
        """The trusted CA list after the change."""
        if node.trust is None:
            text = f"the trusted CA list of {node.host} is not among the inputs"
            raise ChangeError(text, "no_list", node.host)
        if isinstance(change, RemoveTrust):
            yield from (e for e in node.trust if e.certificate.fingerprint != change.certificate)
            return
        wanted = self._authorities(change)
        kept = [e for e in node.trust if not _displaced(e.certificate, change, wanted)]
        known = {e.certificate for e in kept}
        yield from kept
        for position, ca in enumerate(wanted, len(node.trust) + 1):
            if ca not in known:
                text = f"{ca.subject} added on {node.host}"
                yield Listed(ca, _taken(text), position, position)

    def _replaced(self, node: NodeObservation, change: ReplaceCertificate) -> NodeObservation:
        client = change.store == "client"
        # Checks take a client store that no input shows to hold the server certificate.
        unseen = node.server if Profile(node).two_stores else None
        present = (node.client or unseen) if client else node.server
        if present is None:
            text = f"the certificate of {node.host} is not among the inputs"
            raise ChangeError(text, "no_certificate", node.host)
        successor = self._successor(present.certificate, change)
        listed = replace(present, certificate=successor, position=1, of=1)
        return replace(node, client=listed) if client else replace(node, server=listed)

    def _server(self, server: UcServerObservation, change: DeploymentChange) -> UcServerObservation:
        match change:
            case AddTrust():
                store = change.trust_store or "tomcat-trust"
                wanted = self._authorities(change)
                left = tuple(
                    e
                    for e in server.entries
                    if e.unit != store or not _displaced(e.certificate, change, wanted)
                )
                known = server.store(store)
                held = {
                    _listed_as(e.serial_number, e.first_common_name) for e in left if e in known
                }
                database = bool(known) and all(entry.in_database for entry in known)
                added = tuple(
                    UcEntry(
                        store, _taken(f"{ca.subject} added on {server.host}"), ca,
                        in_database=database,
                    )
                    for ca in wanted
                    if _listed_as(ca.serial, ca.common_name) not in held
                )  # fmt: skip
                return replace(server, entries=left + added)
            case RemoveTrust():
                return replace(
                    server, entries=tuple(e for e in server.entries if not _removed(e, change))
                )
            case ReplaceCertificate():
                return replace(
                    server, entries=tuple(self._entry(e, change) for e in server.entries)
                )
        raise ChangeError(f"{server.host} is not an Expressway")

    def _entry(self, entry: UcEntry, change: ReplaceCertificate) -> UcEntry:
        if entry.unit != change.unit or entry.in_database:
            return entry
        if entry.certificate is None:
            if change != ReplaceCertificate(node=change.node, unit=change.unit):
                text = f"the certificate {entry.unit} is known by its listing alone"
                raise ChangeError(text, "listing_alone", entry.unit)
            return replace(entry, not_after=self.at + _LEAF_DAYS * DAY)
        return replace(entry, certificate=self._successor(entry.certificate, change))

    def _successor(self, present: Certificate, change: ReplaceCertificate) -> Certificate:
        addresses = [name for name in change.names or () if name_kind(name) == "ip"]
        if addresses:
            text = f"{addresses[0]} is an address, which is no DNS name"
            raise ChangeError(text, "address", addresses[0])
        wanted = Wanted(
            names=change.names or (),
            without=change.without or (),
            usage=change.usage,
            common_name=change.common_name,
            plain=bool(change.plain),
            fqdns_only=bool(change.fqdns_only),
            rsa=bool(change.rsa),
            private=bool(change.private),
        )
        try:
            return reissued(present, self.held.values(), wanted, self.at)
        except ReissueError as error:
            raise ChangeError(str(error)) from error

    def _authorities(self, change: AddTrust) -> tuple[Certificate, ...]:
        """The certificates that the change wants in a list."""
        if change.private:
            return (private_ca(self.at),)
        if change.chain_of is not None:
            return tuple(self._above(self._known(change.chain_of)))
        if change.certificate is not None:
            return (self._known(change.certificate),)
        if change.renewed is not None:
            return self._renewed(self._known(change.renewed))
        raise ChangeError("the inputs do not say which CA is to be added", "too_little")

    def _renewed(self, old: Certificate) -> tuple[Certificate, ...]:
        """The successor of a CA with the CAs above it: the one held, else a stand-in by itself."""
        held = [
            ca
            for ca in self.held.values()
            if ca.subject_key == old.subject_key
            and ca.public_key.spki == old.public_key.spki
            and (ca.not_before or 0) <= self.at
            and (ca.not_after or 0) > max(self.at, old.not_after or 0)
        ]
        held.sort(key=lambda ca: (ca.issuer_key != old.issuer_key, -(ca.not_after or 0)))
        for ca in held:
            try:
                return tuple(dict.fromkeys((ca, *self._above(ca))))
            except MissingCaError:
                continue
        try:
            wanted = Wanted(authority=True, days=_CA_DAYS)
            return (reissued(old, self.held.values(), wanted, self.at),)
        except ReissueError as error:
            raise ChangeError(str(error)) from error

    def _known(self, fingerprint: str) -> Certificate:
        try:
            return self.held[fingerprint]
        except KeyError:
            raise ChangeError("the certificate is not among the inputs", "too_little") from None

    def _above(self, leaf: Certificate) -> Iterator[Certificate]:
        """The CAs above a certificate up to the root, those still valid first where keys agree.

        A certificate that is its own issuer stands for itself. Raises MissingCaError.
        """
        if leaf.self_signed:
            yield leaf
        current = leaf
        for _ in range(_LONGEST):
            if current.self_signed:
                return
            issuers = [
                ca
                for ca in self.held.values()
                if ca.subject_key == current.issuer_key and current.signed_by(ca)
            ]
            if not issuers:
                raise MissingCaError(current)
            current = max(issuers, key=lambda ca: ((ca.not_after or 0) > self.at, ca.self_signed))
            yield current


def _taken(text: str) -> Evidence:
    return Evidence(input="", text=f"taken to be so: {text}")


def _listed_as(serial: str | None, common_name: str | None) -> tuple[str | None, str]:
    """What a listing of a UC server tells a certificate by; it may write a space as `_`."""
    return serial, (common_name or "").replace("_", " ")


def _displaced(
    present: Certificate | None, change: AddTrust, wanted: Iterable[Certificate]
) -> bool:
    """A certificate of a list gives way to one of the same name that is wanted there."""
    return (
        bool(change.instead)
        and present is not None
        and any(
            ca.subject_key == present.subject_key and ca.public_key.spki != present.public_key.spki
            for ca in wanted
        )
    )


def _removed(entry: UcEntry, change: RemoveTrust) -> bool:
    return (
        entry.unit == change.trust_store
        and entry.certificate is not None
        and entry.certificate.fingerprint == change.certificate
    )


def _peers(observations: Observations, host: str) -> set[str]:
    """The nodes of the same cluster: configuration is replicated among them."""
    clusters = {node.host: Profile(node).cluster for node in observations.nodes}
    cluster = clusters.get(host)
    return {peer for peer, name in clusters.items() if cluster is not None and name == cluster}


def _configured(node: NodeObservation, change: SetConfiguration) -> NodeObservation:
    if node.configuration is None:
        text = f"the configuration of {node.host} is not among the inputs"
        raise ChangeError(text, "no_configuration", node.host)
    key = change.key
    if change.zone is not None:
        zone = next((z for z in Profile(node).zones if z.name == change.zone), None)
        if zone is None or zone.type not in _BRANCHES:
            text = f"{node.host} has no zone “{change.zone}” that can be set"
            raise ChangeError(text, "no_zone", node.host, change.zone)
        key = f"Zones Zone {zone.number} {_BRANCHES[zone.type]} {key}"
    present = node.configuration.values
    if change.present is not None:
        name = _numbered(node.configuration, key, change.present)
        if name is None:
            text = f"{node.host} has no {key} with the value {change.present}"
            raise ChangeError(text, "no_value", node.host, key, change.present)
    else:
        name = next((known for known in present if known.lower() == key.lower()), key)
    line = present[name].line if name in present else 0
    rest = present[name].text if change.in_front and name in present else ""
    source = f'taken to be so: xConfiguration {name}: "{change.value}{rest}"'
    values = {**present, name: Value(change.value + rest, line, source)}
    return replace(node, configuration=Configuration(values))


def _numbered(configuration: Configuration, key: str, present: str) -> str | None:
    """The key, with a number for `#`, that has a value now."""
    pattern = re.compile(re.escape(key).replace(r"\#", r"\d+"), re.IGNORECASE)
    return next(
        (
            name
            for name, value in configuration.values.items()
            if pattern.fullmatch(name) and fold(value.text) == fold(present)
        ),
        None,
    )

"""What an administrator may change in a deployment.

A fix of a rule names such changes, and what-if makes them in a copy of the observations
(`applied.py`). They are described as facts are, so that rules are checked against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .terms import Store, Usage
from .vocabulary import Dependence, Topic, Version, described, optional, type_name


class ChangeError(ValueError):
    """A change that can't be made to what the inputs show; the text says why.

    `said` is the same as a code and its values, for other languages.
    """

    def __init__(self, text: str, *said: str) -> None:
        super().__init__(text)
        self.said = said


@dataclass(frozen=True, kw_only=True)
class DeploymentChange:
    """What all changes have: the node that is changed."""

    topics: ClassVar[tuple[Topic, ...]] = ()
    host_field: ClassVar[str | None] = "node"
    dependences: ClassVar[tuple[Dependence, ...]] = ()
    node: str = described("Expressway or UC server that is changed")


@dataclass(frozen=True, kw_only=True)
class AddTrust(DeploymentChange):
    """Add CA certificates to a trusted CA list."""

    chain_of: str | None = optional("fingerprint of a certificate whose CAs are added, up to root")
    certificate: str | None = optional("fingerprint of a CA certificate that is added")
    renewed: str | None = optional(
        "fingerprint of a CA certificate whose successor, of the same key, is added"
    )
    private: bool | None = optional("the root of another CA is added, such as the company's own")
    instead: bool | None = optional("entries of the same names with other keys are removed")
    trust_store: str | None = optional("trust store, on a UC server: tomcat-trust, …")
    everywhere: bool | None = optional(
        "on every Expressway and Unified CM that judges certificates, not on `node` alone"
    )


@dataclass(frozen=True, kw_only=True)
class RemoveTrust(DeploymentChange):
    """Remove a certificate from a trusted CA list."""

    certificate: str = described("fingerprint of the entry")
    trust_store: str | None = optional("trust store, on a UC server")
    everywhere: bool | None = optional("from every list that holds it, not on `node` alone")


@dataclass(frozen=True, kw_only=True)
class ReplaceCertificate(DeploymentChange):
    """Replace a node's own certificate by one that is issued anew, valid for a year."""

    store: Store | None = optional("store on an Expressway; server if not said")
    as_client: bool | None = optional("it is the one that the Expressway shows as a TLS client")
    unit: str | None = optional("certificate on a UC server: tomcat, CallManager, …")
    names: tuple[str, ...] | None = optional("DNS names that it has beside the present ones")
    without: tuple[str, ...] | None = optional("DNS names that it no longer has")
    usage: Usage | None = optional("extended key usage for TLS; as it was if not said")
    common_name: str | None = optional("common name; as it was if not said")
    own_name: bool | None = optional(
        "common name is the node's FQDN; its DNS names have that, cluster name and MRA domains"
    )
    fqdns_only: bool | None = optional("bare names, addresses and wildcards are left out")
    plain: bool | None = optional("its subject is the common name alone")
    rsa: bool | None = optional("it has an RSA key of 2048 bits")
    private: bool | None = optional("another CA issues it, such as the company's own")


@dataclass(frozen=True, kw_only=True)
class SetConfiguration(DeploymentChange):
    """Set a configuration value, on all peers of the node's cluster."""

    key: str = described("key as Cisco writes it; with `zone`, what follows the zone's type")
    value: str = described("new value")
    in_front: bool | None = optional("it is put in front of the present value")
    zone: str | None = optional("name of the zone that the key belongs to")
    present: str | None = optional(
        "value that it has now, where this tells the number in the key, written #"
    )


@dataclass(frozen=True, kw_only=True)
class Upgrade(DeploymentChange):
    """Upgrade a node to a release."""

    release: Version = described("release, such as X15.4")


CHANGE_TYPES: tuple[type[DeploymentChange], ...] = (
    AddTrust,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
    Upgrade,
)


def change(kind: str, values: Mapping[str, Any]) -> DeploymentChange:
    """A change from its kind, such as `add_trust`, and the values of its fields.

    Raises ChangeError where one that it needs is missing.
    """
    types = {type_name(one): one for one in CHANGE_TYPES}
    try:
        return types[kind](**values)
    except TypeError:
        raise ChangeError(f"the inputs do not say enough for {kind}", "too_little") from None


def merged(changes: Iterable[DeploymentChange]) -> tuple[DeploymentChange, ...]:
    """The changes, each once; a certificate that is replaced for several reasons once for all."""
    found: dict[object, DeploymentChange] = {}
    for one in changes:
        if not isinstance(one, ReplaceCertificate):
            found.setdefault(one, one)
            continue
        key = (one.node, one.as_client, one.store or "server", one.unit)
        present = found.get(key)
        found[key] = _both(present, one) if isinstance(present, ReplaceCertificate) else one
    return tuple(found.values())


def _both(one: ReplaceCertificate, other: ReplaceCertificate) -> ReplaceCertificate:
    """One certificate that serves both purposes."""
    usages = {one.usage, other.usage} - {None}
    return ReplaceCertificate(
        node=one.node,
        store=one.store,
        as_client=one.as_client,
        unit=one.unit,
        names=tuple(dict.fromkeys((*(one.names or ()), *(other.names or ())))) or None,
        without=tuple(dict.fromkeys((*(one.without or ()), *(other.without or ())))) or None,
        usage="both" if len(usages) > 1 else one.usage or other.usage,
        common_name=one.common_name or other.common_name,
        own_name=one.own_name or other.own_name,
        fqdns_only=one.fqdns_only or other.fqdns_only,
        plain=one.plain or other.plain,
        rsa=one.rsa or other.rsa,
        private=one.private or other.private,
    )

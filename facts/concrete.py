"""Changes spelled out: what "everywhere" and "its own name" mean in a deployment at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from .changes import AddTrust, ChangeError, DeploymentChange, RemoveTrust, ReplaceCertificate
from .inputs.observations import Observations
from .names import fold, name_kind
from .profile import Profile
from .x509.certificate import Certificate

_TRUST_STORES = ("tomcat-trust", "CallManager-trust")
"""Where Unified CM looks for the CAs of an Expressway's certificate (Cisco 217748)."""


def concrete(
    observations: Observations, changes: Iterable[DeploymentChange]
) -> Iterator[DeploymentChange]:
    """The changes, each with the node, store and names that it comes to. Raises ChangeError."""
    deployment = _Deployment(observations)
    for change in changes:
        if isinstance(change, AddTrust | RemoveTrust):
            yield from deployment.lists(change)
        elif isinstance(change, ReplaceCertificate):
            yield deployment.certificate(change)
        else:
            yield change


@dataclass(frozen=True)
class _Deployment:
    observations: Observations

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        return {node.host: Profile(node) for node in self.observations.nodes}

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """All MRA domains."""
        return tuple(name for one in self.profiles.values() for name, _ in one.domains)

    def lists(self, change: AddTrust | RemoveTrust) -> Iterator[AddTrust | RemoveTrust]:
        """One change for each list that is to hold, or holds, the CA."""
        if not change.everywhere:
            expressway = change.node in self.profiles
            yield replace(change, trust_store=None) if expressway else change
            return
        change = replace(change, everywhere=None, trust_store=None)
        for node in self.observations.nodes:
            if node.trust is not None and _concerns(change, (e.certificate for e in node.trust)):
                yield replace(change, node=node.host)
        for server in self.observations.uc_servers:
            if server.product == "cucm" and any(entry.is_trust for entry in server.entries):
                for store in _TRUST_STORES:
                    if _concerns(change, (entry.certificate for entry in server.store(store))):
                        yield replace(change, node=server.host, trust_store=store)

    def certificate(self, change: ReplaceCertificate) -> ReplaceCertificate:
        """The change with its store and all names."""
        if change.store == "file":
            text = f"{change.node} is a file; no node is known to hold it"
            raise ChangeError(text, "lone_file", change.node)
        profile = self.profiles.get(change.node)
        if change.as_client and profile is not None:
            change = replace(change, store=profile.client_store)
        if change.own_name:
            names = self.own_names(change.node)
            change = replace(change, common_name=names[0], names=(*names, *(change.names or ())))
        return replace(change, as_client=None, own_name=None)

    def own_names(self, host: str) -> tuple[str, ...]:
        """The FQDN, and what Expressway's page for requests proposes beside it."""
        profile = self.profiles.get(host)
        if profile is None:
            servers = [server for server in self.observations.uc_servers if server.host == host]
            known = [name for server in servers for name in server.names if _is_fqdn(name)][:1]
        elif profile.fqdn is not None:
            served = self.domains if profile.role == "expressway_e" else ()
            known = [profile.fqdn, *filter(_is_fqdn, (profile.cluster or "", *served))]
        else:
            known = []
        if not known:
            raise ChangeError(f"the inputs do not tell the FQDN of {host}", "no_fqdn", host)
        return tuple(dict.fromkeys(map(fold, known)))


def _is_fqdn(name: str) -> bool:
    return name_kind(name) == "fqdn"


def _concerns(change: AddTrust | RemoveTrust, held: Iterable[Certificate | None]) -> bool:
    return isinstance(change, AddTrust) or any(
        certificate is not None and certificate.fingerprint == change.certificate
        for certificate in held
    )

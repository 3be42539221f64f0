"""The nodes of a deployment spec, with everything that a healthy one of them would have.

A default takes what the other nodes say into account: names are in the certificates that must
carry them, the zones of both sides lead to each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from cryptography import x509

from .alarms import ALARMS, Entry
from .authorities import MOST_FILLER, filler
from .leaf import leaf
from .nodes import MOST_RECORDS, ZONE_KINDS, Alarm, Cluster, Node, Role, State, Zone
from .pki import Issued, revocation_list
from .shape import DEFAULT_TRUST
from .spec import (
    Spec,
    check,
    choice,
    did_you_mean,
    duration,
    file_name,
    instant,
    merge,
    names,
    number,
)

_TRAVERSAL_PORT = 7001
_RELEASE = re.compile(r"X\d{1,3}(\.\d{1,3}){0,3}")
_PARTS = frozenset(("log", "xconf", "xstat", "xml", "ca", "server", "client", "pcap"))
_ALARM = {
    "id": "id in the Alarms Reference",
    "hosts": "hosts or numbers that the text holds",
    "detail": "title and description",
    "lowered": "lowered later in the log",
}
_NAMINGS = ("new", "old", "colon", "space")
_FORMATS = ("tar.gz", "tgz", "zip", "folder")


class Network:
    """The specs of all nodes, and what follows from them for each."""

    def __init__(
        self,
        specs: Mapping[str, Spec],
        version: str,
        at: datetime,
        issuers: Mapping[str, Issued],
        others: Mapping[str, x509.Certificate],
    ) -> None:
        self.at = at
        self.version = version
        self.issuers = issuers
        self.others = others
        """Certificates of other products, which a trusted CA list may hold."""
        self.specs: dict[str, Spec] = {name: own or {} for name, own in specs.items()}
        self.roles = {name: self._role(name) for name in self.specs}
        self.fqdns = {n: str(s.get("fqdn", f"{n}.example.com")) for n, s in self.specs.items()}
        self.labels = {
            name: str((own.get("cluster") or {}).get("name", self.fqdns[name]))
            for name, own in self.specs.items()
        }
        """What the other side knows a node by: its cluster's name, or its own."""
        self.certificates = {
            name: self._certificate(name, own.get("certificate") or {}, "certificate")
            for name, own in self.specs.items()
        }

        self.former = dict(self._others("former_certificate"))
        self.next = dict(self._others("next_certificate"))

    def nodes(self) -> tuple[Node, ...]:
        """All nodes. Raises ValueError where two would write the same file."""
        made = tuple(self._node(name) for name in self.specs)
        names_by_host: dict[str, str] = {}
        for node in made:
            other = names_by_host.setdefault(node.hostname, node.name)
            if other != node.name:
                raise ValueError(f"nodes.{node.name}: its host name is that of {other}, too")
        return made

    def _node(self, name: str) -> Node:
        own = self.specs[name]
        path = f"nodes.{name}"
        files: Spec = own.get("files") or {}
        bundle: Spec = own.get("bundle") or {}
        omitted = names(files.get("omit", ()), f"{path}.files.omit")
        if files.get("log_only"):
            omitted = tuple(_PARTS - {"log"})
        label, _, domain = self.fqdns[name].partition(".")
        zones = tuple(self._zones(name))
        tunnels = own.get("tunnels", "Active" if any(zone.uc for zone in zones) else "none")
        return Node(
            name=name,
            role=self.roles[name],
            fqdn=self.fqdns[name],
            hostname=file_name(own.get("hostname", label), f"{path}.hostname"),
            domain=domain,
            ip=self._ip(name),
            version=self._version(name),
            now=self.at + duration(own.get("clock", "0s"), f"{path}.clock"),
            uptime=duration(own.get("uptime", "1d"), f"{path}.uptime"),
            cluster=self._cluster(name),
            certificate=self.certificates[name],
            client_certificate=self._client_certificate(name),
            trust=tuple(self._trust(name)),
            crls=tuple(
                revocation_list(
                    issuer,
                    self.at,
                    until=instant(own.get("crls_to", "4d"), f"{path}.crls_to", self.at),
                )
                for issuer in self._crl_issuers(name)
            ),
            zones=zones,
            tunnels=cast(State, choice(tunnels, ("Active", "Failed", "none"), f"{path}.tunnels")),
            far_side={self.fqdns[n]: self._ip(n) for n in self._far_side(name)},
            mra_domains=self._mra_domains(name),
            settings=own.get("settings") or {},
            alarms=tuple(self._alarms(name)),
            log=_list(own.get("log"), f"{path}.log"),
            log_noise=number(own.get("log_noise", 40), f"{path}.log_noise", MOST_RECORDS),
            chain_file=bool(files.get("chain", False)),
            whole_xml=bool(files.get("whole_xml", False)),
            omit=frozenset(choice(part, _PARTS, f"{path}.files.omit") for part in omitted),
            naming=choice(files.get("naming", "new"), _NAMINGS, f"{path}.files.naming"),
            format=choice(bundle.get("format", "tar.gz"), _FORMATS, f"{path}.bundle.format"),
            nested=bool(bundle.get("nested", False)),
            given=bool(own.get("given", True)),
        )

    def _role(self, name: str) -> Role:
        guess = "e" if name.startswith("edge") else "c"
        return cast(
            Role, choice(self.specs[name].get("role", guess), ("c", "e"), f"nodes.{name}.role")
        )

    def _side(self, role: Role) -> list[str]:
        return [name for name, own in self.roles.items() if own == role]

    def _far_side(self, name: str) -> list[str]:
        return self._side("e" if self.roles[name] == "c" else "c")

    def _peers(self, label: str) -> list[str]:
        """The FQDNs of a cluster's nodes, or of the one node."""
        return [self.fqdns[name] for name, own in self.labels.items() if own == label]

    def _ip(self, name: str) -> str:
        place = self._side(self.roles[name]).index(name)
        default = f"10.0.0.{11 + place}" if self.roles[name] == "c" else f"10.0.1.{21 + place}"
        return str(self.specs[name].get("ip", default))

    def _version(self, name: str) -> str:
        own = self.specs[name].get("version", self.version)
        if not _RELEASE.fullmatch(str(own)):
            raise ValueError(f"nodes.{name}.version: {own!r} is not a release such as X14.3.4")
        return str(own)

    def _mra_domains(self, name: str) -> tuple[str, ...]:
        default = ("example.com",) if self.roles[name] == "c" else ()
        return names(self.specs[name].get("mra_domains", default), f"nodes.{name}.mra_domains")

    def _cluster(self, name: str) -> Cluster | None:
        own: Spec = self.specs[name].get("cluster") or {}
        if not own:
            return None
        path = f"nodes.{name}.cluster"
        if "name" not in own:
            raise ValueError(f"{path}: a cluster needs a name")
        modes = ("permissive", "enforcing")
        mode = choice(own.get("tls_verify", "permissive"), modes, f"{path}.tls_verify")
        return Cluster(
            name=self.labels[name],
            peers=names(own.get("peers", self._peers(self.labels[name])), f"{path}.peers"),
            tls_verify=cast(Literal["permissive", "enforcing"], mode),
        )

    def _zones(self, name: str) -> Iterator[Zone]:
        own = self.specs[name]
        given = own.get("zones") or ()
        if "zones" not in own:
            given = [merge(zone, own.get("zone") or {}) for zone in self._default_zones(name)]
        for index, zone in enumerate(given):
            path = f"nodes.{name}.zones[{index}]"
            choice(zone.get("type"), ZONE_KINDS, f"{path}.type")
            choice(zone.get("status", "Active"), ("Active", "Failed"), f"{path}.status")
            peers = names(zone.get("peers", ()), f"{path}.peers")
            port = number(zone.get("port", _TRAVERSAL_PORT), f"{path}.port", 65535)
            yield Zone(**{"name": f"Zone {index + 1}", **zone, "peers": peers, "port": port})

    def _default_zones(self, name: str) -> Iterator[Spec]:
        """One traversal zone for each cluster or single node of the other side."""
        cores = list(dict.fromkeys(self.labels[n] for n in self._side("c")))
        if self.roles[name] == "e":
            for offset, label in enumerate(cores):
                yield {
                    "name": f"UC traversal from {label}",
                    "type": "traversal_server",
                    "uc": True,
                    "port": _TRAVERSAL_PORT + offset,
                    "verify_name": label,
                }
            return
        port = _TRAVERSAL_PORT + cores.index(self.labels[name])
        for label in dict.fromkeys(self.labels[n] for n in self._side("e")):
            yield {
                "name": f"UC traversal to {label}",
                "type": "traversal_client",
                "uc": True,
                "peers": self._peers(label),
                "port": port,
            }

    def _client_certificate(self, name: str) -> x509.Certificate | None:
        """From X15.5 on, what an upgrade puts there by itself: the server certificate."""
        own = self.specs[name]
        if own.get("client_certificate"):
            spec = merge(own.get("certificate") or {}, own["client_certificate"])
            return self._certificate(name, spec, "client_certificate")
        return self.certificates[name] if _release(self._version(name)) >= (15, 5) else None

    def _certificate(self, name: str, own: Spec, store: str) -> x509.Certificate:
        path = f"nodes.{name}.{store}"
        if (other := own.get("same_as")) is not None:
            if other == name or other not in self.specs:
                raise ValueError(f"{path}.same_as: no other node {other!r}")
            return self._certificate(other, self.specs[other].get("certificate") or {}, store)
        return leaf(
            own,
            path,
            self.at,
            self.issuers,
            list(self.specs).index(name),
            common_name=self.fqdns[name],
            own_names=self._own_names(name),
        )

    def _others(self, key: str) -> Iterator[tuple[str, x509.Certificate]]:
        """Further certificates of the nodes that have some."""
        for name, own in self.specs.items():
            if own.get(key):
                yield name, self._certificate(name, own[key], key)

    def _own_names(self, name: str) -> tuple[str, ...]:
        own = [self.fqdns[name], self.labels[name]]
        if self.roles[name] == "e":
            own += [domain for core in self._side("c") for domain in self._mra_domains(core)]
        return tuple(dict.fromkeys(own))

    def _trust(self, name: str) -> Iterator[x509.Certificate]:
        authorities = {name: issued.certificate for name, issued in self.issuers.items()}
        known = {**self.others, **self.certificates, **authorities}
        path = f"nodes.{name}.trust"
        for entry in names(self.specs[name].get("trust", DEFAULT_TRUST), path):
            if entry not in known:
                hint = did_you_mean(entry, known)
                raise ValueError(f"{path}: no authority or node {entry!r}{hint}")
            yield known[entry]
        count = number(self.specs[name].get("trust_filler", 0), f"{path}_filler", MOST_FILLER)
        yield from filler(self.at, count)

    def _crl_issuers(self, name: str) -> Iterator[Issued]:
        path = f"nodes.{name}.crls"
        for issuer in names(self.specs[name].get("crls", ()), path):
            if issuer not in self.issuers:
                hint = did_you_mean(issuer, self.issuers)
                raise ValueError(f"{path}: no authority {issuer!r}{hint}")
            yield self.issuers[issuer]

    def _alarms(self, name: str) -> Iterator[Alarm]:
        far_side = ", ".join(self.fqdns[n] for n in self._far_side(name))
        given = _list(self.specs[name].get("alarms"), f"nodes.{name}.alarms")
        for index, entry in enumerate(given):
            own: Spec = entry if isinstance(entry, Mapping) else {"id": entry}
            path = f"nodes.{name}.alarms[{index}]"
            check(own, _ALARM, path)
            number = own.get("id")
            words = ALARMS.get(number) if isinstance(number, int) else None
            if not isinstance(number, int) or (words is None and "detail" not in own):
                raise ValueError(f"{path}: no text is known for alarm {number!r}; give its detail")
            words = words or Entry("warning", "", "")
            yield Alarm(
                id=number,
                severity=words.severity,
                detail=str(own.get("detail", words.detail(str(own.get("hosts", far_side))))),
                lowered=bool(own.get("lowered", False)),
            )


def _list(value: Any, path: str) -> tuple[Any, ...]:
    """The elements of a list that may be left out."""
    if not isinstance(value, list | tuple | None):
        raise ValueError(f"{path}: expected a list, not {value!r}")
    return tuple(value or ())


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version such as X14.3.4."""
    return tuple(int(number) for number in version.removeprefix("X").split("."))

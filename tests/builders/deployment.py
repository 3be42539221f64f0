"""Deployments of Expressway nodes, UC servers and clients: from a spec to what they leave behind.

A spec is a plain mapping, merged over a healthy Expressway-C and Expressway-E; `shape.SHAPE`
describes its keys. `build` gives the bundles in memory, `write` puts them into a folder; both give
the same bytes for the same spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .authorities import authorities
from .bundle import members, older_member, write_bundle
from .given_files import certificate_files
from .log import log
from .network import Network
from .nodes import Node
from .other_logs import other_log
from .pki import Issued, pem
from .shape import full
from .spec import Spec, file_name, instant, merge
from .unified_cm import uc_certificates, uc_nodes
from .unified_cm_files import uc_files

__all__ = ["Deployment", "build", "merge", "write"]


@dataclass(frozen=True)
class Deployment:
    """A deployment in memory.

    `members` holds each node's bundle by node name: member name to content. `files` holds what
    is given beside the bundles: certificate files, the files of UC servers, logs of clients.
    """

    at: datetime
    authorities: Mapping[str, Issued]
    nodes: tuple[Node, ...]
    members: Mapping[str, Mapping[str, bytes]]
    files: Mapping[str, bytes]

    def member(self, node: str, start: str, end: str = "") -> bytes:
        """The one member of a node's bundle whose name has this start and end.

        Raises ValueError if there are none or several.
        """
        (data,) = (
            content
            for name, content in self.members[node].items()
            if name.startswith(start) and name.endswith(end)
        )
        return data


def build(spec: Spec) -> Deployment:
    """The deployment that `spec` describes. Raises ValueError for a mistake in it."""
    whole = full(spec)
    at = instant(whole["at"], "at")
    issuers = authorities(whole["authorities"], at)
    uc_specs = whole.get("unified_cm") or {}
    uc = uc_certificates(uc_specs, at, issuers)
    network = Network(whole["nodes"], str(whole["version"]), at, issuers, uc)
    nodes = network.nodes()
    addresses = {node.name: node.ip for node in nodes}
    pems = {node.name: pem(node.certificate).decode() for node in nodes}
    cas = {name: issued.certificate for name, issued in issuers.items()}
    own = {node.name: node.certificate for node in nodes}
    coming = {f"{name}/next": certificate for name, certificate in network.next.items()}
    known = {**uc, **own, **cas, **coming}
    files = dict(certificate_files(whole.get("certificate_files") or {}, known, issuers, at))
    for one in nodes:
        if one.name in network.former:
            files[older_member(one)] = pem(network.former[one.name])
    for node in uc_nodes(uc_specs, uc, known):
        files |= dict(uc_files(node))
        if node.log:
            path = f"unified_cm.{node.name}.log"
            files[f"{node.name}_SDL001_100_000001.txt"] = other_log(node.log, path, node.name)
    for name, events in (whole.get("clients") or {}).items():
        path = f"clients.{name}"
        files[file_name(name, path)] = other_log(events or (), path)
    return Deployment(
        at=at,
        authorities=issuers,
        nodes=nodes,
        members={n.name: dict(members(n, log(n, addresses, pems))) for n in nodes if n.given},
        files=files,
    )


def write(spec: Spec, folder: Path) -> list[Path]:
    """Write one bundle a node, and the certificate files, into `folder`; the paths written."""
    deployment = build(spec)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [
        write_bundle(node, deployment.members[node.name], folder)
        for node in deployment.nodes
        if node.given
    ]
    for name, data in deployment.files.items():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    return paths

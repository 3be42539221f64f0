"""Deployments of Expressway nodes: from a spec to the diagnostic bundles they leave behind.

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
from .bundle import members, write_bundle
from .given_files import certificate_files
from .log import log
from .network import Network
from .nodes import Node
from .pki import Issued, pem
from .shape import full
from .spec import Spec, instant, merge

__all__ = ["Deployment", "build", "merge", "write"]


@dataclass(frozen=True)
class Deployment:
    """A deployment in memory.

    `members` holds each node's bundle by node name: member name to content. `files` holds the
    certificate files given beside the bundles.
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
    nodes = Network(whole["nodes"], str(whole["version"]), at, issuers).nodes()
    addresses = {node.name: node.ip for node in nodes}
    pems = {node.name: pem(node.certificate).decode() for node in nodes}
    cas = {name: issued.certificate for name, issued in issuers.items()}
    own = {node.name: node.certificate for node in nodes}
    files = certificate_files(whole.get("certificate_files") or {}, own | cas, [*cas.values()])
    return Deployment(
        at=at,
        authorities=issuers,
        nodes=nodes,
        members={n.name: dict(members(n, log(n, addresses, pems))) for n in nodes if n.given},
        files=dict(files),
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

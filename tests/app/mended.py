"""A deployment after a kit's files were applied to it, as an administrator would."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certclinic.builders.bundle import write_bundle
from certclinic.builders.deployment import build, merge
from certclinic.builders.pki import pem
from certclinic.builders.shape import full

KIT_FILE = re.compile(r"(?P<node>[^/]+)/(?P<what>[^/]+)(?:/[^/]+)?")
_STATES = ("log", "alarms", "tunnels", "log_noise")


def mended(spec: Mapping[str, Any], kit: Mapping[str, str], folder: Path) -> list[Path]:
    """Write the deployment's bundles and files with the kit's files applied; the paths.

    Logs, alarms and states are left out: they told of the time before.
    """
    calm = _calm(full(spec))
    for host, values in _renewed(kit).items():
        calm = merge(calm, {"nodes": {host: values}})
    deployment = build(calm)
    folder.mkdir(parents=True)
    paths = []
    for node in deployment.nodes:
        if node.given:
            members = dict(deployment.members[node.name])
            for name, data in members.items():
                if re.fullmatch(r"ca(_.*)?\.pem", name):
                    members[name] = _trust(data, node.name, kit)
                elif name.startswith("xconf_dump"):
                    cluster = node.cluster and node.cluster.name
                    peers = [
                        o.name for o in deployment.nodes if o.cluster and o.cluster.name == cluster
                    ]
                    members[name] = _configured(data, [node.name, *peers], kit)
            paths.append(write_bundle(node, members, folder))
    lists = {
        name
        for name, file in (calm.get("certificate_files") or {}).items()
        if file.get("format") == "crl"
    }
    # A revocation list names the certificates of before.
    found = {**deployment.files, **{name: build(spec).files[name] for name in lists}}
    for name, data in found.items():
        server = name.removesuffix("_snapshot.json")
        changed = _snapshot(data, server, kit) if name != server else data
        (folder / name).write_bytes(changed)
        paths.append(folder / name)
    return paths


def _calm(spec: dict[str, Any]) -> dict[str, Any]:
    spec = deepcopy(spec)
    spec.pop("clients", None)
    for server in (spec.get("unified_cm") or {}).values():
        (server or {}).pop("log", None)
    for node in spec["nodes"].values():
        for key in _STATES:
            node.pop(key, None)
        for zone in (node.get("zone") or {}, *(node.get("zones") or ())):
            zone.pop("status", None)
    return spec


def _of(kit: Mapping[str, str], node: str, *kinds: str) -> Iterator[str]:
    """The texts of the kit's files for a node that lie in folders of these names."""
    for path, text in kit.items():
        parts = path.split("/")
        if parts[0].split(".")[0] == node and len(parts) == 3 and parts[1] in kinds:
            yield text


def _trust(data: bytes, node: str, kit: Mapping[str, str]) -> bytes:
    """The list with what is appended, without what is deleted."""
    gone = [x509.load_pem_x509_certificate(t.encode()) for t in _of(kit, node, "to-be-removed")]
    kept = [c for c in x509.load_pem_x509_certificates(data) if c not in gone] if data else []
    added = [text.encode() for text in _of(kit, node, "trusted-ca")]
    return b"".join([*map(pem, kept), *added])


def _snapshot(data: bytes, server: str, kit: Mapping[str, str]) -> bytes:
    shown = json.loads(data)
    for store in shown["trusts"]:
        entries = store["certificate_data"]
        for number, text in enumerate(_of(kit, server, store["service"] + "-trust")):
            entries.append({"filename": f"added-{number}.pem", "certificate": _block(text)})
    return json.dumps(shown).encode()


def _block(text: str) -> str:
    certificate = x509.load_pem_x509_certificate(text.encode())
    return certificate.public_bytes(Encoding.PEM).decode()


def _configured(data: bytes, peers: Sequence[str], kit: Mapping[str, str]) -> bytes:
    """The dump with the values that the kit's commands set on any peer."""
    text = data.decode()
    for path, commands in kit.items():
        if path.split("/")[0].split(".")[0] in peers and path.endswith("-commands.txt"):
            for command in commands.splitlines():
                pattern = rf"(?m)^\*c {re.escape(command.partition(':')[0])}: .*$"
                line = f"*c {command}"
                text, found = re.subn(pattern, line.replace("\\", r"\\"), text)
                text = text if found else f"{text.rstrip()}\n{line}\n"
    return text.encode()


def _renewed(kit: Mapping[str, str]) -> dict[str, Any]:
    """For each node the certificates that a CA makes of the kit's requests."""
    found: dict[str, dict[str, Any]] = {}
    for path, text in kit.items():
        node, _, file = path.partition("/")
        if not file.endswith(".cnf"):
            continue
        asked = configparser.ConfigParser(strict=True, interpolation=None)
        asked.optionxform = str  # type: ignore[assignment]
        asked.read_string(text)
        values = {
            "cn": asked[" subject "]["CN"],
            "san": list(asked[" names "].values()) if " names " in asked else [],
            "eku": [
                usage.strip().removesuffix("Auth")
                for usage in asked[" extensions "]["extendedKeyUsage"].split(",")
            ],
            "from": "-1d",
            "to": "364d",
            "key": "rsa" + asked[" req "]["default_bits"],
            "digest": asked[" req "]["default_md"],
        }
        key = "client_certificate" if "client" in file else "certificate"
        found.setdefault(node.split(".")[0], {})[key] = values
    return found

"""A node's diagnostic bundle: the members that Expressway puts into it, and the archive."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from . import configuration, status
from .archives import tar_gz, zipped
from .nodes import Node
from .pki import pem, trust_list

_STAMPS = {"new": "%Y-%m-%d_%H_%M_%S", "colon": "%Y-%m-%d_%H:%M:%S", "space": "%Y-%m-%d_%H %M %S"}
# What bundles held when names had neither host nor time.
_OLD_PARTS = frozenset(("log", "xconf", "xstat", "pcap"))


def members(node: Node, log_text: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member, the parts left out that the node omits."""
    client = node.client_certificate
    behind = node.trust if node.chain_file else ()
    old = node.naming == "old"
    capture = "diagnostic_logging_tcpdump" if old else "eth0_diagnostic_logging_tcpdump0"
    suffix = "" if old else f"_{node.hostname}_{_stamp(node)}"
    for part, start, end, content in (
        ("log", "loggingsnapshot", ".txt", log_text),
        ("xconf", "xconf_dump", ".txt", configuration.text_dump(node)),
        ("xml", "xconf_dump", ".xml", configuration.xml_dump(node)),
        ("xstat", "xstat_dump", ".txt", status.text_dump(node)),
        ("xml", "xstat_dump", ".xml", status.xml_dump(node)),
        ("pcap", capture, ".pcap", _capture(node)),
        ("ca", "ca", ".pem", trust_list(node.trust) + _revocation_lists(node)),
        ("server", "server", ".pem", b"".join(map(pem, (node.certificate, *behind)))),
        ("client", "client", ".pem", pem(client) if client else None),
    ):
        known = not old or part in _OLD_PARTS
        if known and part not in node.omit and content is not None:
            yield f"{start}{suffix}{end}", content


def older_member(node: Node) -> str:
    """Name of the server certificate in a bundle of a month before."""
    return f"server_{node.hostname}_{node.now - timedelta(days=30):{_STAMPS['new']}}.pem"


def write_bundle(node: Node, contents: Mapping[str, bytes], folder: Path) -> Path:
    """Write a bundle of these members in the node's format; the path of it."""
    name = f"diagnostic_log_{node.hostname}_{_stamp(node)}"
    if node.format == "folder":
        path = folder / name
        path.mkdir(exist_ok=True)
        for member, data in contents.items():
            (path / member).write_bytes(data)
        return path
    pack = zipped if node.format == "zip" else tar_gz
    path, data = folder / f"{name}.{node.format}", pack(contents, node.now)
    if node.nested:
        # As a case's attachments are zipped together before they are sent.
        path, data = folder / f"{name}_attachment.zip", zipped({path.name: data}, node.now)
    path.write_bytes(data)
    return path


def _stamp(node: Node) -> str:
    return node.now.strftime(_STAMPS.get(node.naming, _STAMPS["new"]))


def _revocation_lists(node: Node) -> bytes:
    return b"".join(crl.public_bytes(Encoding.PEM) for crl in node.crls)


def _capture(node: Node) -> bytes:
    """A packet capture (libpcap format) of one empty Ethernet frame."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    frame = bytes(60)
    record = struct.pack("<IIII", int(node.now.timestamp()), 0, len(frame), len(frame))
    return header + record + frame

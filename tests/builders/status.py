"""A node's status as its bundle shows it: the xStatus dump, as text and as XML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from .nodes import Node, Zone

Tree = Mapping[str, Any]
"""A block: scalars and inner blocks by name. Text is quoted, numbers and bare words are not."""

_BUILD = "20251118"


class Bare(str):
    """A word that the dump writes without quotes, such as Active."""


def text_dump(node: Node) -> bytes:
    """`*s <Name>:` blocks of indented `Key: value` lines, each ended by `*s/end`."""
    lines: list[str] = []
    for name, block in _blocks(node).items():
        first, *inner = _tree(name, block)
        lines += [f"*s {first}", *inner, "*s/end"]
    return ("\n".join(lines) + "\n").encode()


def xml_dump(node: Node) -> bytes:
    """The XML dump, reduced to the product and its version."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Status>\n'
        f"  <SystemUnit><Software><Version>{escape(node.version)}</Version></Software>"
        "</SystemUnit>\n</Status>\n"
    ).encode()


def _tree(name: str, block: Any, depth: int = 0) -> list[str]:
    indent = "  " * depth
    if not isinstance(block, Mapping):
        quoted = isinstance(block, str) and not isinstance(block, Bare)
        return [f'{indent}{name}: "{block}"' if quoted else f"{indent}{name}: {block}"]
    if not block:
        return [f"{indent}{name}: /"]
    inner = [line for key, value in block.items() for line in _tree(key, value, depth + 1)]
    return [f"{indent}{name}:", *inner]


def _blocks(node: Node) -> Tree:
    alarms = [alarm for alarm in node.alarms if not alarm.lowered]
    return {
        "Alarm": {
            f"Alarm {number}": {
                "ID": str(alarm.id),
                "Severity": alarm.severity,
                "Status": Bare("Raised"),
                "Detail": alarm.detail,
            }
            for number, alarm in enumerate(alarms, start=1)
        },
        "Calls": {},
        "NetworkInterface": {
            "Ethernet 1": {"Name": "LAN 1", "IPv4": {"Address": node.ip, "Mask": "255.255.255.0"}}
        },
        "SIP": {"Ethernet 1": {"IPv4": {"TLS": {"Status": Bare("Active"), "Port": 5061}}}},
        "SystemUnit": {
            "Product": "TANDBERG VCS",
            "Uptime": int(node.uptime.total_seconds()),
            "SystemTime": f"{node.now:%Y-%m-%d %H:%M:%S}",
            "TimeZone": "UTC",
            "Software": {
                "Version": node.version,
                "Build": _BUILD,
                "Name": "s42700",
                "ReleaseDate": "2025-11-18",
                "Configuration": {"Expressway": Bare(node.role == "e")},
            },
        },
        "Tunnels": _tunnels(node),
        "Zones": {
            "DefaultZone": {"Name": "DefaultZone", "Calls": {}},
            **{f"Zone {n}": _zone(node, zone) for n, zone in enumerate(node.zones, start=1)},
        },
    }


def _tunnels(node: Node) -> Tree:
    if node.tunnels == "none":
        return {}
    return {
        f"Tunnel {number}": {"Peer": peer, "Port": 2222, "Status": Bare(node.tunnels)}
        for number, peer in enumerate(node.far_side, start=1)
    }


def _zone(node: Node, zone: Zone) -> Tree:
    since = f"{node.now - timedelta(hours=2):%Y-%m-%d %H:%M:%S}"
    peers = node.far_side.values() if zone.type == "traversal_server" else zone.peers
    return {
        "Name": zone.name,
        "Status": Bare(zone.status),
        "Type": Bare(zone.kind),
        zone.kind: {
            f"Peer {number}": {
                "SIP": {
                    "Status": Bare(zone.status),
                    "Address": peer,
                    "Port": zone.port,
                    "LastStatusChange": since,
                    "Server": f"TANDBERG/4137 ({node.version})",
                }
            }
            for number, peer in enumerate(peers, start=1)
        },
    }

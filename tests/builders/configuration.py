"""A node's configuration as its bundle shows it: the xConfiguration dump, as text and as XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .nodes import Node, Zone

# The boxes store passwords ciphered; the dump must not be shared all the same.
_CIPHERED = "{cipher}qeh8eq+uuVY0QGsQ1kZkZQ=="

Setting = tuple[str, str]
_WORD = re.compile(r"([A-Za-z][\w.-]*)(?: (\d+)(?= |$))?")
"""A word of a key and the number that follows it, if one does."""


def text_dump(node: Node) -> bytes:
    """`*c xConfiguration <key>: "<value>"`, one line a setting, sorted as the boxes do."""
    lines = (f'*c xConfiguration {key}: "{value}"\n' for key, value in sorted(_settings(node)))
    return "".join(lines).encode()


def xml_dump(node: Node) -> bytes:
    """The XML dump: all settings where asked for, and what the text leaves out.

    That is the cluster's TLS verification mode.
    """
    mode = node.cluster.tls_verify.capitalize() if node.cluster else "Permissive"
    root = Element("Configuration")
    for key, value in sorted(_settings(node)) if node.whole_xml else ():
        at = root
        for word, number in _WORD.findall(key):
            path = f"{word}[@item='{number or 1}']"
            found = at.find(path)
            at = SubElement(at, word, item=number or "1") if found is None else found
        at.text = value
    if not node.whole_xml:
        SubElement(SubElement(root, "SystemUnit"), "Name").text = node.hostname
    SubElement(SubElement(root, "clusterConfiguration"), "tls_verify").text = mode
    indent(root)
    return f"{tostring(root, encoding='unicode')}\n".encode()


def _settings(node: Node) -> Iterator[Setting]:
    settings = {
        "SystemUnit Name": node.hostname,
        "IP DNS Hostname": node.hostname,
        "IP DNS Domain Name": node.domain,
        "Ethernet 1 IP V4 Address": node.ip,
        "DNS Server 1 Address": "10.0.0.53",
        "NTP Server 1 Address": "ntp.example.com",
        "CollaborationEdge Enabled": "On",
        "Logger Developer developer.ssl Level": "DEBUG",
        "SIP TLS Mode": "On",
        "SIP TLS Port": "5061",
        "SIP TLS Certificate Revocation Checking Mode": "Off",
        "Zones DefaultZone SIP TLS Verify Mode": "Off",
    }
    if node.role == "c":
        settings["EdgeConfigServer VerifyOriginServer"] = "On"
        settings["Ciphers UcClientTLSCiphers Value"] = (
            "ECDHE-RSA-AES256-GCM-SHA384:EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK"
            ":!eNULL:!aNULL:!aDH"
        )
    if node.client_certificate is not None:
        settings["SIP TLS Certificate ExtendedKeyUsage Checking Mode"] = "On"
    for number, domain in enumerate(node.mra_domains, start=1):
        settings[f"SIP Domain {number} Name"] = domain
        settings[f"SIP Domain {number} Edge"] = "On"
    if node.cluster:
        settings["Alternates Cluster Name"] = node.cluster.name
        settings["Alternates ConfigurationPrimary"] = "1"
        for number, peer in enumerate(node.cluster.peers, start=1):
            settings[f"Alternates Peer {number} Address"] = peer
    for number, zone in enumerate(node.zones, start=1):
        for key, value in _zone(zone):
            settings[f"Zones Zone {number} {key}"] = value
    settings.update({key: str(value) for key, value in node.settings.items()})
    yield from settings.items()


def _zone(zone: Zone) -> Iterator[Setting]:
    kind = zone.kind
    verify = "On" if zone.tls_verify else "Off"
    yield "Name", zone.name
    yield "Type", kind
    yield f"{kind} SIP TLS Verify Mode", verify
    if zone.verify_name is not None:
        yield f"{kind} SIP TLS Verify Subject Name", zone.verify_name
    if zone.type == "dns":
        yield "DNS SIP TLS Verify InboundClassification", "Off"
        return
    yield f"{kind} SIP Port", str(zone.port)
    yield f"{kind} SIP Transport", "TLS"
    for number, peer in enumerate(zone.peers, start=1):
        yield f"{kind} Peer {number} Address", peer
    if zone.type.startswith("traversal"):
        yield f"{kind} Collaboration Edge", "On" if zone.uc else "Off"
        yield f"{kind} SIP Media Encryption Mode", "On" if zone.uc else "Auto"
        yield f"{kind} Authentication UserName", zone.user
    if zone.type == "traversal_client":
        yield "TraversalClient Authentication Password", _CIPHERED

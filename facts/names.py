"""Whether a certificate carries a name, as each consumer compares it.

Expressway asks the subject alternative names, case-insensitively; the common name counts only
where Cisco's documents contradict each other, so it is told apart. DNS names compare as in
RFC 6125 section 6.4, internationalised ones in their A-label form (RFC 5890). An IP address
matches iPAddress entries only (Unified Communications guide).
"""

from __future__ import annotations

import ipaddress
from typing import Literal

import idna

from .x509.certificate import Certificate

NameKind = Literal["fqdn", "short", "ip"]


def name_kind(name: str) -> NameKind:
    """What sort of name an address is: an IP address, a host name without domain, or an FQDN."""
    if _ip(name) is not None:
        return "ip"
    return "fqdn" if "." in name.strip(".") else "short"


def fold(name: str) -> str:
    """A DNS name in the form in which it is compared: lower case, A-labels, no final dot."""
    name = name.strip().rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return name


def dns_match(pattern: str, name: str) -> bool:
    """A dNSName against a host name; `*` stands for the whole first label (RFC 6125, 6.4.3)."""
    pattern, name = fold(pattern), fold(name)
    if pattern.startswith("*."):
        first, _, rest = name.partition(".")
        return bool(first) and rest == pattern[2:] and "." in rest
    return pattern == name


def carries(certificate: Certificate, name: str) -> Literal["san", "cn"] | None:
    """Where a certificate carries a name: in its alternative names, or only as a common name."""
    address = _ip(name)
    if address is not None:
        if any(_ip(entry) == address for entry in certificate.ip_addresses):
            return "san"
    elif any(dns_match(entry, name) for entry in certificate.dns_names):
        return "san"
    if any(dns_match(entry, name) for entry in certificate.common_names):
        return "cn"
    return None


def traffic_server_accepts(certificate: Certificate, name: str) -> bool:
    """Whether Traffic Server takes a certificate for the name that it connects to.

    Its rule is its own: an address is compared as text with dNSName entries and the common name,
    never with iPAddress entries; the first common name counts even where there are alternative
    names; `*` stands for the first label of a name with at least two more (upstream
    X509HostnameValidator.cc, as called in SSLClientUtils.cc with is_ip false).
    """
    wanted = fold(name.strip("[]"))
    return any(
        fold(entry) == wanted
        or (
            entry.startswith("*.")
            and entry.count(".") >= 2
            and wanted.partition(".")[2] == fold(entry[2:])
        )
        for entry in (*certificate.dns_names, *certificate.common_names[:1])
    )


def carries_service_domain(certificate: Certificate, domain: str) -> bool:
    """Whether an Expressway-E certificate satisfies MRA clients of a domain.

    The domain itself, `collab-edge.` before it, or the SRV-ID `_collab-edge._tls.` before it
    (Cisco 118798, 211304).
    """
    if any(carries(certificate, name) == "san" for name in (domain, f"collab-edge.{domain}")):
        return True
    service = fold(f"_collab-edge._tls.{domain}")
    return any(fold(entry) == service for entry in (*certificate.srv_names, *certificate.dns_names))


def shown(certificate: Certificate) -> str:
    """The names that a certificate carries, for people; shortened after twenty."""
    entries = [*certificate.dns_names, *certificate.ip_addresses]
    entries += [f"SRV:{entry}" for entry in certificate.srv_names]
    if not entries:
        common = certificate.common_name
        return f"no alternative name, CN={common}" if common else "no name"
    more = f", and {len(entries) - 20} more" if len(entries) > 20 else ""
    return ", ".join(entries[:20]) + more


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None

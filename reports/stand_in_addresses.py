"""Addresses that stand for others: of ranges that are routed nowhere."""

from __future__ import annotations

import ipaddress

_NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")
"""For documentation (RFC 5737); when these are used up, for benchmarks (RFC 2544)."""

_HOSTS = tuple(ipaddress.IPv4Network(network) for network in _NETWORKS)
_SIX = ipaddress.IPv6Network("2001:db8::/32")
"""For documentation (RFC 3849)."""


def meaningless(text: str) -> bool:
    """No IP address, or one that tells of no host: loopback, unspecified, multicast, a mask."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    return (
        address.is_loopback
        or address.is_unspecified
        or address.is_multicast
        or (address.version == 4 and address.packed[0] == 255)
    )


def documentation_address(text: str, number: int) -> str:
    """The address that stands for an address, which is the one with that number, from 0."""
    if ipaddress.ip_address(text).version == 6:
        return str(_SIX[number + 1])
    for network in _HOSTS:
        usable = network.num_addresses - 2
        if number < usable:
            return str(network[number + 1])
        number -= usable
    return str(ipaddress.IPv4Address((240 << 24) + number))

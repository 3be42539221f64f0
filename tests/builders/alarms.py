"""Alarms by id: severity, title and description, as an Expressway words them (Alarms Reference)."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """Words of an alarm; `{hosts}` in the description is filled in per alarm."""

    severity: str
    title: str
    description: str

    def detail(self, hosts: str) -> str:
        """Title and description as the log's Detail holds them."""
        return f"{self.title}: {self.description.replace('{hosts}', hosts)}"


_RESTART = "Restart required"
_TUNNEL = "Unified Communications SSH tunnel failure"
_UC = "Unified Communications configuration error"

ALARMS: dict[int, Entry] = {
    15004: Entry(
        "error",
        "Application failed",
        "An unexpected software error was detected in portforwarding.pyc",
    ),
    15022: Entry(
        "warning",
        _RESTART,
        "Domain certificate configuration has been changed, however a restart is required for"
        " this to take effect.",
    ),
    15028: Entry(
        "warning",
        _RESTART,
        "Server certificate and private key have been changed, however a restart is required"
        " for this to take effect.",
    ),
    20004: Entry(
        "warning",
        "Cluster communication failure",
        "The system is unable to communicate with one or more of the cluster peers",
    ),
    20006: Entry(
        "warning",
        "Cluster database communication failure",
        "The database is unable to replicate with one or more of the cluster peers",
    ),
    20020: Entry(
        "warning", _RESTART, "TLS verification configuration does not match active status."
    ),
    20021: Entry(
        "warning",
        "Cluster communication failure",
        "Unable to establish a TCP connection with {hosts} on ports 4369-4380",
    ),
    25002: Entry(
        "warning",
        "Date and time not validated",
        "The system is unable to obtain the correct time and date from an NTP server",
    ),
    25019: Entry(
        "warning",
        "Verbose log levels configured",
        "One or more modules of the Network Log or Support Log are set to a level of Debug or"
        " Trace",
    ),
    25021: Entry(
        "warning", "NTP server not available", "The system is unable to contact an NTP server"
    ),
    25022: Entry(
        "warning",
        "Time not synchronized over traversal zone",
        "The system time of this server is different from that on a server on the other side of"
        " a SIP traversal zone",
    ),
    25030: Entry(
        "error",
        "Reverse DNS Lookup failed",
        "Failed to do reverse DNS Lookup for address {hosts}. This can cause MRA login to fail.",
    ),
    25031: Entry(
        "error",
        "Certificate verification failed",
        "FQDN in PTR record for address {hosts} does not match with SAN entries presented in"
        " certificate of that Server with IP {hosts}.",
    ),
    35013: Entry(
        "warning",
        _TUNNEL,
        "This system cannot communicate with one or more remote hosts: {hosts}",
    ),
    35014: Entry(
        "warning",
        "Unified Communications SSH tunnel notification failure",
        "This system cannot communicate with one or more remote hosts",
    ),
    35016: Entry(
        "warning",
        "SAML metadata has been modified",
        "The SAML metadata has been modified by a change of the server certificate",
    ),
    40040: Entry(
        "warning",
        _UC,
        "TLS verify mode is not enabled on a traversal zone configured for Unified"
        " Communications services",
    ),
    40043: Entry(
        "warning",
        _UC,
        "Media encryption is not enforced on a traversal zone configured for Unified"
        " Communications services",
    ),
    40049: Entry(
        "notice",
        "Cluster TLS permissive",
        "Cluster TLS verification mode permits invalid certificates",
    ),
    40052: Entry(
        "warning",
        "Certificate error",
        "Server certificate does not have a Common Name (CN) attribute. Some services do not"
        " work without the CN",
    ),
    40068: Entry("critical", "Server certificate validity", "Server certificate expired"),
    40069: Entry(
        "alert", "Server certificate validity", "Server certificate expires in {hosts} days"
    ),
    40078: Entry("critical", "Client certificate has expired", "Client certificate expired"),
    40079: Entry(
        "alert",
        "Client certificate is expiring within the configured warning period",
        "Client certificate expires in {hosts} days",
    ),
    45010: Entry(
        "warning",
        "Configuration warning",
        "A peer address for the zone is down or unreachable. Peer not responding",
    ),
}

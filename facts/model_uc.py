"""Fact types of Unified CM, IM and Presence, Unity Connection and the clients behind MRA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .terms import Eku, FailureClass, Side, State, UcProduct
from .vocabulary import Fact, Time, described, optional


@dataclass(frozen=True, kw_only=True)
class UcServer(Fact):
    """A Unified Communications server of which certificates or logs are among the inputs."""

    host: str = described(
        "first label of its name, lower case, the name of the server everywhere", lower=True
    )
    product: UcProduct = described("cucm: Unified CM; imp: IM and Presence; unity; cms: Meeting")
    names: tuple[str, ...] = described("names and addresses by which the inputs know it")
    certificates: bool = described("certificates of its own are among the inputs")
    trust: bool = described("entries of its trust stores are among the inputs")


@dataclass(frozen=True, kw_only=True)
class UcTarget(Fact):
    """A UC server as an Expressway-C's allow list names it, so as clients are told to reach it."""

    topics = ("log",)
    host: str = described("Expressway-C node")
    server: str = described("name or address of the server, lower case", lower=True)
    port: int = described("port of the server")
    kind: Literal["fqdn", "short", "ip"] = described("what sort of name it is")
    peer: str = described("UC server among the inputs that it is; empty where it is none of them")


@dataclass(frozen=True, kw_only=True)
class UcCertificate(Fact):
    """A certificate of a UC server's own, by its unit."""

    host: str = described("UC server")
    unit: str = described("tomcat, tomcat-ECDSA, CallManager, cup-xmpp, …")
    basis: Literal["pem", "text", "listing"] = described(
        "what it was read from; text and listing show less than the certificate"
    )
    subject: str = described("subject, or what the listing tells of it")
    issuer: str | None = optional("issuer")
    common_name: str | None = optional("first common name of the subject")
    serial: str | None = optional("serial number, lower-case hex", lower=True)
    fp: str | None = optional("SHA-256 fingerprint, lower-case hex", lower=True)
    not_after: Time | None = optional("end of validity")
    days_left: int | None = optional("whole days to the end of validity, negative when past")
    expired: bool = described("its validity is known to have ended before the judged time")
    self_signed: bool | None = optional("signed with its own key")
    ecdsa: bool = described("is the ECDSA certificate of its service")
    eku: Eku | None = optional("extended key usage for TLS; `none` means no such extension")
    names: tuple[str, ...] = described("dNSName entries, lower case", lower=True)


@dataclass(frozen=True, kw_only=True)
class UcTrustEntry(Fact):
    """An entry of a UC server's trust store that an Expressway-C needs, or that is unusual."""

    host: str = described("UC server")
    store: str = described("tomcat-trust, CallManager-trust, cup-xmpp-trust, …")
    position: int = described("place in the store as given, from 1")
    subject: str = described("subject, or what the listing tells of it")
    serial: str | None = optional("serial number, lower-case hex", lower=True)
    not_after: Time | None = optional("end of validity")
    expired: bool = described("its validity is known to have ended before the judged time")
    used: bool = described("is a CA in the chain of an Expressway-C's certificate")


@dataclass(frozen=True, kw_only=True)
class UcTwin(Fact):
    """Two self-signed certificates of a UC server with the same subject and different keys.

    An Expressway-C cannot verify both: a trusted CA list is searched by subject, and the first
    entry is taken (Cisco 213872, CSCwa12894).
    """

    host: str = described("UC server")
    subject: str = described("the subject they share")
    first_unit: str = described("unit of the one, by name")
    second_unit: str = described("unit of the other")


@dataclass(frozen=True, kw_only=True)
class UcTrustDifference(Fact):
    """A CA that one source shows in a trust store and a server's own list does not."""

    host: str = described("UC server whose store lacks the CA")
    store: str = described("trust store")
    seen_in: Literal["server", "database"] = described("where the CA is: another server, or the DB")
    other: str = described("server that holds it, or for which the database lists it")
    subject: str = described("subject of the CA, or what the listing tells of it")
    serial: str = described("serial number of the CA, lower-case hex", lower=True)
    needed: bool = described("is a CA in the chain of an Expressway-C's certificate")


@dataclass(frozen=True, kw_only=True)
class UcFailure(Fact):
    """TLS failures in the log of a UC server that are alike."""

    host: str = described("UC server that logged it")
    event: Literal[
        "verification", "handshake", "name", "name_not_in_cn", "connection", "client"
    ] = described(
        "verification: a peer's certificate was refused; handshake: another TLS error; name:"
        " neither CN nor SAN is the one expected; name_not_in_cn: the SAN is looked at next;"
        " connection: alarm ConnectionFailure; client: as TLS client"
    )
    cls: FailureClass = described("class of the failure")
    rejected_by: Side = described("who refused whom")
    code: int | None = optional("X509_V_ERR number, or reason code of the alarm")
    depth: int | None = optional("depth of the certificate at fault, 0 for the leaf")
    reason: str = described("text of the failure, as logged")
    remote_ip: str | None = optional("address of the other side")
    peer: str | None = optional("Expressway node among the inputs that the other side is")
    received_name: str | None = optional("common name that the other side showed")
    expected_name: str | None = optional("name that the server looked for")
    device: str | None = optional("device or security profile concerned")
    count: int = described("number of times")


@dataclass(frozen=True, kw_only=True)
class UcAlarm(Fact):
    """A certificate alarm of a UC server (UC_CERT, UC_ICSA)."""

    host: str = described("UC server")
    name: str = described("name of the alarm, such as CertValidfor7days")
    level: int = described("severity of syslog, 0 for the most urgent")
    unit: str | None = optional("unit of the certificate, as the alarm names it")
    certificate: str | None = optional("certificate, as the alarm names it")
    count: int = described("number of times")


@dataclass(frozen=True, kw_only=True)
class SecurityProfileName(Fact):
    """A phone security profile that Unified CM looks for in an Expressway-C's certificate."""

    host_field = "core"
    core: str = described("Expressway-C node whose certificate is asked")
    server: str = described("Unified CM that expects the name")
    name: str = described("name of the profile, lower case", lower=True)
    fqdn: bool = described("the name has the form of an FQDN, as X12.6 and later require")
    state: State = described("whether the certificate carries it as alternative name")
    names: str | None = optional("names that the certificate carries, separated by commas")


@dataclass(frozen=True, kw_only=True)
class ClientFailure(Fact):
    """Certificate and sign-in failures in the log of a client that are alike."""

    host_field = None
    log: str = described("log that shows it")
    client: Literal["jabber", "webex_app", "telepresence", "phone"] = described("kind of client")
    stage: Literal[
        "https", "xmpp", "policy", "identity", "edge_domain", "provisioning", "discovery", "tls"
    ] = described(
        "https, xmpp, tls: a connection; policy: verification by the operating system; identity:"
        " comparison of names; edge_domain: the MRA domain in the Expressway-E's certificate;"
        " provisioning; discovery: DNS and service discovery"
    )
    cls: FailureClass = described("class of the failure")
    rejected_by: Side = described("who refused whom; local is the client")
    reason: str = described("text of the failure, as logged")
    name: str | None = optional("name or domain that the client looked for, lower case", lower=True)
    count: int = described("number of times")

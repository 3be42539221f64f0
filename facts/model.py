"""Every type of fact, declared once.

From these classes come what extractors may emit, which names and values a rule may use
(`vocabulary.vocabulary`), the JSON Schema for editors and the fact reference. A fact is flat: text,
numbers, flags, times, versions and lists of text. Each carries the evidence it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import model_checks, model_uc
from .terms import (
    FAILED,
    REASONS,
    SETTINGS,
    UNDECIDED,
    CertificateKind,
    Check,
    Eku,
    FailureClass,
    Link,
    Party,
    Reason,
    Role,
    Side,
    State,
    Store,
)
from .vocabulary import Fact, Time, Topic, Version, described, optional


@dataclass(frozen=True, kw_only=True)
class Node(Fact):
    """One Expressway peer."""

    host: str = described("system name in lower case, the name of the node everywhere", lower=True)
    fqdn: str | None = optional("DNS host name and domain, as configured")
    role: Role = described("which side of the firewall it serves")
    version: Version | None = optional("release it runs")
    cluster: str | None = optional("cluster name, where it is one of several peers")
    mra: bool = described("has a Unified Communications traversal zone, so serves MRA")
    given: bool = described("a bundle of this node is among the inputs")


@dataclass(frozen=True, kw_only=True)
class Coverage(Fact):
    """What the inputs show of a node."""

    host: str = described("node")
    topic: Topic = described("what was looked for")
    state: Literal["seen", "absent", "unreadable"] = described("what was found")


@dataclass(frozen=True, kw_only=True)
class Certificate(Fact):
    """A node's own certificate, or one given as a file."""

    topics = ("server_certificate",)
    host: str = described("node that presents it; for a file, the file's name")
    store: Store = described("where it is installed")
    fp: str = described("SHA-256 fingerprint, lower-case hex", lower=True)
    subject: str = described("subject, RFC 4514")
    issuer: str = described("issuer, RFC 4514")
    common_name: str | None = optional("first common name of the subject")
    serial: str = described("serial number, lower-case hex", lower=True)
    not_before: Time = described("start of validity")
    not_after: Time = described("end of validity")
    days_left: int = described(
        "whole days from the judged time to the end of validity, negative when past"
    )
    expired: bool = described("its validity ended before the judged time")
    not_yet_valid: bool = described("its validity starts after the judged time")
    eku: Eku = described(
        "extended key usage for TLS; `none` means no such extension, good for both"
    )
    kind: CertificateKind = described("whether basicConstraints make it a CA")
    self_signed: bool = described("signed with its own key")
    wildcard: bool = described("has a wildcard as common name or DNS name")
    key_type: str = described("RSA, EC, DSA, Ed25519, …")
    key_bits: int = described("size of the key in bits")
    digest: str = described("digest of the signature, such as sha256")
    names: tuple[str, ...] = described("dNSName entries, lower case", lower=True)
    addresses: tuple[str, ...] = described("iPAddress entries")
    names_length: int = described("characters of all its alternative names together")
    unqualified_name: str | None = optional("first alternative name that is no FQDN")
    unqualified_cn: bool = described("its common name is no FQDN")
    unreadable_attribute: str | None = optional(
        "first attribute of subject or issuer that Expressway does not know, as dotted OID"
    )
    in_file: int = described("number of certificates in the file that it stands in")


@dataclass(frozen=True, kw_only=True)
class TrustEntry(Fact):
    """An entry of a node's trusted CA list that a live chain uses, or that is unusual."""

    topics = ("trust_list",)
    host: str = described("node")
    fp: str = described("SHA-256 fingerprint, lower-case hex", lower=True)
    position: int = described("place in the list, from 1")
    subject: str = described("subject, RFC 4514")
    not_after: Time = described("end of validity")
    days_left: int = described("whole days to the end of validity, negative when past")
    expired: bool = described("its validity ended before the judged time")
    kind: CertificateKind = described("whether basicConstraints make it a CA")
    used: bool = described(
        "is an issuer, by name and key, in a chain that this node or its peers present"
    )


@dataclass(frozen=True, kw_only=True)
class TrustTwin(Fact):
    """Two entries of one trusted CA list with the same subject and different keys."""

    topics = ("trust_list",)
    host: str = described("node")
    subject: str = described("the subject they share")
    first_fp: str = described("fingerprint of the upper entry")
    second_fp: str = described("fingerprint of the lower entry")
    first_position: int = described("place of the upper entry, from 1")
    second_position: int = described("place of the lower entry, from 1")
    needed: Literal["first", "second", "none"] = described("which of them a live chain needs")


@dataclass(frozen=True, kw_only=True)
class TrustDifference(Fact):
    """A CA that one cluster peer trusts and another does not."""

    topics = ("trust_list", "configuration")
    host: str = described("peer whose list lacks the CA")
    peer: str = described("peer whose list holds it")
    cluster: str = described("cluster name")
    fp: str = described("fingerprint of the CA")
    subject: str = described("subject of the CA")
    needed: bool = described("a chain that this cluster has to verify needs it")


@dataclass(frozen=True, kw_only=True)
class CertificateFile(Fact):
    """A certificate file given by itself."""

    host_field = None
    path: str = described("path as given")
    format: str = described("pem, der, pkcs7, pkcs12, csr, key, crl, html, text, empty, …")
    acceptable: bool = described(
        "Expressway's upload page would read it as an X.509 PEM certificate"
    )
    certificates: int = described("number of certificates found in it")
    private_keys: int = described("number of private keys found in it")
    encrypted_key: bool = described("a private key in it is encrypted")
    final_newline: bool = described("its last byte ends a line")
    fault: str | None = optional("what is wrong with the file, in a few words")


@dataclass(frozen=True, kw_only=True)
class UploadCheck(Fact):
    """A node's own certificate held against its own trusted CA list, as the upload page does."""

    topics = ("server_certificate", "trust_list")
    host: str = described("node, or the file's name")
    store: Store = described("store of the certificate")
    certificate: str = described("fingerprint of the certificate")
    state: State = described("whether the chain is complete")
    reason: str | None = optional(
        "missing_intermediate, missing_root, self_signed, twin, signature or other"
    )
    missing_subject: str | None = optional("subject of the first CA that is missing")
    missing_key_id: str | None = optional("its key identifier, from the AKI, hex")
    found_in: str | None = optional("where the inputs hold that CA")
    subject: str = described("subject of the certificate")


@dataclass(frozen=True, kw_only=True)
class Zone(Fact):
    """A zone as configured."""

    topics = ("configuration",)
    host: str = described("node")
    number: int = described("index of the zone")
    name: str = described("name of the zone")
    type: Literal["traversal_client", "traversal_server", "neighbor", "dns", "enum", "other"] = (
        described("kind of zone")
    )
    uc: bool = described("Unified Communications traversal (Collaboration Edge On)")
    port: int | None = optional("SIP port")
    transport: str | None = optional("SIP transport, upper case")
    tls_verify: bool = described("SIP TLS verify mode is On")
    verify_name: str | None = optional("TLS verify subject name, lower case", lower=True)
    status: Literal["active", "failed", "unknown"] = described("state at the time of the bundle")


@dataclass(frozen=True, kw_only=True)
class ZonePeer(Fact):
    """One peer address of a traversal client or neighbour zone."""

    topics = ("configuration",)
    host: str = described("node")
    zone: str = described("name of the zone")
    address: str = described("peer address, lower case", lower=True)
    kind: Literal["fqdn", "short", "ip"] = described("what sort of name the address is")
    peer: str | None = optional("node among the inputs that it leads to")


@dataclass(frozen=True, kw_only=True)
class Pair(Fact):
    """An Expressway-C node and the Expressway-E node that one of its zones leads to."""

    host_field = "core"
    core: str = described("Expressway-C node")
    edge: str = described("Expressway-E node")
    zone: str = described("name of the zone on the Expressway-C")
    uc: bool = described("the zone carries Unified Communications, so SSH tunnels too")
    basis: Literal["name", "certificate", "address", "assumed"] = described(
        "what ties the two together"
    )


@dataclass(frozen=True, kw_only=True)
class LinkCheck(Fact):
    """One check of one side's certificate by the other, worked out from what both hold."""

    topics = ("configuration", "trust_list", "server_certificate", "peer_bundle")
    host_field = "verifier"
    dependences = (
        ("link", "check", {"ssh": ("chain", "purpose", "time")}),
        ("check", "reason", REASONS),
        ("state", "reason", {"ok": (), "unknown": UNDECIDED, "fail": FAILED}),
    )
    link: Link = described(
        "sip: traversal zone; ssh: tunnels on TCP 2222; cluster: peers on 4372; neighbor: neighbour"
        " zone; the others: connections of an Expressway-C to a UC server, by protocol and port"
    )
    client: str = described("node that opens the connection")
    server: str = described("node that accepts it")
    verifier: str = described("node whose trust list decides")
    verifier_role: Party = described("role of the verifier")
    presenter: str = described("node whose certificate is judged")
    presenter_role: Party = described("role of the presenter")
    check: Check = described("what is checked")
    state: State = described("outcome; unknown where evidence is missing")
    enforced: State = described("ok: a failure refuses the connection; fail: the check is off")
    reason: Reason | None = optional("why it fails or is unknown")
    certificate: str | None = optional("fingerprint of the presenter's certificate")
    subject: str | None = optional("subject of the presenter's certificate")
    issuer: str | None = optional("issuer of the presenter's certificate")
    store: Store | None = optional("store it is taken from")
    at_subject: str | None = optional(
        "subject of the certificate at fault; none where it is right and the name asked for is not"
    )
    at_certificate: str | None = optional("its fingerprint")
    at_issuer: str | None = optional("fingerprint of the CA whose key its signature does not fit")
    depth: int | None = optional("its depth, 0 for the leaf")
    missing_subject: str | None = optional("subject of the CA that the verifier lacks")
    missing_key_id: str | None = optional("its key identifier, from the AKI, hex")
    found_in: str | None = optional("where the inputs hold that CA")
    expected_name: str | None = optional("name that is looked for")
    names: str | None = optional("names that the certificate carries, separated by commas")
    zone: str | None = optional("name of the zone on the verifier")
    port: int | None = optional("port of the server")
    openssl: int | None = optional("X509_V_ERR number that OpenSSL reports first")
    unit: str | None = optional("certificate of a UC server that is shown, such as tomcat-ECDSA")
    trust_store: str | None = optional("trust store of a UC server that decides, as tomcat-trust")


@dataclass(frozen=True, kw_only=True)
class NameCheck(Fact):
    """A name that clients or peers ask for, held against a node's server certificate."""

    topics = ("server_certificate",)
    host: str = described("node whose certificate is asked")
    purpose: Literal["mra_domain"] = described("who asks for the name")
    name: str = described("the name, lower case", lower=True)
    state: State = described("whether the certificate carries it")
    configured_on: str = described("node whose configuration names it")
    certificate: str | None = optional("fingerprint of the certificate")
    names: str | None = optional("names that the certificate carries, separated by commas")


@dataclass(frozen=True, kw_only=True)
class Tunnel(Fact):
    """The SSH tunnels of a node as its status shows them."""

    topics = ("status",)
    host: str = described("node")
    peer: str | None = optional("the other end, as the status names it")
    node: str | None = optional("node among the inputs that the other end is")
    state: Literal["active", "failed", "unknown"] = described("state at the time of the bundle")


@dataclass(frozen=True, kw_only=True)
class Alarm(Fact):
    """An alarm, in its last state that the inputs show."""

    topics = ("log",)
    host: str = described("node")
    id: int = described("alarm id, as in Cisco's Alarms Reference")
    title: str = described("title, up to the first colon of the detail")
    detail: str = described("title and description as logged")
    active: bool = described("raised and not lowered since")
    count: int = described("times it was raised")
    first: Time | None = optional("first time seen")
    last: Time | None = optional("last time seen")


@dataclass(frozen=True, kw_only=True)
class TlsFailure(Fact):
    """Handshakes that failed in the same way, from the SIP stack's log lines."""

    topics = ("log",)
    host: str = described("node that logged it")
    direction: Literal["inbound", "outbound"] = described("outbound: the node was TLS client")
    service: Literal["traversal", "sip_tls", "mtls", "other"] = described("by the server's port")
    port: int = described("port of the server")
    remote_ip: str = described("address of the other side")
    peer: str | None = optional("node among the inputs that the other side is")
    rejected_by: Side = described("who refused whom")
    cls: FailureClass = described("class of the failure")
    reason: str = described("text of the failure, as logged")
    expected_name: str | None = optional("name that the node expected (Common-name)")
    count: int = described("number of handshakes")
    first: Time | None = optional("first time")
    last: Time | None = optional("last time")


@dataclass(frozen=True, kw_only=True)
class TrafficServerFailure(Fact):
    """Failed connections of an Expressway-C's Traffic Server to one UC server."""

    topics = ("log",)
    host: str = described("Expressway-C node")
    server: str = described("server as Traffic Server names it, lower case", lower=True)
    peer: str = described("UC server among the inputs that it is; empty where it is none of them")
    ip: str | None = optional("address of the server")
    port: int | None = optional("port of the server, from the transaction")
    rejected_by: Side = described("who refused whom")
    cls: FailureClass = described("class of the failure")
    reason: str = described("text of the failure, as logged")
    depth: int | None = optional("depth of the certificate at fault")
    terminated: bool = described("Action=Terminate: the connection was refused, not only noted")
    is_ip: bool = described("the server is addressed by IP address")
    ecdsa_name: bool = described("the server's name has the -EC suffix of an ECDSA certificate")
    count: int = described("number of connections")
    first: Time | None = optional("first time")
    last: Time | None = optional("last time")


@dataclass(frozen=True, kw_only=True)
class XcpFailure(Fact):
    """Refusals by XCP's certificate verification."""

    topics = ("log",)
    host: str = described("node")
    remote: str = described("address or host that was checked")
    cls: Literal["no_ptr", "name", "other"] = described("what failed")
    reason: str = described("text, as logged")
    count: int = described("number of refusals")


@dataclass(frozen=True, kw_only=True)
class AuthenticationFailure(Fact):
    """Refused SIP credentials."""

    topics = ("log",)
    host: str = described("node that refused")
    method: str = described("SIP method, upper case, or empty")
    detail: str = described("text, as logged")
    remote_ip: str | None = optional("address of the other side")
    peer: str | None = optional("node among the inputs that the other side is")
    count: int = described("number of refusals")
    last: Time | None = optional("last time")


@dataclass(frozen=True, kw_only=True)
class HttpFailure(Fact):
    """HTTP answers that tell a client of a failure."""

    topics = ("log",)
    host: str = described("node that answered")
    status: int = described("HTTP status code")
    reason: str = described("reason phrase")
    target: str | None = optional("server and port that the request was for")
    count: int = described("number of answers")


@dataclass(frozen=True, kw_only=True)
class ConnectionFailure(Fact):
    """TCP connections that did not come about or were cut, without a certificate being named."""

    topics = ("log",)
    host: str = described("node")
    port: int = described("port of the server")
    remote: str = described("address of the other side")
    cls: Literal["refused", "timeout", "idle", "eof", "other"] = described("how it failed")
    reason: str = described("text, as logged")
    count: int = described("number of connections")
    last: Time | None = optional("last time")


@dataclass(frozen=True, kw_only=True)
class Setting(Fact):
    """A configuration value that rules ask for."""

    topics = ("configuration",)
    host: str = described("node")
    key: str = described("key without `xConfiguration`, as Cisco writes it", starts=SETTINGS)
    value: str = described("value, secrets masked")


@dataclass(frozen=True, kw_only=True)
class CipherPreference(Fact):
    """What a cipher string means for the choice between RSA and ECDSA certificates."""

    topics = ("configuration",)
    host: str = described("node")
    group: str = described("cipher setting, such as UcClientTLSCiphers")
    prefers: Literal["rsa", "ecdsa"] = described("which kind the other side is led to choose")
    value: str = described("cipher string")


@dataclass(frozen=True, kw_only=True)
class ClusterTls(Fact):
    """TLS verification mode of a cluster peer."""

    topics = ("configuration",)
    host: str = described("node")
    cluster: str | None = optional("cluster name")
    mode: Literal["permissive", "enforcing"] = described("mode, as configured last")


@dataclass(frozen=True, kw_only=True)
class Change(Fact):
    """Something that an administrator or the system did."""

    topics = ("log",)
    host: str = described("node")
    event: Literal["certificate", "restart", "configuration", "upgrade"] = described("kind")
    detail: str = described("text, as logged")
    last: Time | None = optional("last time")
    count: int = described("number of times")


FACT_TYPES: tuple[type[Fact], ...] = tuple(
    kind
    for kind in Fact.__subclasses__()
    if kind.__module__ in (__name__, model_checks.__name__, model_uc.__name__)
)

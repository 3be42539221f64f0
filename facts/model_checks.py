"""Fact types of single things that Cisco's guides ask for: who issued a certificate and what it is
needed for, what a trusted CA list holds, which key types the tunnels take, which request a
certificate answers, telling phrases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .knowledge import Use
from .terms import Link, State, Store
from .vocabulary import Fact, Time, described, optional

Origin = Literal["public", "private", "unknown"]
RevocationReason = Literal["revoked", "list_expired", "list_not_yet_valid", "other"]
Phrase = Literal[
    "non_ascii_certificate",
    "not_im_and_presence",
    "tunnel_algorithms_upgrade",
    "smart_licensing",
    "federation_name_mismatch",
    "service_timeout",
    "xmpp_port_refused",
    "register_not_allowed",
]


@dataclass(frozen=True, kw_only=True)
class CertificateOrigin(Fact):
    """Who issued a node's own certificate."""

    topics = ("server_certificate", "trust_list")
    host: str = described("node")
    store: Store = described("where the certificate is installed")
    certificate: str = described("fingerprint of the certificate")
    origin: Origin = described(
        "public: an issuer belongs to a known public CA; private: the chain is at hand up to its"
        " root and none does; unknown: neither"
    )
    organisation: str | None = optional("organisation of the public CA")
    server_only_from: Time | None = optional(
        "time from which that CA issues serverAuth alone; missing where it goes on with clientAuth"
    )


@dataclass(frozen=True, kw_only=True)
class ClientAuthUse(Fact):
    """A use that asks a node's own certificate for clientAuth, and what its renewal brings."""

    topics = ("configuration", "server_certificate", "trust_list")
    host: str = described("node that presents the certificate")
    store: Store = described("where the certificate is installed")
    certificate: str = described("fingerprint of the certificate")
    subject: str = described("subject of the certificate")
    use: Use = described("what asks: a link, the SERVICE message of MRA or the upload page")
    asked_by: str = described("node that asks; the node itself for an upload")
    allowed: bool = described("it has clientAuth, or no extended key usage at all")
    origin: Origin = described("whether a public CA issued it")
    organisation: str | None = optional("organisation of the public CA")
    renewal: Time = described("end of its validity, so the latest time of its renewal")
    server_only_from: Time | None = optional("time from which that CA issues serverAuth alone")
    public_until: Time = described(
        "time from which no CA of the browsers' root programmes may issue clientAuth"
    )
    lost_at_renewal: bool = described("at its renewal that CA will issue serverAuth alone")


@dataclass(frozen=True, kw_only=True)
class TrustList(Fact):
    """A node's trusted CA list as a whole."""

    topics = ("trust_list",)
    host: str = described("node")
    entries: int = described("number of certificates in it")
    crls: int = described("number of revocation lists in the same file")
    crl_ended: str | None = optional("subject of a CA whose lists there are all out of date")


@dataclass(frozen=True, kw_only=True)
class CloudRoot(Fact):
    """A root CA that a cloud service of Cisco needs, looked for in a node's trusted CA list."""

    topics = ("trust_list",)
    host: str = described("node")
    service: str = described("the service, such as Webex")
    common_name: str = described("common name of the root CA")
    held: bool = described("the list holds it")


@dataclass(frozen=True, kw_only=True)
class TunnelAlgorithm(Fact):
    """A key type shown on the SSH tunnels, held against the algorithms that the other end takes."""

    topics = ("configuration", "server_certificate", "peer_bundle")
    host: str = described("node whose setting decides")
    presenter: str = described("node whose certificate is shown")
    algorithm: str = described("public key algorithm of that certificate, as the setting names it")
    accepted: bool = described("the setting lists it")
    value: str = described("algorithms that the setting lists")


@dataclass(frozen=True, kw_only=True)
class CertificateRequest(Fact):
    """A request file held against a certificate file of the same common name."""

    host_field = None
    path: str = described("name of the request file")
    certificate_path: str = described("name of the certificate file")
    common_name: str = described("common name of both")
    same_key: bool = described("the certificate has the key that the request was made with")


@dataclass(frozen=True, kw_only=True)
class Renewal(Fact):
    """A node's certificate renewed under another issuer key, held against one list that decides."""

    topics = ("server_certificate",)
    host: str = described("node whose certificate it is")
    store: Store = described("where the certificate is installed, or belongs")
    source: str = described("name of the file or older bundle that shows the other certificate")
    installed: bool = described("the new certificate is the node's own already")
    certificate: str = described("fingerprint of the new certificate", lower=True)
    subject: str = described("subject of the new certificate")
    issuer: str = described("issuer of the new certificate")
    issuer_key_id: str | None = optional("key identifier of that issuer, from the AKI, hex")
    old_issuer: str = described("issuer of the certificate before")
    old_issuer_key_id: str | None = optional("key identifier of that issuer, from the AKI, hex")
    same_name: bool = described("both issuers have the same subject, and different keys")
    verifier: str = described("node or UC server that verifies the certificate")
    trust_store: str = described("its list that decides, such as tomcat-trust")
    state: State = described(
        "whether that list has the new chain; unknown if it is not known whole"
    )
    missing_subject: str | None = optional("subject of the first CA that it lacks")


@dataclass(frozen=True, kw_only=True)
class LogPhrase(Fact):
    """A text in a log that stands for one known trouble by itself."""

    topics = ("log",)
    host: str = described("node")
    phrase: Phrase = described("which text")
    text: str = described("the line, as logged")
    count: int = described("number of lines")


@dataclass(frozen=True, kw_only=True)
class RevocationCheck(Fact):
    """A certificate of a SIP TLS link, held against the revocation list of its CA.

    There is one where the verifier checks revocation and a list of that CA is among the inputs.
    """

    topics = ("configuration", "trust_list", "server_certificate", "peer_bundle")
    dependences = (("state", "reason", {"ok": ()}),)
    host: str = described("node that verifies")
    presenter: str = described("node in whose chain the certificate is")
    client: str = described("node that opens the connection")
    server: str = described("node that accepts it")
    link: Link = described("sip: traversal zone; neighbor: neighbour zone")
    zone: str | None = optional("name of the zone on the verifier")
    store: Store = described("store that the presenter's certificate is taken from")
    certificate: str = described("fingerprint of the certificate")
    subject: str = described("subject of the certificate")
    depth: int = described("its depth in the chain, 0 for the presenter's own")
    issuer: str = described("subject of the CA that the list is of")
    state: State = described("whether the list lets the certificate pass")
    reason: RevocationReason | None = optional("why it does not")
    next_update: Time | None = optional("time until which the list counts")
    enforced: State = described(
        "ok: the connection is refused; unknown: a responder or a newer list may take its place"
    )

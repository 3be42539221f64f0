"""Words that several fact types share: the values that their fields may take."""

from __future__ import annotations

from typing import Literal

State = Literal["ok", "fail", "unknown"]
Role = Literal["expressway_c", "expressway_e", "unknown"]
Store = Literal["server", "client", "file"]
Eku = Literal["both", "server", "client", "none", "other"]
CertificateKind = Literal["ca", "leaf"]
Party = Literal["expressway_c", "expressway_e", "uc_server", "unknown"]
UcProduct = Literal["cucm", "imp", "unity", "cms", "unknown"]

Link = Literal[
    "sip",
    "ssh",
    "cluster",
    "https-8443",
    "https-6971",
    "https-6972",
    "sip-5061",
    "sip-5091",
    "xmpp-7400",
    "neighbor",
]
Check = Literal["chain", "name", "purpose", "time"]
Reason = Literal[
    "missing_intermediate",
    "missing_root",
    "self_signed",
    "twin",
    "signature",
    "weak",
    "not_a_ca",
    "constraint",
    "revoked",
    "expired",
    "issuer_expired",
    "not_yet_valid",
    "name_not_in_certificate",
    "name_only_in_cn",
    "no_client_auth",
    "no_server_auth",
    "no_certificate",
    "no_trust_list",
    "no_name",
    "other",
]

FailureClass = Literal[
    "untrusted",
    "self_signed",
    "name",
    "purpose",
    "expired",
    "not_yet_valid",
    "no_certificate",
    "revocation",
    "protocol",
    "certificate_unknown",
    "bad_certificate",
    "handshake_failure",
    "disconnect",
    "other",
]
Side = Literal["local", "remote", "unknown"]

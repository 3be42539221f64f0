"""Words that several fact types share: the values that their fields may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal["ok", "fail", "unknown"]
Role = Literal["expressway_c", "expressway_e", "unknown"]
Store = Literal["server", "client", "file"]
Eku = Literal["both", "server", "client", "none", "other"]
Usage = Literal["both", "server", "client", "none"]
"""Extended key usage that a certificate is asked for with."""

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

UNDECIDED = ("no_certificate", "no_trust_list", "no_name")
"""Reasons for which a check could not be decided."""

FAILED = tuple(reason for reason in get_args(Reason) if reason not in UNDECIDED)
"""Reasons for which a check fails."""

_OF_TIME = ("expired", "issuer_expired", "not_yet_valid")
_OF_NAME = ("name_not_in_certificate", "name_only_in_cn", "no_name")
_OF_PURPOSE = ("no_client_auth", "no_server_auth")
REASONS: Mapping[str, tuple[str, ...]] = {
    "time": ("no_certificate", *_OF_TIME),
    "name": ("no_certificate", *_OF_NAME),
    "purpose": ("no_certificate", *_OF_PURPOSE),
    "chain": tuple(
        reason for reason in get_args(Reason) if reason not in (*_OF_TIME, *_OF_NAME, *_OF_PURPOSE)
    ),
}
"""The reasons that each check can give."""

SETTINGS = (
    "IP DNS Hostname",
    "IP DNS Domain Name",
    "Alternates Cluster Name",
    "EdgeConfigServer VerifyOriginServer",
    "CollaborationEdge ",
    "SIP TLS ",
    "SIP Advanced ",
    "XCP TLS Certificate ",
    "Ciphers ",
    "NTP Server ",
    "Authentication Certificate ",
    "Login Remote LDAP ",
)
"""Beginnings of the configuration keys that become facts."""

Judged = Literal["expressway_c", "expressway_e", "uc_server", "client"]
"""What a rule may be about."""

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

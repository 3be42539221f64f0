"""Does a certificate carry an expected name? OpenSSL's X509_check_host, _ip and _email.

Partial wildcards (`edge*.example.com`) never match.
"""

from __future__ import annotations

import ipaddress
import re

from ..x509 import dn
from ..x509.certificate import Certificate
from ..x509.extensions import DNS, EMAIL, IP, OTHER_NAME, smtp_utf8_mailbox
from .verification import Name

# A whole first label, then at least two labels of letters, digits and inner hyphens.
_WILDCARD = re.compile(rb"\*(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?){2,}")
_LABEL = re.compile(rb"[0-9A-Za-z-]+|\*")


def has_name(certificate: Certificate, name: Name) -> bool:
    """Whether a subject alternative name, or failing any of that kind the subject, has it."""
    san = certificate.extensions.names
    expected = name.value.encode("utf-8", "surrogatepass")
    if name.kind == "ip":
        packed = ipaddress.ip_address(name.value).packed
        return any(value == packed for _, value in san(IP))
    if name.kind == "dns":
        return any(
            _host_matches(pattern, expected)
            for pattern in [value for _, value in san(DNS)] or _subject(certificate, dn.COMMON_NAME)
        )
    mailboxes = [value for _, value in san(EMAIL)]
    mailboxes += [value for n in san(OTHER_NAME) if (value := smtp_utf8_mailbox(n)) is not None]
    return any(
        _mailbox_matches(mailbox, expected)
        for mailbox in mailboxes or _subject(certificate, dn.EMAIL_ADDRESS)
    )


def _subject(certificate: Certificate, oid: str) -> list[bytes]:
    found = dn.attributes(certificate.subject_name, oid)
    return [a.text.encode("utf-8", "surrogatepass") for a in found if a.text is not None]


def _host_matches(pattern: bytes, host: bytes) -> bool:
    pattern, host = pattern.lower(), host.lower()  # bytes: ASCII letters only
    if host.startswith(b".") and len(host) > 1:  # any name below that domain
        return pattern.endswith(host) and b"\0" not in pattern
    if pattern.startswith(b"*") and _WILDCARD.fullmatch(pattern):
        suffix = pattern[1:]
        return host.endswith(suffix) and bool(_LABEL.fullmatch(host[: -len(suffix)]))
    return pattern == host and b"\0" not in pattern


def _mailbox_matches(mailbox: bytes, expected: bytes) -> bool:
    local, at, domain = mailbox.rpartition(b"@")
    expected_local, _, expected_domain = expected.rpartition(b"@")
    if not at:
        return mailbox == expected
    return local == expected_local and domain.lower() == expected_domain.lower()

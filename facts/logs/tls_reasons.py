"""What the text or code of a TLS failure says: its class, and who refused whom.

A verification error is ours: the local side refused the other's certificate. An alert comes from
the other side: it refused ours. Texts as of OpenSSL 1.0 to 3.x; codes by their reason part, which
is the same in all of them (reason 1000 + n is TLS alert n, RFC 8446 section 6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..terms import FailureClass, Side

_TEXTS: tuple[tuple[str, FailureClass, Side], ...] = (
    (r"self[- ]signed certificate", "self_signed", "local"),
    (r"unable to get (local )?issuer certificate", "untrusted", "local"),
    (r"unable to verify the first certificate", "untrusted", "local"),
    (r"certificate signature failure", "untrusted", "local"),
    (r"invalid CA certificate|issuer certificate doesn't have a public key", "untrusted", "local"),
    (r"key identifier mismatch", "untrusted", "local"),
    (r"uns(uitable|upported) certificate purpose", "purpose", "local"),
    (r"identity was unacceptable", "name", "local"),
    (r"not in certificate", "name", "local"),
    (r"(hostname|IP address) mismatch", "name", "local"),
    (r"certificate has expired", "expired", "local"),
    (r"certificate is not yet valid", "not_yet_valid", "local"),
    (
        r"certificate CRL|CRL (has expired|is not yet valid)|certificate revoked",
        "revocation",
        "local",
    ),
    (r"no certificate returned|did not return a certificate", "no_certificate", "local"),
    (r"key too weak|md too weak|digest algorithm too weak|key too small", "other", "local"),
    (
        r"no shared cipher|unsupported protocol|version too low|wrong (ssl )?version",
        "protocol",
        "local",
    ),
    (r"unrecognized name", "name", "remote"),  # the one alert whose text does not say so
    (r"unknown protocol", "protocol", "unknown"),
    (r"No SSL error available|Got EOF on socket", "disconnect", "unknown"),
)
_PATTERNS = tuple((re.compile(text, re.IGNORECASE), cls, side) for text, cls, side in _TEXTS)

_ALERTS: dict[int, tuple[str, FailureClass]] = {
    40: ("handshake failure", "handshake_failure"),
    42: ("bad certificate", "bad_certificate"),
    43: ("unsupported certificate", "purpose"),
    44: ("certificate revoked", "revocation"),
    45: ("certificate expired", "expired"),
    46: ("certificate unknown", "certificate_unknown"),
    48: ("unknown ca", "untrusted"),
    49: ("access denied", "other"),
    51: ("decrypt error", "other"),
    70: ("protocol version", "protocol"),
    71: ("insufficient security", "protocol"),
    112: ("unrecognized name", "name"),
    116: ("certificate required", "no_certificate"),
}
_ALERT = re.compile(r"alert ([a-z ]+[a-z])", re.IGNORECASE)
_CODE = re.compile(r"error:\s*([0-9A-Fa-f]{8}):")
_REASONS: dict[int, tuple[FailureClass, Side]] = {
    193: ("protocol", "local"),
    199: ("no_certificate", "local"),
    258: ("protocol", "local"),
    266: ("protocol", "local"),
    394: ("other", "local"),
    396: ("protocol", "local"),
}
VERIFY_FAILED = 134


@dataclass(frozen=True)
class TlsReason:
    """Class of a failure and the side that refused."""

    cls: FailureClass
    rejected_by: Side


def reason_code(code: int) -> int | None:
    """The reason part of an OpenSSL error number, or None if it is not of the SSL library.

    >>> reason_code(0x14094418), reason_code(0x0A000418), reason_code(336151568)
    (1048, 1048, 1040)
    """
    if code >> 24 == 0x14:
        return code & 0xFFF
    if code >> 23 & 0xFF == 0x14:
        return code & 0x7FFFFF
    return None


@lru_cache(maxsize=4096)  # a log repeats few reasons many times
def read_reason(text: str) -> TlsReason:
    """Class and refusing side of a failure, from its text with or without a code.

    >>> read_reason("error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca")
    TlsReason(cls='untrusted', rejected_by='remote')
    """
    code = _CODE.search(text)
    reason = reason_code(int(code[1], 16)) if code else None
    if reason is not None and reason >= 1000:
        _, cls = _ALERTS.get(reason - 1000, ("", "other"))
        return TlsReason(cls, "remote")
    alert = _ALERT.search(text)
    if alert:
        words = " ".join(alert[1].lower().split())
        for name, cls in _ALERTS.values():
            if words.startswith(name):
                return TlsReason(cls, "remote")
        return TlsReason("other", "remote")
    for pattern, cls, side in _PATTERNS:
        if pattern.search(text):
            return TlsReason(cls, side)
    if reason in _REASONS:
        return TlsReason(*_REASONS[reason])
    if reason == VERIFY_FAILED or "certificate verify failed" in text:
        return TlsReason("other", "local")
    return TlsReason("other", "unknown")


def verify_failed_only(text: str) -> bool:
    """The text says that verification failed, and not why."""
    found = read_reason(text)
    return found == TlsReason("other", "local") and "verify failed" in text

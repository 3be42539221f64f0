"""Name constraints (RFC 5280, 4.2.1.10) as OpenSSL applies them.

Functions answer with an X509_V_ERR number: 0 fits, 47 outside the permitted subtrees, 48 inside an
excluded one, 49 a subtree with bounds, 51 to 53 a constraint or name that cannot be judged, 1 too
many names.
"""

from __future__ import annotations

import re

from . import der, dn
from . import extensions as ext
from .certificate import Certificate
from .extensions import GeneralName, NameConstraints

_MOST_COMPARISONS = 1 << 20  # NAME_CHECK_MAX: beyond it OpenSSL refuses to judge
_LABEL = re.compile(rb"[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?")


def check_constraints(certificate: Certificate, constraints: NameConstraints, *, leaf: bool) -> int:
    """Whether all names of a certificate respect an issuer's constraints."""
    alternative = certificate.extensions.subject_alt_name or ()
    rdns = dn.rdns(certificate.subject_name)
    names = sum(len(rdn) for rdn in rdns) + len(alternative)
    subtrees = len(constraints.permitted) + len(constraints.excluded)
    if names * subtrees > _MOST_COMPARISONS:
        return 1
    asked = list(alternative)
    if rdns:
        mailboxes = dn.attributes(certificate.subject_name, dn.EMAIL_ADDRESS)
        subject = GeneralName(ext.DIRECTORY_NAME, certificate.subject_name)
        asked[:0] = [subject, *(_email_name(mailbox.value) for mailbox in mailboxes)]
    if leaf and not certificate.extensions.names(ext.DNS):
        common_names = dn.attributes(certificate.subject_name, dn.COMMON_NAME)
        asked += [GeneralName(ext.DNS, host) for cn in common_names if (host := _host(cn))]
    return next((code for name in asked if (code := _check_name(name, constraints))), 0)


def _email_name(value: der.Element) -> GeneralName:
    # An address that is no IA5String has no valid syntax; an empty one has none either.
    return GeneralName(ext.EMAIL, value.value if value.tag == der.IA5_STRING else b"")


def _host(common_name: dn.Attribute) -> bytes:
    text = (common_name.text or "").rstrip("\0").encode("utf-8", "surrogatepass")
    labels = text.split(b".")
    return text if len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) else b""


def _check_name(name: GeneralName, constraints: NameConstraints) -> int:
    permitted = [subtree for subtree in constraints.permitted if subtree.base.tag == name.tag]
    inside = not permitted
    for subtree in permitted:
        if subtree.bounded:
            return 49
        if not inside:
            code = _compare(name, subtree.base.value)
            if code not in {0, 47}:
                return code
            inside = code == 0
    if not inside:
        return 47
    for subtree in constraints.excluded:
        if subtree.base.tag == name.tag:
            code = 49 if subtree.bounded else _compare(name, subtree.base.value)
            if code != 47:
                return code or 48
    return 0


def _compare(name: GeneralName, base: bytes) -> int:
    if name.tag == ext.DIRECTORY_NAME:
        return 0 if dn.canonical(name.value).startswith(dn.canonical(base)) else 47
    if name.tag == ext.IP:
        return _compare_address(name.value, base)
    value, lowered = name.value, base.lower()
    if name.tag == ext.DNS:
        value = value.lower()
        boundary = (
            len(value) == len(base) or base[:1] == b"." or value[-len(base) - 1 :][:1] == b"."
        )
        return 0 if not base or (value.endswith(lowered) and boundary) else 47
    if name.tag == ext.EMAIL:
        return _compare_mailbox(value, base)
    if name.tag == ext.URI:
        host = _uri_host(value).lower()
        if not host:
            return 53
        if lowered.startswith(b"."):
            return 0 if len(host) > len(lowered) and host.endswith(lowered) else 47
        return 0 if host == lowered else 47
    return 51


def _compare_mailbox(value: bytes, base: bytes) -> int:
    local, at, domain = value.rpartition(b"@")
    if not at:
        return 53
    base_local, base_at, base_domain = base.rpartition(b"@")
    if not base_at and base.startswith(b"."):
        return 0 if len(value) > len(base) and value.lower().endswith(base.lower()) else 47
    if base_local and len(base_local) == len(local) and b"\0" in base_local + local:
        return 53
    if base_local and base_local != local:
        return 47
    return 0 if domain.lower() == base_domain.lower() else 47


def _uri_host(value: bytes) -> bytes:
    _, colon, rest = value.partition(b":")
    if not colon or not rest.startswith(b"//"):
        return b""
    # OpenSSL looks for a port first, even behind a slash.
    end = b":" if b":" in rest else b"/"
    return rest[2:].partition(end)[0]


def _compare_address(value: bytes, base: bytes) -> int:
    if len(value) not in {4, 16}:
        return 53
    if len(base) not in {8, 32}:
        return 52
    if len(value) * 2 != len(base):
        return 47
    network, mask = base[: len(value)], base[len(value) :]
    differs = any((a ^ b) & m for a, b, m in zip(value, network, mask, strict=True))
    return 47 if differs else 0

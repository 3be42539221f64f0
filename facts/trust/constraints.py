"""Name constraints (RFC 5280, 4.2.1.10) as OpenSSL applies them.

Functions answer with an X509_V_ERR number: 0 fits, 47 outside the permitted subtrees, 48 inside an
excluded one, 49 a subtree with bounds, 51 an unsupported kind of name, 53 a malformed name or IP
subtree, 1 too many names. Bases are looked up, not compared one by one, so that hostile lists of
names and constraints cost little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from ..x509 import der, dn
from ..x509 import extensions as ext
from ..x509.certificate import Certificate
from ..x509.extensions import GeneralName, Subtree

_MOST_COMPARISONS = 1 << 20  # NAME_CHECK_MAX: beyond it OpenSSL refuses to judge
_LABEL = re.compile(rb"[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?")
_MALFORMED = "malformed"

Kind = int | str
"""The tag byte of a GeneralName, the dotted OID of an otherName, or `_MALFORMED`."""

Compare = Callable[[bytes], int]
"""Holds the contents of a name against bases: 0 in one of them, 47 in none, else an error."""


class _Asked(NamedTuple):
    """A name that is held against the subtrees of its kind."""

    kind: Kind
    value: bytes


class _Trees(NamedTuple):
    """All subtrees of one kind: whether one has bounds, and a comparison with those before it."""

    bounded: bool
    compare: Compare


@lru_cache(maxsize=4096)
def check_constraints(certificate: Certificate, issuer: Certificate, *, leaf: bool) -> int:
    """Whether all names of a certificate respect the constraints of a CA above it."""
    constraints = issuer.extensions.name_constraints
    if constraints is None:
        return 0
    alternative = certificate.extensions.subject_alt_name or ()
    rdns = dn.rdns(certificate.subject_name)
    names = sum(len(rdn) for rdn in rdns) + len(alternative)
    subtrees = len(constraints.permitted) + len(constraints.excluded)
    if names * subtrees > _MOST_COMPARISONS:
        return 1
    asked = []
    if rdns:
        mailboxes = dn.attributes(certificate.subject_name, dn.EMAIL_ADDRESS)
        asked = [_Asked(ext.DIRECTORY_NAME, certificate.subject_name)]
        asked += [_mailbox(mailbox.value) for mailbox in mailboxes]
    asked += [_alternative(name) for name in alternative]
    if leaf and not certificate.extensions.names(ext.DNS):
        common_names = dn.attributes(certificate.subject_name, dn.COMMON_NAME)
        asked += [host for cn in common_names if (host := _host(cn)) is not None]
    permitted, excluded = _trees(issuer, False), _trees(issuer, True)
    return next((code for name in asked if (code := _check_name(name, permitted, excluded))), 0)


def _mailbox(address: der.Element) -> _Asked:
    return _Asked(ext.EMAIL if address.tag == der.IA5_STRING else _MALFORMED, address.value)


def _kind(name: GeneralName) -> Kind:
    if name.tag != ext.OTHER_NAME:
        return name.tag
    return der.oid(der.read(name.value).value)


def _alternative(name: GeneralName) -> _Asked:
    kind = _kind(name)
    if kind != ext.SMTP_UTF8_MAILBOX:
        return _Asked(kind, name.value)
    # An empty one is refused, as one that is no UTF8String must be.
    return _Asked(kind, ext.smtp_utf8_mailbox(name) or b"")


def _host(common_name: dn.Attribute) -> _Asked | None:
    """The common name as a host if it looks like one of two labels or more."""
    text = (common_name.text or "").rstrip("\0").encode("utf-8", "surrogatepass")
    if b"\0" in text:
        return _Asked(_MALFORMED, text)
    labels = text.split(b".")
    plausible = len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return _Asked(ext.DNS, text) if plausible else None


def _check_name(name: _Asked, permitted: dict[Kind, _Trees], excluded: dict[Kind, _Trees]) -> int:
    if name.kind == _MALFORMED:
        return 53
    if name.kind in permitted:
        bounded, compare = permitted[name.kind]
        code = compare(name.value)
        if code not in {0, 47}:
            return code
        if bounded or code:
            return 49 if bounded else 47
    if name.kind in excluded:
        bounded, compare = excluded[name.kind]
        code = compare(name.value)
        if code != 47:
            return code or 48
        return 49 if bounded else 0
    return 0


@lru_cache(maxsize=1024)
def _trees(issuer: Certificate, excluded: bool) -> dict[Kind, _Trees]:
    constraints = issuer.extensions.name_constraints
    assert constraints is not None  # noqa: S101 - the caller has looked
    by_kind: dict[Kind, list[Subtree]] = {}
    for subtree in constraints.excluded if excluded else constraints.permitted:
        by_kind.setdefault(_kind(subtree.base), []).append(subtree)
    # Those are constrained as addresses only (RFC 8398, section 6).
    by_kind[ext.SMTP_UTF8_MAILBOX] = by_kind.get(ext.EMAIL, [])
    return {kind: _read_trees(kind, trees) for kind, trees in by_kind.items() if trees}


def _read_trees(kind: Kind, subtrees: list[Subtree]) -> _Trees:
    bases = [
        subtree.base.value for subtree in takewhile(lambda subtree: not subtree.bounded, subtrees)
    ]
    compare = _COMPARE.get(kind, _unsupported)(bases) if bases else _outside
    return _Trees(len(bases) < len(subtrees), compare)


def _outside(value: bytes) -> int:
    return 47


def _by_length(bases: Iterable[bytes]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {}
    for base in bases:
        found.setdefault(len(base), set()).add(base)
    return found


def _unsupported(bases: list[bytes]) -> Compare:
    return lambda value: 51


def _directory_names(bases: list[bytes]) -> Compare:
    starts = _by_length(dn.canonical(base) for base in bases)

    def compare(value: bytes) -> int:
        name = dn.canonical(value)
        return 0 if any(name[:size] in known for size, known in starts.items()) else 47

    return compare


def _hosts(bases: list[bytes]) -> Compare:
    """DNS names: the base itself, and whatever lies below it; the empty base is everything."""
    ends = _by_length(base.lower() for base in bases)

    def compare(value: bytes) -> int:
        value = value.lower()
        for size, known in ends.items():
            cut = len(value) - size
            if cut < 0 or value[cut:] not in known:
                continue
            if not size or not cut or b"." in (value[cut : cut + 1], value[cut - 1 : cut]):
                return 0
        return 47

    return compare


def _domains(bases: Iterable[bytes]) -> Compare:
    """Hosts of URIs and mailboxes: the base itself, or below it if it begins with a dot."""
    lowered = [base.lower() for base in bases]
    exact = {base for base in lowered if not base.startswith(b".")}
    ends = _by_length(base for base in lowered if base.startswith(b"."))

    def compare(host: bytes) -> int:
        host = host.lower()
        below = any(len(host) > size and host[-size:] in known for size, known in ends.items())
        return 0 if below or host in exact else 47

    return compare


def _mailboxes(bases: list[bytes]) -> Compare:
    whole = {_folded(base) for base in bases if b"@" in base[1:]}
    domains = _domains(base.removeprefix(b"@") for base in bases if b"@" not in base[1:])

    def compare(value: bytes) -> int:
        if b"@" not in value:
            return 53
        return 0 if _folded(value) in whole else domains(value.rpartition(b"@")[2])

    return compare


def _international_mailboxes(bases: list[bytes]) -> Compare:
    try:
        domains = _domains(b".".join(map(_u_label, base.split(b"."))) for base in bases)
    except UnicodeError:
        return lambda value: 1

    return lambda value: domains(value.rpartition(b"@")[2]) if b"@" in value else 53


def _u_label(label: bytes) -> bytes:
    """A label of a host as Unicode, in UTF-8. UnicodeError where it is not what it claims."""
    encoded = label.lower().startswith(b"xn--")
    return label[4:].decode("punycode").encode() if encoded else label


def _folded(mailbox: bytes) -> bytes:
    local, at, domain = mailbox.rpartition(b"@")
    return local + at + domain.lower()


def _uris(bases: list[bytes]) -> Compare:
    domains = _domains(bases)

    def compare(value: bytes) -> int:
        _, colon, rest = value.partition(b":")
        if not colon or not rest.startswith(b"//"):
            return 53
        # OpenSSL looks for a port first, even behind a slash.
        rest = rest[2:]
        host = rest.partition(b":" if b":" in rest else b"/")[0]
        return domains(host) if host else 53

    return compare


def _addresses(bases: list[bytes]) -> Compare:
    networks = []
    for base in bases:
        half = len(base) // 2
        numbers = int.from_bytes(base[:half], "big"), int.from_bytes(base[half:], "big")
        networks.append((len(base), *numbers))

    def compare(value: bytes) -> int:
        if len(value) not in {4, 16}:
            return 53
        address = int.from_bytes(value, "big")
        for size, network, mask in networks:
            if size not in {8, 32}:
                return 53
            if size == 2 * len(value) and not (address ^ network) & mask:
                return 0
        return 47

    return compare


_COMPARE: dict[Kind, Callable[[list[bytes]], Compare]] = {
    ext.DIRECTORY_NAME: _directory_names,
    ext.DNS: _hosts,
    ext.EMAIL: _mailboxes,
    ext.SMTP_UTF8_MAILBOX: _international_mailboxes,
    ext.URI: _uris,
    ext.IP: _addresses,
}

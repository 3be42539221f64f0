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
from typing import NamedTuple

from . import der, dn
from . import extensions as ext
from .certificate import Certificate
from .extensions import GeneralName, Subtree

_MOST_COMPARISONS = 1 << 20  # NAME_CHECK_MAX: beyond it OpenSSL refuses to judge
_LABEL = re.compile(rb"[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?")

Compare = Callable[[bytes], int]
"""Holds the contents of a name against bases: 0 in one of them, 47 in none, else an error."""


class _Trees(NamedTuple):
    """All subtrees for one kind of name."""

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
    asked = list(alternative)
    if rdns:
        mailboxes = dn.attributes(certificate.subject_name, dn.EMAIL_ADDRESS)
        subject = GeneralName(ext.DIRECTORY_NAME, certificate.subject_name)
        asked[:0] = [subject, *(_email_name(mailbox.value) for mailbox in mailboxes)]
    if leaf and not certificate.extensions.names(ext.DNS):
        common_names = dn.attributes(certificate.subject_name, dn.COMMON_NAME)
        asked += [GeneralName(ext.DNS, host) for cn in common_names if (host := _host(cn))]
    permitted, excluded = _trees(issuer, False), _trees(issuer, True)
    return next((code for name in asked if (code := _check_name(name, permitted, excluded))), 0)


def _email_name(value: der.Element) -> GeneralName:
    # An address that is no IA5String has no valid syntax; an empty one has none either.
    return GeneralName(ext.EMAIL, value.value if value.tag == der.IA5_STRING else b"")


def _host(common_name: dn.Attribute) -> bytes:
    """The common name if it looks like a host name of two labels or more, else b''."""
    text = (common_name.text or "").rstrip("\0").encode("utf-8", "surrogatepass")
    labels = text.split(b".")
    return text if len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) else b""


def _check_name(
    name: GeneralName, permitted: dict[int, _Trees], excluded: dict[int, _Trees]
) -> int:
    if name.tag in permitted:
        trees = permitted[name.tag]
        code = 49 if trees.bounded else trees.compare(name.value)
        if code:
            return code
    if name.tag in excluded:
        trees = excluded[name.tag]
        code = 49 if trees.bounded else trees.compare(name.value)
        return 48 if code == 0 else 0 if code == 47 else code
    return 0


@lru_cache(maxsize=1024)
def _trees(issuer: Certificate, excluded: bool) -> dict[int, _Trees]:
    constraints = issuer.extensions.name_constraints
    assert constraints is not None  # noqa: S101 - the caller has looked
    by_tag: dict[int, list[Subtree]] = {}
    for subtree in constraints.excluded if excluded else constraints.permitted:
        by_tag.setdefault(subtree.base.tag, []).append(subtree)
    return {
        tag: _Trees(
            any(subtree.bounded for subtree in subtrees),
            _COMPARE.get(tag, _unsupported)([subtree.base.value for subtree in subtrees]),
        )
        for tag, subtrees in by_tag.items()
    }


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


_COMPARE: dict[int, Callable[[list[bytes]], Compare]] = {
    ext.DIRECTORY_NAME: _directory_names,
    ext.DNS: _hosts,
    ext.EMAIL: _mailboxes,
    ext.URI: _uris,
    ext.IP: _addresses,
}

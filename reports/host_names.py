"""What in a text is a host name, and which part of it is the domain that others share."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import idna

_SUFFIXES = frozenset(
    (
        *("com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "arpa", "cloud"),
        *("local", "lan", "internal", "intranet", "corp", "home", "lab", "test", "localdomain"),
        *("example", "invalid", "au", "at", "be", "br", "ca", "ch", "cn", "cz", "de", "dk", "es"),
        *("eu", "fi", "fr", "gr", "hk", "hu", "ie", "il", "in", "it", "jp", "kr", "mx", "my"),
        *("nl", "no", "nz", "ph", "pt", "ro", "ru", "sa", "se", "sg", "th", "tr", "tw", "uk"),
        *("us", "vn", "za"),
    )
)
"""Ends of names that are taken for names anywhere. Others, which are also ends of file names and
of programs' modules, count below a domain that is known."""

_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "go", "gov", "net", "or", "org"))
_EVERYBODYS = frozenset(
    (
        *("cisco.com", "webex.com", "ciscospark.com", "wbx2.com", "jabber.com", "jabber.org"),
        *("w3.org", "ietf.org", "xmlsoap.org", "oasis-open.org", "openssl.org", "apache.org"),
        *("in-addr.arpa", "ip6.arpa"),
    )
)
"""Domains that say nothing about whose deployment it is."""

_GENERIC = frozenset(
    (
        *("www", "mail", "smtp", "ntp", "dns", "ftp", "sip", "sips", "xmpp", "ldap", "proxy"),
        *("edge", "core", "expressway", "expressway-c", "expressway-e", "expc", "expe", "vcs"),
        *("vcsc", "vcse", "server", "client", "host", "node", "peer", "cluster", "primary"),
        *("collab-edge", "cuplogin", "conference", "localhost", "local", "example", "test"),
        *("localdomain", "unnamed", "cucm", "imp", "unity", "tomcat", "name", "domain"),
    )
)
"""Labels by which nobody is known. They stay, so that prose that uses the words stays readable."""


class Name(NamedTuple):
    """A host name: labels below its domain, the domain, and the root's dot if it was written."""

    labels: tuple[str, ...]
    domain: str
    dot: str


def named(text: str, domains: Collection[str], *, known: bool = False) -> Name | None:
    """The parts of a host name; None where the text is none, or one that everybody knows.

    `domains` are known ones, in folded form. `known` says that the text is a name for certain.
    """
    bare = text.rstrip(".")
    labels = bare.split(".")
    if "." not in bare or not all(labels) or labels[-1].isdecimal():
        return None
    plain = folded(bare).split(".")
    if len(plain) != len(labels):
        return None
    for size in range(len(plain)):
        if ".".join(plain[size:]) in domains:
            return _split(labels, size, text)
        if ".".join(plain[size:]) in _EVERYBODYS:
            return None
    if not known and plain[-1] not in _SUFFIXES:
        return None
    two = len(plain) > 2 and len(plain[-1]) == 2 and plain[-2] in _SECOND_LEVEL
    return _split(labels, max(0, len(plain) - (3 if two else 2)), text)


def _split(labels: list[str], size: int, text: str) -> Name | None:
    if labels[size] == "*" or labels[size].startswith("_"):
        return None
    dot = "." if text.endswith(".") else ""
    return Name(tuple(labels[:size]), ".".join(labels[size:]), dot)


def folded(name: str) -> str:
    """A name in the form in which it is known: lower case, U-labels, no final dot."""
    name = name.strip().rstrip(".").lower()
    if "xn--" not in name:
        return name
    try:
        return idna.decode(name)
    except idna.IDNAError:
        return name


def generic(label: str) -> bool:
    """A label by which nobody is known: `*`, a service's (RFC 2782), a word for what it does."""
    return label.startswith("_") or not label.strip("*0123456789") or label.lower() in _GENERIC


def shaped(alias: str, original: str) -> str:
    """A pseudonym as the original is written: capitals, underscores, wildcards, A-labels."""
    if "_" in original and "." not in original and " " not in alias:
        alias = alias.replace("-", "_")
    if "*" in original:
        alias = f"*{alias}" if original.startswith("*") else f"{alias}*"
    if not original.isascii() or original.lower().startswith("xn--"):
        alias = alias.replace("o", "ö", 1)
        if original.isascii():
            alias = ".".join(idna.encode(label).decode() for label in alias.split("."))
    letters = [char for char in original if char.isalpha()]
    return alias.upper() if letters and all(char.isupper() for char in letters) else alias

"""Makes the names, addresses and numbers of a case known, for pseudonyms that hold everywhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from ..facts.inputs.observations import NodeObservation, Observations
from ..facts.x509 import dn
from ..facts.x509.certificate import Certificate
from ..facts.x509.dn import COMMON_NAME
from ..reports.pseudonyms import Kind, Pseudonyms
from .knowledge import DateRow, knowledge, table

_HOST_KEYS = re.compile(
    r"SystemUnit Name|DNS Hostname|\bAddress\b|Verify Subject Name|Cluster Name|\bHost\b",
    re.IGNORECASE,
)
_DOMAIN_KEYS = re.compile(r"DNS Domain Name|SIP Domain \d+ Name", re.IGNORECASE)
_USER_KEYS = re.compile(r"User ?Name\b", re.IGNORECASE)
_HOST = re.compile(r"[\w*-]+(?:\.[\w*-]+)*\.?")
_WORDS = {
    "2.5.4.10": "Organisation",
    "2.5.4.11": "Unit",
    "2.5.4.7": "Place",
    "2.5.4.8": "Region",
    "2.5.4.9": "Street",
    "2.5.4.4": "Name",
    "2.5.4.42": "Name",
    "0.9.2342.19200300.100.1.25": "Domain",
}
"""How the pseudonyms of attributes begin, by type."""

_NAMED = {
    "CN": "CA",
    "O": "Organisation",
    "OU": "Unit",
    "L": "Place",
    "ST": "Region",
    "S": "Region",
}
_ATTRIBUTE = re.compile(r"(?:^|[,/+;])\s*([A-Za-z]{1,2}) ?= ?((?:\\.|[^,/+\\;])+)")


def pseudonyms(
    observations: Observations,
    kinds: Collection[Kind],
    mapping: Mapping[str, Mapping[str, str]] | None = None,
) -> Pseudonyms:
    """The pseudonyms of a case; those of `mapping` hold on."""
    made = Pseudonyms(kinds, _kept_phrases(), mapping)
    made.know_addresses(_addresses(observations))
    for domain in sorted(set(_domains(observations))):
        made.know_domain(domain)
    made.know_names(set(_names(observations)))
    for user in sorted(set(_users(observations))):
        made.know_user(user)
    for phrase, word in sorted(dict(_phrases(observations)).items()):
        made.know_phrase(phrase, word)
    for digits in sorted(set(_numbers(observations))):
        made.know_serial(digits)
    return made


def know_fingerprints(names: Pseudonyms, observations: Observations) -> None:
    """Make the fingerprints known, by which public logs find a certificate, of all but public CAs.

    Bundles need none of it: there they are those of the stand-ins.
    """
    known = is_known_to_all()
    found = {one.fingerprint for one in certificates(observations) if _own(one, known)}
    for fingerprint in sorted(found):
        names.know_serial(fingerprint)


def certificates(observations: Observations) -> Iterator[Certificate]:
    """Every certificate among the inputs, some more than once."""
    for node in observations.nodes:
        own = (node.server, node.client, *(listed for _, listed in node.earlier))
        for listed in (*(node.trust or ()), *own):
            if listed is not None:
                yield listed.certificate
        for seen in (node.events.seen if node.events else {}).values():
            yield seen.certificate
    for file in observations.files:
        for found in file.contents.certificates:
            yield found.certificate
    for server in observations.uc_servers:
        for entry in server.entries:
            if entry.certificate is not None:
                yield entry.certificate


def is_known_to_all() -> Callable[[bytes], bool]:
    """A test whether a distinguished name (DER) is a public CA's or Cisco's own."""
    return partial(_known_to_all, phrases=_kept_phrases())


def _known_to_all(name: bytes, phrases: Collection[str]) -> bool:
    try:
        texts = [
            text.lower()
            for oid in ("2.5.4.10", COMMON_NAME)
            for attribute in dn.attributes(name, oid)
            if (text := attribute.text)
        ]
    except ValueError:
        return False
    return any(text in phrases for text in texts)


def _kept_phrases() -> frozenset[str]:
    known = knowledge()
    rotated = [
        ca.subject for row in table("dates", DateRow) for ca in (row.old, row.new) if ca is not None
    ]
    clientauth = [name for authority in known.authorities for name in authority.clientauth]
    organisations = [name for authority in known.authorities for name in authority.organisations]
    cisco = ("Cisco", "Cisco Systems", "Cisco Systems, Inc.")
    return frozenset(
        text.lower()
        for text in (*rotated, *clientauth, *organisations, *cisco, "Digital Signature Trust Co.")
    )


def _settings(node: NodeObservation) -> Iterator[tuple[str, str]]:
    values = node.configuration.values if node.configuration else {}
    for key, value in values.items():
        yield key, value.text
    for leaf in node.status.leaves if node.status else ():
        yield " ".join(leaf.path), leaf.value


def _domains(observations: Observations) -> Iterator[str]:
    for node in observations.nodes:
        for key, value in _settings(node):
            if _DOMAIN_KEYS.search(key) and _HOST.fullmatch(value):
                yield value


def _names(observations: Observations) -> Iterator[str]:
    for node in observations.nodes:
        yield node.host
        for key, value in _settings(node):
            if _HOST_KEYS.search(key) and _is_name(value):
                yield value
        if node.configuration:
            host = node.configuration.text("IP DNS Hostname")
            domain = node.configuration.text("IP DNS Domain Name")
            if host and domain:
                yield f"{host}.{domain}"
        if node.events is not None:
            yield from (node.events.host or "",)
            yield from (k.host for k in node.events.uc_targets if _is_name(k.host))
            yield from (k.server for k in node.events.traffic_server if _is_name(k.server))
            yield from (k.remote for k in node.events.xcp if _is_name(k.remote))
            yield from (k.expected_name or "" for k in node.events.tls)
    for server in observations.uc_servers:
        yield from (n for n in (server.host, *server.names) if _is_name(n))
    for one in certificates(observations):
        names = (*one.dns_names, *one.srv_names)
        yield from (name for name in names if _is_name(name))
        if not one.is_ca:
            yield from (name for name in one.common_names if _is_name(name))


def _users(observations: Observations) -> Iterator[str]:
    for node in observations.nodes:
        for key, value in _settings(node):
            if _USER_KEYS.search(key) and _is_name(value):
                yield value


def _addresses(observations: Observations) -> Iterator[str]:
    for node in observations.nodes:
        yield from (value for _, value in _settings(node) if _is_address(value))
        for kind in node.events.tls if node.events else ():
            yield from (ip for ip in (kind.local_ip, kind.remote_ip) if _is_address(ip))
    for one in certificates(observations):
        yield from (ip for ip in one.ip_addresses if _is_address(ip))


def _phrases(observations: Observations) -> Iterator[tuple[str, str]]:
    known = is_known_to_all()
    for one in certificates(observations):
        for name, issues in ((one.issuer_name, True), (one.subject_name, one.is_ca)):
            if not (known(name) and issues):
                yield from _attributes(name, issues=issues)
    for server in observations.uc_servers:
        for entry in server.entries:
            for text in (entry.subject, entry.issuer):
                for kind, value in _ATTRIBUTE.findall(text or ""):
                    word = _NAMED.get(kind.upper())
                    if word and not _is_name(value):
                        yield re.sub(r"\\(.)", r"\1", value).strip(), word


def _attributes(name: bytes, *, issues: bool) -> Iterator[tuple[str, str]]:
    """Texts of a distinguished name that tell whose it is."""
    words = {**_WORDS, COMMON_NAME: "CA" if issues else "Name"}
    for oid, word in words.items():
        for attribute in dn.attributes(name, oid):
            text = attribute.text
            if text and not (oid == COMMON_NAME and _is_name(text) and ("." in text or not issues)):
                yield text, word


def _numbers(observations: Observations) -> Iterator[str]:
    known = is_known_to_all()
    for one in certificates(observations):
        if _own(one, known):
            yield one.serial
        yield from (key_id for key_id in (one.ski, one.aki) if key_id)
    for server in observations.uc_servers:
        yield from (entry.serial for entry in server.entries if entry.serial)


def _own(one: Certificate, known: Callable[[bytes], bool]) -> bool:
    """It is no public CA's, and not Cisco's own."""
    return not (known(one.subject_name) and (one.is_ca or one.self_issued))


def _is_name(text: str) -> bool:
    return bool(_HOST.fullmatch(text)) and not _is_address(text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

"""What a rule asks of a fact, or what a fact holds, as phrases in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from .languages import Language, language
from .words import words

T = TypeVar("T")


class Asked(NamedTuple):
    """A test of one field, as rules write it: operator and values, `eq` where it is a value."""

    field: str
    op: str
    values: tuple[str, ...]


_SILENT = frozenset(
    (
        *("active", "certificate", "cluster", "detail", "enforced", "event", "first_unit", "fp"),
        *("group", "host", "kind", "last", "method", "path", "peer", "phrase", "presenter"),
        *("second_unit", "seen_in", "server", "stage", "text", "topic", "use", "verifier", "zone"),
    )
)
"""Fields that tell a person nothing beside the symptom and the node."""
_OUTCOMES = frozenset(("needed", "state"))
"""Fields of which rules ask what they are not, since what they may be besides counts alike."""
_EITHER_OF_A_NODE = {"server", "client"}
"""Stores that together are all of a node's own."""


def phrases(asked: Iterable[Asked], language: Language) -> Iterator[str]:
    """A phrase for each test that tells something, in order."""
    flags, choices, labels = _flags(language), _choices(language), _labels(language)
    for test in asked:
        if test.field in _SILENT or (test.op in ("not", "not_in") and test.field in _OUTCOMES):
            continue
        if set(test.values) == _EITHER_OF_A_NODE:
            continue
        if test.op == "exists":
            yield from _existing(test, labels, language)
        elif test.field in flags and test.values in (("false",), ("true",)):
            yield flags[test.field][test.values == ("true",)]
        elif test.field in choices and test.op in ("eq", "in", "not", "not_in"):
            told = [choices[test.field].get(value, value) for value in test.values if value]
            yield _negated(test.op, language.either(told), language)
        else:
            label = labels.get(test.field, test.field)
            value = _compared(test, language)
            yield language.gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def _existing(test: Asked, labels: Mapping[str, str], language: Language) -> Iterator[str]:
    """Only what a node should not have is worth a word where it is there."""
    _ = language.gettext
    telling = {
        "unqualified_name": _("alternative name that is no FQDN"),
        "unreadable_attribute": _("attribute that Expressway does not know"),
    }
    if test.values == ("true",):
        yield from (telling[name] for name in (test.field,) if name in telling)
    elif test.field in labels:
        yield _("without %(what)s") % {"what": labels[test.field]}


def _negated(op: str, told: str, language: Language) -> str:
    if op in ("not", "not_in"):
        return language.gettext("not: %(what)s") % {"what": told}
    return told


def _compared(test: Asked, language: Language) -> str:
    """The values of a test behind its label."""
    _ = language.gettext
    sentence = {
        "gt": _("more than %(value)s"),
        "ge": _("%(value)s or more"),
        "lt": _("less than %(value)s"),
        "le": _("%(value)s or less"),
        "contains": _("with “%(value)s” in it"),
        "starts_with": _("beginning with “%(value)s”"),
        "ends_with": _("ending with “%(value)s”"),
        "matches": _("matching “%(value)s”"),
        "not": _("other than %(value)s"),
        "not_in": _("other than %(value)s"),
    }.get(test.op, "%(value)s")
    dated = test.field == "not_after"
    told = [language.date(datetime.fromisoformat(one)) if dated else one for one in test.values]
    return sentence % {"value": language.either(told)}


@lru_cache
def _flags(language: Language) -> Mapping[str, tuple[str, str]]:
    """For each yes-or-no field what no and yes mean."""
    _ = language.gettext
    return {
        "acceptable": (_("no certificate that can be uploaded"), _("can be uploaded")),
        "accepted": (_("refused by the SSH tunnels"), _("accepted by the SSH tunnels")),
        "allowed": (_("clientAuth not allowed"), _("clientAuth allowed")),
        "ecdsa_name": (_("name of an RSA certificate"), _("name of an ECDSA certificate")),
        "encrypted_key": (_("key without a password"), _("key protected by a password")),
        "expired": (_("not expired"), _("expired")),
        "final_newline": (_("without a final line break"), _("with a final line break")),
        "installed": (_("not installed"), _("installed")),
        "is_ip": (_("addressed by name"), _("addressed by IP address")),
        "lost_at_renewal": (
            _("clientAuth stays at the renewal"),
            _("clientAuth is lost at the renewal"),
        ),
        "mra": (_("not used for MRA"), _("used for MRA")),
        "needed": (_("not needed"), _("needed")),
        "same_key": (_("another key"), _("the same key")),
        "terminated": (_("connection kept"), _("connection refused")),
        "tls_verify": (_("TLS verify off"), _("TLS verify on")),
        "uc": (_("not for Unified Communications"), _("for Unified Communications")),
        "unqualified_cn": (_("common name is an FQDN"), _("common name is no FQDN")),
        "used": (_("not in use"), _("in use")),
        "wildcard": (_("without a wildcard"), _("with a wildcard")),
    }


def value_word(tag: str, field: str, value: T) -> T | str:
    """What a fixed value is called in a language; one without a name is returned as it is."""
    return choice_words(language(tag)).get(field, {}).get(str(value), value)


@lru_cache
def choice_words(speech: Language) -> Mapping[str, Mapping[str, str]]:
    """For each field with fixed values how they read; they fit into a sentence of a rule, too."""
    _ = speech.gettext
    own = words(speech)
    causes = _causes(speech)
    return {
        "client": {"jabber": "Jabber", "webex_app": "Webex App", "phone": _("phone")}
        | {"telepresence": "TelePresence"},
        "cls": causes,
        "direction": {"inbound": _("incoming"), "outbound": _("outgoing")},
        "link": own["link"],
        "mode": {"permissive": "Permissive", "enforcing": "Enforce"},
        "needed": {"first": _("needed"), "second": _("needed"), "none": _("not needed")},
        "origin": own["origin"],
        "prefers": {"rsa": _("RSA first"), "ecdsa": _("ECDSA first")},
        "reason": causes,
        "rejected_by": {
            "local": _("refused by this side"),
            "remote": _("refused by the other side"),
        },
        "role": own["role"],
        "service": {"traversal": _("traversal zone"), "mtls": _("mutual TLS")}
        | {"sip_tls": "SIP TLS"},
        "state": own["state"] | {"active": _("up"), "failed": _("down")},
        "status": {"active": _("up"), "failed": _("down"), "unknown": own["state"]["unknown"]},
        "store": own["store"] | {"file": _("certificate file")},
        "type": {
            "traversal_client": _("traversal client zone"),
            "traversal_server": _("traversal server zone"),
            "neighbor": _("neighbor zone"),
            "dns": _("DNS zone"),
        },
    }


@lru_cache
def _choices(language: Language) -> Mapping[str, Mapping[str, str]]:
    """The same, with those that stand in a list of phrases better than in a sentence."""
    _ = language.gettext
    own = words(language)

    def all_in(sentence: str, values: Mapping[str, str]) -> Mapping[str, str]:
        return {value: sentence % {"what": told} for value, told in values.items()}

    return {
        **choice_words(language),
        "check": all_in(_("check of %(what)s"), own["check"]),
        "eku": all_in(_("extended key usage %(what)s"), own["eku"]),
        "presenter_role": all_in(_("presented by %(what)s"), own["role"]),
        "verifier_role": all_in(_("checked by %(what)s"), own["role"]),
    }


def _causes(language: Language) -> Mapping[str, str]:
    """Why a certificate or a connection was refused, in few words; alerts keep their names."""
    _ = language.gettext
    alerts = ("bad_certificate", "certificate_unknown", "handshake_failure")
    return {name: _("TLS alert %(name)s") % {"name": name} for name in alerts} | {
        "constraint": _("CA that may not issue it"),
        "disconnect": _("connection cut"),
        "expired": _("expired"),
        "idle": _("connection left idle"),
        "issuer_expired": _("CA expired"),
        "list_expired": _("revocation list expired"),
        "list_not_yet_valid": _("revocation list not yet valid"),
        "missing_intermediate": _("intermediate CA missing"),
        "missing_root": _("root CA missing"),
        "name": _("name that does not match"),
        "name_not_in_certificate": _("name not in the certificate"),
        "name_only_in_cn": _("name in the common name alone"),
        "no_certificate": _("no certificate presented"),
        "no_client_auth": _("clientAuth missing"),
        "no_name": _("expected name not known"),
        "no_ptr": _("no reverse DNS name"),
        "no_server_auth": _("serverAuth missing"),
        "no_trust_list": _("trusted CA list not known"),
        "not_a_ca": _("CA certificate that is none"),
        "not_yet_valid": _("not yet valid"),
        "other": _("other"),
        "protocol": _("no common protocol or cipher"),
        "purpose": _("purpose that does not fit"),
        "refused": _("connection refused"),
        "revocation": _("revocation"),
        "revoked": _("revoked"),
        "self_signed": _("self-signed certificate"),
        "signature": _("wrong signature"),
        "timeout": _("timed out"),
        "twin": _("two CAs with the same subject"),
        "untrusted": _("issuer not trusted"),
        "weak": _("weak key or signature"),
    }


@lru_cache
def _labels(language: Language) -> Mapping[str, str]:
    """What other fields are called before their value."""
    _ = language.gettext
    return {
        "common_name": _("common name"),
        "count": _("times seen"),
        "crls": _("revocation lists"),
        "days_left": _("days left"),
        "digest": _("digest of the signature"),
        "entries": _("entries"),
        "expected_name": _("expected name"),
        "format": _("format"),
        "fqdn": "FQDN",
        "in_file": _("certificates in one file"),
        "issuer": _("issuer"),
        "key_bits": _("key length in bits"),
        "key_type": _("key type"),
        "name": _("name"),
        "names": _("name"),
        "names_length": _("characters of all names"),
        "not_after": _("valid until"),
        "organisation": _("organisation"),
        "port": _("port"),
        "private_keys": _("private keys in the file"),
        "reason": _("reason"),
        "subject": _("subject"),
        "transport": _("transport"),
        "unit": _("certificate"),
        "version": _("software version"),
    }

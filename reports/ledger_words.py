"""Why a symptom is found, excluded or open on a node, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from .languages import Language
from .ledger_phrases import Asked, phrases
from .reasons import to_collect


def found_by(rules: Iterable[str], language: Language) -> str:
    """Which rules concluded it."""
    return language.gettext("found by %(rules)s") % {"rules": ", ".join(rules)}


def undecided(needs: Iterable[str], language: Language) -> str:
    """What would have to be among the inputs."""
    wanted = language.list([to_collect(need, language) for need in needs])
    return language.gettext("not decided without %(needs)s") % {"needs": wanted}


def excluded(
    ending: Literal["missing", "present", "value"],
    kind: str,
    asked: Sequence[Asked],
    language: Language,
) -> str:
    """What the inputs show instead. `ending` says how the nearest rule stopped:

    missing: no fact of the kind is as `asked`; present: one is there that must not be; value: the
    nearest one has what is `asked`.
    """
    _ = language.gettext
    if ending == "missing" and (sentence := _not_there(kind, asked, language)):
        return sentence
    told = _told(asked, language)
    sentence = {
        ("missing", True): _("there is no %(fact)s that fits: %(told)s"),
        ("missing", False): _("there is no such %(fact)s"),
        ("present", True): _("this %(fact)s rules it out: %(told)s"),
        ("present", False): _("a %(fact)s rules it out"),
        ("value", True): _("found instead: %(fact)s (%(told)s)"),
        ("value", False): _("the nearest %(fact)s does not fit"),
    }[ending, bool(told)]
    return sentence % {"fact": fact_words(language).get(kind, kind), "told": told}


def _told(asked: Iterable[Asked], language: Language) -> str:
    return language.gettext("; ").join(dict.fromkeys(phrases(asked, language)))


def _not_there(kind: str, asked: Sequence[Asked], language: Language) -> str | None:
    """A sentence of its own for what is most often not there; None for other kinds."""
    _ = language.gettext
    values = {test.field: test.values for test in asked if test.op in ("eq", "in")}
    if kind == "alarm" and (ids := values.get("id")):
        sentence = language.ngettext(
            "alarm %(ids)s is not raised", "none of the alarms %(ids)s is raised", len(ids)
        )
        return sentence % {"ids": language.list(ids)}
    if kind == "link_check":
        failing = _told((test for test in asked if test.field != "state"), language)
        return _("no connection fails in this way: %(told)s") % {"told": failing}
    if kind == "log_phrase":
        return _("the log has no line such as this fault leaves")
    if kind == "setting" and (key := values.get("key")):
        names = {"key": "xConfiguration " + key[0]}
        if wanted := values.get("value"):
            value = {"value": language.either(dict.fromkeys(one.title() for one in wanted))}
            return _("%(key)s is not %(value)s") % {**names, **value}
        return _("%(key)s has no such value") % names
    return None


@lru_cache
def fact_words(language: Language) -> Mapping[str, str]:
    """What each type of fact is called."""
    _ = language.gettext
    return {
        "alarm": _("alarm"),
        "authentication_failure": _("refused sign-in"),
        "certificate": _("certificate"),
        "certificate_file": _("certificate file"),
        "certificate_origin": _("issuer of a node's certificate"),
        "certificate_request": _("certificate signing request"),
        "change": _("change or restart in the log"),
        "cipher_preference": _("cipher preference"),
        "client_auth_use": _("use that needs clientAuth"),
        "client_failure": _("failure in a client's log"),
        "cloud_root": _("root CA of a cloud service"),
        "cluster_tls": _("TLS verification mode of a cluster"),
        "connection_failure": _("failed TCP connection"),
        "coverage": _("part of the inputs"),
        "finding": _("finding"),
        "http_failure": _("HTTP error"),
        "link_check": _("certificate check of a connection"),
        "log_phrase": _("telling line in the log"),
        "name_check": _("name that a certificate has to carry"),
        "node": _("node"),
        "pair": _("pair of Expressway-C and Expressway-E"),
        "renewal": _("renewed certificate"),
        "revocation_check": _("certificate held against a revocation list"),
        "security_profile_name": _("phone security profile"),
        "setting": _("setting"),
        "tls_failure": _("failed TLS handshake"),
        "traffic_server_failure": _("failure of Traffic Server"),
        "trust_difference": _("difference between trusted CA lists"),
        "trust_entry": _("entry of a trusted CA list"),
        "trust_list": _("trusted CA list"),
        "trust_twin": _("pair of CAs with the same subject"),
        "tunnel": _("SSH tunnel"),
        "tunnel_algorithm": _("key type shown on the SSH tunnels"),
        "uc_alarm": _("certificate alarm of a UC server"),
        "uc_certificate": _("certificate of a UC server"),
        "uc_failure": _("TLS failure in the log of a UC server"),
        "uc_server": _("UC server"),
        "uc_target": _("address of a UC server"),
        "uc_trust_difference": _("difference between trust stores of UC servers"),
        "uc_trust_entry": _("entry of a trust store of a UC server"),
        "uc_twin": _("pair of certificates of a UC server with the same subject"),
        "upload_check": _("certificate held against its node's own list"),
        "xcp_failure": _("refusal by XCP"),
        "zone": _("zone"),
        "zone_peer": _("peer address of a zone"),
    }

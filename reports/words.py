"""The document's fixed values in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .document import Found, Moment, Tool, Upgrade, Verdict
from .languages import Language
from .outline import Outline


@lru_cache
def words(language: Language) -> dict[str, dict[str, str]]:
    """For each kind of value, its values and how they read."""
    _ = language.gettext
    return {
        "severity": {
            "critical": _("critical"),
            "warning": _("warning"),
            "info": _("information"),
        },
        "confidence": {
            "certain": _("certain"),
            "probable": _("probable"),
            "possible": _("possible"),
        },
        "proof": {
            "proven": _(
                "Proven: with this change made to the observed data, the fault is gone and "
                "nothing new appears."
            ),
            "not-proven": _(
                "Not proven: with this change made to the observed data, the fault stays or "
                "another appears."
            ),
            "not-modelled": _("Not tried out: the observed data cannot show this change."),
        },
        "state": {"ok": _("passes"), "fail": _("fails"), "unknown": _("not known")},
        "reached": {
            "ok": _("passes the certificate checks"),
            "fail": _("is refused"),
            "unknown": _("cannot be told from the inputs"),
        },
        "chain": {"complete": _("complete"), "incomplete": _("incomplete")},
        "role": {
            "expressway_c": "Expressway-C",
            "expressway_e": "Expressway-E",
            "uc_server": _("UC server"),
            "unknown": _("role not known"),
        },
        "link": {
            "sip": "SIP TLS",
            "ssh": _("SSH tunnels"),
            "xmpp": "XMPP",
            "cluster": _("cluster"),
            "https-8443": "HTTPS 8443",
            "https-6971": "HTTPS 6971",
            "https-6972": "HTTPS 6972",
            "sip-5061": "SIP TLS 5061",
            "sip-5091": "SIP OAuth 5091",
            "xmpp-7400": "XMPP 7400",
            "neighbor": _("neighbor zone"),
        },
        "check": {
            "chain": _("chain"),
            "name": _("name"),
            "purpose": _("purpose"),
            "time": _("validity"),
            "revocation": _("revocation"),
        },
        "certificate": {
            "presented": _("presented"),
            "trusted": _("in the trusted CA list"),
            "missing": _("missing from the trusted CA list"),
            "expired": _("expired"),
            "not_yet_valid": _("not yet valid"),
            "known": _("known, not in the trusted CA list"),
        },
        "kind": {
            "leaf": _("node certificate"),
            "intermediate": _("intermediate CA"),
            "root": _("root CA"),
        },
        "origin": {
            "public": _("public CA"),
            "private": _("private CA"),
            "unknown": "",
        },
        "store": {
            "server": _("server certificate"),
            "client": _("client certificate"),
            "file": _("file"),
        },
        "eku": {
            "both": "serverAuth, clientAuth",
            "server": "serverAuth",
            "client": "clientAuth",
            "none": _("no restriction"),
            "other": _("other"),
        },
        "topic": {
            "configuration": _("configuration"),
            "status": _("status"),
            "log": _("log"),
            "server_certificate": _("server certificate"),
            "client_certificate": _("client certificate"),
            "trust_list": _("trusted CA list"),
            "version": _("software version"),
            "peer_bundle": _("bundle of the other side"),
        },
        "coverage": {
            "seen": _("seen"),
            "absent": _("absent"),
            "unreadable": _("unreadable"),
        },
        "input": {
            "expressway_bundle": _("Expressway diagnostic bundle"),
            "folder": _("folder"),
            "certificate_file": _("certificate file"),
            "configuration": _("configuration"),
            "log": _("log"),
        },
    }


def verdict(told: Outline, language: Language) -> str:
    """The result in one sentence; for a fault, the first root cause's title."""
    _ = language.gettext
    match told.verdict:
        case "fault":
            return told.causes[0].finding.title
        case "foreseen":
            return _("No certificate fault at present, but one is foreseen: %(title)s") % {
                "title": told.foreseen[0].finding.title
            }
        case "healthy" if told.unchecked:
            return _("No certificate fault was found in what could be checked")
        case "healthy":
            return _("No certificate fault was found")
        case "unjudged":
            return _("Nothing could be judged: the inputs do not hold what the checks need")


def fallback_note(fallback: str | None, language: Language) -> str:
    """Why rules speak in another language than the reader's; empty where they don't."""
    if fallback is None:
        return ""
    return language.gettext(
        "The texts of rules are shown in %(language)s: they are not written in this language yet."
    ) % {"language": language.name_of(fallback)}


def proof(verdict: Verdict, why: str | None, speech: Language) -> str:
    """What came of trying a change on a copy, with the reason where there is one."""
    if verdict == "not-modelled" and why:
        return speech.gettext("Not tried out: %(why)s.") % {"why": why}
    return words(speech)["proof"][verdict] + speech.aside(why)


def spoken_note(findings: Iterable[Found], language: Language) -> str:
    """The same, where some of these findings speak another language."""
    others = (one.language for one in findings if one.language != language.tag)
    return fallback_note(next(others, None), language)


def tally(told: Outline, language: Language) -> str:
    """How much was checked, in one sentence."""
    return language.ngettext(
        "Checked %(checked)d of %(known)d known cause.",
        "Checked %(checked)d of %(known)d known causes.",
        told.known,
    ) % {"checked": told.checked, "known": told.known}


class UpgradeWords(NamedTuple):
    """Sentences about an upgrade; `none` is empty unless it changes nothing."""

    heading: str
    broken: str
    healed: str
    none: str


def upgrade_words(target: Upgrade, language: Language) -> UpgradeWords:
    """What an upgrade does to the certificate faults, in sentences."""
    _ = language.gettext
    none = _("No certificate fault begins or ends with this upgrade, going by the inputs.")
    return UpgradeWords(
        _("After an upgrade to %(version)s") % {"version": target.version},
        _("These faults would begin; do what each fix says before the upgrade:"),
        _("These faults would end:"),
        "" if target.breaks or target.heals else none,
    )


def origin(tool: Tool, language: Language) -> str:
    """Which rule packs and which matcher the conclusions come from, and why if a stand-in."""
    packs = [f"{pack.name} {pack.version}" if pack.version else pack.name for pack in tool.packs]
    _ = language.gettext
    rules = [_("Rules: %(packs)s.") % {"packs": language.list(packs)}] if packs else []
    return language.sentences([*rules, _matcher(tool, language)])


def _matcher(tool: Tool, language: Language) -> str:
    _ = language.gettext
    if tool.matcher == "durable":
        return _("Conclusions were drawn by durable-rules.")
    if tool.matcher_note is None:
        return _("Conclusions were drawn by the reference matcher.")
    reason = {"reason": tool.matcher_note}
    return _("Conclusions were drawn by the reference matcher: %(reason)s") % reason


def coming(moment: Moment, language: Language) -> Iterator[str]:
    """What is to come at a time of the timeline: ends of validity, dates, and new findings."""
    _ = language.gettext
    yield from (_("%(subject)s expires") % {"subject": subject} for subject in moment.ends)
    yield from moment.policies
    yield from (_("From then on: %(title)s") % {"title": title} for title in moment.appears)

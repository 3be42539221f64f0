"""Why a check fails or stays open, and what would decide it, in the reader's words."""

from __future__ import annotations

from .languages import Language


def reason(code: str, *, verifier: str, presenter: str, detail: str, language: Language) -> str:
    """Why `verifier` does not accept, or cannot judge, the certificate of `presenter`.

    `detail` is the CA or the name in question, where the code has one. A code without a sentence
    of its own is told in general.
    """
    _ = language.gettext
    sentences = {
        "missing_intermediate": _("%(verifier)s lacks the intermediate CA %(detail)s"),
        "missing_root": _("%(verifier)s lacks the root CA %(detail)s"),
        "self_signed": _(
            "%(verifier)s does not trust the self-signed certificate of %(presenter)s"
        ),
        "twin": _("%(verifier)s holds two CAs with the same subject and takes the wrong one"),
        "signature": _("a signature in the chain of %(presenter)s is wrong"),
        "weak": _("a key or signature in the chain of %(presenter)s is too weak"),
        "not_a_ca": _(
            "a certificate in the chain of %(presenter)s is used as CA without being one"
        ),
        "constraint": _("a CA in the chain of %(presenter)s may not issue this certificate"),
        "revoked": _("a certificate in the chain of %(presenter)s is revoked"),
        "expired": _("the certificate of %(presenter)s has expired"),
        "issuer_expired": _("a CA in the chain of %(presenter)s has expired"),
        "not_yet_valid": _("a certificate in the chain of %(presenter)s is not yet valid"),
        "name_not_in_certificate": _(
            "%(verifier)s expects the name %(detail)s, which the certificate of %(presenter)s lacks"
        ),
        "name_only_in_cn": _(
            "%(verifier)s expects the name %(detail)s, which the certificate of %(presenter)s "
            "carries only as common name"
        ),
        "no_client_auth": _("the certificate of %(presenter)s does not allow clientAuth"),
        "no_server_auth": _("the certificate of %(presenter)s does not allow serverAuth"),
        "no_certificate": _("the certificate of %(presenter)s is not among the inputs"),
        "no_trust_list": _("the trusted CA list of %(verifier)s is not among the inputs"),
        "no_name": _("the name that %(verifier)s expects is not among the inputs"),
    }
    general = _("%(verifier)s does not accept the certificate of %(presenter)s")
    return sentences.get(code, general) % {
        "verifier": verifier,
        "presenter": presenter,
        "detail": detail,
    }


def in_words(said: tuple[str, ...], text: str, language: Language) -> str:
    """Evidence that no line says, from its code and values; `text` for a code without words."""
    _ = language.gettext
    match said:
        case ("not_among", entries, wanted):
            sentence = _("none of the %(entries)s entries is %(wanted)s")
            return sentence % {"entries": entries, "wanted": wanted}
        case ("certificates", entries):
            return language.ngettext(
                "%(entries)s certificate", "%(entries)s certificates", int(entries)
            ) % {"entries": entries}
        case ("empty_store", store):
            return _("%(store)s holds no entry") % {"store": store}
        case ("taken_to_run", host, release):
            sentence = _("%(host)s taken to run %(release)s")
            return sentence % {"host": host, "release": release}
        case ("request_for", name):
            return _("request for %(name)s") % {"name": name}
        case _:
            return text


def untried(said: tuple[str, ...], language: Language) -> str:
    """Why a way to mend it is not proven, or was not tried, from a code and its values.

    A code without words of its own is returned as it is.
    """
    _ = language.gettext
    code, *values = said
    sentence = {
        "log-alone": _("only a log tells of it, and no change takes a line back"),
        "outside": _("what must change is not among the inputs"),
        "credentials": _("no dump shows passwords"),
        "restart": _("a restart is all that is needed"),
        "file": _("a file has to be made anew"),
        "decision": _("somebody has to decide"),
        "software": _("the software has to be corrected"),
        "no-fix": _("the rule does not say what to change"),
        "too_little": _("the inputs do not say enough for a change"),
        "untouched": _("the change touches nothing that the finding rests on"),
        "ca_not_held": _("no input holds %s, which issued %s"),
        "no_input": _("%s is not among the inputs"),
        "no_list": _("the trusted CA list of %s is not among the inputs"),
        "no_certificate": _("the certificate of %s is not among the inputs"),
        "no_configuration": _("the configuration of %s is not among the inputs"),
        "listing_alone": _("the certificate %s is known by its listing alone"),
        "address": _("%s is an address, which is no DNS name"),
        "no_zone": _("%s has no zone “%s” that can be set"),
        "no_value": _("%s has no setting %s with the value %s"),
        "lone_file": _("%s is a file by itself; no node is known to hold it"),
        "no_fqdn": _("the inputs do not tell the FQDN of %s"),
        "client_auth_ended": _("%s no longer issues clientAuth"),
    }.get(code)
    return " ".join(said) if sentence is None else sentence % tuple(values)


def to_collect(need: str, language: Language) -> str:
    """What to collect for a topic of coverage, or for a reason why a check stays open.

    A need with a slash is a rule that was left out; another without words of its own is returned
    as it is.
    """
    _ = language.gettext
    if "/" in need:
        return _("the rule %(rule)s, which was left out") % {"rule": need}
    return {
        "configuration": _("a diagnostic bundle with xconf_dump"),
        "status": _("a diagnostic bundle with xstat_dump"),
        "log": _("the diagnostic log of the time of the trouble"),
        "server_certificate": _("the server certificate"),
        "client_certificate": _("the client certificate"),
        "trust_list": _("the trusted CA list"),
        "version": _("the software version"),
        "peer_bundle": _("the diagnostic bundle of the other side"),
        "uc_certificates": _("the certificates of the UC server"),
        "uc_log": _("the log of the UC server from the time of the trouble"),
        "no_certificate": _("the certificate of the other side"),
        "no_trust_list": _("the trusted CA list of the other side"),
        "no_name": _("the TLS verify subject name of the traversal zone"),
    }.get(need, need)


_DIAGNOSTIC_LOG = "Maintenance > Diagnostics > Diagnostic logging"
_WHERE = {
    "configuration": _DIAGNOSTIC_LOG,
    "status": _DIAGNOSTIC_LOG,
    "log": _DIAGNOSTIC_LOG,
    "version": _DIAGNOSTIC_LOG,
    "peer_bundle": _DIAGNOSTIC_LOG,
    "server_certificate": "Maintenance > Security > Server certificate > Show (PEM file)",
    "client_certificate": "Maintenance > Security > Client certificate",
    "trust_list": "Maintenance > Security > Trusted CA certificate > Show all (PEM file)",
    "no_trust_list": "Maintenance > Security > Trusted CA certificate > Show all (PEM file)",
    "uc_certificates": "show cert list own, show cert own",
}
"""Menu of Expressway, or commands of a UC server, that hand out what is to be collected."""


def collecting(need: str, language: Language) -> str:
    """What to collect, and where it is to be had if that is known."""
    what = to_collect(need, language)
    if need not in _WHERE:
        return what
    return language.gettext("%(label)s: %(value)s") % {"label": what, "value": _WHERE[need]}

"""The answer of `preflight` for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .document import Found
from .escape import visible
from .languages import Language, language
from .preflight import GRAVE, PreflightReport, TurnedLink
from .texts import with_texts
from .words import spoken_note, words
from .wrap import hung, wrap


def render_preflight(report: PreflightReport, width: int = 80) -> str:
    """The answer in lines of at most `width` cells: the verdict first, then what to do before."""
    report = with_texts(report, visible)
    tongue = language(report.language)
    lines: list[str] = []
    for mark, text in _blocks(report, tongue):
        if not mark:
            lines += ["", *wrap(text, width)] if lines else wrap(text, width)
            continue
        lines += hung(text, width, mark=mark)
    return "\n".join(line.rstrip() for line in lines) + "\n"


Block = tuple[str, str]
"""The mark before a paragraph, none for a new one, and its text."""


def _blocks(report: PreflightReport, tongue: Language) -> Iterator[Block]:
    _ = tongue.gettext
    yield "", _verdict(report, tongue)
    told_of = (*report.refusals, *report.warnings, *report.appears, *report.gone)
    if note := spoken_note(told_of, tongue):
        yield "  ", note
    told = _remarks(tongue)
    for remark in report.remarks:
        yield "  ! " if remark.code in GRAVE else "  - ", told[remark.code] % {"it": remark.value}
    for found in (*report.refusals, *report.warnings):
        yield from _found(found)
    if report.request:
        yield "  ", _("Judged as the certificate that the present CA would make of the request.")
    yield from _section(
        _("To be done before"),
        (
            (_("%(node)s needs the CA %(ca)s in its list (%(where)s)") if row.found_in else
             _("%(node)s needs the CA %(ca)s in its list; no input holds it"))
            % {"node": row.node, "ca": row.subject, "where": row.found_in}
            for row in report.first
        ),
    )  # fmt: skip
    yield from _section(_("Links that break"), (_link(row, tongue) for row in report.breaks))
    yield from _section(_("Links that heal"), (_link(row, tongue) for row in report.heals))
    for heading, findings in ((_("New trouble"), report.appears), (_("Mended"), report.gone)):
        yield from _section(heading, (_named(found) for found in findings))
    kinds = difference_names(tongue)
    yield from _section(
        _("Other than in the present certificate"),
        (
            tongue.labelled(
                kinds[row.what], " → ".join(part for part in (row.before, row.after) if part)
            )
            for row in report.differences
        ),
    )
    yield from _section(
        _("Names that are asked for"),
        (
            f"{'✓' if row.carried else '✗'} {row.name} ({_by(row.by, tongue)})"
            for row in report.names
        ),
    )


def _verdict(report: PreflightReport, tongue: Language) -> str:
    _ = tongue.gettext
    if not report.candidates:
        return _("%(node)s refuses what was given: no certificate can be read.") % {
            "node": report.node
        }
    subjects = ", ".join(candidate.subject for candidate in report.candidates)
    if report.store == "trust":
        text = (
            _("%(subject)s can be removed from the trusted CA list of %(node)s.")
            if report.removed and report.harmless
            else _("%(subject)s must stay in the trusted CA list of %(node)s.")
            if report.removed
            else _("%(node)s refuses the file with %(subject)s for its trusted CA list.")
            if report.verdict == "refused"
            else _("%(subject)s can be added to the trusted CA list of %(node)s.")
        )
        return text % {"subject": subjects, "node": report.node}
    place = _("server certificate") if report.store == "server" else _("client certificate")
    text = {
        "accepted": _("%(node)s accepts %(subject)s as its %(place)s."),
        "warned": _("%(node)s accepts %(subject)s as its %(place)s with a warning."),
        "refused": _("%(node)s refuses %(subject)s as its %(place)s."),
    }[report.verdict] % {"node": report.node, "subject": subjects, "place": place}
    if report.verdict == "refused":
        return text
    count = len(report.breaks) + len(report.appears)
    if not count:
        return tongue.sentences((text, _("Nothing breaks.")))
    broken = tongue.ngettext(
        "%(count)d thing breaks, see below.", "%(count)d things break, see below.", count
    )
    return tongue.sentences((text, broken % {"count": count}))


def difference_names(tongue: Language) -> dict[str, str]:
    """What may be otherwise between two certificates."""
    _ = tongue.gettext
    return {
        "issuer": _("issuer"),
        "subject": _("subject"),
        "eku": _("extended key usage"),
        "key": _("key"),
        "not_after": _("valid until"),
        "names_lost": _("names that are lost"),
        "names_new": _("names that are new"),
    }


def _remarks(tongue: Language) -> dict[str, str]:
    """What each remark says of a file or subject."""
    _ = tongue.gettext
    return {
        "private_key": _(
            "%(it)s holds a private key. Whoever has the file can pose as the node: send and "
            "upload the certificate alone, and take the file out of mails and tickets."
        ),
        "key_matches": _("The private key in %(it)s belongs to the certificate."),
        "key_foreign": _(
            "The private key in %(it)s does not belong to the certificate: the upload is refused."
        ),
        "key_not_read": _(
            "The private key in %(it)s could not be read, so it was not compared with the "
            "certificate."
        ),
        "request_matches": _("The certificate has the key of the request in %(it)s."),
        "request_foreign": _(
            "The request in %(it)s was made with another key than the certificate has: the upload "
            "is refused."
        ),
        "unchanged": _("%(it)s is in place already: the upload changes nothing."),
        "another_node": _(
            "%(it)s carries none of the names that are asked for: it seems to be meant for another "
            "node."
        ),
        "self_signed": _(
            "%(it)s is its own issuer: no CA vouches for it, and every other node would have to "
            "trust this one certificate. Have a CA issue one."
        ),
        "is_ca": _("%(it)s is the certificate of a CA, not of a node."),
        "no_ca": _(
            "%(it)s is not the certificate of a CA: the list would trust whoever holds this one "
            "key, and has to be changed with each renewal. Add the CA that issued it instead."
        ),
        "anchor": _(
            "%(it)s is its own issuer, so no other certificate proves it: have its owner confirm "
            "the fingerprint before you trust it."
        ),
    }


def _found(found: Found) -> Iterator[Block]:
    yield "  - ", _named(found)
    for number, step in enumerate(found.fix.steps, 1):
        yield f"    {number}. ", step


def _named(found: Found) -> str:
    return f"{found.title} ({found.symptom})"


def _section(heading: str, rows: Iterable[str]) -> Iterator[Block]:
    told = list(dict.fromkeys(rows))
    if told:
        yield "", heading
        yield from (("  - ", row) for row in told)


def _link(row: TurnedLink, tongue: Language) -> str:
    name = words(tongue)["link"].get(row.link, row.link)
    off = "" if row.enforced == "ok" else " " + tongue.gettext("(not enforced)")
    return f"{row.client} → {row.server}, {name}: {row.why}{off}"


def _by(by: str, tongue: Language) -> str:
    _ = tongue.gettext
    return {
        "mra_domain": _("MRA clients"),
        "cluster_name": _("cluster"),
        "own_name": _("own name"),
    }.get(by, by)

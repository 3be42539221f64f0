"""Two states of a deployment in words, and for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .comparison import ComparisonReport, Difference, FindingTurn
from .document import Found
from .escape import visible
from .languages import Language, language
from .mask import mask
from .preflight_text import difference_names
from .texts import with_texts
from .words import spoken_note, words
from .wrap import hung, wrap


class Section(NamedTuple):
    """A heading, and what stands beneath it."""

    heading: str
    rows: tuple[str, ...]


def shown(report: ComparisonReport) -> ComparisonReport:
    """The document as people may see it: without secrets, and without hidden characters."""
    return with_texts(report, lambda text: visible(mask(text)))


def render_comparison(report: ComparisonReport, width: int = 80) -> str:
    """The document for a terminal: the verdict first, then findings, then what changed."""
    report = shown(report)
    tongue = language(report.language)
    lines = wrap(verdict(report, tongue), width)
    lines += wrap(span(report, tongue), width)
    if told := note(report, tongue):
        lines += wrap(told, width)
    for section in (*finding_sections(report, tongue), *change_sections(report, tongue)):
        lines += ["", *wrap(section.heading, width)]
        for row in section.rows:
            lines += hung(row, width, mark="  - ")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def verdict(report: ComparisonReport, tongue: Language) -> str:
    """How many findings are new, gone and remain, in one sentence."""
    if not (report.new or report.gone or report.differences):
        return tongue.gettext("Both states show the same.")
    counts = {
        "new": len(report.new),
        "gone": len(report.gone),
        "remaining": len(report.remaining),
    }
    return tongue.gettext("Findings: %(new)d new, %(gone)d gone, %(remaining)d remaining.") % counts


def span(report: ComparisonReport, tongue: Language) -> str:
    """The times at which the states were judged."""
    return tongue.gettext("Before: as of %(before)s. After: as of %(after)s.") % {
        "before": tongue.time(report.judged_before),
        "after": tongue.time(report.judged_after),
    }


def note(report: ComparisonReport, tongue: Language) -> str:
    """In which language the findings are told, where it is not the reader's."""
    turns = (*report.new, *report.gone, *report.remaining)
    return spoken_note((turn.found for turn in turns), tongue)


def finding_sections(report: ComparisonReport, tongue: Language) -> Iterator[Section]:
    """New findings, gone ones, remaining ones, with the changes of what they name."""
    _ = tongue.gettext
    for heading, turns in (
        (_("New findings"), report.new),
        (_("Findings that are gone"), report.gone),
        (_("Findings that remain"), report.remaining),
    ):
        if turns:
            explained = turns is not report.remaining
            yield Section(
                heading, tuple(finding(turn, tongue, explained=explained) for turn in turns)
            )


def finding(turn: FindingTurn, tongue: Language, *, explained: bool) -> str:
    """A finding's title and, where it came or went, what explains that."""
    title = _title(turn.found, tongue)
    if not explained:
        return title
    if not turn.because:
        return f"{title}\n" + tongue.gettext("No change of what it names is among the inputs.")
    numbers = tongue.list([str(number) for number in turn.because])
    return f"{title}\n" + tongue.ngettext(
        "Explained by change %(numbers)s.", "Explained by changes %(numbers)s.", len(turn.because)
    ) % {"numbers": numbers}  # fmt: skip


def _title(found: Found, tongue: Language) -> str:
    severity = words(tongue)["severity"][found.severity]
    return f"{found.title} ({found.symptom}, {severity})"


def change_sections(report: ComparisonReport, tongue: Language) -> Iterator[Section]:
    """The changes of each node by their numbers, and what could not be compared."""
    _ = tongue.gettext
    for node in dict.fromkeys(row.node for row in report.differences):
        rows = (row for row in report.differences if row.node == node)
        yield Section(
            _("Changes of %(node)s") % {"node": node},
            tuple(f"[{row.number}] {change(row, tongue)}" for row in rows),
        )
    topics = words(tongue)["topic"]
    open_rows = tuple(
        (
            _("%(node)s, %(topic)s: shown before, and not after")
            if row.seen == "before"
            else _("%(node)s, %(topic)s: shown after, and not before")
        )
        % {"node": row.node, "topic": topics[row.topic]}
        for row in report.not_compared
    )
    if open_rows:
        yield Section(_("Not compared, since only one state shows it"), open_rows)
    if report.problems:
        yield Section(_("Could not be read or decided"), report.problems)


def change(row: Difference, tongue: Language) -> str:
    """One difference as a phrase."""
    _ = tongue.gettext
    match row.kind:
        case "node":
            return _("shown only after") if row.before is None else _("shown only before")
        case "version":
            return tongue.labelled(_("software version"), _turn(row))
        case "certificate":
            store = words(tongue)["store"].get(row.what, row.what)
            told = tongue.labelled(store, _came_or_went(row, tongue))
            return "\n".join([told, *_details(row, tongue)])
        case "trust":
            name = row.what or _("trusted CA list")
            if row.before and row.after:
                told = _("another certificate of %(ca)s") % {"ca": row.after}
                return "\n".join([tongue.labelled(name, told), *_details(row, tongue)])
            return tongue.labelled(name, _came_or_went(row, tongue))
        case "trust_order":
            name = row.what or _("trusted CA list")
            return _("%(list)s: other order; %(after)s stands where %(before)s stood") % {
                "list": name,
                "before": row.before,
                "after": row.after,
            }
        case "alarm":
            raised = _("alarm raised: %(alarm)s")
            return (raised if row.after else _("alarm gone: %(alarm)s")) % {"alarm": row.what}
        case "zone":
            name = _("zone %(name)s") % {"name": row.what}
            if not row.key:
                return tongue.labelled(name, _("added") if row.before is None else _("removed"))
            key = _("status") if row.key == "status" else row.key
            return tongue.labelled(f"{name}, {key}", _turn(row))
        case "setting":
            return tongue.labelled(row.what, _turn(row))


def _turn(row: Difference) -> str:
    return f"{row.before or '–'} → {row.after or '–'}"


def _came_or_went(row: Difference, tongue: Language) -> str:
    _ = tongue.gettext
    if row.before is None:
        return _("%(what)s added") % {"what": row.after}
    if row.after is None:
        return _("%(what)s removed") % {"what": row.before}
    return _("%(before)s replaced by %(after)s") % {"before": row.before, "after": row.after}


def _details(row: Difference, tongue: Language) -> Iterable[str]:
    kinds = difference_names(tongue)
    usages = words(tongue)["eku"]
    for one in row.details:
        ends = [end for end in (one.before, one.after) if end]
        if one.what == "eku":
            ends = [usages.get(end, end) for end in ends]
        yield tongue.labelled(kinds[one.what], " → ".join(ends))

"""The report for a terminal or a mail: plain text, findings first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .document import Fix, Found, Quote, Report
from .escape import visible
from .languages import Language, language
from .outline import Cause, Outline, outline, place
from .texts import with_texts
from .words import coming, fallback_note, origin, proof, tally, upgrade_words, verdict, words
from .wrap import hung, wrap

DEFAULT_WIDTH = 80
SMALLEST_WIDTH = 40
QUOTE_LINES = 8
"""Lines of one quote that are printed; JSON and HTML have the whole."""

_ANSI = {"critical": "\x1b[1;31m", "warning": "\x1b[1;33m", "info": "\x1b[1;36m"}
_RESET, _DIM = "\x1b[0m", "\x1b[2m"


def render_text(report: Report, *, width: int | None = None, colour: bool = False) -> str:
    """The report in lines of at most `width` cells (80 unless given, at least 40)."""
    writer = _Writer(
        with_texts(report, visible), max(width or DEFAULT_WIDTH, SMALLEST_WIDTH), colour
    )
    return "\n".join(line.rstrip() for line in writer.lines()) + "\n"


class _Writer:
    """Writes one report; every method yields finished lines."""

    def __init__(self, report: Report, width: int, colour: bool) -> None:
        self.report = report
        self.told: Outline = outline(report)
        self.language: Language = language(report.language)
        self.words = words(self.language)
        self.width = width
        self.colour = colour

    def lines(self) -> Iterator[str]:
        _ = self.language.gettext
        told = self.told
        if told.verdict != "fault":
            yield from self.block(verdict(told, self.language))
        elif len(told.causes) > 1:
            yield from self.overview()
        for causes, heading in (
            (told.causes, None),
            (told.foreseen, _("Foreseen")),
            (told.advice, _("Advice")),
        ):
            if causes and heading:
                yield from self.heading(heading)
            for number, cause in enumerate(causes, 1):
                yield from self.cause(number, cause)
        yield from self.plan()
        yield from self.timeline()
        yield from self.upgrade()
        yield from self.unchecked()
        yield from self.problems()
        yield from self.closing()

    def overview(self) -> Iterator[str]:
        for number, cause in enumerate(self.told.causes, 1):
            severity = self.words["severity"][cause.finding.severity]
            told = self.language.labelled(severity, cause.finding.title)
            yield from self.block(told, mark=f"{number}. ")
        yield ""

    def cause(self, number: int, cause: Cause) -> Iterator[str]:
        _ = self.language.gettext
        finding = cause.finding
        for line in self.block(finding.title, mark=f"{number}. "):
            yield self.painted(line, finding.severity)
        yield from self.block(self.standing(finding), indent=3)
        if finding.cause:
            yield ""
            yield from self.block(finding.cause, indent=3)
        if finding.evidence:
            yield from self.label(_("Evidence"))
            for quote in finding.evidence:
                yield from self.quote(quote)
        if finding.against:
            yield from self.label(_("What speaks against it"))
            for note in finding.against_notes:
                yield from self.block(note, indent=5)
            for quote in finding.against:
                yield from self.quote(quote)
        yield from self.fix(
            _("Stop-gap, not a cure") if finding.fix.stop_gap else _("Fix"), finding.fix
        )
        yield from self.proof(finding)
        if finding.stop_gap:
            yield from self.fix(_("Until then (stop-gap, not a cure)"), finding.stop_gap)
        yield from self.bullets(_("How to check that it worked"), finding.verify)
        if finding.sources:
            sources = "; ".join(finding.sources)
            yield ""
            yield from self.block(_("Sources: %(sources)s") % {"sources": sources}, indent=3)
        yield from self.bullets(_("Where the documents disagree"), finding.conflicts)
        yield from self.bullets(
            _("What follows from it"),
            [_named(one) for one in cause.consequences if one.same_fault_as is None],
        )
        yield from self.elsewhere([one for one in cause.consequences if one.same_fault_as])
        yield ""

    def elsewhere(self, findings: Sequence[Found]) -> Iterator[str]:
        """The same certificate or CA at fault in other places, which need steps of their own."""
        if findings:
            yield from self.label(self.language.gettext("The same fault elsewhere"))
        for finding in findings:
            yield from self.block(_named(finding), indent=5, mark="- ")
            for number, step in enumerate(finding.fix.steps, 1):
                yield from self.block(step, indent=7, mark=f"{number}. ")

    def standing(self, finding: Found) -> str:
        parts = (
            self.words["severity"][finding.severity],
            self.words["confidence"][finding.confidence],
            self.language.gettext("experimental rule") if finding.experimental else "",
            finding.symptom,
            self.language.list(finding.nodes),
        )
        return " · ".join(part for part in parts if part)

    def quote(self, quote: Quote) -> Iterator[str]:
        where = place(quote, self.told.input_names)
        if where:
            yield from self.block(where, indent=5)
        lines = wrap(quote.text.strip("\n"), self.width - 9)
        yield from self.nearby(quote.before)
        yield from (f"       | {line}" for line in lines[:QUOTE_LINES])
        rest = len(lines) - QUOTE_LINES
        if rest > 0:
            more = self.language.ngettext(
                "… and %(count)d more line of this width",
                "… and %(count)d more lines of this width",
                rest,
            )
            yield from self.block(more % {"count": rest}, indent=7)
        yield from self.nearby(quote.after)

    def nearby(self, text: str) -> Iterator[str]:
        """Lines beside a quoted one, each cut to a single line; they are no evidence themselves."""
        for line in text.splitlines():
            first, *rest = wrap(line, self.width - 10) or [""]
            shown = f"       : {first}{'…' if rest else ''}"
            yield f"{_DIM}{shown}{_RESET}" if self.colour else shown

    def fix(self, label: str, fix: Fix) -> Iterator[str]:
        if not fix.steps:
            return
        yield from self.label(label)
        for number, step in enumerate(fix.steps, 1):
            yield from self.block(step, indent=5, mark=f"{number}. ")

    def proof(self, finding: Found) -> Iterator[str]:
        """What came of the best way to mend it, and how many others were tried."""
        if not (finding.fix.steps or finding.trials):
            return
        why = next((one.why for one in finding.trials[:1]), None)
        yield ""
        yield from self.block(proof(finding.fix.proof, why, self.language), indent=3)
        others = finding.trials[1:]
        if finding.fix.proof == "proven" and others:
            text = self.language.ngettext(
                "%(count)d other way was tried, proven: %(proven)d.",
                "%(count)d other ways were tried, proven: %(proven)d.",
                len(others),
            )
            proven = sum(one.proof == "proven" for one in others)
            yield from self.block(text % {"count": len(others), "proven": proven}, indent=3)

    def plan(self) -> Iterator[str]:
        plan = self.report.plan
        if plan is None or len(self.told.causes) < 2:
            return
        _ = self.language.gettext
        yield from self.heading(_("The whole cure, in this order"))
        for number, change in enumerate(plan.trial.changes, 1):
            yield from self.block(change.text, mark=f"{number}. ")
        yield from self.block(self.words["proof"][plan.trial.proof])
        for title in (*plan.trial.remains, *plan.trial.appears):
            yield from self.block(title, mark="- ")
        yield ""

    def timeline(self) -> Iterator[str]:
        rows = self.report.timeline
        if not rows:
            return
        _ = self.language.gettext
        yield from self.heading(_("What comes next if nobody changes anything"))
        for row in rows:
            for text in coming(row, self.language):
                told = self.language.labelled(self.language.date(row.at), text)
                yield from self.block(told, mark="- ")
        yield ""

    def upgrade(self) -> Iterator[str]:
        target = self.report.target
        if target is None:
            return
        heading, broken, healed, none = upgrade_words(target, self.language)
        yield from self.heading(heading)
        if none:
            yield from self.block(none)
        if target.breaks:
            yield from self.block(broken)
            for number, cause in enumerate(self.told.breaks, 1):
                yield from self.cause(number, cause)
        if target.heals:
            yield from self.block(healed)
            for finding in target.heals:
                yield from self.block(_named(finding), mark="- ")
        yield ""

    def unchecked(self) -> Iterator[str]:
        if not self.told.unchecked:
            return
        _ = self.language.gettext
        yield from self.heading(_("What could not be checked"))
        needs: dict[str, set[str]] = {}
        for entry in self.told.unchecked:
            needs.setdefault(entry.needs or entry.why, set()).add(entry.symptom)
        for need, symptoms in needs.items():
            text = self.language.ngettext(
                "%(need)s (for %(count)d known cause)",
                "%(need)s (for %(count)d known causes)",
                len(symptoms),
            ) % {"need": need, "count": len(symptoms)}
            yield from self.block(text, mark="- ")
        yield ""

    def problems(self) -> Iterator[str]:
        if not self.report.problems:
            return
        yield from self.heading(self.language.gettext("Problems with the inputs"))
        for problem in self.report.problems:
            yield from self.block(f"{problem.input}: {problem.text}", mark="- ")
        yield ""

    def closing(self) -> Iterator[str]:
        _ = self.language.gettext
        tool = self.report.tool
        yield from self.block(tally(self.told, self.language))
        if note := fallback_note(self.report.fallback, self.language):
            yield from self.block(note)
        yield from self.block(
            _("Judged as of %(time)s.") % {"time": self.language.time(self.report.judged_at)}
        )
        yield from self.block(f"{tool.name} {tool.version}. {origin(tool, self.language)}")

    def heading(self, text: str) -> Iterator[str]:
        yield from self.block(text)
        yield "─" * self.width

    def label(self, text: str) -> Iterator[str]:
        yield ""
        yield from self.block(text, indent=3)

    def bullets(self, label: str, items: Sequence[str]) -> Iterator[str]:
        if items:
            yield from self.label(label)
            for item in items:
                yield from self.block(item, indent=5, mark="- ")

    def block(self, text: str, *, indent: int = 0, mark: str = "") -> Iterable[str]:
        """A paragraph hung on its mark. Line feeds in it never reach the left edge."""
        return hung(" ".join(text.split()), self.width, indent=indent, mark=mark)

    def painted(self, line: str, severity: str) -> str:
        return f"{_ANSI[severity]}{line}{_RESET}" if self.colour else line


def _named(finding: Found) -> str:
    return f"{finding.title} ({finding.symptom})"

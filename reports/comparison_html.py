"""Two states of a deployment as one page, under the same policy as the report."""

from __future__ import annotations

from .comparison import ComparisonReport
from .comparison_text import change_sections, finding_sections, note, shown, span, verdict
from .languages import language
from .templating import environment, filled, plain_sentences


def render_comparison_html(report: ComparisonReport) -> str:
    """The page as text, to be stored as UTF-8."""
    report = shown(report)
    speech = language(report.language)
    return filled(
        environment(None),
        "comparison.html.j2",
        {
            "report": report,
            "language": speech,
            "verdict": verdict(report, speech),
            "span": span(report, speech),
            "note": note(report, speech),
            "findings": list(finding_sections(report, speech)),
            "changes": list(change_sections(report, speech)),
            "state": "fault" if report.new else "healthy",
            **plain_sentences(speech),
        },
    )

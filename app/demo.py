"""`certclinic demo`: a sample deployment dated today, its bundles, and their diagnosis."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ..builders.deployment import write
from ..builders.scenarios import demo as sample
from ..reports.render import render
from .case import open_case
from .document import write_report
from .plan import plan
from .rule_base import rule_base
from .timeline import timeline


def run_demo(folder: Path, language: str, *, width: int, colour: bool) -> str:
    """Write bundles and report into a folder; the text report and where the rest is."""
    now = datetime.now(UTC).replace(microsecond=0)
    bundles = write(sample(now), folder)
    case = open_case(bundles, rule_base())
    report = write_report(case, language, plan=plan(case), moments=timeline(case))
    page = folder / "report.html"
    page.write_text(render(report, "html"), encoding="utf-8")
    text = render(report, "text", width=width, colour=colour)
    names = "\n".join(f"  {bundle}" for bundle in bundles)
    return f"{text.rstrip()}\n\nBundles:\n{names}\nReport: {page.resolve()}"

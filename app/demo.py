"""`certclinic demo`: a sample deployment dated today, its bundles, and their diagnosis."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ..builders.deployment import write
from ..builders.scenarios import demo as sample
from ..reports.render import render
from .case import open_case, rule_base
from .document import write_report


def run_demo(folder: Path, language: str, *, width: int, colour: bool) -> str:
    """Write bundles and report into a folder; the text report and where the rest is."""
    now = datetime.now(UTC).replace(microsecond=0)
    bundles = write(sample(now), folder)
    report = write_report(open_case(bundles, rule_base()), language)
    page = folder / "report.html"
    page.write_text(render(report, "html"), encoding="utf-8")
    text = render(report, "text", width=width, colour=colour)
    names = "\n".join(f"  {bundle}" for bundle in bundles)
    return f"{text.rstrip()}\n\nBundles:\n{names}\nReport: {page.resolve()}"

"""The report as one HTML file: no script, nothing loaded, readable in ten years.

The page's policy forbids everything but its own style. All texts are data: Jinja escapes them in
every place, and none of them stands in a link, a style or a script.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from .chain_picture import chain_picture, standing
from .deployment_picture import deployment
from .document import ChainLink, Found, Report
from .escape import visible
from .languages import LANGUAGES, Language, language
from .outline import SeenChain
from .side_by_side import SideBySide, side_by_side
from .templating import environment, filled, values
from .texts import with_texts
from .timeline_picture import timeline_picture
from .trust_picture import trust_matrix
from .words import words


def render_html(report: Report, templates: Path | None = None) -> str:
    """The page as text, to be stored as UTF-8, by the templates in `templates` where it holds some.

    Raises `ReportError` where one of those is wrong.
    """
    report = with_texts(report, visible)
    speech = language(report.language)
    vocabulary = words(speech)

    def drawn_chain(chain: SeenChain) -> object:
        return chain_picture(chain, vocabulary, speech)

    def state_in(link: ChainLink, store: str | None) -> str:
        return standing(link, store, vocabulary, speech)

    def compared(finding: Found) -> tuple[SideBySide, ...]:
        return side_by_side(finding.compared, report.judged_at, vocabulary, speech)

    return filled(
        _environment(speech.tag, templates),
        "report.html.j2",
        {
            **values(report),
            "deployment": deployment(report, vocabulary["link"], vocabulary["role"]),
            "chain_picture": drawn_chain,
            "standing": state_in,
            "side_by_side": compared,
            "timeline": timeline_picture(report, speech),
            "matrix": trust_matrix(report),
            "known_languages": LANGUAGES,
        },
    )


@lru_cache
def _environment(tag: str, templates: Path | None) -> Environment:
    speech: Language = language(tag)
    made = environment(templates, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(  # type: ignore[attr-defined]
        speech.gettext, speech.ngettext, newstyle=True
    )
    return made

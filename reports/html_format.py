"""The report as one HTML file: no script, nothing loaded, readable in ten years.

The page's policy forbids everything but its own style. All texts are data: Jinja escapes them in
every place, and none of them stands in a link, a style or a script.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from .chain_picture import chain_picture
from .deployment_picture import deployment
from .document import Report
from .escape import visible
from .languages import LANGUAGES, Language, language
from .outline import SeenChain, common_name, link_state, outline, place
from .texts import with_texts
from .words import origin, tally, upgrade_words, verdict, words


def render_html(report: Report) -> str:
    """The page as text, to be stored as UTF-8."""
    report = with_texts(report, visible)
    speech = language(report.language)
    told = outline(report)
    vocabulary = words(speech)

    def drawn_chain(chain: SeenChain) -> object:
        return chain_picture(chain, vocabulary, speech)

    return (
        _environment(speech.tag)
        .get_template("report.html.j2")
        .render(
            report=report,
            told=told,
            words=vocabulary,
            language=speech,
            verdict=verdict(told, speech),
            tally=tally(told, speech),
            origin=origin(report.tool, speech),
            upgrade=upgrade_words(report.target, speech) if report.target else None,
            deployment=deployment(report, vocabulary["link"], vocabulary["role"]),
            chain_picture=drawn_chain,
            place=place,
            common_name=common_name,
            link_state=link_state,
            known_languages=LANGUAGES,
        )
    )


@lru_cache
def _environment(tag: str) -> Environment:
    speech: Language = language(tag)
    # Not select_autoescape(): it decides by the file's name and takes *.html.j2 for plain text.
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        speech.gettext, speech.ngettext, newstyle=True
    )
    return environment

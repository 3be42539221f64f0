"""Where templates come from: the shipped ones, and those of a reader who wants another look.

A reader's folder is looked through first. A template in it may stand in for the shipped one of the
same name, or extend that as `certclinic/NAME` and replace blocks of it. With such a folder all
templates run in Jinja's sandbox: they see the report's data, and reach neither files, modules nor
the models' own methods, some of which would read files. The shipped ones by themselves need no
sandbox, which takes half of the time of a long report.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from .compiled_templates import compiled_templates
from .document import Report
from .errors import ReportError
from .languages import Language, language
from .outline import common_name, link_state, outline, place
from .words import fallback_note, origin, proof, tally, upgrade_words, verdict, words

SHIPPED = "certclinic"
"""Prefix by which a template of one's own names the shipped one that it extends."""

_SPEECH = frozenset({"tag", "gettext", "ngettext", "date", "time", "list", "labelled", "aside"})


class _Sandbox(ImmutableSandboxedEnvironment):
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, BaseModel):
            return attr in type(obj).model_fields
        if isinstance(obj, Language):
            return attr in _SPEECH
        return super().is_safe_attribute(obj, attr, value)


def values(report: Report) -> dict[str, Any]:
    """What every template sees, in the report's language; docs/reports.md describes it."""
    speech = language(report.language)
    told = outline(report)
    return {
        "report": report,
        "told": told,
        "words": words(speech),
        "language": speech,
        "verdict": verdict(told, speech),
        "tally": tally(told, speech),
        "fallback_note": fallback_note(report.fallback, speech),
        "origin": origin(report.tool, speech),
        "upgrade": upgrade_words(report.target, speech) if report.target else None,
        "proof": partial(proof, speech=speech),
        "place": place,
        "common_name": common_name,
        "link_state": link_state,
    }


def plain_sentences(speech: Language) -> dict[str, Callable[..., str]]:
    """`_` and `ngettext` for templates that escape otherwise than HTML.

    Values are put into a sentence before it is escaped as a whole.
    """

    def sentence(message: str, **values: object) -> str:
        return speech.gettext(message) % values

    def counted(singular: str, plural: str, num: int, **values: object) -> str:
        return speech.ngettext(singular, plural, num) % {"num": num, **values}

    return {"_": sentence, "ngettext": counted}


def environment(
    folder: Path | None, *, finalize: Callable[[Any], Any] | None = None, **options: Any
) -> Environment:
    """An environment that escapes for HTML, with the templates of `folder` before the shipped ones.

    With a folder it is a sandbox. `finalize` is applied to each printed value before it is escaped.
    """
    # Not select_autoescape(): it decides by the file's name and takes *.html.j2 for plain text.
    kind = Environment if folder is None else _Sandbox
    compiled = compiled_templates(finalize, **options) if folder is None else None
    return kind(
        loader=_loader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
        bytecode_cache=compiled,
        **options,
    )


def _loader(folder: Path | None) -> BaseLoader:
    shipped = PackageLoader(__package__ or "", "templates")
    if folder is None:
        return shipped
    own = FileSystemLoader(folder)
    return ChoiceLoader([own, shipped, PrefixLoader({SHIPPED: shipped})])


def filled(environment: Environment, name: str, values: dict[str, Any]) -> str:
    """A template with its values. Raises `ReportError` where a template is wrong."""
    try:
        template: Template = environment.get_template(name)
        return template.render(values)
    except TemplateError as error:
        raise ReportError(f"template {_place(error, name)}: {error}") from error


def _place(error: TemplateError, name: str) -> str:
    """`file:line` of the template at fault; Jinja puts the templates' lines into the traceback."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or name}:{error.lineno}"
    steps = traceback.extract_tb(error.__traceback__)
    lines = [f"{step.filename}:{step.lineno}" for step in steps if step.filename.endswith(".j2")]
    return lines[-1] if lines else name

"""The texts of a rule: checked when it is loaded, filled in for a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..vocabulary import FactType, did_you_mean
from .model import REQUIRED_LANGUAGES, Language, RuleText
from .templates import Lookup, Template, TemplateError, parse_template, render
from .yaml_source import Location

PARTS = ("title", "cause", "fix", "verify", "stop_gap")
_NEXT_BEST: Mapping[str, Language] = {"zh-Hans": "zh-Hant"}
"""What readers of a language read more easily than English."""


@dataclass(frozen=True)
class Words:
    """What people read about a finding; `language` is the one it is in.

    `against` says of contradicting evidence why both can be true.
    """

    language: str
    title: str
    cause: str
    fix: tuple[str, ...]
    verify: tuple[str, ...]
    stop_gap: tuple[str, ...]
    against: tuple[str, ...]


Part = Mapping[str, tuple[Template, ...]]
"""Templates of one part by language."""

Texts = Mapping[str, Mapping[str, tuple[Template, ...]]]
"""Templates by language and part; a title and a cause are single templates."""

Mistake = Callable[[Location, str, str, str], None]
"""Takes location, snippet (or ""), message and hint."""


def compile_texts(text: RuleText, aliases: Mapping[str, list[FactType]], mistake: Mistake) -> Texts:
    """Parse every template; each field must exist in every type that its alias may stand for."""
    compiled: dict[str, dict[str, tuple[Template, ...]]] = {}
    for part in PARTS:
        written = getattr(text, part)
        if written is not None:
            for language, templates in compile_part(
                ("text", part), written, aliases, mistake
            ).items():
                compiled.setdefault(language, {})[part] = templates
    return compiled


def compile_part(
    at: Location,
    by_language: Mapping[Language, str | list[str]],
    aliases: Mapping[str, list[FactType]],
    mistake: Mistake,
) -> Part:
    """Parse the templates of one part, which stands at a location, in every language."""
    for language in REQUIRED_LANGUAGES:
        if language not in by_language:
            mistake(at, "", f"'{at[-1]}' is missing in {language}", f"add `{language}: …`")
    compiled: dict[str, tuple[Template, ...]] = {}
    sound = True
    for language, written in by_language.items():
        here = (*at, language)
        steps = (
            [_checked(here, written, aliases, mistake)]
            if isinstance(written, str)
            else [_checked((*here, n), step, aliases, mistake) for n, step in enumerate(written)]
        )
        compiled[language] = tuple(step for step in steps if step is not None)
        sound &= None not in steps
    if sound:
        _compare_languages(at, compiled, mistake)
    return compiled


def _checked(
    at: Location, text: str, aliases: Mapping[str, list[FactType]], mistake: Mistake
) -> Template | None:
    """The template; None and a mistake where it is not one or names what isn't there."""
    try:
        template = parse_template(text)
    except TemplateError as fault:
        mistake(at, fault.snippet, str(fault), fault.hint)
        return None
    sound = True
    for place in template.placeholders:
        if place.alias not in aliases:
            hint = did_you_mean(place.alias, aliases)
            mistake(at, place.snippet, f"no condition is called '{place.alias}'", hint)
            sound = False
            continue
        for kind in aliases[place.alias]:
            if place.field not in kind.fields:
                hint = did_you_mean(place.field, kind.fields)
                message = f"'{kind.name}' has no field '{place.field}'"
                mistake(at, place.snippet, message, hint)
                sound = False
    return template if sound else None


def _compare_languages(at: Location, compiled: Part, mistake: Mistake) -> None:
    first = next(iter(compiled), None)
    for language, templates in compiled.items():
        model = compiled[first or language]
        if len(templates) != len(model):
            counts = f"{len(templates)} steps in {language}, {len(model)} in {first}"
            hint = "write the same steps in every language"
            mistake((*at, language), "", f"'{at[-1]}' has {counts}", hint)
        elif _named(templates) != _named(model):
            names = ", ".join(sorted(_named(templates) ^ _named(model)))
            message = f"'{at[-1]}' names different values in {first} and {language}: {names}"
            mistake((*at, language), "", message, "write the same placeholders in each")


def _named(templates: tuple[Template, ...]) -> set[str]:
    return {f"{p.alias}.{p.field}" for template in templates for p in template.placeholders}


def reading_order(language: str) -> tuple[str, ...]:
    """The languages in which to look for a text, the reader's own first and English last."""
    english = REQUIRED_LANGUAGES[0]
    return tuple(dict.fromkeys((language, _NEXT_BEST.get(language, english), english)))


def spoken(texts: Texts, language: str) -> str:
    """The first language of the reading order in which every part is written."""
    whole = texts[REQUIRED_LANGUAGES[0]].keys()
    return next(one for one in reading_order(language) if texts.get(one, {}).keys() >= whole)


def words(texts: Texts, against: Iterable[Part], lookup: Lookup, language: str) -> Words:
    """The texts for one finding, all in the language that is spoken for it."""
    chosen = spoken(texts, language)
    parts = texts[chosen]
    filled = {
        part: tuple(render(template, lookup, chosen) for template in parts.get(part, ()))
        for part in PARTS
    }
    return Words(
        chosen,
        filled["title"][0],
        filled["cause"][0],
        filled["fix"],
        filled["verify"],
        filled["stop_gap"],
        tuple(
            render(template, lookup, chosen)
            for part in against
            for template in part.get(chosen, part.get(REQUIRED_LANGUAGES[0], ()))
        ),
    )

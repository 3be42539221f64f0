"""The texts of a rule: checked when it is loaded, filled in for a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .model import REQUIRED_LANGUAGES, RuleText
from .templates import Lookup, Template, TemplateError, parse_template, render
from .vocabulary import FactType, did_you_mean
from .yaml_source import Location

PARTS = ("title", "cause", "fix", "verify", "stop_gap")


@dataclass(frozen=True)
class Words:
    """What people read about a finding; `language` is the one it is in."""

    language: str
    title: str
    cause: str
    fix: tuple[str, ...]
    verify: tuple[str, ...]
    stop_gap: tuple[str, ...]


Texts = Mapping[str, Mapping[str, tuple[Template, ...]]]
"""Templates by language and part; a title and a cause are single templates."""

Mistake = Callable[[Location, str, str, str], None]
"""Takes location, snippet (or ""), message and hint."""


def compile_texts(text: RuleText, aliases: Mapping[str, list[FactType]], mistake: Mistake) -> Texts:
    """Parse every template; each field must exist in every type that its alias may stand for."""
    compiled: dict[str, dict[str, tuple[Template, ...]]] = {}
    for part in PARTS:
        by_language = getattr(text, part)
        if by_language is None:
            continue
        for language in REQUIRED_LANGUAGES:
            if language not in by_language:
                mistake(("text", part), "", f"'{part}' is missing in {language}", "")
        for language, written in by_language.items():
            at: Location = ("text", part, language)
            steps = written if isinstance(written, list) else [written]
            templates = []
            for number, step in enumerate(steps):
                here = (*at, number) if isinstance(written, list) else at
                templates.append(_checked(here, step, aliases, mistake))
            compiled.setdefault(language, {})[part] = tuple(templates)
        if by_language:
            _compare_languages(part, compiled, mistake)
    return compiled


def _checked(
    at: Location, text: str, aliases: Mapping[str, list[FactType]], mistake: Mistake
) -> Template:
    try:
        template = parse_template(text)
    except TemplateError as fault:
        mistake(at, fault.snippet, str(fault), fault.hint)
        return Template(())
    for place in template.placeholders:
        if place.alias not in aliases:
            hint = did_you_mean(place.alias, aliases)
            mistake(at, place.snippet, f"no condition is called '{place.alias}'", hint)
            continue
        for kind in aliases[place.alias]:
            if place.field not in kind.fields:
                hint = did_you_mean(place.field, kind.fields)
                message = f"'{kind.name}' has no field '{place.field}'"
                mistake(at, place.snippet, message, hint)
    return template


def _compare_languages(
    part: str, compiled: Mapping[str, Mapping[str, tuple[Template, ...]]], mistake: Mistake
) -> None:
    first, *others = [language for language in compiled if part in compiled[language]]
    model = compiled[first][part]
    for language in others:
        templates = compiled[language][part]
        at: Location = ("text", part, language)
        if len(templates) != len(model):
            message = f"'{part}' has {len(templates)} steps in {language}, {len(model)} in {first}"
            mistake(at, "", message, "")
        elif _named(templates) != _named(model):
            names = ", ".join(sorted(_named(templates) ^ _named(model)))
            message = f"'{part}' names different values in {first} and {language}: {names}"
            mistake(at, "", message, "")


def _named(templates: tuple[Template, ...]) -> set[str]:
    return {f"{p.alias}.{p.field}" for template in templates for p in template.placeholders}


def words(texts: Texts, lookup: Lookup, language: str) -> Words:
    """The texts for one finding, in English where the language has none."""
    chosen = language if language in texts else REQUIRED_LANGUAGES[0]
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
    )

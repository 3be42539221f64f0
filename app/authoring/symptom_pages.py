"""The page of one symptom in the catalogue: what its rules ask for, say, and rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...engine.rule_base import CompiledRule, RuleBase
from ...engine.rulefile.model import Rule, Source
from ...reports.pages import (
    Block,
    Heading,
    Link,
    Listing,
    Page,
    Paragraph,
    Picture,
    Table,
    Words,
)
from ..knowledge import AlarmRow, ReleaseRow, SymptomRow, conflicts, table
from .conditions_in_words import evidence, facts_used, sentences
from .rule_graph import graph

Tongue = Literal["en", "zh-Hant"]
_PLACEHOLDER = re.compile(
    r"\{\{\s*(?:each\.)?([a-z][a-z0-9_.]*)\s*(?:\|\s*(?:([a-z]+)/[a-z]+|\w+)\s*)*\}\}"
)
_PARTS: tuple[tuple[str, Mapping[Tongue, str]], ...] = (
    ("cause", {"en": "Why", "zh-Hant": "說明"}),
    ("fix", {"en": "Fix", "zh-Hant": "修復步驟"}),
    ("stop_gap", {"en": "Stop-gap, not a cure", "zh-Hant": "臨時措施（無法根治）"}),
    ("verify", {"en": "How to check that it worked", "zh-Hant": "如何確認問題已解決"}),
)
_TONGUES: tuple[tuple[Tongue, str], ...] = (("en", "Text"), ("zh-Hant", "繁體中文"))


@dataclass(frozen=True)
class Entry:
    """A symptom with the rules that conclude it; `row` is None where no table knows it.

    `related` are the symptoms that it has to do with, by how.
    """

    symptom: str
    row: SymptomRow | None
    rules: tuple[CompiledRule, ...]
    deprecated: tuple[CompiledRule, ...] = ()
    related: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def title(self) -> str:
        """What the symptom is called."""
        if self.row:
            return self.row.title["en"]
        return plain((*self.rules, *self.deprecated)[0].rule.text.title["en"])

    @property
    def status(self) -> str:
        """Whether a rule concludes it, and if not, why none can."""
        if self.rules:
            return f"implemented by {len(self.rules)} rule{'s' * (len(self.rules) > 1)}"
        if self.row and self.row.undecidable:
            return f"not decidable: {self.row.undecidable['en']}"
        return "no rule concludes it"


def symptom_page(entry: Entry, base: RuleBase) -> Page:
    """All that the rule base knows of a symptom."""
    return Page(entry.symptom, f"{entry.symptom}: {entry.title}", tuple(_blocks(entry, base)))


def plain(text: str) -> str:
    """A text with its placeholders shown as what they stand for, and verbs as for one value."""
    return _PLACEHOLDER.sub(lambda found: found[2] or f"‹{found[1]}›", text)


def source_words(source: Source) -> str:
    """A source with its place and how far it can be relied on."""
    parts = (source.title, source.document, source.section, f"confidence {source.confidence}")
    return ", ".join(part for part in parts if part)


def _blocks(entry: Entry, base: RuleBase) -> Iterator[Block]:
    if entry.row:
        yield Paragraph((entry.row.title["zh-Hant"],), "zh-Hant")
    yield Paragraph((f"Status: {entry.status}.",))
    if entry.row and entry.row.undecidable:
        yield Paragraph((entry.row.undecidable["zh-Hant"],), "zh-Hant")
    if entry.related:
        yield Heading("Related symptoms")
        yield Listing(
            tuple(
                (f"{how}:", *(Link(symptom, symptom) for symptom in symptoms))
                for how, symptoms in entry.related
            )
        )
    told = tuple(_bearing_on(entry.symptom))
    if told:
        yield Heading("Releases, alarms and conflicts")
        yield Listing(told)
    for compiled in entry.rules:
        yield from _rule(compiled, base)
    for compiled in entry.deprecated:
        yield from _deprecated(compiled)
    if entry.rules:
        yield Heading("What the rules look at")
        yield Picture(f"{entry.symptom}.svg", entry.title, graph(base, entry.symptom))


def _bearing_on(symptom: str) -> Iterator[Words]:
    """What the tables know that has to do with a symptom."""
    for release in table("releases", ReleaseRow):
        if symptom in release.symptoms:
            yield (f"{release.release}: {release.change['en']}",)
    for alarm in table("alarms", AlarmRow):
        if alarm.symptom == symptom:
            about = f": {alarm.about}" if alarm.about else ""
            yield (f"alarm {alarm.id}, {alarm.title}{about}",)
    for conflict in conflicts():
        if symptom in conflict.symptoms:
            yield (Link(f"conflict {conflict.id}", "conflicts"), conflict.decision["en"])


def _rule(compiled: CompiledRule, base: RuleBase) -> Iterator[Block]:
    rule, types = compiled.rule, base.vocabulary.types
    yield Heading(f"Rule {compiled.id}")
    yield _standing(rule)
    yield Heading("When", 3)
    yield _list(sentences(rule.when, types))
    for heading, asked in (
        ("Evidence that is shown if it is there", rule.supports),
        ("What speaks against it", rule.against),
    ):
        if asked:
            yield Heading(heading, 3)
            yield _list(evidence(asked, types))
    links = tuple(Link(fact, "facts", fact) for fact in facts_used(rule))
    yield Paragraph(("What these facts are:", *links))
    for tongue, heading in _TONGUES:
        yield Heading(heading, 3)
        yield from _texts(compiled, tongue)
    yield Heading("Tests", 3)
    yield _list(f"{test.name}: {test.expect}" for test in rule.tests)
    yield Heading("Sources", 3)
    yield _list(map(source_words, rule.sources))
    yield Heading("History", 3)
    yield _list(
        [f"{rule.since}: added", *(f"{change.date}: {change.note}" for change in rule.changes)]
    )


def _standing(rule: Rule) -> Table:
    versions = rule.versions
    releases = (
        "all"
        if isinstance(versions, str)
        else "; ".join(f"{alias} {wanted}" for alias, wanted in versions.items())
    )
    cells = (
        rule.status,
        rule.severity,
        rule.confidence,
        rule.lifecycle,
        releases,
        ", ".join(rule.applies_to),
    )
    heads = ("Status", "Severity", "Confidence", "Lifecycle", "Releases", "Applies to")
    return Table(heads, (tuple((cell,) for cell in cells),))


def _deprecated(compiled: CompiledRule) -> Iterator[Block]:
    yield Heading(f"Deprecated rule {compiled.id}")
    why = compiled.rule.deprecated
    if why:  # the loader asks for it
        yield Paragraph((f"It never runs: {why.reason}",))
        if why.superseded_by:
            yield Paragraph((f"Superseded by {', '.join(why.superseded_by)}.",))


def _texts(compiled: CompiledRule, tongue: Tongue) -> Iterator[Block]:
    text = compiled.rule.text
    yield Paragraph((plain(text.title[tongue]),), tongue)
    for part, names in _PARTS:
        told = (getattr(text, part) or {}).get(tongue)
        if not told:
            continue
        yield Heading(names[tongue], 4, tongue)
        if isinstance(told, str):
            yield Paragraph((plain(told),), tongue)
        else:
            steps = tuple((plain(step),) for step in told)
            yield Listing(steps, ordered=part != "verify", lang=tongue)


def _list(texts: Iterable[str]) -> Listing:
    items: Sequence[Words] = [(text,) for text in texts]
    return Listing(tuple(items))

"""`certclinic rules docs`: the catalogue of symptoms, made from rules, tables and fact types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..engine.model import Source
from ..engine.rule_base import CompiledRule, RuleBase
from ..engine.vocabulary import FINDING
from ..reports.pages import (
    Block,
    Heading,
    Link,
    Listing,
    Page,
    PageFormat,
    Paragraph,
    Table,
    Words,
    render_page,
)
from .conditions_in_words import sentences
from .knowledge import (
    AlarmRow,
    ConflictRow,
    DateRow,
    EkuRow,
    ReleaseRow,
    SymptomRow,
    conflicts,
    symptoms,
    table,
)

FORMATS: tuple[PageFormat, ...] = ("md", "html")
_PLACEHOLDER = re.compile(r"\{\{ *(?:each\.)?([a-z][a-z0-9_.]*)(?: *\| *\w+)? *\}\}")
_PARTS = (("Cause", "cause"), ("Fix", "fix"), ("Stop-gap", "stop_gap"), ("Check", "verify"))
_LANGUAGES = (("en", "Text"), ("zh-Hant", "繁體中文"))


@dataclass(frozen=True)
class Entry:
    """A symptom with the rules that conclude it; `row` is None where no table knows it."""

    symptom: str
    row: SymptomRow | None
    rules: tuple[CompiledRule, ...]

    @property
    def title(self) -> str:
        """What the symptom is called."""
        if self.row:
            return self.row.title["en"]
        return _plain(self.rules[0].rule.text.title["en"])

    @property
    def status(self) -> str:
        """Whether a rule concludes it, and if not, why none can."""
        if self.rules:
            return f"implemented by {len(self.rules)} rule{'s' * (len(self.rules) > 1)}"
        if self.row and self.row.undecidable:
            return f"not decidable: {self.row.undecidable['en']}"
        return "no rule concludes it"


def catalogue(base: RuleBase) -> tuple[Entry, ...]:
    """Every symptom that a table or a rule names, by id."""
    rows = {row.id: row for row in symptoms()}
    rules: dict[str, list[CompiledRule]] = {}
    for rule_id in sorted(base.rules):
        rule = base.rules[rule_id]
        rules.setdefault(rule.rule.symptom, []).append(rule)
    return tuple(
        Entry(symptom, rows.get(symptom), tuple(rules.get(symptom, ())))
        for symptom in sorted({*rows, *rules})
    )


def pages(base: RuleBase) -> Iterator[Page]:
    """All pages: index, one for each symptom, facts, conflicts, releases."""
    entries = catalogue(base)
    yield _index(entries)
    for entry in entries:
        yield Page(entry.symptom, f"{entry.symptom}: {entry.title}", tuple(_symptom(entry, base)))
    yield Page("facts", "Facts", tuple(_facts(base)))
    yield Page("conflicts", "Documents that contradict each other", tuple(_conflicts(conflicts())))
    yield Page("releases", "Releases, dates and extended key usage", tuple(_releases()))


def write_docs(base: RuleBase, folder: Path) -> int:
    """Write every page in every format into a folder; the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for page in pages(base):
        for form in FORMATS:
            text = render_page(page, form)
            (folder / f"{page.name}.{form}").write_text(text, encoding="utf-8")
            count += 1
    return count


def _index(entries: Iterable[Entry]) -> Page:
    rows = tuple(
        ((Link(entry.symptom, entry.symptom),), (entry.title,), (entry.status,))
        for entry in entries
    )
    more: Words = (
        "See also",
        Link("facts", "facts"),
        Link("conflicts", "conflicts"),
        Link("releases", "releases"),
    )
    blocks = (Paragraph(more), Table(("Symptom", "What it is", "Status"), rows))
    return Page("index", "Known symptoms", blocks)


def _symptom(entry: Entry, base: RuleBase) -> Iterator[Block]:
    yield Paragraph((f"Status: {entry.status}.",))
    if entry.row:
        yield Paragraph((entry.row.title["zh-Hant"],), "zh-Hant")
        if entry.row.undecidable:
            yield Paragraph((entry.row.undecidable["zh-Hant"],), "zh-Hant")
    related = [
        (f"{row.release}: {row.change['en']}",)
        for row in table("releases", ReleaseRow)
        if entry.symptom in row.symptoms
    ]
    related += [
        (f"alarm {row.id}, {row.title}" + (f": {row.about}" if row.about else ""),)
        for row in table("alarms", AlarmRow)
        if row.symptom == entry.symptom
    ]
    related += [
        (f"conflict {row.id}: {row.decision['en']}",)
        for row in conflicts()
        if entry.symptom in row.symptoms
    ]
    if related:
        yield Heading("Releases, alarms and conflicts")
        yield Listing(tuple(related))
    for rule in entry.rules:
        yield from _rule(rule, base)


def _rule(compiled: CompiledRule, base: RuleBase) -> Iterator[Block]:
    rule = compiled.rule
    versions = rule.versions
    releases = (
        "all"
        if isinstance(versions, str)
        else "; ".join(f"{alias} {wanted}" for alias, wanted in versions.items())
    )
    yield Heading(f"Rule {compiled.id}")
    yield Table(
        ("Status", "Severity", "Confidence", "Releases", "Applies to"),
        (
            (
                (rule.status,),
                (rule.severity,),
                (rule.confidence,),
                (releases,),
                (", ".join(rule.applies_to),),
            ),
        ),
    )
    yield Heading("When", 3)
    yield Listing(tuple((text,) for text in sentences(rule.when, base.vocabulary.types)))
    for language, heading in _LANGUAGES:
        yield Heading(heading, 3)
        yield from _texts(compiled, language)
    for heading, related in (("Explains", rule.explains), ("Comes before", rule.outranks)):
        if related:
            yield Heading(heading, 3)
            yield Paragraph(tuple(Link(symptom, symptom) for symptom in related))
    yield Heading("Tests", 3)
    yield Listing(tuple((f"{test.name}: {test.expect}",) for test in rule.tests))
    yield Heading("Sources", 3)
    yield Listing(tuple((_source(source),) for source in rule.sources))


def _texts(compiled: CompiledRule, language: str) -> Iterator[Block]:
    text = compiled.rule.text
    written: Mapping[str, object]
    yield Paragraph((_plain(text.title[language]),), language)  # type: ignore[index]
    for word, part in _PARTS:
        written = getattr(text, part) or {}
        told = written.get(language)
        if isinstance(told, str):
            yield Paragraph((_plain(told),), language)
        elif isinstance(told, list):
            yield Paragraph((f"{word}:",))
            steps = tuple((_plain(step),) for step in told)
            yield Listing(steps, ordered=part != "verify", lang=language)


def _plain(text: str) -> str:
    """A text with its placeholders shown as what they stand for."""
    return _PLACEHOLDER.sub(r"‹\1›", text)


def _source(source: Source) -> str:
    parts = (source.title, source.document, source.section, f"confidence {source.confidence}")
    return ", ".join(part for part in parts if part)


def _facts(base: RuleBase) -> Iterator[Block]:
    for name in sorted(base.vocabulary.types):
        kind = base.vocabulary.types[name]
        if name == FINDING:
            continue
        yield Heading(name)
        yield Paragraph((kind.doc,))
        if kind.topics:
            yield Paragraph(
                (f"Its absence counts only where these were seen: {', '.join(kind.topics)}.",)
            )
        yield Table(
            ("Field", "Kind", "Values", "Meaning"),
            tuple(
                (
                    (field,),
                    (spec.kind + (", may be missing" if spec.optional else ""),),
                    (", ".join(spec.values),),
                    (spec.doc,),
                )
                for field, spec in kind.fields.items()
            ),
        )


def _conflicts(rows: Iterable[ConflictRow]) -> Iterator[Block]:
    for row in rows:
        yield Heading(row.topic["en"])
        yield Paragraph((row.topic["zh-Hant"],), "zh-Hant")
        yield Listing(tuple((f"“{s.text}” ({_source(s.source)})",) for s in row.statements))
        yield Paragraph((f"Decision, {row.confidence}: {row.decision['en']}",))
        yield Paragraph((row.decision["zh-Hant"],), "zh-Hant")
        if row.symptoms:
            links = tuple(Link(symptom, symptom) for symptom in row.symptoms)
            yield Paragraph(("Bears on", *links))


def _releases() -> Iterator[Block]:
    yield Heading("What each release changed")
    yield Table(
        ("Release", "Change", "Symptoms", "Source"),
        tuple(
            (
                (row.release,),
                (row.change["en"],),
                tuple(Link(symptom, symptom) for symptom in row.symptoms),
                (_source(row.source),),
            )
            for row in table("releases", ReleaseRow)
        ),
    )
    yield Heading("What uses of a certificate ask of its extended key usage")
    yield Table(
        ("Use", "Presented by", "Store", "Asks for", "Releases", "Not where", "Source"),
        tuple(
            (
                (row.text["en"],),
                (row.presenter,),
                (row.store,),
                (f"{row.asks}Auth",),
                (f"{row.since or 'first'} until before {row.before or 'the next known'}",),
                (f"{row.lifted_by.setting}: {row.lifted_by.value}" if row.lifted_by else "",),
                (_source(row.source),),
            )
            for row in table("eku", EkuRow)
        ),
    )
    yield Heading("Dates of authorities and root programmes")
    yield Table(
        ("Date", "Who", "What", "Standing", "Source"),
        tuple(
            (
                (row.date.isoformat(),),
                (row.who,),
                (row.text["en"],),
                (f"superseded by {row.superseded_by}" if row.superseded_by else "in force",),
                (
                    _source(row.source)
                    + (f", revision {row.source.revision}" if row.source.revision else ""),
                ),
            )
            for row in sorted(table("dates", DateRow), key=lambda row: row.date)
        ),
    )

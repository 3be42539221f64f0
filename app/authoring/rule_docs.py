"""`certclinic rules docs`: the catalogue of symptoms, made from rules, tables and fact types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...engine.rule_base import CompiledRule, RuleBase
from ...reports.pages import (
    Heading,
    Link,
    Page,
    PageFormat,
    Paragraph,
    Picture,
    Table,
    Words,
    render_page,
)
from ..knowledge import symptoms
from .reference_pages import changes, contradictions, facts, releases
from .rule_graph import graph
from .rule_releases import last_release
from .symptom_pages import Entry, symptom_page

FORMATS: tuple[PageFormat, ...] = ("md", "html")


def catalogue(base: RuleBase) -> tuple[Entry, ...]:
    """Every symptom that a table or a rule names, by id."""
    rows = {row.id: row for row in symptoms(base.packs)}
    rules, deprecated = _by_symptom(base.rules), _by_symptom(base.deprecated)
    related = _related(base)
    for row in rows.values():
        if row.across:
            related.setdefault(row.id, {})["The same fault on other releases"] = {row.across}
            related.setdefault(row.across, {})["The same fault on other releases"] = {row.id}
    return tuple(
        Entry(
            symptom,
            rows.get(symptom),
            tuple(rules.get(symptom, ())),
            tuple(deprecated.get(symptom, ())),
            tuple((how, tuple(sorted(ids))) for how, ids in related.get(symptom, {}).items()),
        )
        for symptom in sorted({*rows, *rules, *deprecated})
    )


def _by_symptom(rules: Mapping[str, CompiledRule]) -> dict[str, list[CompiledRule]]:
    found: dict[str, list[CompiledRule]] = {}
    for rule_id in sorted(rules):
        found.setdefault(rules[rule_id].rule.symptom, []).append(rules[rule_id])
    return found


def _related(base: RuleBase) -> dict[str, dict[str, set[str]]]:
    """For each symptom the others that rules tie it to, by how."""
    related: dict[str, dict[str, set[str]]] = {}

    def tie(symptom: str, how: str, other: str) -> None:
        related.setdefault(symptom, {}).setdefault(how, set()).add(other)

    for compiled in base.rules.values():
        rule = compiled.rule
        for other in rule.explains:
            tie(rule.symptom, "Explains", other)
            tie(other, "Is explained by", rule.symptom)
        for other in rule.outranks:
            tie(rule.symptom, "Comes before", other)
            tie(other, "Comes after", rule.symptom)
    return related


def pages(base: RuleBase) -> Iterator[Page]:
    """All pages: index, one for each symptom, changes, facts, conflicts, releases."""
    entries = catalogue(base)
    yield _index(entries, base)
    for entry in entries:
        yield symptom_page(entry, base)
    recorded = {pack.name: last for pack in base.packs if (last := last_release(pack))}
    yield Page("changes", "Changes since the last release", tuple(changes(base, recorded)))
    yield Page("facts", "Facts", tuple(facts(base)))
    yield Page("conflicts", "Documents that contradict each other", tuple(contradictions()))
    yield Page("releases", "Releases, dates and extended key usage", tuple(releases()))


def write_docs(base: RuleBase, folder: Path) -> int:
    """Write every page in every format, and its pictures, into a folder; the number of files."""
    files: dict[str, str] = {}
    for page in pages(base):
        for form in FORMATS:
            files[f"{page.name}.{form}"] = render_page(page, form)
        files |= {one.file: one.svg for one in page.blocks if isinstance(one, Picture)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(files)


def _index(entries: Iterable[Entry], base: RuleBase) -> Page:
    rows = tuple(
        (
            (Link(entry.symptom, entry.symptom),),
            (entry.title,),
            (entry.row.title["zh-Hant"] if entry.row else "",),
            (entry.status,),
        )
        for entry in entries
    )
    more: Words = (
        "See also",
        Link("changes since the last release", "changes"),
        Link("facts", "facts"),
        Link("conflicts", "conflicts"),
        Link("releases", "releases"),
    )
    packs = ", ".join(f"{pack.name} {pack.version or '(no version)'}" for pack in base.packs)
    return Page(
        "index",
        "Known symptoms",
        (
            Paragraph((f"{len(base.rules)} rules of {packs}.",)),
            Paragraph(more),
            Table(("Symptom", "What it is", "繁體中文", "Status"), rows),
            Heading("What all rules look at, and what follows from what"),
            Picture("rules.svg", "All rules", graph(base)),
        ),
    )

"""The pages of the catalogue beside its symptoms: facts, conflicts, releases, changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...engine.rule_base import RuleBase
from ...engine.rulefile.packs import Pack
from ...engine.rulefile.release import Difference, Release, differences
from ...engine.vocabulary import FINDING
from ...reports.pages import Block, Heading, Link, Listing, Paragraph, Table, Words
from ..knowledge import ConflictRow, DateRow, EkuRow, ReleaseRow, conflicts, table
from .symptom_pages import source_words


def facts(base: RuleBase) -> Iterator[Block]:
    """Every type of fact with its fields."""
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


def contradictions() -> Iterator[Block]:
    """Where documents contradict each other, and what was decided."""
    for row in conflicts():
        yield from _conflict(row)


def _conflict(row: ConflictRow) -> Iterator[Block]:
    yield Heading(row.topic["en"])
    yield Paragraph((row.topic["zh-Hant"],), "zh-Hant")
    yield Listing(tuple((f"“{s.text}” ({source_words(s.source)})",) for s in row.statements))
    yield Paragraph((f"Decision, {row.confidence}: {row.decision['en']}",))
    yield Paragraph((row.decision["zh-Hant"],), "zh-Hant")
    if row.symptoms:
        yield Paragraph(("Bears on", *(Link(symptom, symptom) for symptom in row.symptoms)))


def releases() -> Iterator[Block]:
    """What Expressway releases changed, what uses ask for, and the dates of authorities."""
    yield Heading("What each release changed")
    yield Table(
        ("Release", "Change", "Symptoms", "Source"),
        tuple(
            (
                (row.release,),
                (row.change["en"],),
                tuple(Link(symptom, symptom) for symptom in row.symptoms),
                (source_words(row.source),),
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
                (source_words(row.source),),
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
                    source_words(row.source)
                    + (f", revision {row.source.revision}" if row.source.revision else ""),
                ),
            )
            for row in sorted(table("dates", DateRow), key=lambda row: row.date)
        ),
    )


def changes(base: RuleBase, recorded: Mapping[str, Release]) -> Iterator[Block]:
    """What differs in each pack from the record of its last release, by the pack's name."""
    for pack in base.packs:
        yield Heading(f"{pack.name} {pack.version or '(no version)'}")
        last = recorded.get(pack.name)
        if last is None:
            yield Paragraph(("No release of these rules is recorded.",))
            continue
        rows = [*_changed(base, pack, last)]
        yield Paragraph((f"Since release {last.version} of {last.date}:",))
        if rows:
            yield Table(("Rule", "Symptom", "Change", "Why"), tuple(rows))
        else:
            yield Paragraph(("No rule was added, changed or taken away.",))


def _changed(base: RuleBase, pack: Pack, last: Release) -> Iterable[tuple[Words, ...]]:
    compiled = {**base.rules, **base.deprecated}
    rules = {rule_id: compiled[rule_id].rule for rule_id in pack.rules}
    for one in differences(last, rules):
        symptom = pack.rules.get(one.rule) or last.rules[one.rule].symptom
        where: Words = (Link(symptom, symptom),) if one.rule in rules else (symptom,)
        yield (one.rule,), where, (one.kind,), (_why(one),)


def _why(one: Difference) -> str:
    return "; ".join(f"{change.date}: {change.note}" for change in one.notes)

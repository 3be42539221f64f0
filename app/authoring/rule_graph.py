"""`certclinic rules graph`: which facts feed which rules, and which symptom follows from which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...engine.rule_base import CompiledRule, RuleBase
from ...engine.rulefile.model import Rule
from ...reports.rule_graph import Mark, Relation, RuleRow, draw_rules
from ..knowledge import symptoms
from ..suggestion import UnknownNameError, closest
from .conditions_in_words import optional, uses


def graph(base: RuleBase, chosen: str | None = None) -> str:
    """The picture of all rules, or of an area or a symptom with all that it is related to, as SVG.

    Raises UnknownNameError for a name that is neither.
    """
    relations = sorted(set(_relations(base)), key=lambda r: (r.source, r.target, r.kind))
    titles = {row.id: row.title["en"] for row in symptoms(base.packs)}
    if chosen is None:
        return draw_rules(
            "All rules", [_row(one, titles) for one in base.rules.values()], relations
        )
    by_name: dict[str, set[str]] = {}
    for rule_id, one in base.rules.items():
        for name in (_area(rule_id), one.rule.symptom):
            by_name.setdefault(name.lower(), set()).add(one.rule.symptom)
    inside = by_name.get(chosen.lower())
    if inside is None:
        raise UnknownNameError(
            f"no area or symptom is called {chosen}{closest(chosen.lower(), sorted(by_name))}"
        )
    kept = [one for one in relations if {one.source, one.target} & inside]
    related = inside.union(*({one.source, one.target} for one in kept))
    rows = [_row(one, titles) for one in base.rules.values() if one.rule.symptom in related]
    return draw_rules(_heading(chosen, inside, titles), rows, kept)


def _heading(chosen: str, inside: set[str], titles: Mapping[str, str]) -> str:
    if {chosen.upper()} == {symptom.upper() for symptom in inside}:
        (symptom,) = inside
        return f"{symptom}: {titles.get(symptom, '')}"
    return f"Rules of the area {chosen.lower()}"


def _area(rule_id: str) -> str:
    return rule_id.partition("/")[0]


def _row(compiled: CompiledRule, titles: Mapping[str, str]) -> RuleRow:
    rule = compiled.rule
    return RuleRow(
        _area(compiled.id),
        compiled.id.partition("/")[2],
        rule.symptom,
        titles.get(rule.symptom, ""),
        _marks(rule),
        rule.status,
        rule.lifecycle == "experimental",
    )


def _marks(rule: Rule) -> dict[str, Mark]:
    """How the rule uses each type of fact; the strongest use of a type counts."""
    strength: tuple[Mark, ...] = ("shown", "absent", "alternative", "needed")
    used: list[tuple[str, Mark]] = [*uses(rule.when), *((f, "shown") for f in optional(rule))]
    return dict(sorted(used, key=lambda use: strength.index(use[1])))


def _relations(base: RuleBase) -> Iterator[Relation]:
    for compiled in base.rules.values():
        rule = compiled.rule
        for target in rule.explains:
            yield Relation(rule.symptom, target, "explains")
        for target in rule.outranks:
            yield Relation(rule.symptom, target, "outranks")

"""The picture of a rule base: what each rule looks at, and which symptom follows from which.

One row for each rule, in blocks by area, with a column for each type of fact that the block reads.
At the right, every symptom that follows from others has a lane; what leads to it joins the lane
with a dot. Marks and lanes stay readable for two hundred rules, where free lines would not.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from .wrap import cells

Mark = Literal["needed", "alternative", "absent", "shown"]
Kind = Literal["explains", "outranks"]

CELL = 7.25
"""Width of a character of the fixed-pitch face in px; Chinese characters take two."""
TITLE = 18
"""Size of the title in px; the template uses the same."""
ROW = 18
COLUMN = 20
_MARGIN = 20
_TOP = 96
_HEAD = 12
_SYMPTOM = 80
LANE = 12
_COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#57606a", "#9a6700", "#0550ae")


@dataclass(frozen=True)
class RuleRow:
    """A rule: its id in two parts, its symptom and that symptom's title, and by type of fact how
    the rule uses it."""

    area: str
    name: str
    symptom: str
    title: str
    marks: Mapping[str, Mark]
    status: str
    experimental: bool = False


@dataclass(frozen=True)
class Relation:
    """A symptom that explains another, or comes before it as the likelier cause."""

    source: str
    target: str
    kind: Kind


@dataclass(frozen=True)
class DrawnRow:
    """A row with its baseline; `dots` are the places of its marks, in px."""

    rule: RuleRow
    y: int
    dots: Sequence[tuple[int, str, Mark]]


@dataclass(frozen=True)
class Block:
    """An area. `columns` are the places of its types of fact, `y` where its rows begin, `symptoms`
    the first and last baseline of each symptom that several rules conclude."""

    area: str
    y: int
    bottom: int
    columns: Sequence[tuple[int, str]]
    rows: Sequence[DrawnRow]
    symptoms: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Lane:
    """The way to one symptom: `sources` are the rows that join it, with their symptoms."""

    target: str
    kind: Kind
    x: int
    end: int
    sources: Sequence[tuple[int, str]]
    colour: str

    @property
    def top(self) -> int:
        """Where the lane begins."""
        return min(self.end, *(y for y, _ in self.sources))

    @property
    def bottom(self) -> int:
        """Where the lane stops."""
        return max(self.end, *(y for y, _ in self.sources))


def draw_rules(title: str, rules: Sequence[RuleRow], relations: Sequence[Relation]) -> str:
    """The picture as an SVG document; relations to symptoms without a row are left out."""
    areas: dict[str, list[RuleRow]] = {}
    for rule in sorted(rules, key=lambda r: (r.area, r.symptom, r.name)):
        areas.setdefault(rule.area, []).append(rule)
    longest = max((cells(rule.name) for rule in rules), default=0)
    left = _MARGIN + _SYMPTOM + round(longest * CELL) + COLUMN
    blocks: list[Block] = []
    top = _TOP
    for area, rows in areas.items():
        blocks.append(_block(area, rows, left, top))
        top = blocks[-1].bottom + _HEAD
    right = max((x for block in blocks for x, _ in block.columns), default=left) + COLUMN
    first: dict[str, int] = {}
    for block in blocks:
        for row in block.rows:
            first.setdefault(row.rule.symptom, row.y - 4)
    lanes = _lanes(relations, first, right + 2 * COLUMN)
    heading = round(cells(title) * TITLE * 0.6)
    furthest = (right + 2 * COLUMN, _MARGIN + heading, 700, *(lane.x for lane in lanes))
    return (
        _environment()
        .get_template("docs/rules.svg.j2")
        .render(
            title=title,
            count=len(rules),
            blocks=blocks,
            lanes=lanes,
            right=right,
            margin=_MARGIN,
            name=_MARGIN + _SYMPTOM,
            width=max(furthest) + _MARGIN,
            height=top,
        )
    )


def _block(area: str, rules: Sequence[RuleRow], left: int, top: int) -> Block:
    used = Counter(fact for rule in rules for fact in rule.marks)
    facts = sorted(used, key=lambda fact: (-used[fact], fact))
    columns = {fact: left + number * COLUMN for number, fact in enumerate(facts)}
    head = max(map(len, facts), default=0) * CELL * math.sin(math.radians(55))
    y = top + _HEAD + round(head)
    rows = tuple(
        DrawnRow(
            rule,
            y + (number + 1) * ROW,
            tuple((columns[fact], fact, mark) for fact, mark in rule.marks.items()),
        )
        for number, rule in enumerate(rules)
    )
    spans: dict[str, list[int]] = {}
    for row in rows:
        spans.setdefault(row.rule.symptom, []).append(row.y)
    return Block(
        area,
        y,
        y + len(rows) * ROW + 6,
        tuple((x, fact) for fact, x in columns.items()),
        rows,
        tuple((ys[0], ys[-1]) for ys in spans.values() if len(ys) > 1),
    )


def _lanes(relations: Sequence[Relation], rows: Mapping[str, int], left: int) -> list[Lane]:
    """A lane for each symptom and kind of relation, the shortest nearest to the rows; lanes that
    do not meet share a place."""
    joined: dict[tuple[str, Kind], list[tuple[int, str]]] = {}
    for one in relations:
        if one.source in rows and one.target in rows:
            sources = joined.setdefault((one.target, one.kind), [])
            sources.append((rows[one.source], one.source))
    loose = [
        Lane(target, kind, 0, rows[target], sources, "")
        for (target, kind), sources in joined.items()
    ]
    placed: list[Lane] = []
    for lane in sorted(loose, key=lambda one: (one.bottom - one.top, one.target, one.kind)):
        taken = {
            other.x for other in placed if other.top <= lane.bottom and lane.top <= other.bottom
        }
        x = next(x for x in itertools.count(left, LANE) if x not in taken)
        colour = _COLOURS[len(placed) % len(_COLOURS)]
        placed.append(replace(lane, x=x, colour=colour))
    return placed


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

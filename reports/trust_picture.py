"""Geometry of the trust matrix: which trusted CA list takes which certificate.

A row is a list, a column is a certificate that is shown to at least one list. Where no connection
brings the two together, the cell is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .document import Report, State
from .wrap import cells as columns_of
from .wrap import cut

_ROW_CELLS = 28
_COLUMN_CELLS = 24
_LINES = 2
_LINE = 15
_CELL = 7.3
"""Advance of a character in px at 12 px, with a little to spare."""
_PAD = 12
_SQUARE = 22
_MOST_ROWS = 30
_MOST_COLUMNS = 24
_ROLES = ("expressway_c", "expressway_e", "uc_server", "unknown")
_WORST: Mapping[State, int] = {"fail": 0, "unknown": 1, "ok": 2}

Owner = tuple[str, str]
"""A node, and its trust store or the unit of its certificate; the latter empty for Expressway."""


@dataclass(frozen=True)
class Head:
    """The name of a row or a column; `at` is its middle, in px of the picture's own coordinates."""

    at: int
    lines: Sequence[str]


@dataclass(frozen=True)
class Square:
    """What becomes of one certificate at one list; `x` and `y` are its upper left corner."""

    x: int
    y: int
    state: State


@dataclass(frozen=True)
class Matrix:
    """The picture of who trusts whom."""

    width: int
    height: int
    left: int
    top: int
    square: int
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    squares: tuple[Square, ...]
    refused: tuple[tuple[Owner, Owner], ...]
    """The list and the certificate of each cell that fails, those not drawn included."""
    omitted: int
    """Lists and certificates that are not drawn because there are too many."""


def trust_matrix(report: Report) -> Matrix | None:
    """The matrix of all chains that are judged; None where nothing is shown to anyone."""
    cells = _cells(report)
    if not cells:
        return None
    refused = tuple(sorted(pair for pair, state in cells.items() if state == "fail"))
    role_of = {node.host: node.role for node in report.nodes}

    def place(owner: Owner) -> tuple[int, Owner]:
        return _ROLES.index(role_of.get(owner[0], "unknown")), owner

    every_list = sorted({owner for owner, _ in cells}, key=place)
    every_shown = sorted({owner for _, owner in cells}, key=place)
    lists = _most_telling(every_list, {owner for owner, _ in refused}, _MOST_ROWS)
    shown = _most_telling(every_shown, {owner for _, owner in refused}, _MOST_COLUMNS)
    row_heads = [_label(owner, _ROW_CELLS) for owner in lists]
    column_heads = [_label(owner, _COLUMN_CELLS) for owner in shown]
    left = round(max(map(_longest, row_heads)) * _CELL) + 2 * _PAD
    top = round(max(map(_longest, column_heads)) * _CELL) + 2 * _PAD
    high = max(_SQUARE, _LINE * max(map(len, row_heads))) + 8
    wide = max(_SQUARE, _LINE * max(map(len, column_heads))) + 8
    return Matrix(
        width=left + wide * len(shown) + _PAD,
        height=top + high * len(lists) + _PAD,
        left=left,
        top=top,
        square=_SQUARE,
        rows=tuple(Head(top + high * n + high // 2, h) for n, h in enumerate(row_heads)),
        columns=tuple(Head(left + wide * n + wide // 2, h) for n, h in enumerate(column_heads)),
        squares=tuple(
            Square(
                left + wide * column + (wide - _SQUARE) // 2,
                top + high * row + (high - _SQUARE) // 2,
                cells[owner, presenter],
            )
            for row, owner in enumerate(lists)
            for column, presenter in enumerate(shown)
            if (owner, presenter) in cells
        ),
        refused=refused,
        omitted=len(every_list) - len(lists) + len(every_shown) - len(shown),
    )


def _cells(report: Report) -> dict[tuple[Owner, Owner], State]:
    """The worst outcome for each list and each certificate shown to it."""
    found: dict[tuple[Owner, Owner], State] = {}
    for view in report.chains:
        pair = (view.verifier, view.store or ""), (view.presenter, view.unit or "")
        state: State = "ok" if view.complete else "fail"
        found[pair] = min(found.get(pair, "ok"), state, key=_WORST.__getitem__)
    drawn = {(verifier, presenter) for (verifier, _), (presenter, _) in found}
    for row in report.links:
        for way in row.directions:
            ends = (way.verifier, way.presenter)
            if ends not in drawn and way.checks.get("chain") == "unknown":
                found[(way.verifier, ""), (way.presenter, "")] = "unknown"
    return found


def _most_telling(owners: Sequence[Owner], refused: set[Owner], most: int) -> list[Owner]:
    """So many of the owners, in their order; those with a failing cell before others."""
    chosen = sorted(owners, key=lambda owner: owner not in refused)[:most]
    return [owner for owner in owners if owner in set(chosen)]


def _label(owner: Owner, width: int) -> list[str]:
    host, part = owner
    return [*cut(host, width, _LINES), *(cut(part, width, 1) if part else ())]


def _longest(lines: Sequence[str]) -> int:
    return max(map(columns_of, lines))

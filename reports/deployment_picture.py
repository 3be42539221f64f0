"""Geometry of the pictures: where boxes and lines go. The templates draw them as SVG.

Labels are set in a fixed-pitch face, so that their widths are known without measuring: a cell is
0.6 em, and a Chinese character (1 em) fits into its two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from .document import LinkRow, NodeSummary, Report, State
from .outline import link_state
from .wrap import cut

FONT = 13
"""Size of host names and subjects in px; the template uses the same."""
CELL = 0.6 * FONT + 0.05
LINE = 17
"""Height of a line of text in px."""

_PAD = 10
_HOST_CELLS = 18
_HOST_LINES = 4
_BOX = round(_HOST_CELLS * CELL) + 2 * _PAD
_GAP = 132
_MARGIN = 12
_ARC = 44
"""Room beside a column for the arcs between its peers."""
_HEAD = 30
_BETWEEN = 20
_WIRE = 28
_MOST_NODES = 24
_MOST_PARALLEL = 8
_MOST_MARKED = 12
"""With more lines than that only the refused ones have marks."""
_MARK = 16
_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.45, 0.55, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85)
"""Where along its line a mark may sit."""

_WORST: Mapping[State, int] = {"fail": 0, "unknown": 1, "ok": 2}


@dataclass(frozen=True)
class Box:
    """A node. Lengths here and below are in px of the picture's own coordinates."""

    x: int
    y: int
    width: int
    height: int
    host: Sequence[str]
    note: str
    broken: bool
    server: bool
    """A UC server, drawn with square corners."""


@dataclass(frozen=True)
class Wire:
    """A connection; `label` names it, or is empty where a line stands for several."""

    path: str
    state: State
    x: int
    y: int
    label: str
    marked: bool = True
    """It has its sign upon it; among many lines only the refused ones have."""


@dataclass(frozen=True)
class Frame:
    """What holds the peers of a cluster together."""

    y: int
    x: int
    width: int
    height: int
    name: str


@dataclass(frozen=True)
class Deployment:
    """The picture of the nodes and their connections."""

    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    frames: tuple[Frame, ...]
    wires: tuple[Wire, ...]
    boxes: tuple[Box, ...]
    omitted: int
    """Nodes that are not drawn because there are too many."""


def deployment(
    report: Report, link_words: Mapping[str, str], role_words: Mapping[str, str]
) -> Deployment | None:
    """The picture of a deployment, Expressway-C left of Expressway-E; None without nodes."""
    links = [row for row in report.links if row.client != row.server]
    states = _worst_states(links)
    broken = {host for ends, state in states.items() if state == "fail" for host in ends}
    nodes = _nodes(report)
    drawn = nodes
    if len(nodes) > _MOST_NODES:
        drawn = [node for node in nodes if node.host in broken][:_MOST_NODES]
    columns = [
        (role, column)
        for role in ("unknown", "uc_server", "expressway_c", "expressway_e")
        if (column := [node for node in drawn if node.role == role])
    ]
    if not columns:
        return None
    only_pair = len(drawn) == 2 and len(columns) == 2
    parallel = _states_by_link(links) if only_pair else {}
    if len(parallel) > _MOST_PARALLEL:
        parallel = {}
    role_of = {node.host: node.role for node in drawn}
    arcs = any(
        state == "fail" and all(role_of.get(host) == role_of.get(ends[0]) for host in ends)
        for ends, state in states.items()
    )
    side = _ARC if arcs else _MARGIN
    lefts = [side + index * (_BOX + _GAP) for index in range(len(columns))]
    boxes: dict[str, Box] = {}
    frames: list[Frame] = []
    for x, (_, column) in zip(lefts, columns, strict=True):
        _stack(column, x, _WIRE * len(parallel) + 8, broken, boxes, frames)
    wires = _parallel(parallel, boxes, link_words) if parallel else _wires(states, boxes, lefts[0])
    return Deployment(
        width=lefts[-1] + _BOX + side,
        height=max(box.y + box.height for box in boxes.values()) + _MARGIN,
        heads=tuple(
            (x + _BOX // 2, role_words[role]) for x, (role, _) in zip(lefts, columns, strict=True)
        ),
        frames=tuple(frames),
        wires=tuple(sorted(wires, key=lambda wire: -_WORST[wire.state])),
        boxes=tuple(boxes.values()),
        omitted=len(nodes) - len(drawn),
    )


def _nodes(report: Report) -> list[NodeSummary]:
    """The document's nodes, cluster by cluster, and the other ends of their connections."""
    nodes = {node.host: node for node in sorted(report.nodes, key=lambda node: node.cluster or "")}
    for row in report.links:
        for host in (row.client, row.server):
            nodes.setdefault(host, NodeSummary(host=host, role="unknown"))
    return list(nodes.values())


def _worst_states(links: Sequence[LinkRow]) -> dict[tuple[str, str], State]:
    worst: dict[tuple[str, str], State] = {}
    for row in links:
        ends = (min(row.client, row.server), max(row.client, row.server))
        worst[ends] = min(worst.get(ends, "ok"), link_state(row), key=_WORST.__getitem__)
    return worst


def _states_by_link(links: Sequence[LinkRow]) -> dict[str, State]:
    worst: dict[str, State] = {}
    for row in links:
        worst[row.link] = min(worst.get(row.link, "ok"), link_state(row), key=_WORST.__getitem__)
    return worst


def _stack(
    column: Sequence[NodeSummary],
    x: int,
    least: int,
    broken: set[str],
    boxes: dict[str, Box],
    frames: list[Frame],
) -> None:
    y = _HEAD
    cluster = None
    for node in column:
        if node.cluster != cluster:
            cluster = node.cluster
            if cluster:
                y += LINE
        host = cut(node.host, _HOST_CELLS, _HOST_LINES)
        height = max(least, LINE * (len(host) + 1) + 2 * _PAD)
        note = cut(node.version or "", _HOST_CELLS, 1)[0]
        server = node.role == "uc_server"
        boxes[node.host] = Box(x, y, _BOX, height, host, note, node.host in broken, server)
        y += height + _BETWEEN
    for name in dict.fromkeys(node.cluster for node in column if node.cluster):
        held = [boxes[node.host] for node in column if node.cluster == name]
        top, end = held[0].y, held[-1].y + held[-1].height
        label = cut(name, _HOST_CELLS, 1)[0]
        frames.append(Frame(top - LINE - 4, x - 8, _BOX + 16, end - top + LINE + 12, label))


def _parallel(
    states: Mapping[str, State], boxes: Mapping[str, Box], link_words: Mapping[str, str]
) -> list[Wire]:
    left, right = sorted(boxes.values(), key=lambda box: box.x)
    wires = []
    for index, (link, state) in enumerate(states.items()):
        y = left.y + _WIRE * (index + 1) - 4
        start, end = left.x + left.width, right.x
        label = cut(link_words.get(link, link), 14, 1)[0]
        wires.append(Wire(f"M{start} {y}H{end}", state, (start + end) // 2, y, label))
    return wires


def _wires(
    states: Mapping[tuple[str, str], State], boxes: Mapping[str, Box], first_column: int
) -> list[Wire]:
    """A line for each pair of nodes, with its mark where it covers no other mark, if it can."""
    drawn = {ends: state for ends, state in states.items() if all(host in boxes for host in ends)}
    crowded = len(drawn) > _MOST_MARKED
    marks: list[tuple[int, int]] = []
    wires = []
    for ends, state in sorted(drawn.items(), key=lambda item: _WORST[item[1]]):
        left, right = sorted((boxes[host] for host in ends), key=lambda box: (box.x, box.y))
        if left.x == right.x and state != "fail":
            continue  # the frame shows that peers belong together
        path, places = _path(left, right, first_column)
        free = (place for place in places if not any(map(partial(_near, place), marks)))
        x, y = next(free, places[0])
        marked = state == "fail" or (state == "unknown" and not crowded)
        if marked:
            marks.append((x, y))
        wires.append(Wire(path, state, x, y, "", marked))
    return wires


def _near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) <= _MARK and abs(one[1] - other[1]) <= _MARK


def _path(left: Box, right: Box, first_column: int) -> tuple[str, list[tuple[int, int]]]:
    """The line from one box to another, and places for its mark, the best first."""
    y1, y2 = left.y + left.height // 2, right.y + right.height // 2
    if left.x == right.x:
        outward = -1 if left.x == first_column else 1
        x = left.x if outward < 0 else left.x + left.width
        bulge = x + outward * (_ARC - 4)
        path = f"M{x} {y1}C{bulge} {y1} {bulge} {y2} {x} {y2}"
        return path, [(x + outward * (_ARC - 12), (y1 + y2) // 2)]
    x1, x2 = left.x + left.width, right.x
    places = [(round(x1 + s * (x2 - x1)), round(y1 + s * (y2 - y1))) for s in _SHARES]
    return f"M{x1} {y1}L{x2} {y2}", places

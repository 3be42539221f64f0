"""Points and the straight lines through them, side by side, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import linear_regression

_WIDTH, _HEIGHT, _MARGIN = 300, 200, 50


@dataclass(frozen=True)
class Line:
    """What grows, in which unit, and the points: how much of it there is, and CPU seconds."""

    name: str
    unit: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Fit:
    """Least squares. `furthest` is the largest distance of a point, in per cent of the largest."""

    slope: float
    intercept: float
    furthest: float


def fit(line: Line) -> Fit:
    """The straight line through the points."""
    sizes, costs = zip(*line.points, strict=True)
    slope, intercept = linear_regression(sizes, costs)
    distances = (abs(cost - intercept - slope * size) for size, cost in line.points)
    return Fit(slope, intercept, 100 * max(distances) / max(costs))


def svg(lines: Sequence[Line]) -> str:
    """One picture for each line, next to each other."""
    parts = "".join(
        f'<g transform="translate({place * (_WIDTH + 2 * _MARGIN) + _MARGIN},{_MARGIN})">'
        f"{''.join(_picture(line))}</g>"
        for place, line in enumerate(lines)
    )
    width, height = len(lines) * (_WIDTH + 2 * _MARGIN), _HEIGHT + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>{parts}</svg>\n'
    )


def _picture(line: Line) -> Iterable[str]:
    largest = max(size for size, _ in line.points)
    dearest = 1.1 * max(cost for _, cost in line.points)
    fitted = fit(line)

    def place(size: float, cost: float) -> tuple[float, float]:
        return _WIDTH * size / largest, _HEIGHT * (1 - cost / dearest)

    yield (
        f'<path d="M0 0V{_HEIGHT}H{_WIDTH}" fill="none" stroke="black"/>'
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT + 36}" text-anchor="middle">{escape(line.unit)}</text>'
        f'<text x="-8" y="-10">CPU seconds</text>'
        f'<text x="-8" y="{_HEIGHT}" text-anchor="end">0</text>'
    )
    (x1, y1), (x2, y2) = place(0, fitted.intercept), place(largest, _at(fitted, largest))
    yield f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="gray" stroke-dasharray="4"/>'
    for size, cost in line.points:
        x, y = place(size, cost)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="teal"/>'
        yield f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle">{cost:.2f}</text>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT + 18}" text-anchor="middle">{size:,g}</text>'


def _at(fitted: Fit, size: float) -> float:
    return fitted.intercept + fitted.slope * size

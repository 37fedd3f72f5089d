"""The charts of the report, as inline SVG: nothing to load, readable when printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 70, 28, 14, 44


class Bar(NamedTuple):
    """A share with its interval, both in [0, 1], and the text beside it."""

    label: str
    value: float
    low: float
    high: float
    note: str


def bars(found: Sequence[Bar], goal: float | None = None) -> str:
    """Horizontal bars with their intervals; a dashed line stands at the goal.

    The words are outside the drawing, so that they keep their size on a narrow screen.
    """
    mark = f'<path d="M{100 * goal:.1f} 0V10" class="goal"/>' if goal is not None else ""
    lines = (
        f'<div class="row"><span>{escape(bar.label)}</span>'
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="10" class="track"/>'
        f'<rect width="{100 * bar.value:.1f}" height="10" class="bar"/>'
        f'<path d="M{100 * bar.low:.1f} 5H{100 * bar.high:.1f}" class="whisker"/>{mark}</svg>'
        f"<span>{escape(bar.note)}</span></div>"
        for bar in found
    )
    return f'<div class="bars">{"".join(lines)}</div>'


def curve(points: Sequence[tuple[float, float]], x_label: str, y_label: str, mark: float) -> str:
    """A line through points in [0, 1]², with a dashed vertical at `mark`."""
    if not points:
        return '<p class="muted">Aucun point à tracer.</p>'
    path = "M" + "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)
    dots = f'<circle cx="{_x(points[-1][0]):.1f}" cy="{_y(points[-1][1]):.1f}" r="3.5"/>'
    body = (
        _grid()
        + f'<path d="M{_x(mark):.1f} {TOP}V{HEIGHT - BOTTOM}" class="goal"/>'
        + f'<path d="{path}" class="line"/>{dots}'
        + f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" class="middle">'
        + f"{escape(x_label)}</text>"
        + f'<text x="12" y="{(TOP + HEIGHT - BOTTOM) / 2}" class="middle" '
        + f'transform="rotate(-90 12 {(TOP + HEIGHT - BOTTOM) / 2})">{escape(y_label)}</text>'
    )
    return _svg(WIDTH, HEIGHT, body, f"{y_label} selon {x_label}")


def histogram(values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How values above 0 are spread; what lies beyond the 99th percentile is in the last bin."""
    if not values:
        return '<p class="muted">Aucune valeur à tracer.</p>'
    ordered = sorted(values)
    top = max(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 1e-9)
    counts = [0] * bins
    for value in ordered:
        counts[min(bins - 1, int(bins * value / top))] += 1
    wide = (WIDTH - LEFT - RIGHT) / bins
    tallest = max(counts)
    rects = "".join(
        f'<rect x="{LEFT + place * wide:.1f}" y="{_y(count / tallest):.1f}" '
        f'width="{wide - 1:.1f}" height="{_y(0) - _y(count / tallest):.1f}" class="bar">'
        f"<title>{count}</title></rect>"
        for place, count in enumerate(counts)
    )
    axis = "".join(
        f'<text x="{_x(share):.1f}" y="{HEIGHT - BOTTOM + 18}" class="middle">'
        f"{top * share:.0f} {escape(unit)}</text>"
        for share in (0, 0.5, 1)
    )
    base = f'<path d="M{LEFT} {_y(0):.1f}H{WIDTH - RIGHT}" class="axis"/>'
    return _svg(WIDTH, HEIGHT, rects + base + axis, f"Répartition en {unit}")


def _grid() -> str:
    lines = []
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        text = f"{share * 100:.0f} %"
        lines.append(
            f'<path d="M{LEFT} {_y(share):.1f}H{WIDTH - RIGHT}" class="grid"/>'
            f'<text x="{LEFT - 6}" y="{_y(share) + 4:.1f}" class="end">{text}</text>'
            f'<text x="{_x(share):.1f}" y="{HEIGHT - BOTTOM + 16}" class="middle">{text}</text>'
        )
    return "".join(lines)


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _svg(width: int, height: float, body: str, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{body}</svg>"
    )

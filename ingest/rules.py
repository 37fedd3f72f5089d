"""What is ruled on a page: the heights at which rules cross it, and the upright ones between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.pdfium import Shape

SHORTEST_RULE: Final = 15.0  # points
_THIN: Final = 3.0  # points: a path as thin as that is a rule
_SAME_LEVEL: Final = 2.0
_TALLEST_ROW: Final = 0.5  # of the page
_TALLEST_HEAD: Final = 0.2


class Level(NamedTuple):
    """A height at which rules cross the page, and how far they reach."""

    y: float
    left: float
    right: float


def levels_of(shapes: Iterable[Shape], height: float) -> list[Level]:
    """Rules and the edges of filled cells, those on one height joined, from top to bottom."""
    edges: list[Level] = []
    for shape in shapes:
        box = shape.box
        if not shape.upright or box.right - box.left < SHORTEST_RULE:
            continue
        if box.bottom - box.top <= _THIN:
            edges.append(Level((box.top + box.bottom) / 2, box.left, box.right))
        elif box.bottom - box.top < _TALLEST_ROW * height:
            edges.append(Level(box.top, box.left, box.right))
            edges.append(Level(box.bottom, box.left, box.right))
    levels: list[Level] = []
    for edge in sorted(edges):
        for place in range(len(levels) - 1, -1, -1):
            level = levels[place]
            if edge.y - level.y > _SAME_LEVEL:
                levels.append(edge)
                break
            if edge.left <= level.right + _THIN and edge.right >= level.left - _THIN:
                reach = min(level.left, edge.left), max(level.right, edge.right)
                levels[place] = Level(level.y, *reach)
                break
        else:
            levels.append(edge)
    return levels


def chains(levels: list[Level], height: float) -> Iterable[list[Level]]:
    """Levels that reach equally far, one under the other: the rules of one table."""
    free = list(levels)
    while free:
        chain = [free.pop(0)]
        rest = []
        for level in free:
            last = chain[-1]
            if _alike(last, level) and level.y - last.y < _TALLEST_ROW * height:
                if level.y - last.y > _THIN:
                    chain.append(level)
            else:
                rest.append(level)
        free = rest
        if len(chain) >= 3:
            yield chain


def with_ground(levels: list[Level], shapes: Iterable[Shape], height: float) -> list[Level]:
    """The rules of a table with the top of the coloured ground, round at its corners, above."""
    first = levels[0]
    for shape in shapes:
        box = shape.box
        top = Level(box.top, box.left, box.right)
        near = abs(box.bottom - first.y) < _THIN and box.bottom - box.top < _TALLEST_HEAD * height
        if shape.filled and near and _alike(top, first) and first.y - box.top > _THIN:
            return [top, *levels]
    return levels


def _alike(one: Level, other: Level) -> bool:
    common = min(one.right, other.right) - max(one.left, other.left)
    return common > 0.85 * max(one.right - one.left, other.right - other.left)


def upright_rules(shapes: Iterable[Shape], upper: Level, lower: Level) -> list[float]:
    """Where upright rules part the cells between two levels."""
    left, right = upper.left + SHORTEST_RULE, upper.right - SHORTEST_RULE
    return sorted(
        shape.box.left
        for shape in shapes
        if shape.upright
        and shape.box.right - shape.box.left <= _THIN
        and left < shape.box.left < right
        and shape.box.top <= upper.y + _THIN
        and shape.box.bottom >= lower.y - _THIN
    )

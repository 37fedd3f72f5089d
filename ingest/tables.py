"""Tables on a page: found by their rules, or by rows that line up; given row by row."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.types import Box
from ingest.lines import goes_on, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Shape
    from ingest.lines import Line

_THIN: Final = 3.0  # points: a path as thin as that is a rule
_SHORTEST_RULE: Final = 15.0
_SAME_LEVEL: Final = 2.0
_TALLEST_ROW: Final = 0.5  # of the page
_LONGEST_CELL: Final = 90  # words
_MULTIPLE: Final = 0.25  # of the rows of a table have several cells
_CELL_GAP: Final = 0.5  # ems: cells may stand as near as that
_APART: Final = 1.3  # ems: lines nearer than that belong to one cell
_LOOSE_PITCH: Final = 1.45  # ems from one row to the next, where nothing is ruled

Cell = list["Line"]


class Table(NamedTuple):
    """Rows of cells, each the lines of the cell from top to bottom; `lines` as they were given."""

    box: Box
    rows: list[list[Cell]]
    lines: list[Line]


class _Level(NamedTuple):
    """A height at which rules cross the page, and how far they reach."""

    y: float
    left: float
    right: float


def find_tables(lines: Sequence[Line], shapes: Iterable[Shape], height: float) -> list[Table]:
    """The ruled tables of a page, from top to bottom."""
    tables = []
    shapes = list(shapes)
    for ruled in _chains(_levels(shapes, height), height):
        levels = _with_head(ruled, shapes, height)
        inside = [_between(lines, upper, lower) for upper, lower in pairwise(levels)]
        sides = _column_sides(inside)
        bands = [_cells([p for line in band for p in _parts(line, sides)]) for band in inside]
        gridded = [_is_gridded(shapes, upper, lower) for upper, lower in pairwise(levels)]
        start = 0
        for end in range(len(bands) + 1):
            if end == len(bands) or _is_prose(bands[end], gridded=gridded[end]):
                rows = _rows(bands[start:end], grid=sum(gridded[start:end]) >= 2)
                if rows:
                    given = [line for band in inside[start:end] for line in band]
                    tables.append(Table(_extent(levels[start : end + 1]), rows, given))
                start = end + 1
    return tables


def _rows(bands: list[list[Cell]], *, grid: bool) -> list[list[Cell]]:
    """The rows between rules, if they make a table: of several cells, at least one in a `grid`."""
    rows = [row for band in bands for row in _unstacked(band) if row]
    enough = 1 if grid else max(2, _MULTIPLE * len(rows))
    return rows if sum(len(row) > 1 for row in rows) >= enough else []


def _extent(levels: list[_Level]) -> Box:
    left, right = min(level.left for level in levels), max(level.right for level in levels)
    return Box(left, levels[0].y, right, levels[-1].y)


def _is_prose(cells: list[Cell], *, gridded: bool) -> bool:
    """Whether what stands between two rules is text, or a drawing, rather than a row."""
    words = max((sum(len(line.words) for line in cell) for cell in cells), default=0)
    turned = any(line.angle for cell in cells for line in cell)
    lone = len(cells) == 1 and len(cells[0]) > 3 and not gridded
    return words > _LONGEST_CELL or lone or turned


def _is_gridded(shapes: Iterable[Shape], upper: _Level, lower: _Level) -> bool:
    """Whether upright rules part the cells between two levels."""
    left, right = upper.left + _SHORTEST_RULE, upper.right - _SHORTEST_RULE
    return any(
        shape.upright
        and shape.box.right - shape.box.left <= _THIN
        and left < shape.box.left < right
        and shape.box.top <= upper.y + _THIN
        and shape.box.bottom >= lower.y - _THIN
        for shape in shapes
    )


def _unstacked(cells: list[Cell]) -> list[list[Cell]]:
    """The rows of a band: several where no rule parts them but all cells line up, well apart."""
    if len(cells) < 2 or min(map(len, cells)) < 2:
        return [cells]
    steps = [(last, line) for cell in cells for last, line in pairwise(cell)]
    if any(goes_on(last, line) or _is_close(last, line) for last, line in steps):
        return [cells]
    longest = max(cells, key=len)
    aligned = all(
        any(abs(line.baseline - other.baseline) < 0.2 * line.size for other in longest)
        for cell in cells
        for line in cell
    )
    if not aligned:
        return [cells]
    return [
        [
            [line]
            for cell in cells
            for line in cell
            if abs(line.baseline - first.baseline) < 0.2 * line.size
        ]
        for first in longest
    ]


def _levels(shapes: Iterable[Shape], height: float) -> list[_Level]:
    """Rules and the edges of filled cells, those on one height joined, from top to bottom."""
    edges: list[_Level] = []
    for shape in shapes:
        box = shape.box
        if not shape.upright or box.right - box.left < _SHORTEST_RULE:
            continue
        if box.bottom - box.top <= _THIN:
            edges.append(_Level((box.top + box.bottom) / 2, box.left, box.right))
        elif box.bottom - box.top < _TALLEST_ROW * height:
            edges.append(_Level(box.top, box.left, box.right))
            edges.append(_Level(box.bottom, box.left, box.right))
    levels: list[_Level] = []
    for edge in sorted(edges):
        for place in range(len(levels) - 1, -1, -1):
            level = levels[place]
            if edge.y - level.y > _SAME_LEVEL:
                levels.append(edge)
                break
            if edge.left <= level.right + _THIN and edge.right >= level.left - _THIN:
                reach = min(level.left, edge.left), max(level.right, edge.right)
                levels[place] = _Level(level.y, *reach)
                break
        else:
            levels.append(edge)
    return levels


def _chains(levels: list[_Level], height: float) -> Iterable[list[_Level]]:
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


def _with_head(levels: list[_Level], shapes: list[Shape], height: float) -> list[_Level]:
    """The rules of a table with the top of the coloured ground, round at its corners, above."""
    first = levels[0]
    for shape in shapes:
        box = shape.box
        top = _Level(box.top, box.left, box.right)
        near = abs(box.bottom - first.y) < _THIN and box.bottom - box.top < 0.2 * height
        if shape.filled and near and _alike(top, first) and first.y - box.top > _THIN:
            return [top, *levels]
    return levels


def _alike(one: _Level, other: _Level) -> bool:
    common = min(one.right, other.right) - max(one.left, other.left)
    return common > 0.85 * max(one.right - one.left, other.right - other.left)


def _between(lines: Iterable[Line], upper: _Level, lower: _Level) -> list[Line]:
    left, right = min(upper.left, lower.left) - 2, max(upper.right, lower.right) + 2
    return [
        line
        for line in lines
        if upper.y < line.baseline - 0.3 * line.size < lower.y
        and left <= (line.left + line.right) / 2 <= right
    ]


def _column_sides(bands: list[list[Line]]) -> list[float]:
    """Where columns begin: the left sides that several rows share, but the first column's."""
    sides: Counter[int] = Counter()
    for band in bands:
        first = min((line.left for line in band), default=0.0)
        sides.update({round(line.left) for line in band if line.left > first + _SHORTEST_RULE})
    return [float(side) for side, count in sides.items() if count > 1]


def _parts(line: Line, sides: list[float]) -> list[Line]:
    """A line, cut where one of its words begins a column after a gap."""
    words = line.words
    cuts = [
        number
        for number in range(1, len(words))
        if words[number].box.left - words[number - 1].box.right > _CELL_GAP * line.size
        and any(abs(words[number].box.left - side) < 1.5 for side in sides)
    ]
    if not cuts:
        return [line]
    places = [0, *cuts, len(words)]
    return [part(line, words[start:end]) for start, end in pairwise(places)]


def _cells(lines: list[Line]) -> list[Cell]:
    """Lines of a row in cells, from left to right: those that share a stretch of the width."""
    cells: list[tuple[float, Cell]] = []
    for line in sorted(lines, key=lambda line: line.left):
        if cells and line.left < cells[-1][0]:
            right, cell = cells[-1]
            cell.append(line)
            cells[-1] = max(right, line.right), cell
        else:
            cells.append((line.right, [line]))
    return [sorted(cell, key=lambda line: (line.baseline, line.left)) for _, cell in cells]


def _is_close(last: Line, line: Line) -> bool:
    return line.baseline - last.baseline < _APART * line.size


def grid_rows(columns: Sequence[Sequence[Line]]) -> list[list[Cell]] | None:
    """The rows of columns that make a table without rules, or None when they are mere columns.

    In a table the lines stand on common baselines, well apart, or the cells are short.
    """
    if len(columns) < 2:
        return None
    baselines = sorted(line.baseline for line in max(columns, key=len))
    size = median(line.size for column in columns for line in column)
    rows: list[list[Line]] = []
    for line in sorted((line for column in columns for line in column), key=_baseline):
        if rows and line.baseline - rows[-1][0].baseline < 0.4 * size:
            rows[-1].append(line)
        else:
            rows.append([line])
    shared = sum(len(row) > 1 for row in rows)
    if len(rows) < 3 or shared < 0.8 * min(map(len, columns)) or shared < 0.5 * len(rows):
        return None
    pitch = median(b - a for a, b in pairwise(baselines)) if len(baselines) > 1 else 0.0
    short = [
        sum(len(line.words) <= 2 for line in column) >= 0.7 * len(column) for column in columns
    ]
    if pitch >= _LOOSE_PITCH * size or all(short[1:]) or all(short[:-1]):
        return [_cells(row) for row in rows]
    return None


def _baseline(line: Line) -> float:
    return line.baseline

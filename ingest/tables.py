"""Tables on a page: found by their rules, or by rows that line up; given row by row."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.types import Box
from ingest.cells import Cell, cells_of, rows_of_cells, unstacked
from ingest.lines import goes_on, rows_of
from ingest.rules import chains, levels_of, upright_rules, with_ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Shape
    from ingest.lines import Line
    from ingest.rules import Level

_LONGEST_CELL: Final = 90  # words
_MULTIPLE: Final = 0.25  # of the rows of a table have several cells
_HEAD: Final = 1.5  # ems above the first rule, for the names of columns
_TITLE: Final = 1.3  # times the size of the cells
_HEADED: Final = 1.15  # times the size of the text below: a title that stands above its text
_LOOSE_PITCH: Final = 1.45  # ems from one row to the next, where nothing is ruled


class Table(NamedTuple):
    """Rows of cells, each the lines of the cell from top to bottom; `lines` as they were given."""

    box: Box
    rows: list[list[Cell]]
    lines: list[Line]


def find_tables(lines: Sequence[Line], shapes: Iterable[Shape], height: float) -> list[Table]:
    """The ruled tables of a page, from top to bottom."""
    shapes = list(shapes)
    return [
        table
        for ruled in chains(levels_of(shapes, height), height)
        for table in _between_rules(
            lines, shapes, _with_bare_head(with_ground(ruled, shapes, height), lines)
        )
    ]


def _between_rules(
    lines: Sequence[Line], shapes: list[Shape], levels: list[Level]
) -> Iterable[Table]:
    """The tables between rules that reach equally far: text among them parts one from another."""
    inside = [_between(lines, upper, lower) for upper, lower in pairwise(levels)]
    grids = [upright_rules(shapes, upper, lower) for upper, lower in pairwise(levels)]
    bands = rows_of_cells(inside, grids)
    gridded = list(map(bool, grids))
    title = _titles(bands, gridded)
    start = 0
    for end in range(len(bands) + 1):
        if end == len(bands) or end < title or _is_prose(bands[end], gridded=gridded[end]):
            rows = _rows(bands[start:end], grid=sum(gridded[start:end]) >= 2)
            if rows:
                given = [line for band in inside[start:end] for line in band]
                yield Table(_extent(levels[start : end + 1]), rows, given)
            start = end + 1


def _titles(bands: list[list[Cell]], gridded: list[bool]) -> int:
    """How many bands above the first one with upright rules hold but a title of larger type."""
    first = gridded.index(True) if True in gridded else 0
    below = [line.size for cells in bands[first:] for cell in cells for line in cell]
    above = [line.size for cells in bands[:first] for cell in cells for line in cell]
    larger = above and below and max(above) > _TITLE * median(below)
    return first if larger and all(len(cells) <= 1 for cells in bands[:first]) else 0


def _rows(bands: list[list[Cell]], *, grid: bool) -> list[list[Cell]]:
    """The rows between rules, if they make a table: of several cells, at least one in a `grid`."""
    rows = [row for band in bands for row in unstacked(band) if row]
    enough = 1 if grid else max(2, _MULTIPLE * len(rows))
    return rows if sum(len(row) > 1 for row in rows) >= enough else []


def _extent(levels: list[Level]) -> Box:
    left, right = min(level.left for level in levels), max(level.right for level in levels)
    return Box(left, levels[0].y, right, levels[-1].y)


def _is_prose(cells: list[Cell], *, gridded: bool) -> bool:
    """Whether what stands between two rules is text, or a drawing, rather than a row."""
    words = max((sum(len(line.words) for line in cell) for cell in cells), default=0)
    turned = any(line.angle for cell in cells for line in cell)
    alone = len(cells) == 1 and not gridded
    long = alone and len(cells[0]) > 3
    headed = alone and cells[0][0].size > _HEADED * cells[0][-1].size
    return words > _LONGEST_CELL or long or headed or turned


def _with_bare_head(levels: list[Level], lines: Sequence[Line]) -> list[Level]:
    """The rules of a table with a height above the names of its columns, where none is ruled."""
    first = levels[0]
    top = first._replace(y=first.y - _HEAD * max((line.size for line in lines), default=0.0))
    near = [line for line in _between(lines, top, first) if not line.angle]
    below = [line.left for line in _between(lines, *levels[:2])]
    if len(near) < 2 or len({round(line.baseline) for line in near}) > 1:
        return levels
    size = near[0].size
    over = sum(any(abs(line.left - left) < 0.5 * size for left in below) for line in near)
    if first.y - near[0].baseline > size or over < max(2, len(near) - 1):
        return levels
    return [first._replace(y=near[0].top - 1), *levels]


def _between(lines: Iterable[Line], upper: Level, lower: Level) -> list[Line]:
    left, right = min(upper.left, lower.left) - 2, max(upper.right, lower.right) + 2
    return [
        line
        for line in lines
        if upper.y < line.baseline - 0.3 * line.size < lower.y
        and left <= (line.left + line.right) / 2 <= right
    ]


def grid_rows(columns: Sequence[Sequence[Line]]) -> list[list[Cell]] | None:
    """The rows of columns that make a table without rules, or None when they are mere columns.

    In a table the lines stand on common baselines, well apart, or the cells are short.
    """
    if len(columns) < 2:
        return None
    baselines = sorted(line.baseline for line in max(columns, key=len))
    size = median(line.size for column in columns for line in column)
    rows = rows_of((line for column in columns for line in column), 0.4)
    shared = sum(len(row) > 1 for row in rows)
    if len(rows) < 3 or shared < 0.8 * min(map(len, columns)) or shared < 0.5 * len(rows):
        return None
    pitch = median(b - a for a, b in pairwise(baselines)) if len(baselines) > 1 else 0.0
    if all(map(_reads_on, columns)):
        return None
    short = [
        sum(len(line.words) <= 2 for line in column) >= 0.7 * len(column) for column in columns
    ]
    if pitch >= _LOOSE_PITCH * size or all(short[1:]) or all(short[:-1]):
        return [cells_of(row) for row in rows]
    return None


def _reads_on(column: Sequence[Line]) -> bool:
    """Whether a column is prose: most of its lines, of several words, go on from those above."""
    pairs = list(pairwise(sorted(column, key=_baseline)))
    words = sum(len(line.words) for line in column)
    on = sum(goes_on(last, line) for last, line in pairs)
    return bool(pairs) and on >= 0.5 * len(pairs) and words >= 4 * len(column)


def _baseline(line: Line) -> float:
    return line.baseline

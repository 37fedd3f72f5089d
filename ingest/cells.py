"""The cells of a table: the lines of a row, parted by rules or by white."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from ingest.lines import Line, goes_on, part, rows_of
from ingest.rules import SHORTEST_RULE

if TYPE_CHECKING:
    from collections.abc import Iterable

_CELL_GAP: Final = 0.5  # ems: cells may stand as near as that
_PADDING: Final = 25.0  # points from an upright rule to the text of its cell, at most
_SHARED: Final = 0.5  # of the rows begin a cell where a rule was left out
_SAME_BASELINE: Final = 0.2  # ems
_APART: Final = 1.3  # ems: lines nearer than that belong to one cell

Cell = list[Line]


def rows_of_cells(bands: list[list[Line]], grids: list[list[float]]) -> list[list[Cell]]:
    """The cells of each band of lines of a table, given the upright rules that part them."""
    sides = [float(side) for side, count in _begun(bands).items() if count > 1]
    ruled = [band for band, rules in zip(bands, grids, strict=True) if rules]
    return [
        _ruled_cells(band, _completed(rules, ruled))
        if rules
        else cells_of([piece for line in band for piece in _parts(line, sides)])
        for band, rules in zip(bands, grids, strict=True)
    ]


def _begun(bands: list[list[Line]]) -> Counter[int]:
    """Where columns begin: how many bands have a line there, but for their leftmost ones."""
    begun: Counter[int] = Counter()
    for band in bands:
        first = min((line.left for line in band), default=0.0)
        begun.update({round(line.left) for line in band if line.left > first + SHORTEST_RULE})
    return begun


def _completed(rules: list[float], bands: list[list[Line]]) -> list[float]:
    """Upright rules with those that a table leaves out, where half of its rows begin a cell."""
    missing = []
    for side, count in _begun(bands).items():
        crossed = sum(any(line.left < side - 2 < line.right for line in band) for band in bands)
        ruled = any(side - _PADDING < rule < side + 2 for rule in rules)
        if count >= max(2, _SHARED * len(bands)) and crossed < count / 4 and not ruled:
            missing.append(side - 1.5)
    return sorted([*rules, *missing])


def _ruled_cells(lines: Iterable[Line], rules: list[float]) -> list[Cell]:
    """Cells between upright rules, from left to right: wide white inside a cell parts nothing."""
    cells: defaultdict[int, Cell] = defaultdict(list)
    for line in lines:
        columns = [bisect(rules, (word.box.left + word.box.right) / 2) for word in line.words]
        for column, group in groupby(range(len(columns)), key=columns.__getitem__):
            cells[column].append(part(line, [line.words[number] for number in group]))
    return [
        [line for row in rows_of(cells[column], _SAME_BASELINE) for line in row]
        for column in sorted(cells)
    ]


def cells_of(lines: list[Line]) -> list[Cell]:
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


def unstacked(cells: list[Cell]) -> list[list[Cell]]:
    """The rows of a band: several where no rule parts them but all cells line up, well apart."""
    if len(cells) < 2 or min(map(len, cells)) < 2:
        return [cells]
    steps = [(last, line) for cell in cells for last, line in pairwise(cell)]
    if any(goes_on(last, line) or _is_close(last, line) for last, line in steps):
        return [cells]
    longest = max(cells, key=len)
    aligned = all(
        any(abs(line.baseline - other.baseline) < _SAME_BASELINE * line.size for other in longest)
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
            if abs(line.baseline - first.baseline) < _SAME_BASELINE * line.size
        ]
        for first in longest
    ]


def _is_close(last: Line, line: Line) -> bool:
    return line.baseline - last.baseline < _APART * line.size

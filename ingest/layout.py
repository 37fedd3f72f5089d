"""Lines → regions in the order in which a person reads them.

Tables and boxed asides are found first and kept whole. What remains is cut by its white space
(after the recursive XY-cut of Nagy and Seth, 1984): where a gutter runs from top to bottom, into
columns, else into bands, and neighbouring bands that share a gutter stay together, so that a page
of columns is read column by column and a row of short texts is not torn apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.asides import find_asides, mark_bullets
from ingest.lines import ASCENT, DESCENT, Line
from ingest.tables import Cell, Table, find_tables, grid_rows

if TYPE_CHECKING:
    from ingest.lines import RawPage

_NARROWEST_GUTTER: Final = 6.0  # points
_GUTTER: Final = 0.75  # ems
_STRETCHED: Final = 4.0  # ems: the widest gap between words of a justified line
_BAND_BREAK: Final = 2.5  # lines of white: what follows does not continue a column


class Region(NamedTuple):
    """Lines in reading order that form one column of text, or the rows of one table.

    `box` numbers the asides of a page from 1; 0 is the main text. `left` and `right` are the
    sides of the column.
    """

    lines: list[Line]
    rows: list[list[Cell]]
    box: int
    left: float
    right: float


@dataclass(slots=True)
class _Atom:
    """What is not cut: a line, a table or an aside."""

    left: float
    top: float
    right: float
    bottom: float
    size: float
    line: Line | None = None
    regions: Sequence[Region] = ()


def read_regions(page: RawPage, lines: Sequence[Line]) -> list[Region]:
    """The regions of a page made of these lines, in reading order."""
    mark_bullets(lines, page.shapes)
    tables = find_tables(lines, page.shapes, page.height)
    in_tables = {id(line) for table in tables for line in table.lines}
    free = [line for line in lines if id(line) not in in_tables]
    boxes = find_asides(free, page)
    atoms = [_table_atom(table) for table in tables]
    in_boxes: set[int] = set()
    for number, members in enumerate(boxes, 1):
        in_boxes.update(map(id, members))
        atoms.append(_box_atom(members, number))
    atoms.extend(_line_atom(line) for line in free if id(line) not in in_boxes)
    return _regions(_ordered(atoms), 0)


# --- atoms --------------------------------------------------------------------------------------


def _line_atom(line: Line) -> _Atom:
    if not line.angle:
        top, bottom = line.baseline - ASCENT * line.size, line.baseline + DESCENT * line.size
    else:
        top = min(word.box.top for word in line.words)
        bottom = max(word.box.bottom for word in line.words)
    return _Atom(line.left, top, line.right, bottom, line.size, line)


def _table_atom(table: Table) -> _Atom:
    lines = [line for row in table.rows for cell in row for line in cell]
    region = Region([], table.rows, 0, table.box.left, table.box.right)
    return _around(lines, [region])


def _box_atom(lines: list[Line], number: int) -> _Atom:
    return _around(lines, _regions(_ordered([_line_atom(line) for line in lines]), number))


def _around(lines: Sequence[Line], regions: Sequence[Region]) -> _Atom:
    return _Atom(
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
        median(line.size for line in lines),
        regions=regions,
    )


# --- cutting ------------------------------------------------------------------------------------


def _ordered(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Columns of atoms in reading order, each from top to bottom."""
    if not atoms:
        return []
    columns = _columns(atoms)
    if len(columns) > 1:
        rows = _grid(columns)
        if rows is not None:
            return [[rows]]
        return [column for part in columns for column in _ordered(part)]
    groups = _groups(atoms)
    if len(groups) == 1:
        return [sorted(atoms, key=lambda atom: (atom.top, atom.left))]
    joined: list[list[_Atom]] = []
    for group in groups:
        parts = _ordered(group)
        # Bands of one column make one column again, so that its paragraphs hold together.
        if joined and len(parts) == 1 and _is_column(joined[-1]) and _is_column(parts[0]):
            joined[-1].extend(parts[0])
        else:
            joined.extend(parts)
    return joined


def _is_column(atoms: list[_Atom]) -> bool:
    return all(atom.line is not None for atom in atoms)


def _columns(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Atoms split where white runs from top to bottom, from left to right."""
    narrowest = max(_NARROWEST_GUTTER, _GUTTER * median(atom.size for atom in atoms))
    columns: list[list[_Atom]] = []
    right = 0.0
    for atom in sorted(atoms, key=lambda atom: atom.left):
        if columns and atom.left - right < narrowest:
            columns[-1].append(atom)
            right = max(right, atom.right)
        else:
            columns.append([atom])
            right = atom.right
    return columns


def _grid(columns: list[list[_Atom]]) -> _Atom | None:
    lines = [[atom.line for atom in column if atom.line is not None] for column in columns]
    if any(len(a) != len(b) for a, b in zip(lines, columns, strict=True)):
        return None
    rows = grid_rows(lines)
    if rows is None:
        return None
    flat = [line for column in lines for line in column]
    left, right = min(line.left for line in flat), max(line.right for line in flat)
    return _around(flat, [Region([], rows, 0, left, right)])


def _groups(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Bands from top to bottom, those that share a gutter (or have none) kept together."""
    groups: list[list[_Atom]] = []
    split: list[bool] = []  # whether each group has a gutter
    for band in _bands(atoms):
        has_gutter = len(_columns(band)) > 1
        if groups and split[-1]:
            together = groups[-1] + band
            if len(_columns(together)) > 1 and (has_gutter or _continues(groups[-1], band)):
                groups[-1] = together
                continue
        elif groups and not has_gutter and len(_columns(groups[-1] + band)) == 1:
            groups[-1].extend(band)
            continue
        taken = _take_back(groups, split, band) if groups and has_gutter else band
        groups.append(taken)
        split.append(has_gutter)
    return _with_heads(*_with_stretched(groups, split))


def _with_stretched(
    groups: list[list[_Atom]], split: list[bool]
) -> tuple[list[list[_Atom]], list[bool]]:
    """Lone rows whose words stand far apart, as justified text leaves them, put back in text."""
    result: list[list[_Atom]] = []
    still_split: list[bool] = []
    for group, has_gutter in zip(groups, split, strict=True):
        apart = has_gutter and not _is_stretched_row(group)
        if result and not apart and not still_split[-1]:
            together = result[-1] + group
            if len(_columns(together)) == 1:
                result[-1] = together
                continue
        result.append(group)
        still_split.append(apart)
    return result, still_split


def _is_stretched_row(group: list[_Atom]) -> bool:
    lines = sorted((atom.line for atom in group if atom.line), key=lambda line: line.left)
    return len(lines) == len(group) and all(
        abs(line.baseline - last.baseline) < 0.3 * line.size
        and line.left - last.right < _STRETCHED * line.size
        for last, line in pairwise(lines)
    )


def _take_back(groups: list[list[_Atom]], split: list[bool], band: list[_Atom]) -> list[_Atom]:
    """The band of columns with the lines just above it that begin one of them, but the first."""
    first = _columns(band)[0]
    edge = max(atom.right for atom in first)
    above = sorted(groups[-1], key=lambda atom: -atom.top)
    for atom in above:
        gap = min(other.top for other in band) - atom.bottom
        if atom.left <= edge or gap > 0.6 * atom.size or len(_columns([*band, atom])) == 1:
            break
        band = [*band, atom]
        groups[-1].remove(atom)
    if not groups[-1]:
        groups.pop()
        split.pop()
    return band


def _bands(atoms: list[_Atom]) -> list[list[_Atom]]:
    bands: list[list[_Atom]] = []
    bottom = 0.0
    for atom in sorted(atoms, key=lambda atom: atom.top):
        if bands and atom.top < bottom:
            bands[-1].append(atom)
            bottom = max(bottom, atom.bottom)
        else:
            bands.append([atom])
            bottom = atom.bottom
    return bands


def _continues(group: list[_Atom], band: list[_Atom]) -> bool:
    """Whether a band in one column goes on with that column: close under it."""
    left, right = min(atom.left for atom in band), max(atom.right for atom in band)
    above = [atom for atom in group if atom.left < right and atom.right > left]
    if not above:
        return False
    top, bottom = min(atom.top for atom in band), max(atom.bottom for atom in above)
    return top - bottom < _BAND_BREAK * median(atom.size for atom in above)


def _with_heads(groups: list[list[_Atom]], split: list[bool]) -> list[list[_Atom]]:
    """Groups of columns, less the last heading in them that heads the full-width text below."""
    result: list[list[_Atom]] = []
    for number, group in enumerate(groups):
        following = groups[number + 1] if number + 1 < len(groups) else None
        if not split[number] or following is None or split[number + 1]:
            result.append(group)
            continue
        last = max(group, key=lambda atom: atom.top)
        rest = [atom for atom in group if atom is not last]
        if last.line is not None and last.line.bold and _stands_alone(last, rest, following):
            result.extend((rest, [last]))
        else:
            result.append(group)
    return result


def _stands_alone(last: _Atom, rest: list[_Atom], following: list[_Atom]) -> bool:
    above = max(atom.bottom for atom in rest)
    below = min(atom.top for atom in following)
    return last.top > above and below - last.bottom < last.top - above


# --- regions ------------------------------------------------------------------------------------


def _regions(columns: list[list[_Atom]], number: int) -> list[Region]:
    """Columns of atoms as regions: an aside or a table interrupts its column."""
    regions: list[Region] = []
    for column in columns:
        left, right = min(atom.left for atom in column), max(atom.right for atom in column)
        lines: list[Line] = []
        for atom in column:
            if atom.line is not None:
                lines.append(atom.line)
                continue
            if lines:
                regions.append(Region(lines, [], number, left, right))
                lines = []
            regions.extend(region._replace(box=region.box or number) for region in atom.regions)
        if lines:
            regions.append(Region(lines, [], number, left, right))
    return regions

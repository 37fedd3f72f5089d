"""Lines → regions in the order in which a person reads them.

Tables and boxed asides are found first and kept whole; what remains is cut by its white space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.asides import find_asides, mark_bullets, mark_underlines
from ingest.cutting import Atom, Region, around, ordered
from ingest.lines import ASCENT, DESCENT
from ingest.tables import find_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line, RawPage
    from ingest.tables import Table


def read_regions(page: RawPage, lines: Sequence[Line]) -> list[Region]:
    """The regions of a page made of these lines, in reading order."""
    mark_bullets(lines, page.shapes)
    mark_underlines(lines, page.shapes)
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
    return _regions(ordered(atoms), 0)


# --- atoms --------------------------------------------------------------------------------------


def _line_atom(line: Line) -> Atom:
    if not line.angle:
        top, bottom = line.baseline - ASCENT * line.size, line.baseline + DESCENT * line.size
    else:
        top = min(word.box.top for word in line.words)
        bottom = max(word.box.bottom for word in line.words)
    return Atom(line.left, top, line.right, bottom, line.size, line)


def _table_atom(table: Table) -> Atom:
    lines = [line for row in table.rows for cell in row for line in cell]
    region = Region([], table.rows, 0, table.box.left, table.box.right)
    return around(lines, [region])


def _box_atom(lines: list[Line], number: int) -> Atom:
    return around(lines, _regions(ordered([_line_atom(line) for line in lines]), number))


# --- regions ------------------------------------------------------------------------------------


def _regions(columns: list[list[Atom]], number: int) -> list[Region]:
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

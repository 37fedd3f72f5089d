"""What stands on a page, cut by its white space into columns in reading order.

After the recursive XY-cut of Nagy and Seth (1984): where a gutter runs from top to bottom, into
columns, else into bands; neighbouring bands that share a gutter stay together, so that a page of
columns is read column by column, and a row of short texts is not torn apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from ingest.cells import Cell
from ingest.lines import Line, rows_of
from ingest.tables import grid_rows

_NARROWEST_GUTTER: Final = 6.0  # points
_GUTTER: Final = 0.75  # ems
_STRETCHED: Final = 4.0  # ems: the widest gap between words of a justified line
_MOST_STRETCHED: Final = 3  # such lines one under the other; more make columns
_LABEL: Final = 4  # words of a line that names the text beside it, at most
_BLOCK_GAP: Final = 0.8  # ems of white between two such texts
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
class Atom:
    """What is not cut: a line, a table or an aside."""

    left: float
    top: float
    right: float
    bottom: float
    size: float
    line: Line | None = None
    regions: Sequence[Region] = ()


def around(lines: Sequence[Line], regions: Sequence[Region]) -> Atom:
    """What holds these lines, read in these regions, and is not cut."""
    return Atom(
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
        median(line.size for line in lines),
        regions=regions,
    )


def ordered(atoms: list[Atom]) -> list[list[Atom]]:
    """Columns of atoms in reading order, each from top to bottom."""
    if not atoms:
        return []
    columns = _columns(atoms)
    if len(columns) > 1:
        rows = _grid(columns)
        if rows is not None:
            return [[rows]]
        if labelled := _labelled(columns):
            return labelled
        return [column for part in columns for column in ordered(part)]
    groups = _groups(atoms)
    if len(groups) == 1:
        return [sorted(atoms, key=lambda atom: (atom.top, atom.left))]
    joined: list[list[Atom]] = []
    for group in groups:
        parts = ordered(group)
        # Bands of one column make one column again, so that its paragraphs hold together.
        if joined and len(parts) == 1 and _is_column(joined[-1]) and _is_column(parts[0]):
            joined[-1].extend(parts[0])
        else:
            joined.extend(parts)
    return joined


def _is_column(atoms: list[Atom]) -> bool:
    return all(atom.line is not None for atom in atoms)


def _columns(atoms: list[Atom]) -> list[list[Atom]]:
    """Atoms split where white runs from top to bottom, from left to right."""
    narrowest = max(_NARROWEST_GUTTER, _GUTTER * median(atom.size for atom in atoms))
    columns: list[list[Atom]] = []
    right = 0.0
    for atom in sorted(atoms, key=lambda atom: atom.left):
        if columns and atom.left - right < narrowest:
            columns[-1].append(atom)
            right = max(right, atom.right)
        else:
            columns.append([atom])
            right = atom.right
    return columns


def _grid(columns: list[list[Atom]]) -> Atom | None:
    lines = [[atom.line for atom in column if atom.line is not None] for column in columns]
    if any(len(a) != len(b) for a, b in zip(lines, columns, strict=True)):
        return None
    rows = grid_rows(lines)
    if rows is None:
        return None
    flat = [line for column in lines for line in column]
    left, right = min(line.left for line in flat), max(line.right for line in flat)
    return around(flat, [Region([], rows, 0, left, right)])


def _labelled(columns: list[list[Atom]]) -> list[list[Atom]]:
    """Short lines, each level with a text at its right: one after the other; [] for others."""
    if len(columns) != 2 or not all(map(_is_column, columns)):
        return []
    labels, texts = (sorted(column, key=lambda atom: atom.top) for column in columns)
    blocks = [[texts[0]]]
    for last, atom in pairwise(texts):
        if atom.top - last.bottom > _BLOCK_GAP * atom.size:
            blocks.append([])
        blocks[-1].append(atom)
    if not 2 <= len(labels) == len(blocks):
        return []
    fitting = all(
        len(label.line.words) <= _LABEL
        and block[0].top - label.size < label.top
        and label.bottom < block[-1].bottom + label.size
        for label, block in zip(labels, blocks, strict=True)
        if label.line is not None
    )
    if not fitting or len(texts) == len(blocks):
        return []
    return [part for label, block in zip(labels, blocks, strict=True) for part in ([label], block)]


def _groups(atoms: list[Atom]) -> list[list[Atom]]:
    """Bands from top to bottom, those that share a gutter (or have none) kept together."""
    groups: list[list[Atom]] = []
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
    groups: list[list[Atom]], split: list[bool]
) -> tuple[list[list[Atom]], list[bool]]:
    """Rows whose words stand far apart, as justified text leaves them, put back in their text."""
    result: list[list[Atom]] = []
    still_split: list[bool] = []
    for group, has_gutter in zip(groups, split, strict=True):
        beside = result[-1] if result and not still_split[-1] else None
        apart = has_gutter and not _is_stretched(group, beside)
        if beside is not None and not apart:
            together = beside + group
            if len(_columns(together)) == 1:
                result[-1] = together
                continue
        result.append(group)
        still_split.append(apart)
    return result, still_split


def _is_stretched(group: list[Atom], beside: list[Atom] | None) -> bool:
    """Whether a group of gapped rows is justified text: one row or, beside text, flush with it."""
    lines = [atom.line for atom in group if atom.line]
    if len(lines) < len(group):
        return False
    rows = rows_of(lines, 0.3)
    if any(
        line.left - last.right >= _STRETCHED * line.size
        for row in rows
        for last, line in pairwise(row)
    ):
        return False
    if len(rows) == 1:
        return True
    if beside is None or len(rows) > _MOST_STRETCHED:
        return False
    left, right = min(atom.left for atom in beside), max(atom.right for atom in beside)
    near = 0.6 * lines[0].size
    return all(abs(row[0].left - left) < near and abs(row[-1].right - right) < near for row in rows)


def _take_back(groups: list[list[Atom]], split: list[bool], band: list[Atom]) -> list[Atom]:
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


def _bands(atoms: list[Atom]) -> list[list[Atom]]:
    bands: list[list[Atom]] = []
    bottom = 0.0
    for atom in sorted(atoms, key=lambda atom: atom.top):
        if bands and atom.top < bottom:
            bands[-1].append(atom)
            bottom = max(bottom, atom.bottom)
        else:
            bands.append([atom])
            bottom = atom.bottom
    return bands


def _continues(group: list[Atom], band: list[Atom]) -> bool:
    """Whether a band in one column goes on with that column: close under it."""
    left, right = min(atom.left for atom in band), max(atom.right for atom in band)
    above = [atom for atom in group if atom.left < right and atom.right > left]
    if not above:
        return False
    top, bottom = min(atom.top for atom in band), max(atom.bottom for atom in above)
    return top - bottom < _BAND_BREAK * median(atom.size for atom in above)


def _with_heads(groups: list[list[Atom]], split: list[bool]) -> list[list[Atom]]:
    """Groups of columns, less the last heading in them that heads the full-width text below."""
    result: list[list[Atom]] = []
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


def _stands_alone(last: Atom, rest: list[Atom], following: list[Atom]) -> bool:
    above = max(atom.bottom for atom in rest)
    below = min(atom.top for atom in following)
    return last.top > above and below - last.bottom < last.top - above

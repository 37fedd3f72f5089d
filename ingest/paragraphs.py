"""Regions → paragraphs: which line goes on with the one above, and which begins something new."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

from ingest.contents import LEADERS
from ingest.lines import ENDS, MIXED, goes_on
from ingest.runs import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.cutting import Region
    from ingest.lines import Line, RawPage

Kind = Literal["text", "item", "row", "columns", "note", "caption"]

HOLLOW: Final = "o"  # how a hollow bullet is often typed; no French word
_SYMBOL = re.compile(r"[•●▪■◆◦○□►▶➢➔→✓✔❖\uf000-\uf0ff]")
_LED = re.compile(rf"(?:{LEADERS.pattern})[\s\divxlc]*$")  # a line of a table of contents
_NUMBER = re.compile(r"\d{1,3}[.)]?\s")
_ROMAN_OR_LETTER = re.compile(r"\(?(?:[ivxIVX]{1,4}|[a-zA-Z])[.)]")
_NOTE_SIZE: Final = 0.92  # of the body
_NOTE_ZONE: Final = 0.55  # of the height of the page: notes stand below


@dataclass(slots=True)
class Paragraph:
    """A paragraph, heading, item, note or caption (one cell), or a row of a table (its cells).

    Of the rows, "columns" is the one that names the columns.
    """

    kind: Kind
    cells: list[list[Line]]
    box: int

    @property
    def lines(self) -> list[Line]:
        """All its lines."""
        return [line for cell in self.cells for line in cell]

    @property
    def text(self) -> str:
        """Its words as they were read."""
        return " ".join(line.text for line in self.lines)


class Measures:
    """What is usual in a document: the size of the body, and the pitch of lines of each size.

    Pages that OCR read count only where there are no others: their sizes are measured, not told.
    """

    def __init__(self, pages: Sequence[RawPage]) -> None:
        pages = list(filter(_is_typeset, pages)) or pages
        letters: defaultdict[float, int] = defaultdict(int)
        steps: defaultdict[int, list[float]] = defaultdict(list)
        for page in pages:
            lines = sorted(page.lines, key=lambda line: line.baseline)
            for line in lines:
                letters[round(line.size * 2) / 2] += sum(len(word.text) for word in line.words)
            for number, line in enumerate(lines):
                below = _next_below(line, lines[number + 1 : number + 12])
                if below is not None and goes_on(line, below):
                    steps[round(line.size)].append(below.baseline - line.baseline)
        total = sum(letters.values())
        self._share = {size: count / total for size, count in letters.items()}
        self.body: float = max(letters, key=lambda size: letters[size]) if letters else 10.0
        self._pitch = {size: median(values) for size, values in steps.items()}

    def share(self, size: float) -> float:
        """The share of the letters of the document that are set in that size."""
        return self._share.get(round(size * 2) / 2, 0.0)

    def pitch(self, size: float) -> float:
        """From one baseline to the next within a paragraph of that size, in points."""
        return min(self._pitch.get(round(size), 1.25 * size), 2 * size)


def _is_typeset(page: RawPage) -> bool:
    """Whether the file tells the fonts of a page; what OCR reads has none."""
    return any(word.style.font for line in page.lines for word in line.words)


def _next_below(line: Line, following: Sequence[Line]) -> Line | None:
    for other in following:
        step = other.baseline - line.baseline
        if step > 2.2 * line.size:
            return None
        same = other.left < line.right and other.right > line.left
        if step > 0.8 * line.size and same and abs(other.size - line.size) < 0.5:
            return other
    return None


def _local_pitch(lines: Sequence[Line], measures: Measures) -> Callable[[float], float]:
    """The pitch in a region, where its own lines tell it, else the document's."""
    steps: defaultdict[int, list[float]] = defaultdict(list)
    for last, line in pairwise(lines):
        step = line.baseline - last.baseline
        if 0.8 * line.size < step < 2.2 * line.size and goes_on(last, line):
            steps[round(line.size)].append(step)
    local = {size: median(values) for size, values in steps.items() if len(values) >= 3}
    return lambda size: local.get(round(size), measures.pitch(size))


def split_region(region: Region, measures: Measures, page: RawPage) -> list[Paragraph]:
    """The paragraphs of a region, in order."""
    if region.rows:
        rows = [Paragraph("row", row, region.box) for row in region.rows]
        if len(rows) > 1 and _names_columns(rows[0], rows[1]):
            rows[0].kind = "columns"
        return rows
    lines = _in_rows(region.lines)
    pitch = _local_pitch(lines, measures)
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(lines):
        if number and not _begins(number, lines, paragraphs[-1], pitch(line.size)):
            paragraphs[-1].cells[0].append(line)
            continue
        kind: Kind = "item" if _is_item(line) else "text"
        if line.note or _NUMBER.match(line.text) or (paragraphs and paragraphs[-1].kind == "note"):
            low = line.baseline > _NOTE_ZONE * page.height
            kind = "note" if low and line.size < _NOTE_SIZE * measures.body else kind
        paragraphs.append(Paragraph(kind, [[line]], region.box))
    return paragraphs


def _names_columns(first: Paragraph, second: Paragraph) -> bool:
    """Whether the first row of a table is set bold, unlike the next."""
    several = len(first.cells) > 1
    return several and all(x.bold for x in first.lines) and not all(x.bold for x in second.lines)


def _in_rows(lines: Sequence[Line]) -> list[Line]:
    """Lines from top to bottom, those on one baseline made one, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.baseline):
        level = rows[-1][0] if rows else line
        near = line.baseline - level.baseline < 0.3 * line.size and line.angle == level.angle
        if rows and near and not line.angle:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_merged(sorted(row, key=lambda line: line.left)) for row in rows]


def _merged(row: list[Line]) -> Line:
    first = row[0]
    if len(row) == 1:
        return first
    return replace(
        first,
        words=[word for line in row for word in line.words],
        right=max(line.right for line in row),
        bold=all(line.bold for line in row),
        colour=first.colour if len({line.colour for line in row}) == 1 else MIXED,
    )


def _is_item(line: Line) -> bool:
    return line.bulleted or (len(line.words) > 1 and _marker(line) != "")


def _marker(line: Line) -> str:
    """What opens the line as an item of a list ("•", "2.", "a)", "-" glued to its word), or ""."""
    first = line.words[0].text
    outsized = len(line.words) > 1 and line.words[0].style.size > 1.2 * line.words[1].style.size
    if MARKER.fullmatch(first) or first == HOLLOW or (first.isdigit() and outsized):
        return first
    opening = first[:1]
    return opening if len(first) > 2 and (opening in "-–" or _SYMBOL.match(opening)) else ""


def _begins(number: int, lines: list[Line], current: Paragraph, pitch: float) -> bool:
    """Whether the line begins a paragraph, rather than going on with the current one."""
    line, last = lines[number], lines[number - 1]
    forced = _is_forced(number, lines)
    if _opens_item(line, ended=ENDS.search(last.text) is not None, forced=forced):
        return True
    if _LED.search(last.text):
        return True
    open_ = goes_on(last, line)
    if _is_apart(line, last, pitch, slack=0.5 if open_ else 0.15):
        return True
    if open_:
        listed = last.text.endswith(",") and line.text[0].isupper()  # "Le Président,", "Vu la loi,"
        return (listed and forced and _is_short(number, lines)) or (
            current.kind == "text" and _is_indented(line, last, current)
        )
    hangs = _hangs(line, current)
    return (not hangs and _looks_new(line, last, current)) or (
        forced
        and (ENDS.search(last.text) is not None or _is_short(number, lines))
        and not _is_title(line)
    )


def _hangs(line: Line, current: Paragraph) -> bool:
    """Whether a line stands under the text of an item, where the item goes on."""
    first = current.cells[0][0]
    if current.kind != "item" or first.bulleted or len(first.words) < 2:
        return False
    return abs(line.left - first.words[1].box.left) < 0.3 * line.size


def _is_apart(line: Line, last: Line, pitch: float, *, slack: float) -> bool:
    """Whether white, size or direction part two lines; `slack` in ems beyond the pitch."""
    size = max(line.size, last.size)
    return (
        line.baseline - last.baseline > pitch + slack * size
        or line.angle != last.angle
        or line.note
        or abs(line.size - last.size) > (0.06 + 0.2 * (slack > 0.3)) * size + 0.3
    )


def _looks_new(line: Line, last: Line, current: Paragraph) -> bool:
    other = MIXED not in {line.colour, last.colour} and line.colour != last.colour
    return line.bold != last.bold or other or _is_indented(line, last, current)


def _opens_item(line: Line, *, ended: bool, forced: bool) -> bool:
    if line.bulleted:
        return True
    marker = _marker(line) if len(line.words) > 1 else ""
    if not marker:
        return False
    if _SYMBOL.match(marker) or marker == HOLLOW:
        return True
    if _ROMAN_OR_LETTER.fullmatch(marker):
        return ended
    return ended or forced


def _is_indented(line: Line, last: Line, current: Paragraph) -> bool:
    """Whether the left side of the line tells a beginning: set in, or out again."""
    shift = line.left - last.left
    if shift > 0.7 * line.size:
        return current.kind == "text" and not _centred(line, last)
    if shift < -0.7 * line.size:
        hanging = len(current.cells[0]) > 1 and not _centred(line, last)
        return hanging or (current.kind == "item" and not current.cells[0][0].bulleted)
    return False


def _centred(line: Line, last: Line) -> bool:
    return abs((line.left + line.right) - (last.left + last.right)) < line.size


def _is_forced(number: int, lines: list[Line]) -> bool:
    """Whether the first word would have stood on the line above, so that the break was meant."""
    line, last = lines[number], lines[number - 1]
    right = max(other.right for other in lines[max(0, number - 4) : number + 4])
    word = line.words[0].box
    return last.right + 0.3 * line.size + (word.right - word.left) < right - 0.5 * line.size


def _is_short(number: int, lines: list[Line]) -> bool:
    near = lines[max(0, number - 4) : number + 4]
    left, right = min(line.left for line in near), max(line.right for line in near)
    return right - lines[number - 1].right > 0.25 * (right - left)


def _is_title(line: Line) -> bool:
    """Titles are broken where the sense asks for it: that is no new paragraph."""
    return line.bold or line.text.isupper()

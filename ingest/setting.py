"""Glyphs → lines: the words that stand side by side on a page, with their boxes and their look.

Turned text is read along its own direction. Calls of notes are left out, spaces that a file forgot
are understood, letters set apart are put together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from corpus.types import Box
from ingest.lines import ASCENT, DESCENT, MIXED, Line, Word
from ingest.runs import CALL, stretches, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.pdfium import Glyph, Style
    from ingest.runs import Run

# In ems, the size of the type.
_WORD_GAP: Final = 0.16  # between runs that do not follow each other in the file
_FORGOTTEN: Final = 0.18  # between glyphs that follow each other with no space in the file
_THIN: Final = 0.1  # the same between figures: "81 051" is often set with a thin space
_NO_GAP: Final = 0.08  # a space before a hyphen that takes less room is none
_TOUCHING: Final = 0.12
_FEWEST_TRACKED: Final = 4  # glyphs of a line in spaced letters
_TRACKED: Final = 0.6  # of its glyphs stand alone
_PARTED: Final = 1.6  # times the white between letters: between words it is wider
_HYPHENS: Final = "-\u00ad\u2010"
_UNIT_BEFORE = re.compile(r"(?:^|[\d\s(/])(?:[cdkm]?m|ha?m)$")


def read_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of a page, in no order that matters."""
    layers: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        layers.setdefault(glyph.style.angle, []).append(glyph)
    lines: list[Line] = []
    for angle, members in layers.items():
        if angle:
            lines.extend(_turned_lines(members, angle))
        else:
            lines.extend(_upright_lines(members))
    return lines


def _upright_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    return [line for stretch in stretches(glyphs) if (line := _line(stretch)) is not None]


def _turned_lines(glyphs: Sequence[Glyph], angle: int) -> list[Line]:
    """Lines of turned text: read in their own frame, then set back on the page."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    level = []
    for glyph, share, of in _with_shares(glyphs):
        x, y = glyph.x * cos + glyph.y * sin, glyph.y * cos - glyph.x * sin
        middle_x, middle_y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        width = max(2 * (middle_x * cos + middle_y * sin - x), 0.2 * glyph.style.size) / of
        x += share * width
        top, bottom = y - ASCENT * glyph.style.size, y + DESCENT * glyph.style.size
        level.append(glyph._replace(x=x, y=y, left=x, right=x + width, top=top, bottom=bottom))
    lines = _upright_lines(level)
    for line in lines:
        line.angle = angle
        begins = line.left * sin + line.baseline * cos
        for word in line.words:
            word.box = _turned_back(word.box, cos, sin)
        line.left = min(word.box.left for word in line.words)
        line.right = max(word.box.right for word in line.words)
        # Slanted lines follow each other by where they begin; upright ones have no baseline here.
        lowest = max(word.box.bottom for word in line.words)
        line.baseline = begins if cos > 0.7 else lowest - DESCENT * line.size
    return lines


def _with_shares(glyphs: Sequence[Glyph]) -> Iterator[tuple[Glyph, int, int]]:
    """Glyphs, each with its rank in a ligature, and how many letters it has.

    Letters of one ligature have one origin, and each a slice of its box, cut upright however the
    text is turned: here each has the whole of it.
    """
    for _, group in groupby(glyphs, key=lambda glyph: (glyph.x, glyph.y)):
        letters = list(group)
        left, top = min(g.left for g in letters), min(g.top for g in letters)
        right, bottom = max(g.right for g in letters), max(g.bottom for g in letters)
        for rank, letter in enumerate(letters):
            whole = letter._replace(left=left, top=top, right=right, bottom=bottom)
            yield whole, rank, len(letters)


def _turned_back(box: Box, cos: float, sin: float) -> Box:
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    xs = [x * cos - y * sin for x, y in corners]
    ys = [x * sin + y * cos for x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


# --- words --------------------------------------------------------------------------------------


def _line(runs: list[Run]) -> Line | None:
    """The line made of runs from left to right, without the calls of its notes."""
    setting = _Setting()
    for run in runs:
        setting.add(run)
    words = _words(_untracked(setting.pieces))
    return _described(words, runs, note=setting.note) if words else None


class _Setting:
    """The glyphs of a line, from left to right, each with whether a space precedes it."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Glyph, bool]] = []
        self.note = False  # whether a raised number opens the line
        self._right = math.inf
        self._gap = 0.0
        self._number = -2
        self._called = False  # the call of a note has just been left out

    def add(self, run: Run) -> None:
        """Set the glyphs of the next run."""
        glyphs = run.glyphs
        if run.raised:
            glyphs, opens = _lowered(glyphs, text_of([glyph for glyph, _ in self.pieces[-12:]]))
            self.note = self.note or opens
            if not glyphs:
                self._right, self._called = run.right, bool(self.pieces)
        for position, glyph in enumerate(glyphs):
            if _is_doubled(glyph, self.pieces):
                continue
            gap = glyph.left - self._right
            follows = position > 0 or run.number == self._number + 1
            if run.raised and not position and gap < _TOUCHING * run.size:
                spaced = False  # "2ème": the change of size passes for a space
            else:
                spaced = self._is_spaced(glyph, gap, follows=follows)
            self.pieces.append((glyph, spaced and bool(self.pieces)))
            self._right, self._gap, self._called = glyph.right, gap, False
        self._number = run.number

    def _is_spaced(self, glyph: Glyph, gap: float, *, follows: bool) -> bool:
        size = glyph.style.size
        if self._called and glyph.character.isalnum():
            return True  # a call stood between two words
        if not follows or gap < -size:
            return gap > _WORD_GAP * size
        # A lone wide gap is a space that the file forgot; many in a row are letter-spacing.
        figures = glyph.character.isdigit() and self.pieces[-1][0].character.isdigit()
        forgotten = gap > (_THIN if figures else _FORGOTTEN) * size and self._gap < gap / 2
        invented = glyph.character in _HYPHENS and gap < _NO_GAP * size
        return forgotten or (glyph.spaced and not invented)


def _is_doubled(glyph: Glyph, pieces: list[tuple[Glyph, bool]]) -> bool:
    """Whether the glyph was drawn twice in a row, for weight or shadow.

    At the very same place it is none: the letters of a ligature share their box.
    """
    if not pieces:
        return False
    last = pieces[-1][0]
    return (
        last.character == glyph.character
        and 0 < abs(last.left - glyph.left) < 0.25 * (glyph.right - glyph.left)
        and abs(last.y - glyph.y) < 0.25 * glyph.style.size
    )


def _lowered(glyphs: list[Glyph], before: str) -> tuple[list[Glyph], bool]:
    """What remains of raised glyphs, and whether they number the note that the line opens.

    Calls of notes go; "m2" becomes "m²", a raised o after a figure or an n becomes "°".
    """
    text = text_of(glyphs)
    if text in {"2", "3"} and _UNIT_BEFORE.search(before):
        return [glyphs[0]._replace(character="²" if text == "2" else "³")], False
    if text in {"o", "O", "0"} and before[-1:] and before[-1] in "nN0123456789":
        return [glyphs[0]._replace(character="°")], False
    if CALL.fullmatch(text):
        return [], not before
    return glyphs, False


def _untracked(pieces: list[tuple[Glyph, bool]]) -> list[tuple[Glyph, bool]]:
    """The glyphs of a line in spaced letters, parted where the white is wider: "L E S  M O T S".

    Any other line is left as it is.
    """
    alone = sum(
        spaced and (number + 1 == len(pieces) or pieces[number + 1][1])
        for number, (_, spaced) in enumerate(pieces)
    )
    if len(pieces) < _FEWEST_TRACKED or alone < _TRACKED * len(pieces):
        return pieces
    gaps = [after[0].left - before[0].right for before, after in pairwise(pieces)]
    usual = median(gap for gap, (_, spaced) in zip(gaps, pieces[1:], strict=True) if spaced)
    parted = (False, *(gap > _PARTED * usual for gap in gaps))
    return [(glyph, wide) for (glyph, _), wide in zip(pieces, parted, strict=True)]


def _words(pieces: list[tuple[Glyph, bool]]) -> list[Word]:
    words: list[Word] = []
    start = 0
    for end in range(1, len(pieces) + 1):
        if end == len(pieces) or pieces[end][1]:
            glyphs = [glyph for glyph, _ in pieces[start:end]]
            box = Box(
                min(glyph.left for glyph in glyphs),
                min(glyph.top for glyph in glyphs),
                max(glyph.right for glyph in glyphs),
                max(glyph.bottom for glyph in glyphs),
            )
            text = text_of(glyphs)
            words.append(Word(text, box, glyphs[len(glyphs) // 2].style))
            start = end
    return words


def _described(words: list[Word], runs: list[Run], *, note: bool) -> Line:
    letters: Counter[Style] = Counter()
    for word in words:
        letters[word.style] += len(word.text)
    total = sum(letters.values())
    sizes: Counter[float] = Counter()
    for style, count in letters.items():
        sizes[style.size] += count
    colours: Counter[int] = Counter()
    for style, count in letters.items():
        colours[style.colour] += count
    colour, most = colours.most_common(1)[0]
    return Line(
        words=words,
        left=words[0].box.left,
        right=max(word.box.right for word in words),
        baseline=max(runs, key=lambda run: len(run.glyphs)).y,
        size=max(sizes, key=lambda size: sizes[size]) or 1.0,
        bold=sum(count for style, count in letters.items() if style.bold) > 0.8 * total,
        italic=sum(count for style, count in letters.items() if style.italic) > 0.8 * total,
        colour=colour if most > 0.8 * total else MIXED,
        note=note,
    )

"""Glyphs → lines: the words that stand side by side on a page, with their boxes and their look.

A line here is a stretch of words with no wide gap in it: two columns give two lines at the same
height. Turned text is read along its own direction. Lines know nothing of columns or paragraphs;
`layout.py` puts them in order.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from corpus.types import Box
from ingest.runs import CALL, stretches, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.pdfium import Glyph, Shape, Style
    from ingest.runs import Run

# In ems, the size of the type.
_WORD_GAP: Final = 0.16  # between runs that do not follow each other in the file
_FORGOTTEN: Final = 0.18  # between glyphs that follow each other with no space in the file
_NO_GAP: Final = 0.08  # a space before a hyphen that takes less room is none
_TOUCHING: Final = 0.12

MIXED: Final = -1  # the colour of a line of several colours
ASCENT: Final = 0.75  # above the baseline: what a line takes of the height of a page
DESCENT: Final = 0.22

ENDS = re.compile(r"[.!?:;…][»”\")\]’]*\s*»?$")  # a sentence, or a line that opens a list
OPEN_WORDS: Final = frozenset(  # after which something must follow
    """à au aux avec ce ces cette chez comme d’une d’un dans de des du elle en est et il la le les
    leur leurs mais ne ou où par pour qu’il qu’elle que qui sa sans se ses si son sont sous sur
    un une""".split()
)
_HYPHENS: Final = "-\u00ad\u2010"
_UNIT_BEFORE = re.compile(r"(?:^|[\d\s(/])(?:[cdkm]?m|ha?m)$")


@dataclass(slots=True)
class Word:
    """A word with its box on the displayed page."""

    text: str
    box: Box
    style: Style


@dataclass(slots=True)
class Line:
    """Words of one line, no wide gap between them.

    The sides are those of the line on the displayed page, from ascent to descent, so that two
    lines of normal text never touch. `note` tells that a raised number opens the line.
    """

    words: list[Word]
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    italic: bool
    colour: int
    angle: int = 0
    note: bool = False
    bulleted: bool = False

    @property
    def top(self) -> float:
        """The ascent line."""
        return self.baseline - ASCENT * self.size

    @property
    def bottom(self) -> float:
        """The descent line."""
        return self.baseline + DESCENT * self.size

    @property
    def text(self) -> str:
        """The words, one space between them."""
        return " ".join(word.text for word in self.words)


def goes_on(last: Line, line: Line) -> bool:
    """Whether a line reads on from the one above: its sentence is open and no capital follows."""
    text, opening = last.text, line.text[:1]
    if ENDS.search(text):
        return False
    if line.bold == last.bold and last.words[-1].text.lower() in OPEN_WORDS:
        return True
    return opening.islower() or opening in '([«“"' or text[-1] in "-\u00ad,(’'"


def part(line: Line, words: list[Word]) -> Line:
    """The line with some of its words only."""
    left, right = words[0].box.left, max(word.box.right for word in words)
    return replace(line, words=words, left=left, right=right)


@dataclass(slots=True)
class RawPage:
    """The lines and shapes of a page, in no order; `index` counts from 0 in the file.

    Width, height, lines and shapes are those of the page set upright, which is displayed turned
    clockwise by `angle`. `pictured` tells that text may be hidden in images or curves,
    `unreadable` the share of the glyphs that have no character, `failure` why the page could not
    be read.
    """

    index: int
    width: float
    height: float
    lines: list[Line]
    shapes: tuple[Shape, ...]
    angle: int = 0
    pictured: bool = False
    unreadable: float = 0.0
    failure: str = ""


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
    for glyph in glyphs:
        x, y = glyph.x * cos + glyph.y * sin, glyph.y * cos - glyph.x * sin
        middle_x, middle_y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        width = max(2 * (middle_x * cos + middle_y * sin - x), 0.2 * glyph.style.size)
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
    words = _words(setting.pieces)
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
        forgotten = gap > _FORGOTTEN * size and self._gap < gap / 2
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

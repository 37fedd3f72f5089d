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
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from corpus.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Glyph, Shape, Style

# All in ems, the size of the type.
_SAME_BASELINE: Final = 0.2
_WIDE_GAP: Final = 1.2  # between two columns, or two cells
_WIDEST_GAP: Final = 2.5  # between the words of a line stretched to its measure
_LOOSE_GAP: Final = 0.7  # the same, between runs that do not follow each other in the file
_WORD_GAP: Final = 0.16  # between runs that do not follow each other in the file
_FORGOTTEN: Final = 0.18  # between glyphs that follow each other with no space in the file
_NO_GAP: Final = 0.08  # a space before a hyphen that takes less room is none
_MARKER_GAP: Final = 4.0  # between a bullet and its text
_TOUCHING: Final = 0.12
_RAISED: Final = 0.15  # above the baseline of its neighbour
_SMALL: Final = 0.75  # a raised glyph is smaller than that, against its neighbour
_LONGEST_CALL: Final = 16  # characters

MIXED: Final = -1  # the colour of a line of several colours
ASCENT: Final = 0.75  # above the baseline: what a line takes of the height of a page
DESCENT: Final = 0.22

MARKER = re.compile(
    r"(?:[•●▪■◆◦○□►▶➢➔→✓✔❖\uf000-\uf0ff*–—-]|\(?\d{1,3}[.)°]|\(?[a-zA-Z][.)]|\(?[ivx]{1,4}[.)])+"
)
ENDS = re.compile(r"[.!?:;…][»”\")\]’]*\s*»?$")  # a sentence, or a line that opens a list
OPEN_WORDS: Final = frozenset(  # after which something must follow
    """à au aux avec ce ces cette chez comme d’une d’un dans de des du elle en est et il la le les
    leur leurs mais ne ou où par pas pour qu’il qu’elle que qui sa sans se ses si son sont sous sur
    un une""".split()
)
_HYPHENS: Final = "-\u00ad\u2010"
_CALL = re.compile(r"[\d,;*()\[\]]*\d[\d,;*()\[\]]*|\*+")
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


@dataclass(slots=True)
class _Run:
    """Glyphs that follow each other in the file and on one baseline."""

    glyphs: list[Glyph]
    number: int
    left: float
    right: float
    y: float
    size: float
    raised: bool = False


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
    runs = _without_shadows(_runs(glyphs))
    _settle_raised(runs)
    return [
        line
        for row in _rows(runs)
        for stretch in _stretches(row)
        if (line := _line(stretch)) is not None
    ]


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


# --- runs ---------------------------------------------------------------------------------------


def _runs(glyphs: Sequence[Glyph]) -> list[_Run]:
    runs: list[_Run] = []
    run: _Run | None = None
    last_right = 0.0
    for glyph in glyphs:
        size = glyph.style.size or 1.0
        if (
            run is None
            or glyph.style.size != run.size
            or abs(glyph.y - run.y) > _SAME_BASELINE * size
            or glyph.left - last_right > _WIDE_GAP * size
            or glyph.left < last_right - size
        ):
            run = _Run([], len(runs), glyph.left, glyph.right, glyph.y, glyph.style.size)
            runs.append(run)
        run.glyphs.append(glyph)
        last_right = glyph.right
        run.right = max(run.right, last_right)
        run.left = min(run.left, glyph.left)
    return runs


def _without_shadows(runs: list[_Run]) -> list[_Run]:
    """The runs, less those drawn a second time at nearly the same place for weight or shadow."""
    kept: list[_Run] = []
    seen: dict[str, list[_Run]] = {}
    for run in runs:
        text = _text(run.glyphs)
        near = 0.25 * run.size
        twins = seen.setdefault(text, [])
        if any(abs(run.left - t.left) < near and abs(run.y - t.y) < near for t in twins):
            continue
        twins.append(run)
        kept.append(run)
    return kept


def _settle_raised(runs: list[_Run]) -> None:
    """Give small raised runs the baseline of the run they hang on (before it or after it)."""
    heights: dict[int, list[_Run]] = {}
    for run in runs:
        if any(glyph.character.isalnum() for glyph in run.glyphs[:40]):
            for level in _levels(run.y - 0.8 * run.size, run.y + 0.4 * run.size):
                heights.setdefault(level, []).append(run)
    for run in runs:
        if len(run.glyphs) > _LONGEST_CALL:
            continue
        hosts = [
            host
            for level in _levels(run.y, run.y)
            for host in heights.get(level, ())
            if run.size < host.size * _SMALL - 0.01 and _hangs_on(run, host)
        ]
        if hosts and (len(run.glyphs) <= 3 or _CALL.fullmatch(_text(run.glyphs))):
            host = min(hosts, key=lambda host: abs(run.left - host.right))
            run.raised = run.y < host.y - _RAISED * host.size
            run.y, run.size = host.y, host.size


def _text(glyphs: Sequence[Glyph]) -> str:
    return "".join([glyph.character for glyph in glyphs])


def _levels(top: float, bottom: float) -> range:
    """Bands of 10 points, so that neighbours are found without comparing every pair."""
    return range(int(top // 10), int(bottom // 10) + 1)


def _hangs_on(run: _Run, host: _Run) -> bool:
    if not host.y - 0.75 * host.size < run.y < host.y + 0.3 * host.size:
        return False
    after = -0.3 * host.size <= run.left - host.right <= 0.4 * host.size
    before = -0.3 * host.size <= host.left - run.right <= 0.6 * host.size
    return after or before


def _rows(runs: list[_Run]) -> Iterable[list[_Run]]:
    """Runs on the same baseline, from left to right."""
    ordered = sorted(runs, key=lambda run: run.y)
    row: list[_Run] = []
    for run in ordered:
        if row and run.y - row[0].y > _SAME_BASELINE * min(run.size, row[0].size):
            yield sorted(row, key=lambda run: run.left)
            row = []
        row.append(run)
    if row:
        yield sorted(row, key=lambda run: run.left)


def _stretches(row: list[_Run]) -> Iterable[list[_Run]]:
    """A row cut where the gap is wide; a bullet stays with the text it opens."""
    even = _even_gap(row)
    stretch = [row[0]]
    right = row[0].right
    for run in row[1:]:
        follows = run.number == stretch[-1].number + 1
        size = max(min(run.size, stretch[-1].size), 1.0)
        limit = (_WIDE_GAP if follows and run.glyphs[0].spaced else _LOOSE_GAP) * size
        if _is_marker(stretch, run):
            limit = _MARKER_GAP * size
        if run.left - right > max(limit, even if follows else 0.0):
            yield stretch
            stretch = []
        stretch.append(run)
        right = max(right, run.right) if len(stretch) > 1 else run.right
    yield stretch


def _even_gap(row: list[_Run]) -> float:
    """How wide a gap may be where a line was stretched to its measure: as its other gaps are."""
    gaps = [
        after.left - before.right
        for run in row
        for before, after in pairwise(run.glyphs)
        if after.spaced
    ]
    gaps += [after.left - before.right for before, after in pairwise(row)]
    if len(gaps) < 3 or max(gaps) > _WIDEST_GAP * row[0].size:
        return 0.0
    return 1.4 * min(gaps)


def _is_marker(stretch: list[_Run], following: _Run) -> bool:
    """Whether runs are the bullet or the number of what follows; a bare number stands out."""
    if sum(len(run.glyphs) for run in stretch) > 5:
        return False
    text = "".join(_text(run.glyphs) for run in stretch)
    if MARKER.fullmatch(text):
        return True
    larger = stretch[0].size > 1.2 * following.size
    return len(text) <= 2 and text.isdigit() and larger and following.glyphs[0].character.isalpha()


# --- words --------------------------------------------------------------------------------------


def _line(runs: list[_Run]) -> Line | None:
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

    def add(self, run: _Run) -> None:
        """Set the glyphs of the next run."""
        glyphs = run.glyphs
        if run.raised:
            glyphs, opens = _lowered(glyphs, _text([glyph for glyph, _ in self.pieces[-12:]]))
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
    text = _text(glyphs)
    if text in {"2", "3"} and _UNIT_BEFORE.search(before):
        return [glyphs[0]._replace(character="²" if text == "2" else "³")], False
    if text in {"o", "O", "0"} and before[-1:] and before[-1] in "nN0123456789":
        return [glyphs[0]._replace(character="°")], False
    if _CALL.fullmatch(text):
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
            text = _text(glyphs)
            words.append(Word(text, box, glyphs[len(glyphs) // 2].style))
            start = end
    return words


def _described(words: list[Word], runs: list[_Run], *, note: bool) -> Line:
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

"""What a line is: words that stand side by side on a page, with their boxes and their look.

A line is a stretch of words with no wide gap in it: two columns give two lines at the same height.
Lines know nothing of columns or paragraphs; `layout.py` puts them in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.pdfium import Shape, Style
    from corpus.types import Box

MIXED: Final = -1  # the colour of a line of several colours
ASCENT: Final = 0.75  # above the baseline: what a line takes of the height of a page
DESCENT: Final = 0.22

ENDS = re.compile(r"[.!?:;…][»”\")\]’]*\s*»?$")  # a sentence, or a line that opens a list
OPEN_WORDS: Final = frozenset(  # after which something must follow
    """à au aux avec ce ces cette chez comme d’une d’un dans de des du elle en est et il la le les
    leur leurs mais ne ou où par pour qu’il qu’elle que qui sa sans se ses si son sont sous sur
    un une""".split()
)


@dataclass(slots=True)
class Word:
    """A word with its box on the displayed page; `glued` to the one before it, without a space."""

    text: str
    box: Box
    style: Style
    glued: bool = False


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
    underlined: bool = False

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
    final = last.words[-1]
    if (line.bold == last.bold or not final.style.bold) and final.text.lower() in OPEN_WORDS:
        return True
    return opening.islower() or opening in '([«“"' or text[-1] in "-\u00ad,(’'"


def part(line: Line, words: list[Word]) -> Line:
    """The line with some of its words only."""
    left, right = words[0].box.left, max(word.box.right for word in words)
    return replace(line, words=words, left=left, right=right)


def rows_of(lines: Iterable[Line], slack: float) -> list[list[Line]]:
    """Lines by baselines no further apart than `slack` ems: rows downwards, each to the right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.baseline):
        if rows and line.baseline - rows[-1][0].baseline < slack * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


@dataclass(slots=True)
class RawPage:
    """The lines and shapes of a page, in no order; `index` counts from 0 in the file.

    Width, height, lines and shapes are those of the page set upright, which is displayed turned
    clockwise by `angle`. `pictured` tells that text may be hidden in images or curves,
    `unreadable` the share of the glyphs that have no character, `unplaced` that no word's place is
    known (that of lines only tells their order), `failure` why the page could not be read.
    """

    index: int
    width: float
    height: float
    lines: list[Line]
    shapes: tuple[Shape, ...]
    angle: int = 0
    pictured: bool = False
    unreadable: float = 0.0
    unplaced: bool = False
    failure: str = ""

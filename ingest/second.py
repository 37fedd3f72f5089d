"""A second opinion on a page whose words pdfium cannot tell: pypdf's text, where it reads better.

pypdf is asked only then: some broken fonts it understands, and the pages that pdfium reads it reads
no better. Text that pdfium sees no glyph of is left alone, for nobody sees it on the page either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.pdfium import Style
from corpus.types import Box
from ingest.cleaning import LOST
from ingest.legibility import is_garbled, known_words
from ingest.lines import Line, RawPage, Word

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = (
    "Le texte y est illisible pour pdfium : celui de pypdf est pris, sans place sur la page."
)
"""The reason of a page that was read by the second reader."""

UNREADABLE: Final = 0.3
"""Share of the glyphs without a character from which a page cannot be read."""

_ENOUGH: Final = 200  # letters: less tells no language
_LETTERS_A_WORD: Final = 40  # French has a known word every nine letters
_BETTER: Final = 1.5  # times as many known words, and
_MORE: Final = 5  # more of them
_SIZE, _PITCH = 10.0, 12.0  # points: what is told of no place is set as by a typewriter


def second_opinion(page: RawPage, ask: Callable[[int], str]) -> RawPage:
    """The page, with the text that `ask` gives for its index where pdfium's is measurably worse.

    Its lines then stand where a typewriter would put them, and it is `unplaced`.
    """
    first = "\n".join(line.text for line in page.lines)
    if not page.lines or not _is_doubtful(page, first):
        return page
    text = ask(page.index)
    known = known_words(first)
    if known_words(text) < max(_BETTER * known, known + _MORE) or is_garbled(text):
        return page
    if text.count(LOST) > UNREADABLE * len(text):
        return page
    return _typed(page, text)


def _is_doubtful(page: RawPage, text: str) -> bool:
    if page.unreadable > UNREADABLE:
        return True
    letters = sum(map(str.isalpha, text))
    return letters >= _ENOUGH and _LETTERS_A_WORD * known_words(text) < letters


def _typed(page: RawPage, text: str) -> RawPage:
    """The lines of a text, one below the other; a blank one parts paragraphs."""
    style = Style("", _SIZE, bold=False, italic=False, colour=0, angle=0)
    rows = text.split("\n")
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        words: list[Word] = []
        place, baseline = 0.0, number * _PITCH
        for word in row.split():
            right = place + 0.5 * _SIZE * len(word)
            words.append(Word(word, Box(place, baseline - _SIZE, right, baseline), style))
            place = right + 0.5 * _SIZE
        if words:
            lines.append(
                Line(
                    words=words,
                    left=0.0,
                    right=words[-1].box.right,
                    baseline=baseline,
                    size=_SIZE,
                    bold=False,
                    italic=False,
                    colour=0,
                )
            )
    width = max((line.right for line in lines), default=0.0)
    return RawPage(page.index, width, (len(rows) + 1) * _PITCH, lines, (), unplaced=True)

"""What OCR reads on a page, and how it becomes a page like any other.

The size of type wavers from line to line, bullets and the calls of notes pass for letters: what is
known of the other lines sets it right.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.pdfium import Style
from corpus.types import Box
from ingest.lines import Line, RawPage, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WIDE_GAP: Final = 2.5  # ems between two words: they are of two columns
_SAME_SIZE: Final = 0.15  # the measured size of type wavers by that
_SUPERIOR: Final = 0.65  # of the size of the body; figures that small call notes
_UNSURE: Final = 0.75  # what is read of a word that ends in the call of a note

_BULLETS: Final = frozenset("e o . ° + * ¢ ® © @ » e° *_ +_ «_ ·".split())  # as they are read
_CALLS = re.compile(r"[\d,;.*() ]+")
_CALL_AT_END = re.compile(r"(?<=[.!?…])[’‘'\"”*!°]+$")


class RecognisedWord(NamedTuple):
    """A word, its box on the upright page in points, and how sure it is, from 0 to 1."""

    text: str
    box: Box
    confidence: float


class RecognisedLine(NamedTuple):
    """The words of a line, its baseline and the size of its type, in points."""

    words: tuple[RecognisedWord, ...]
    baseline: float
    size: float


class Recognised(NamedTuple):
    """What OCR reads on a page.

    Width, height and boxes are those of the page set upright, which is displayed turned clockwise
    by `angle`. `confidence`, from 0 to 1, is the mean over the letters; 0 where nothing is read.
    """

    width: float
    height: float
    angle: int
    lines: tuple[RecognisedLine, ...]
    confidence: float


def as_raw_pages(found: Mapping[int, Recognised]) -> dict[int, RawPage]:
    """What was recognised on pages of a document, by index, as lines to be put in order."""
    settled = _settled(line for page in found.values() for line in page.lines)
    body = next(iter(settled.values()), 0.0)
    pages = {}
    for index, page in found.items():
        lines = [
            part
            for line in page.lines
            if not _calls_notes(line, body)
            for part in _lines(line, settled[line.size])
        ]
        pages[index] = RawPage(index, page.width, page.height, lines, (), angle=page.angle)
    return pages


def _settled(lines: Iterable[RecognisedLine]) -> dict[float, float]:
    """The size of type that each measured size stands for, in points; that of the body first."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += sum(len(word.text) for word in line.words)
    settled: dict[float, float] = {}
    for size, _ in letters.most_common():  # the commonest draws its neighbours to itself
        if size not in settled:
            near = [other for other in letters if abs(other - size) <= _SAME_SIZE * size]
            for other in near:
                settled.setdefault(other, round(size, 1) or 1.0)
    return settled


def _calls_notes(line: RecognisedLine, body: float) -> bool:
    """Whether a line is the calls of notes that stand above another."""
    text = " ".join(word.text for word in line.words)
    return line.size <= _SUPERIOR * body and _CALLS.fullmatch(text) is not None


def _mended(word: RecognisedWord) -> str:
    """A word without the call of a note, which is read as a quotation mark."""
    return _CALL_AT_END.sub("", word.text) if word.confidence < _UNSURE else word.text


def _lines(recognised: RecognisedLine, size: float) -> Iterator[Line]:
    """A line as pages are made of, cut where a wide gap tells two columns."""
    style = Style("", size, bold=False, italic=False, colour=0, angle=0)
    start = 0
    words = recognised.words
    for end in range(1, len(words) + 1):
        if end < len(words) and words[end].box.left - words[end - 1].box.right < _WIDE_GAP * size:
            continue
        part = [Word(_mended(word), word.box, style) for word in words[start:end]]
        if len(part) > 1 and part[0].text in _BULLETS and not part[1].text[:1].islower():
            part[0].text = "•"
        yield Line(
            words=part,
            left=part[0].box.left,
            right=max(word.box.right for word in part),
            baseline=recognised.baseline,
            size=size,
            bold=False,
            italic=False,
            colour=0,
        )
        start = end

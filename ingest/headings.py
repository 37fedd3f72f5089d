"""Which paragraphs are headings, and how they nest, over a whole document.

A heading is short and looks unlike the body: larger, bold, in capitals, named by the outline, or
worded as a division of a legal text. Looks that recur are ranked, larger first.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.french import fold
from ingest.lines import OPEN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.paragraphs import Measures, Paragraph

_LARGER: Final = 1.1  # than the body
_LONGEST: Final = 28  # words
_MOST_LINES: Final = 4
_RARE: Final = 0.12  # of the letters of the document: a size used more is a second body
_MUCH_LARGER: Final = 1.5
_SYMBOL = re.compile(r"[•●▪■◆◦○□►▶➢➔→✓✔❖–-]")
_ARROW = re.compile(r"[→➔➢▶►]")
_ADDRESS = re.compile(r"@|://|www\.")
_ENDS_SENTENCE = re.compile(r"[.;,]$|\w\.\s*»$")
_DIVISIONS: Final = {
    "livre": 1,
    "partie": 2,
    "titre": 3,
    "chapitre": 4,
    "section": 5,
    "sous-section": 6,
    "paragraphe": 7,
    "article": 8,
    "art": 8,
    "annexe": 3,
}
_DIVISION = re.compile(
    rf"(?P<word>{'|'.join(sorted(_DIVISIONS, key=len, reverse=True))})\.?\s*(?:n\s?°\s*)?"
    r"(?:premiere?|[lrda]?\.?\s?\d+(?:[.-]\d+)*|[ivxl]+)(?:\s?(?:er|re|e|bis|ter|quater))?\b"
    r"(?P<rest>.*)"
)
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})+)[.)]?\s")
_STEP: Final = 20  # between two ranks; what lies between serves subtitles and decimal numbers


class Look(NamedTuple):
    """What a heading looks like; compared in this order, the greater stands above."""

    size: float
    capitals: bool
    bold: bool


class Headings:
    """The headings of a document: asks whether a paragraph is one, and its level."""

    def __init__(
        self,
        pages: Sequence[Sequence[Paragraph]],
        measures: Measures,
        outline: Iterable[tuple[int, str]],
    ) -> None:
        self._measures = measures
        self._outline = {(page, _key(title)) for page, title in outline}
        looks: Counter[Look] = Counter()
        self._levels: dict[int, int] = {}
        found: list[Paragraph] = []
        for index, paragraphs in enumerate(pages):
            for paragraph in paragraphs:
                if self._is_heading(paragraph, index):
                    found.append(paragraph)
                    looks[_look(paragraph)] += 1
        ranks = {look: rank for rank, look in enumerate(sorted(looks, reverse=True), 1)}
        legal = sum(_division(paragraph.text) is not None for paragraph in found) >= 3
        self._assign(found, ranks, legal=legal)

    def level(self, paragraph: Paragraph) -> int:
        """The level of a heading, smaller above; 0 for what is none."""
        return self._levels.get(id(paragraph), 0)

    def _assign(self, found: list[Paragraph], ranks: dict[Look, int], *, legal: bool) -> None:
        before = 0  # the level of the division just above, while it waits for its title
        last: Paragraph | None = None
        for paragraph in found:
            division = _division(paragraph.text) if legal else None
            if division is not None:
                level, bare = 2 * _STEP + _STEP * division[0], division[1]
            elif before and last is not None and _follows(last, paragraph):
                level, bare = before + 1, False
            else:
                level, bare = self._by_look(paragraph, ranks, legal=legal), False
            self._levels[id(paragraph)] = level
            before, last = (level if bare else 0), paragraph

    def _by_look(self, paragraph: Paragraph, ranks: dict[Look, int], *, legal: bool) -> int:
        look = _look(paragraph)
        level = _STEP * ranks[look]
        if legal and look.size < 1.5 * self._measures.body:
            level += 2 * _STEP + _STEP * max(_DIVISIONS.values())  # under the articles
        elif legal:
            level = _STEP
        numbered = _NUMBERED.match(paragraph.text)
        return level + (numbered["number"].count(".") if numbered else 0)

    def _is_heading(self, paragraph: Paragraph, index: int) -> bool:
        if paragraph.kind in {"row", "columns", "note", "caption"}:
            return False
        text = paragraph.text
        look, count = _look(paragraph), len(text.split())
        lines = _MOST_LINES * (2 if look.size >= _MUCH_LARGER * self._measures.body else 1)
        if count > _LONGEST or len(paragraph.lines) > lines or not _has_word(text):
            return False
        if (index, _key(text)) in self._outline:
            return True
        ends = _ENDS_SENTENCE.search(text) or text.split()[-1].lower() in OPEN_WORDS
        large = look.bold and look.size >= _MUCH_LARGER * self._measures.body
        pointed = large and _ARROW.match(text)
        listed = not pointed and (paragraph.lines[0].bulleted or _SYMBOL.match(text))
        return not ends and not listed and self._stands_out(paragraph, look, count)

    def _stands_out(self, paragraph: Paragraph, look: Look, count: int) -> bool:
        """Whether a short paragraph looks unlike the body."""
        text, size = paragraph.text, look.size / self._measures.body
        if size >= _LARGER and (size >= _MUCH_LARGER or self._measures.share(look.size) < _RARE):
            return True
        if _division(text) is not None and count < 20 and (look.bold or look.capitals):
            return True
        if count <= 20 and all(line.underlined for line in paragraph.lines):
            return _ADDRESS.search(text) is None
        if look.bold and size >= 0.95:
            return count <= (12 if text.endswith(":") else 20)
        if look.capitals and count <= 12:
            return size >= (0.7 if look.bold else 0.9)
        italic = all(line.italic for line in paragraph.lines)
        return italic and count <= 12 and _NUMBERED.match(text) is not None


def _look(paragraph: Paragraph) -> Look:
    lines = paragraph.lines
    text = paragraph.text
    letters = [character for character in text if character.isalpha()]
    size = max(line.size for line in lines)
    capitals = len(letters) > 3 and sum(map(str.isupper, letters)) > 0.9 * len(letters)
    return Look(round(size, 1), capitals, all(line.bold for line in lines))


def _has_word(text: str) -> bool:
    return re.search(r"[^\W\d_]{2}", text) is not None


def _division(text: str) -> tuple[int, bool] | None:
    """The rank of a division of a legal text, and whether it has no title of its own."""
    match = _DIVISION.match(fold(text))
    if match is None:
        return None
    rest = match["rest"].strip(" :.–-—")
    if rest and match["rest"][:1] not in " :.–-—":
        return None
    return _DIVISIONS[match["word"]], not rest


def _follows(upper: Paragraph, lower: Paragraph) -> bool:
    """Whether a title stands right under its division, with nothing between."""
    last, first = upper.lines[-1], lower.lines[0]
    return 0 < first.baseline - last.baseline < 3.5 * max(first.size, last.size)


def _key(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))

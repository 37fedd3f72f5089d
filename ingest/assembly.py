"""Paragraphs → the text of a page: words mended, with the box of each word kept."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.types import Box, GlyphRun
from ingest.cleaning import LOST, clean_characters, resolve_hyphen
from ingest.mending import mend_words
from ingest.paragraphs import HOLLOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line
    from ingest.paragraphs import Paragraph
    from ingest.vocabulary import Vocabulary

_ENOUGH_GAPS: Final = 3  # on a line, to tell what is usual on it
_BREAKABLE = re.compile(r"\w-$")
TWO_CELLS, MANY_CELLS = " : ", " | "


class Piece(NamedTuple):
    """Characters of a word that stand in one box: a word broken at a line end has two pieces.

    `excess` is the white before the word beyond what is usual on its line, in ems.
    """

    text: str
    box: Box
    excess: float = 0.0


class Mending(NamedTuple):
    """What words are checked against, and whether the document lost its ligatures."""

    vocabulary: Vocabulary
    lossy: bool


def set_text(paragraph: Paragraph, mending: Mending) -> tuple[str, list[GlyphRun]]:
    """The text of a paragraph, on one line, and where its words stand; "" when nothing is left."""
    if paragraph.kind == "item" and paragraph.lines[0].words[0].text == HOLLOW:
        paragraph.lines[0].words[0].text = "◦"
    text = ""
    runs: list[GlyphRun] = []
    joint = TWO_CELLS if len(paragraph.cells) == 2 else MANY_CELLS
    for cell in paragraph.cells:
        words = _mended(_words(cell, mending.vocabulary), mending)
        if not words:
            continue
        if text:
            text += " " if text[-1] in ":;" else joint
        for number, pieces in enumerate(words):
            if number:
                text += " "
            for piece in pieces:
                runs.append(GlyphRun(len(text), len(text) + len(piece.text), piece.box))
                text += piece.text
    return text, runs


def carry_over(last: Paragraph, first: Paragraph, vocabulary: Vocabulary) -> None:
    """Complete on the page where it begins a word that a page break cuts in two."""
    before, after = last.lines[-1].words, first.lines[0].words
    left = clean_characters(before[-1].text)
    if not _BREAKABLE.search(left) or len(after) < 2 or not after[0].text[:1].islower():
        return
    before[-1].text = resolve_hyphen(left, clean_characters(after[0].text), vocabulary)
    del after[0]


def _words(lines: Sequence[Line], vocabulary: Vocabulary) -> list[list[Piece]]:
    """The words of lines, those broken at a line end joined."""
    words: list[list[Piece]] = []
    broken = False
    for line in lines:
        for word, excess in zip(line.words, _excess(line), strict=True):
            text = clean_characters(word.text)
            if not text.strip(LOST):
                continue
            if word.glued and words:
                words[-1].append(Piece(text, word.box))
            elif broken:
                _join(words, Piece(text, word.box), vocabulary)
            else:
                words.append([Piece(text, word.box, excess)])
            broken = False
        broken = bool(words) and _BREAKABLE.search(words[-1][-1].text) is not None
    return words


def _excess(line: Line) -> list[float]:
    """The white before each word of a line beyond the median of the line, in ems."""
    gaps = [after.box.left - before.box.right for before, after in pairwise(line.words)]
    if len(gaps) < _ENOUGH_GAPS:
        return [0.0] * len(line.words)
    usual = median(gaps)
    return [0.0, *((gap - usual) / line.size for gap in gaps)]


def _join(words: list[list[Piece]], right: Piece, vocabulary: Vocabulary) -> None:
    pieces = words[-1]
    left = "".join(piece.text for piece in pieces)
    if not resolve_hyphen(left, right.text, vocabulary).startswith(left):
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text[:-1])
    pieces.append(right)


def _mended(words: list[list[Piece]], mending: Mending) -> list[list[Piece]]:
    texts = ["".join(piece.text for piece in pieces) for pieces in words]
    excess = [pieces[0].excess for pieces in words]
    result: list[list[Piece]] = []
    for mended in mend_words(texts, mending.vocabulary, lossy=mending.lossy, excess=excess):
        pieces = [piece for word in words[mended.first : mended.last] for piece in word]
        if mended.text != "".join(piece.text for piece in pieces):
            pieces = _spread(mended.text, pieces)
        result.append(pieces)
    return result


def _spread(text: str, pieces: list[Piece]) -> list[Piece]:
    """A mended word over the boxes of what it was made of; one box where they share a line."""
    rows: list[Piece] = [pieces[0]]
    for last, piece in pairwise(pieces):
        if piece.box.top < last.box.bottom and piece.box.left > last.box.left:
            rows[-1] = Piece(rows[-1].text + piece.text, rows[-1].box.union(piece.box))
        else:
            rows.append(piece)
    result = []
    start = 0
    for row in rows[:-1]:
        end = min(start + len(row.text), len(text))
        result.append(Piece(text[start:end], row.box))
        start = end
    return [*result, Piece(text[start:], rows[-1].box)]

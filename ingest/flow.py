"""What interrupts a text: captions told from it, and its halves joined over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.lines import goes_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.types import Box
    from ingest.lines import RawPage
    from ingest.paragraphs import Measures, Paragraph

_LABEL = re.compile(
    r"(?:figures?|fig|graphiques?|sch[ée]mas?|photos?|cartes?|illustrations?|images?)"
    r"(?:\.? ?(?:n° ?)?\d+|\.| ?[:–-]|$)|(?:sources?|cr[ée]dits?(?: photos?)?) ?:|©",
    re.IGNORECASE,
)
_LONGEST: Final = 45  # words of a caption
_MOST_LINES: Final = 4
_SMALL: Final = 0.95  # of the body: so are captions, or in italics
_SHORTEST_HALF: Final = 8  # words of a paragraph that something interrupts
_SMALLEST_FIGURE: Final = 70.0  # points, either way
_LARGEST_FIGURE: Final = 0.6  # of the page: more is its background
_NEAR: Final = 14.0  # points from the figure


def tell_captions(paragraphs: Iterable[Paragraph], page: RawPage, measures: Measures) -> None:
    """Tell the paragraphs that describe a figure: by their label, or small and close to it."""
    figures = [shape.box for shape in page.shapes if shape.kind == "image"]
    figures = [box for box in figures if _is_figure(box, page)]
    for paragraph in paragraphs:
        if paragraph.kind == "text" and _is_short(paragraph) and _is_set_apart(paragraph, measures):
            near = any(_is_near(paragraph, figure) for figure in figures)
            if near or _LABEL.match(paragraph.text):
                paragraph.kind = "caption"


def join_halves(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """The paragraphs of a page, those cut in two by a column break or a figure made one."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        upper = _half_open(joined, paragraph)
        if upper is not None:
            upper.cells[0].extend(paragraph.cells[0])
        else:
            joined.append(paragraph)
    return joined


def _half_open(before: Sequence[Paragraph], lower: Paragraph) -> Paragraph | None:
    """The paragraph that another goes on from: the last one, but for what stands between."""
    skipped = False
    for upper in reversed(before):
        if upper.kind not in {"note", "caption"} and upper.box == lower.box:
            return upper if _continues(upper, lower, skipped=skipped) else None
        skipped = True
    return None


def _continues(upper: Paragraph, lower: Paragraph, *, skipped: bool) -> bool:
    if upper.kind not in {"text", "item"} or lower.kind != "text":
        return False
    if skipped and min(len(upper.text.split()), len(lower.text.split())) < _SHORTEST_HALF:
        return False  # labels of a drawing
    last, first = upper.cells[0][-1], lower.cells[0][0]
    alike = abs(last.size - first.size) < 0.3 and last.bold == first.bold
    risen = first.baseline < last.baseline and first.left > last.left
    below = skipped and first.baseline > last.baseline and abs(first.left - last.left) < last.size
    return alike and (risen or below) and goes_on(last, first)


def _is_short(paragraph: Paragraph) -> bool:
    return len(paragraph.lines) <= _MOST_LINES and len(paragraph.text.split()) <= _LONGEST


def _is_set_apart(paragraph: Paragraph, measures: Measures) -> bool:
    small = all(line.size < _SMALL * measures.body for line in paragraph.lines)
    return small or all(line.italic for line in paragraph.lines)


def _is_figure(box: Box, page: RawPage) -> bool:
    width, height = box.right - box.left, box.bottom - box.top
    large = width * height > _LARGEST_FIGURE * page.width * page.height
    return min(width, height) > _SMALLEST_FIGURE and not large


def _is_near(paragraph: Paragraph, figure: Box) -> bool:
    left = min(line.left for line in paragraph.lines)
    right = max(line.right for line in paragraph.lines)
    top = min(line.top for line in paragraph.lines)
    bottom = max(line.bottom for line in paragraph.lines)
    under = -_NEAR / 2 < top - figure.bottom < _NEAR or -_NEAR / 2 < figure.top - bottom < _NEAR
    shared = min(right, figure.right) - max(left, figure.left)
    return under and shared > 0.5 * (right - left)

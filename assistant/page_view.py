"""The image of a page with the lines of a quote marked.

Boxes are those of the page as it was read; nothing is marked where they are unknown, or when the
page's text is no longer the one that was quoted.
"""

from __future__ import annotations

import hashlib
import io
import math
import threading
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Self

from corpus.errors import DocumentError
from corpus.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PIL.Image import Image

    from assistant.types import Citation
    from corpus.library import Library
    from corpus.types import Page

MOST_PIXELS = 4_000_000
"""An A4 page at 200 dots an inch; larger images are made smaller."""

_MARKER = (255, 226, 92)
_AROUND = 1.5  # points added around a line, so that accents and descenders are inside the mark
_WORD_GAP = 3.0  # in line heights: a wider gap on a line is another column, not a space
_THUMBNAIL = 0.05
_CACHED = 16

_DRAWING = threading.Lock()  # one image in memory at a time


class Place(NamedTuple):
    """Where a quote stands; `check` tells its text from another that may stand there later."""

    document_id: str
    page_index: int
    start: int = 0
    end: int = 0
    check: str = ""

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """The place of a citation."""
        start, end, check = citation.start, citation.end, fingerprint(citation.quote)
        return cls(citation.document.id, citation.page_index, start, end, check)


class MarkedPage(NamedTuple):
    """A PNG image, and the marks on it in fractions of its width and height.

    `label` is the number printed on the page, `pages` how many the file has.
    """

    png: bytes
    marks: tuple[Box, ...]
    label: str = ""
    pages: int = 0


def fingerprint(quote: str) -> str:
    """Twelve hexadecimal digits that tell a quote from another."""
    return hashlib.sha256(quote.encode()).hexdigest()[:12]


def page_image(library: Library, place: Place, *, scale: float = 2.0) -> MarkedPage:
    """The image of a page with the lines of a quote marked; at scale 1 a point is a pixel.

    Raises:
        DocumentError: the library has no such page, or its file is missing or unreadable.
    """
    document = library.documents.get(place.document_id)
    page = library.page(place.document_id, place.page_index)
    if document is None or page is None:
        raise DocumentError("Cette page n'est plus dans la bibliothèque.", "Reposez la question.")
    path = library.home.find(document.file)
    if path is None:
        raise DocumentError(
            f"Le fichier « {document.file} » n'est plus à sa place.",
            "Remettez-le, ou retirez-le de la bibliothèque : coop ingest",
        )
    lines = quote_lines(page, place)
    state = path.stat()
    with _DRAWING:
        drawn = _marked(path, (state.st_mtime_ns, state.st_size), page.index, lines, scale)
    return drawn._replace(label=page.label)


def quote_lines(page: Page, place: Place) -> tuple[Box, ...]:
    """The boxes of the lines of a quote, in points; none when the page no longer says it."""
    if fingerprint(page.text[place.start : place.end]) != place.check:
        return ()
    return merged_lines(
        run.box for run in page.glyphs if run.start < place.end and run.end > place.start
    )


def merged_lines(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Boxes of words in text order, those that follow each other on a line made one."""
    words = list(boxes)
    turned = _run_upright(words)
    lines: list[Box] = []
    for box in map(_transposed, words) if turned else words:
        if lines and _continues(lines[-1], box):
            lines[-1] = lines[-1].union(box)
        else:
            lines.append(box)
    return tuple(map(_transposed, lines) if turned else lines)


def _run_upright(words: list[Box]) -> bool:
    """Whether words are set up or down the page: higher than wide, each above or below the last."""
    if sum(box.bottom - box.top - (box.right - box.left) for box in words) <= 0:
        return False
    across = sum(_continues(last, box) for last, box in pairwise(words))
    along = sum(_continues(_transposed(last), _transposed(box)) for last, box in pairwise(words))
    return along > across


def _transposed(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _continues(line: Box, box: Box) -> bool:
    """Whether a box stands beside a line: after it, or before it where a page is upside down."""
    shared = min(line.bottom, box.bottom) - max(line.top, box.top)
    height = min(line.bottom - line.top, box.bottom - box.top)
    gap = max(box.left - line.right, line.left - box.right)
    return shared > height / 2 and -height < gap < _WORD_GAP * height


@lru_cache(maxsize=_CACHED)
def _marked(
    path: Path,
    state: tuple[int, int],  # noqa: ARG001 — a file that was replaced is drawn anew
    index: int,
    lines: tuple[Box, ...],
    scale: float,
) -> MarkedPage:
    from PIL import Image  # noqa: PLC0415 — heavy

    from corpus.pdfium import open_pdf  # noqa: PLC0415 — heavy

    with open_pdf(path) as pdf:
        _, width, height = pdf.image(index, _THUMBNAIL)  # huge pages are told before they are drawn
        fitting = min(scale, math.sqrt(MOST_PIXELS / max(width * height, 1.0)))
        drawn, pages = pdf.image(index, fitting), pdf.page_count
    marks = tuple(mark for line in lines if (mark := _fraction(line, width, height)))
    if not marks:
        return MarkedPage(drawn.png, (), pages=pages)
    with Image.open(io.BytesIO(drawn.png)) as opened:
        image = opened.convert("RGB")
    for mark in marks:
        _highlight(image, mark)
    target = io.BytesIO()
    image.save(target, format="PNG", compress_level=3)
    return MarkedPage(target.getvalue(), marks, pages=pages)


def _fraction(line: Box, width: float, height: float) -> Box | None:
    """A line, a little enlarged, in fractions of the page; None when it is off the page."""
    box = Box(
        max(0.0, (line.left - _AROUND) / width),
        max(0.0, (line.top - _AROUND) / height),
        min(1.0, (line.right + _AROUND) / width),
        min(1.0, (line.bottom + _AROUND) / height),
    )
    return box if box.left < box.right and box.top < box.bottom else None


def _highlight(image: Image, mark: Box) -> None:
    """Tint a region as a highlighter does: paper turns yellow, ink stays; on dark paper, a veil."""
    from PIL import Image, ImageChops, ImageStat  # noqa: PLC0415 — heavy

    region = (
        math.floor(mark.left * image.width),
        math.floor(mark.top * image.height),
        math.ceil(mark.right * image.width),
        math.ceil(mark.bottom * image.height),
    )
    under = image.crop(region)
    yellow = Image.new("RGB", under.size, _MARKER)
    is_light = ImageStat.Stat(under.convert("L")).median[0] > 128
    tinted = ImageChops.multiply(under, yellow) if is_light else Image.blend(under, yellow, 0.4)
    image.paste(tinted, region)

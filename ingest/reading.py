"""Makes the pages of a document: what is known of the whole (furniture, words, looks) serves each.

A page that fails takes no other down.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import DocumentError
from corpus.types import GlyphRun, Page
from ingest.assembly import Mending, carry_over, set_text
from ingest.cleaning import LOST, clean_characters
from ingest.contents import kind_of_page
from ingest.flow import join_halves, tell_captions
from ingest.furniture import find_furniture
from ingest.headings import Headings
from ingest.initials import join_initials
from ingest.layout import read_regions
from ingest.lines import RawPage
from ingest.paragraphs import Measures, Paragraph, split_region
from ingest.second import UNREADABLE
from ingest.setting import read_lines
from ingest.turning import main_angle, turned_box, upright
from ingest.vocabulary import Vocabulary, lost_ligatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.pdfium import PdfFile, Sheet
    from ingest.lines import Line

_PICTURED: Final = 0.05  # of the page under images, or
_DRAWN: Final = 400  # segments of paths: such a page without text waits for OCR


class PageState(StrEnum):
    """What became of a page."""

    READ = "read"
    EMPTY = "empty"
    WAITING = "waiting"  # a picture of text, or text turned to curves: needs OCR
    FAILED = "failed"


class Block(NamedTuple):
    """A line of `Page.text`: `text[start:end]`, in reading order.

    `kind` is heading, paragraph, item, row (of a table), columns (their names, above the rows),
    note or caption; on pages that answer nothing contents, imprint or advertisement. `level` nests
    headings (smaller above, 0 for the rest; only the order counts). `box` numbers the boxed asides
    of the page from 1; 0 is the main text.
    """

    kind: str
    level: int
    start: int
    end: int
    box: int = 0


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page with its blocks and what became of it; `reason` says why when it was not read."""

    page: Page
    blocks: tuple[Block, ...]
    state: PageState
    reason: str = ""


class OutlineEntry(NamedTuple):
    """A bookmark: its page counts from 0, its level from 1."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: every page of the file, its own title ("" when it gives none)."""

    pages: tuple[ReadPage, ...]
    title: str
    outline: tuple[OutlineEntry, ...]


class Told(NamedTuple):
    """What a file says of itself; a label is None where it says nothing."""

    title: str
    labels: list[str | None]
    outline: tuple[OutlineEntry, ...]


def read_raw(pdf: PdfFile, index: int) -> RawPage:
    """A page before it is understood; when it cannot be read, its `failure` says why."""
    try:
        seen = pdf.sheet(index)
        angle = main_angle(seen)
        sheet = upright(seen, angle)
        lines = [line for line in read_lines(sheet.glyphs) if _is_on(line, sheet)]
    except Exception as error:  # noqa: BLE001 — one bad page must not take the others down
        return RawPage(index, 0, 0, [], (), failure=_why(error))
    unknown = sum(_is_unreadable(glyph.character) for glyph in sheet.glyphs)
    return RawPage(
        index,
        sheet.width,
        sheet.height,
        lines,
        sheet.shapes,
        angle=angle,
        pictured=_is_pictured(sheet),
        unreadable=unknown / max(1, len(sheet.glyphs)),
    )


def compose(document_id: str, pages: Sequence[RawPage], told: Told) -> tuple[ReadPage, ...]:
    """The pages of a document, given all of them, in order."""
    return tuple(_Composer(document_id, pages, told).compose())


def _is_pictured(sheet: Sheet) -> bool:
    """Whether so much is drawn that text may be hidden in it."""
    area = sum(
        (shape.box.right - shape.box.left) * (shape.box.bottom - shape.box.top)
        for shape in sheet.shapes
        if shape.kind == "image"
    )
    curves = sum(shape.segments for shape in sheet.shapes)
    return area > _PICTURED * sheet.width * sheet.height or curves > _DRAWN


def _is_on(line: Line, sheet: Sheet) -> bool:
    """Whether a line stands on the page: what hangs outside is not seen."""
    middle = (line.left + line.right) / 2
    return 0 <= middle <= sheet.width and 0 <= line.baseline - line.size / 3 <= sheet.height


def _is_unreadable(character: str) -> bool:
    return character == LOST or (
        "\ue000" <= character <= "\uf8ff" and clean_characters(character) == character
    )


def _why(error: Exception) -> str:
    if isinstance(error, DocumentError):
        return error.message
    return f"Erreur de lecture : {str(error) or type(error).__name__}"


class _Composer:
    """Makes pages of raw pages with what is known of the whole document."""

    def __init__(self, document_id: str, pages: Sequence[RawPage], told: Told) -> None:
        self._document_id, self._raw = document_id, pages
        furniture = find_furniture(pages)
        self._labels = printed_labels(told.labels, furniture.folios)
        removed = [{id(line) for line in lines} for lines in furniture.lines]
        self._lines = [
            [line for line in page.lines if id(line) not in gone]
            for page, gone in zip(pages, removed, strict=True)
        ]
        vocabulary = Vocabulary(_whole_words(lines) for lines in self._lines)
        self._mending = Mending(vocabulary, lost_ligatures(_whole_words(ls) for ls in self._lines))
        self._measures = Measures(pages)
        self._failures = [page.failure for page in pages]
        self._paragraphs = [self._split(page) for page in pages]
        self._headings = Headings(
            self._paragraphs, self._measures, [(entry.page, entry.title) for entry in told.outline]
        )

    def compose(self) -> list[ReadPage]:
        """The pages, in order."""
        flowing = [paragraphs for paragraphs in map(self._flow, self._paragraphs) if paragraphs]
        for before, after in pairwise(flowing):
            carry_over(before[-1], after[0], self._mending.vocabulary)
        return [self._page(page) for page in self._raw]

    def _split(self, page: RawPage) -> list[Paragraph]:
        try:
            lines = join_initials(self._lines[page.index], self._mending.vocabulary)
            paragraphs = join_halves(
                paragraph
                for region in read_regions(page, lines)
                for paragraph in split_region(region, self._measures, page)
            )
            tell_captions(paragraphs, page, self._measures)
            return join_halves(paragraphs)
        except Exception as error:  # noqa: BLE001 — one bad page must not take the others down
            self._failures[page.index] = _why(error)
            return []

    def _flow(self, paragraphs: list[Paragraph]) -> list[Paragraph]:
        """The paragraphs a sentence may run on from, to the next page."""
        return [
            paragraph
            for paragraph in paragraphs
            if paragraph.kind in {"text", "item"}
            and not paragraph.box
            and not self._headings.level(paragraph)
        ]

    def _page(self, raw: RawPage) -> ReadPage:
        text = ""
        blocks: list[Block] = []
        glyphs: list[GlyphRun] = []
        for paragraph in self._paragraphs[raw.index]:
            line, runs = set_text(paragraph, self._mending)
            if not any(map(str.isalnum, line)):
                continue  # a bullet of its own, an ornament
            start = len(text) + bool(text)
            text = f"{text}\n{line}" if text else line
            level = self._headings.level(paragraph)
            blocks.append(Block(_kind(paragraph, level), level, start, len(text), paragraph.box))
            glyphs.extend(
                GlyphRun(
                    start + run.start,
                    start + run.end,
                    turned_box(run.box, raw.angle, raw.width, raw.height),
                )
                for run in ([] if raw.unplaced else runs)
            )
        if kind := kind_of_page([text[block.start : block.end] for block in blocks]):
            blocks = [block._replace(kind=kind, level=0) for block in blocks]
        page = Page(self._document_id, raw.index, self._labels[raw.index], text, tuple(glyphs))
        state, reason = self._state(raw, text)
        return ReadPage(page, tuple(blocks), state, reason)

    def _state(self, raw: RawPage, text: str) -> tuple[PageState, str]:
        if self._failures[raw.index]:
            return PageState.FAILED, self._failures[raw.index]
        words = [
            word for word in text.split() if len(word) > 1 and word in self._mending.vocabulary
        ]
        if raw.unreadable > UNREADABLE:
            return PageState.WAITING, "Le texte de la page est illisible : elle attend l'OCR."
        if words or (any(map(str.isalnum, text)) and not raw.pictured):
            return PageState.READ, ""
        if raw.pictured:
            return PageState.WAITING, "La page est une image sans texte : elle attend l'OCR."
        return PageState.EMPTY, "La page est blanche."


def _kind(paragraph: Paragraph, level: int) -> str:
    if level:
        return "heading"
    return "paragraph" if paragraph.kind == "text" else paragraph.kind


def _whole_words(lines: Sequence[Line]) -> str:
    """The words of lines less the first and last of each, which may be halves."""
    return " ".join(clean_characters(word.text) for line in lines for word in line.words[1:-1])


def printed_labels(told: list[str | None], folios: list[str | None]) -> list[str]:
    """The number printed on each page: the file's label, else the folio, else its place.

    Where its place is the printed number of another page, it stands in brackets, as bibliographers
    write a number that is not printed.
    """
    labels = told if any(told) else folios
    printed = {label for label in labels if label is not None}
    return [
        label or (f"[{number}]" if str(number) in printed else str(number))
        for number, label in enumerate(labels, 1)
    ]

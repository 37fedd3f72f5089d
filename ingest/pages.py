"""PDF → pages: clean text in reading order with its blocks, boxes and printed page numbers.

The one home of pypdf, which gives what the file says of itself (page labels, outline, title);
glyphs come from pdfium. A page that fails takes no other down.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.errors import DocumentError
from corpus.pdfium import open_pdf
from corpus.types import GlyphRun, Page
from ingest.assembly import Mending, carry_over, set_text
from ingest.cleaning import LOST, clean_characters
from ingest.contents import is_contents
from ingest.furniture import find_furniture
from ingest.headings import Headings
from ingest.layout import read_regions
from ingest.lines import RawPage, read_lines
from ingest.paragraphs import Measures, Paragraph, split_region
from ingest.vocabulary import Vocabulary, lost_ligatures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.pdfium import PdfFile, Sheet
    from ingest.lines import Line

_HEADER_WITHIN: Final = 1024  # bytes: where "%PDF" must stand
_TRAILER_WITHIN: Final = 4096  # bytes: where the end of the file must tell itself
_PICTURED: Final = 0.05  # of the page under images, or
_DRAWN: Final = 400  # segments of paths: such a page without text waits for OCR
_UNREADABLE: Final = 0.3  # of the glyphs without a character: so does it
_TITLE_OF_NONE: Final = frozenset({"untitled", "sans titre", "document1", "microsoft word"})


class PageState(StrEnum):
    """What became of a page."""

    READ = "read"
    EMPTY = "empty"
    WAITING = "waiting"  # a picture of text, or text turned to curves: needs OCR
    FAILED = "failed"


class Block(NamedTuple):
    """A line of `Page.text`: `text[start:end]`, in reading order.

    `kind` is heading, paragraph, item, row (of a table), note or contents; `level` nests headings
    (smaller above, 0 for the rest; only the order counts). `box` numbers the boxed asides of the
    page from 1; 0 is the main text.
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


def check_file(path: Path) -> None:
    """Check that a file can be read as a PDF, without reading its pages.

    Raises:
        DocumentError: it is missing, empty, no PDF, cut short, damaged or without a page.
        EncryptedError: it asks for a password.
    """
    _check_bytes(path)
    with open_pdf(path) as pdf:
        _check_pages(path, pdf)


def read_document(path: Path, document_id: str) -> Reading:
    """Read every page of a PDF.

    Raises:
        DocumentError: as `check_file`; a single bad page raises nothing and is told in its state.
        EncryptedError: it asks for a password.
    """
    _check_bytes(path)
    with open_pdf(path) as pdf:
        _check_pages(path, pdf)
        raw = [_read_raw(pdf, index) for index in range(pdf.page_count)]
    told = _told(path, len(raw))
    composer = _Composer(document_id, raw, told)
    return Reading(tuple(composer.compose()), told.title, told.outline)


# --- the file -----------------------------------------------------------------------------------


def _check_bytes(path: Path) -> None:
    again = "Téléchargez-le à nouveau, puis relancez."
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEADER_WITHIN)
            file.seek(max(0, size - _TRAILER_WITHIN))
            tail = file.read()
    except FileNotFoundError as error:
        raise DocumentError(
            f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin, puis relancez."
        ) from error
    except OSError as error:
        raise DocumentError(
            f"Le fichier « {path} » ne peut pas être lu ({error.strerror}).",
            "Vérifiez que c'est un fichier et que vous avez le droit de le lire.",
        ) from error
    if not size:
        raise DocumentError(f"Le fichier « {path.name} » est vide.", again)
    if b"%PDF" not in head:
        raise DocumentError(
            f"« {path.name} » n'est pas un PDF.",
            "Enregistrez le document au format PDF, puis ajoutez ce PDF.",
        )
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise DocumentError(f"« {path.name} » est tronqué : sa fin manque.", again)


def _check_pages(path: Path, pdf: PdfFile) -> None:
    if not pdf.page_count:
        raise DocumentError(
            f"« {path.name} » ne contient aucune page.",
            "Réenregistrez le document au format PDF, puis relancez.",
        )


class _Told(NamedTuple):
    """What the file says of itself; a label is None where it says nothing."""

    title: str
    labels: list[str | None]
    outline: tuple[OutlineEntry, ...]


def _told(path: Path, count: int) -> _Told:
    """Title, page labels and outline, as far as they can be read.

    They are a help, not a condition: where pypdf fails on a damaged file, there are none.
    """
    import pypdf  # noqa: PLC0415 — heavy

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells of each repair it makes
    title = ""
    labels: list[str | None] = [None] * count
    outline: tuple[OutlineEntry, ...] = ()
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        title = _own_title(reader)
        labels = _labels(reader, count)
        outline = tuple(_outline(reader, reader.outline, 1))
    except Exception:  # a foreign parser on foreign bytes raises anything
        logging.getLogger(__name__).info("no labels or outline: %s", path.name, exc_info=True)
    return _Told(title, labels, outline)


def _own_title(reader: Any) -> str:
    told = reader.metadata.title if reader.metadata else None
    title = " ".join(clean_characters(str(told or "")).split())
    lower = title.lower()
    if any(lower.startswith(none) for none in _TITLE_OF_NONE) or lower.endswith((".doc", ".docx")):
        return ""
    return title


def _labels(reader: Any, count: int) -> list[str | None]:
    if "/PageLabels" not in reader.trailer["/Root"]:
        return [None] * count
    labels = [" ".join(clean_characters(str(label)).split()) for label in reader.page_labels]
    if labels == [str(number) for number in range(1, len(labels) + 1)]:
        return [None] * count  # what every producer writes; a folio on the page knows better
    return [label or None for label in [*labels, *([""] * count)][:count]]


def _outline(reader: Any, entries: Any, level: int) -> list[OutlineEntry]:
    found: list[OutlineEntry] = []
    for entry in entries:
        if isinstance(entry, list):
            if level < 8:
                found.extend(_outline(reader, entry, level + 1))
            continue
        page = reader.get_destination_page_number(entry)
        title = " ".join(clean_characters(str(entry.title or "")).split())
        if title and page is not None and page >= 0:
            found.append(OutlineEntry(title, level, page))
    return found


# --- the pages ----------------------------------------------------------------------------------


class _Raw(NamedTuple):
    """A page before it is understood; `failure` says why it could not be read."""

    page: RawPage
    pictured: bool
    lost: float
    failure: str


def _read_raw(pdf: PdfFile, index: int) -> _Raw:
    try:
        sheet = pdf.sheet(index)
        lines = read_lines(sheet.glyphs)
    except Exception as error:  # noqa: BLE001 — one bad page must not take the others down
        return _Raw(RawPage(index, 0, 0, [], ()), False, 0, _why(error))
    area = sum(
        (shape.box.right - shape.box.left) * (shape.box.bottom - shape.box.top)
        for shape in sheet.shapes
        if shape.kind == "image"
    )
    curves = sum(shape.segments for shape in sheet.shapes)
    pictured = area > _PICTURED * sheet.width * sheet.height or curves > _DRAWN
    lines = [line for line in lines if _is_on(line, sheet)]
    unknown = sum(_is_unreadable(glyph.character) for glyph in sheet.glyphs)
    lost = unknown / len(sheet.glyphs) if sheet.glyphs else 0.0
    page = RawPage(index, sheet.width, sheet.height, lines, sheet.shapes)
    return _Raw(page, pictured, lost, "")


def _is_on(line: Line, sheet: Sheet) -> bool:
    """Whether a line stands on the page: what hangs outside is not seen."""
    middle = (line.left + line.right) / 2
    return 0 <= middle <= sheet.width and 0 <= line.baseline - line.size / 3 <= sheet.height


def _is_unreadable(character: str) -> bool:
    return character == LOST or (
        "\ue000" <= character <= "\uf8ff" and clean_characters(character) == character
    )


def _why(error: Exception) -> str:
    return error.message if isinstance(error, DocumentError) else f"Erreur de lecture : {error}"


class _Composer:
    """Makes pages of raw pages with what is known of the whole document."""

    def __init__(self, document_id: str, raw: Sequence[_Raw], told: _Told) -> None:
        self._document_id, self._raw = document_id, raw
        pages = [item.page for item in raw]
        furniture = find_furniture(pages)
        self._labels = _printed_labels(told.labels, furniture.folios)
        removed = [{id(line) for line in lines} for lines in furniture.lines]
        self._lines = [
            [line for line in page.lines if id(line) not in gone]
            for page, gone in zip(pages, removed, strict=True)
        ]
        vocabulary = Vocabulary(_whole_words(lines) for lines in self._lines)
        self._mending = Mending(vocabulary, lost_ligatures(_whole_words(ls) for ls in self._lines))
        self._measures = Measures(pages)
        self._failures = [item.failure for item in raw]
        self._paragraphs = [self._split(number) for number in range(len(raw))]
        self._headings = Headings(
            self._paragraphs, self._measures, [(entry.page, entry.title) for entry in told.outline]
        )

    def compose(self) -> list[ReadPage]:
        """The pages, in order."""
        flowing = [paragraphs for paragraphs in map(self._flow, self._paragraphs) if paragraphs]
        for before, after in pairwise(flowing):
            carry_over(before[-1], after[0], self._mending.vocabulary)
        return [self._page(number) for number in range(len(self._raw))]

    def _split(self, number: int) -> list[Paragraph]:
        page = self._raw[number].page
        try:
            return [
                paragraph
                for region in read_regions(page, self._lines[number])
                for paragraph in split_region(region, self._measures, page)
            ]
        except Exception as error:  # noqa: BLE001 — one bad page must not take the others down
            self._failures[number] = _why(error)
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

    def _page(self, number: int) -> ReadPage:
        text = ""
        blocks: list[Block] = []
        glyphs: list[GlyphRun] = []
        for paragraph in self._paragraphs[number]:
            line, runs = set_text(paragraph, self._mending)
            if not line:
                continue
            start = len(text) + bool(text)
            text = f"{text}\n{line}" if text else line
            level = self._headings.level(paragraph)
            blocks.append(Block(_kind(paragraph, level), level, start, len(text), paragraph.box))
            glyphs.extend(GlyphRun(start + run.start, start + run.end, run.box) for run in runs)
        if is_contents([text[block.start : block.end] for block in blocks]):
            blocks = [block._replace(kind="contents", level=0) for block in blocks]
        page = Page(self._document_id, number, self._labels[number], text, tuple(glyphs))
        state, reason = self._state(number, text)
        return ReadPage(page, tuple(blocks), state, reason)

    def _state(self, number: int, text: str) -> tuple[PageState, str]:
        raw = self._raw[number]
        if self._failures[number]:
            return PageState.FAILED, self._failures[number]
        words = [
            word for word in text.split() if len(word) > 1 and word in self._mending.vocabulary
        ]
        if raw.lost > _UNREADABLE:
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


def _printed_labels(told: list[str | None], folios: list[str | None]) -> list[str]:
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


# --- a first look -------------------------------------------------------------------------------


class FirstLook(NamedTuple):
    """What tells which document a file is: its own title, the words of its first page."""

    title: str
    text: str


def first_look(path: Path) -> FirstLook:
    """The document's own title ("" when it gives none) and its first page, from top to bottom.

    Raises:
        DocumentError: as `check_file`.
        EncryptedError: it asks for a password.
    """
    _check_bytes(path)
    with open_pdf(path) as pdf:
        _check_pages(path, pdf)
        lines = sorted(_read_raw(pdf, 0).page.lines, key=lambda line: (line.top, line.left))
    return FirstLook(_told(path, 0).title, "\n".join(line.text for line in lines))

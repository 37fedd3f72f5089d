"""The nouns of the project: what a document, a page, a passage and a hit are.

Everything here is frozen and typed. Text offsets are string indices (code points), half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on the displayed page (rotation applied), in points, origin at the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class GlyphRun(NamedTuple):
    """Where the characters `start:end` of a page's text (about a word, on one line) stand on it."""

    start: int
    end: int
    box: Box


class Reference(NamedTuple):
    """The keys of the primary sources (see `sources.toml`) behind `start:end` of a page's text."""

    start: int
    end: int
    keys: tuple[str, ...]


class Source(NamedTuple):
    """A primary source on which a sentence of a fiche rests: what was read, where, when."""

    key: str
    title: str
    publisher: str
    date: str
    url: str
    read: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the bibliography.

    `published` and `reviewed` are ISO dates, possibly cut to the month or year, or "" when unknown
    (for `reviewed`: when nobody has). `file` is a name, not a path; `sha256` is "" while the PDF is
    not supplied. `own` marks the project's own fiches, which no lawyer has reviewed.
    """

    id: str
    title: str
    publisher: str
    published: str = ""
    reviewed: str = ""
    licence: str = ""
    source_url: str = ""
    file: str = ""
    sha256: str = ""
    themes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    own: bool = False

    @property
    def year(self) -> str:
        """The year of publication, or "" when unknown."""
        return self.published[:4]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: `index` counts from 0 in the file, `label` is the number printed on it.

    `text` is clean: paragraphs unwrapped, one block (paragraph, heading, list item) a line.
    `glyphs` are in text order and may leave gaps where a box is not known. `ocr_confidence`, from 0
    to 1, tells how sure OCR is of a text that it read on the picture of the page; None otherwise.
    """

    document_id: str
    index: int
    label: str
    text: str
    glyphs: tuple[GlyphRun, ...] = ()
    references: tuple[Reference, ...] = ()
    ocr_confidence: float | None = None

    @property
    def number(self) -> int:
        """The physical page number, counting from 1, as PDF viewers show it."""
        return self.index + 1


class Span(NamedTuple):
    """A slice of a passage that is a slice of one page.

    `passage.text[start:end] == page.text[page_start : page_start + end - start]`.
    """

    start: int
    end: int
    page_index: int
    page_label: str
    page_start: int


@dataclass(frozen=True, slots=True)
class Passage:
    r"""A few sentences under one heading; the unit that is indexed and found.

    `spans` are in order and cover all of `text` but the joints between two of them: "\n" between
    blocks, " " where a sentence crosses a page break. The id depends only on the document and the
    content, so that the same text always has the same id.
    """

    id: str
    document_id: str
    heading_path: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]


class Answering(NamedTuple):
    """A slice of a passage that answers a question which was foreseen.

    `likeness` tells how alike that question and the one asked are, in [0, 1].
    """

    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its fused score in [0, 1] and its ranks (from 1).

    `also` are other passages that say the same in the same words, shown once through this one.
    `answers` are slices of its text that answer questions like this one, as somebody foresaw.
    """

    passage: Passage
    score: float
    dense_rank: int | None = None
    word_rank: int | None = None
    character_rank: int | None = None
    also: tuple[Passage, ...] = ()
    answers: tuple[Answering, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Restricts a search; an empty field does not restrict. Years are inclusive."""

    documents: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    from_year: int | None = None
    to_year: int | None = None

    def admits(self, document: Document) -> bool:
        """Whether passages of this document may be returned (an unknown year is in no range)."""
        if self.documents and document.id not in self.documents:
            return False
        if self.themes and not set(self.themes) & set(document.themes):
            return False
        if self.forms and not set(self.forms) & set(document.forms):
            return False
        if self.from_year is None and self.to_year is None:
            return True
        if not document.year.isdigit():
            return False
        year = int(document.year)
        return (self.from_year or year) <= year <= (self.to_year or year)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a library was made: two libraries with equal recipes are searched the same way.

    `model` names the embedding model by content (bundled) or by name (hub); `analysis` and
    `passages` are versions raised by whoever changes the French analysis or the cutting; `foreseen`
    names the questions foreseen for the fiches by their content.
    """

    model: str
    dimensions: int
    analysis: int
    passages: int
    foreseen: str
    format: int = field(default=3)

"""The image of a page with the lines of a quote marked.

Boxes are those of the page as it was read; nothing is marked where they are unknown, or when the
page's text is no longer the one that was quoted.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from corpus.errors import DocumentError
from corpus.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from assistant.types import Citation
    from corpus.library import Library
    from corpus.types import Page

MARKER = (255, 221, 64)
"""The yellow of a highlighter; it multiplies, so that the ink stays black under it."""

_MARGIN = 1.5  # points around a line, so that accents and descenders are inside the mark
_CACHED = 24


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
        return cls(
            citation.document.id,
            citation.page_index,
            citation.start,
            citation.end,
            quote_check(citation.quote),
        )


class PageImage(NamedTuple):
    """A PNG, and the marks on it in fractions of its width and height."""

    png: bytes
    marks: tuple[Box, ...]


def quote_check(quote: str) -> str:
    """A short fingerprint of a quote."""
    return hashlib.sha256(quote.encode()).hexdigest()[:12]


def page_image(library: Library, place: Place, *, scale: float) -> PageImage:
    """The page with the lines of the quote marked.

    Raises:
        DocumentError: the library has no such page, or its file is missing or unreadable.
    """
    from corpus.pdfium import render_page
    page = library.page(place.document_id, place.page_index)
    path = library.home.find(library.documents[place.document_id].file)
    return PageImage(render_page(path, place.page_index, scale=scale), ())

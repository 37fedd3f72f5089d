"""What the web page may ask of ingestion: the list, one document more, one less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.listing import Row, document_named, listed
from ingest.pipeline import DocumentReport, synchronise
from ingest.shelf import shelve, take_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home


class ShelfService:
    """The shelf of a home; each change brings the library up to date before it returns."""

    def __init__(self, home: Home, load_embedder: Callable[[], Embedder]) -> None:
        self._home = home
        self._load_embedder = load_embedder

    def listed(self) -> list[Row]:
        """Every document of the catalogue and of the shelf, at hand first."""
        return listed(self._home)

    def add(self, path: Path, on_document: Callable[[str, int, int], None]) -> DocumentReport:
        """Put a PDF on the shelf, read it, and say what became of it.

        Raises:
            DocumentError: the file is no readable PDF.
            LibraryBusyError: another process has been writing for ten minutes.
        """
        self._home.prepare()
        document = shelve(self._home, path).document
        report = synchronise(self._home, self._load_embedder(), on_document=on_document)
        return next(r for r in report.documents if r.id == document.id)

    def remove(self, id_: str) -> str:
        """Take a document off the shelf and out of the library; gives its title.

        Raises:
            CatalogueError: it is not on the shelf.
            LibraryBusyError: another process has been writing for ten minutes.
        """
        document = document_named(self._home, id_)
        take_off(self._home, document)
        synchronise(self._home, self._load_embedder())
        return document.title

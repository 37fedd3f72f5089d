"""The tutorial pipeline as a system that replies to cases."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from pypdf import PdfReader

from evals.baselines.tutorial import TutorialPipeline
from evals.replies import Cited, Found, Reply, Said

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.library import Library
    from evals.case import Case


class Tutorial:
    """Answers with its top chunks, whole; it reads the PDFs of the library by itself."""

    def __init__(self, library: Library, embedder: Embedder, folder: Path) -> None:
        found = {
            document.id: library.home.find(document.file) for document in library.documents.values()
        }
        self._paths = {id_: path for id_, path in found.items() if path}
        self._documents = {path.name: id_ for id_, path in self._paths.items()}
        self._reader = cache(PdfReader)
        self.text = cache(self._text)
        self._pipeline = TutorialPipeline(folder, embedder)
        self._pipeline.ingest(self._paths.values())

    def reply(self, case: Case) -> Reply:
        """The top chunks, nearest first."""
        started = time.perf_counter()
        chunks = self._pipeline.search(case.question)
        seconds = time.perf_counter() - started
        cited = [
            Cited(self._documents[c.metadata["source"]], c.metadata["page"] + 1, c.page_content)
            for c in chunks
        ]
        return Reply(
            case=case.id,
            refused=not chunks,
            statements=tuple(Said(c.quote, (c,), "verbatim") for c in cited),
            found=tuple(Found(c.document, (c.page,)) for c in cited),
            seconds=seconds,
        )

    def _text(self, document: str, number: int) -> str | None:
        """A page as pypdf reads it: its chunks are checked against what they were cut from."""
        path = self._paths.get(document)
        pages = self._reader(path).pages if path else []
        return pages[number - 1].extract_text() if 0 < number <= len(pages) else None

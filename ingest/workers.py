"""Reads documents in processes of their own: both cores at once, and a crash harms nothing else."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, NamedTuple

from corpus.errors import DocumentError
from corpus.fiche import FICHES, fiche_sentences
from corpus.record import RecordedPage
from ingest.pages import read_document
from ingest.passages import cut_passages
from ingest.references import with_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.process import BaseProcess

    from corpus.types import Passage
    from ingest.shelf import Supplied


class Content(NamedTuple):
    """What a file gave: pages, passages, and what went wrong without losing the document."""

    pages: list[RecordedPage]
    passages: list[Passage]
    problems: list[str]


Readout = Content | DocumentError
"""What a file gave, or why it could not be read."""


def read_all(items: Sequence[Supplied]) -> Iterator[Readout]:
    """The content of each file, in order, or the error that kept it from being read."""
    workers = min(len(items), os.cpu_count() or 1)
    if not workers:
        return
    with _pool(workers) as pool:
        futures = [pool.submit(read, item) for item in items]
        for item, future in zip(items, futures, strict=True):
            try:
                yield _result(future)
            except BrokenProcessPool:
                # Some document killed a worker, and with it the pool: this one is read alone.
                with _pool(1) as alone:
                    try:
                        yield _result(alone.submit(read, item))
                    except BrokenProcessPool:
                        yield DocumentError(
                            f"La lecture de « {item.path.name} » s'est arrêtée net.",
                            "Ouvrez-le dans un lecteur de PDF et enregistrez-le à nouveau.",
                        )


def read(item: Supplied) -> Content:
    """Read one file.

    Raises:
        DocumentError: it cannot be read as a PDF.
    """
    document = item.document
    pages_read = read_document(item.path, document.id).pages
    passages = list(cut_passages(document.id, pages_read, own=document.own))
    pages = [item.page for item in pages_read]
    missing: list[str] = []
    source = FICHES / f"{document.id}.md"
    if document.own and source.is_file():
        pages, missing = with_references(pages, fiche_sentences(source))
    recorded = [
        RecordedPage(page, str(item.state), item.reason)
        for page, item in zip(pages, pages_read, strict=True)
    ]
    problems = [f"Phrase introuvable dans le PDF : {text}" for text in missing]
    return Content(recorded, passages, problems)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Not forked: the web server that adds a document runs threads.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=leave_with_parent)


def leave_with_parent() -> None:
    """Make this worker end when the process that started it does, be it killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent,), daemon=True).start()


def _leave_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _result(future: Future[Content]) -> Readout:
    try:
        return future.result()
    except DocumentError as error:
        return error

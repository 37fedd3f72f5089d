"""What the files of documents give: pages and passages, read by confined processes, side by side.

A part of a file that takes too much, or ends its process, is tried again page by page; the pages at
fault are left out and named, and the rest is read. Pages without readable text go to OCR.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from corpus.errors import DocumentError, MissingToolError
from ingest import tasks
from ingest.pages import FirstLook
from ingest.reading import Told
from ingest.tasks import Packed, Part
from ingest.windows import Known, Window, relabelled, windows
from ingest.workers import LostError, Workers, kept, lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from corpus.record import PageState, RecordedPage
    from corpus.types import Passage
    from ingest.ocr_store import OcrStore
    from ingest.shelf import Supplied

_DOCUMENT_SECONDS: Final = 60.0  # by the clock, to look for pages at fault, and
_MORE_SECONDS: Final = 0.5  # for each page
_AHEAD: Final = 2  # documents begun for each process, so that all are busy


class Content(NamedTuple):
    """What a file gave: pages, passages, and what went wrong without losing the document."""

    pages: Iterable[RecordedPage]
    states: list[PageState]
    passages: list[Passage]
    problems: list[str]


Readout = Content | DocumentError
"""What a file gave, or why it could not be read."""


def check_file(path: Path, workers: Workers | None = None) -> None:
    """Check in a confined process that a file can be read as a PDF, without reading its pages.

    Raises:
        DocumentError, EncryptedError: as `pages.count_pages`; or the file takes too much.
    """
    try:
        (workers or kept()).run(tasks.count_pages, path)
    except LostError as error:
        raise lost(path, error) from error


def first_look(path: Path, workers: Workers | None = None) -> FirstLook:
    """What tells which document a file is; nothing where its first page takes too much.

    Raises:
        DocumentError, EncryptedError: as `check_file`.
    """
    try:
        return (workers or kept()).run(tasks.first_look, path)
    except LostError:
        check_file(path, workers)
        return FirstLook("", "")


def read_all(
    items: Sequence[Supplied],
    *,
    store: OcrStore | None = None,
    with_ocr: bool = False,
    on_pages: Callable[[str, int, int], None] = lambda *_: None,
    workers: Workers | None = None,
) -> Iterator[Readout]:
    """The content of each file, in order, or the error that kept it from being read.

    What OCR has read is in `store`; `with_ocr`, pages that wait for it are read by it now.
    `on_pages` is told how many of the pages of a long task are done: the document's title, how
    many, of how many.
    """
    if not items:
        return
    readers = workers or Workers()
    ahead = _AHEAD * readers.count
    with ThreadPoolExecutor(ahead) as threads, nullcontext() if workers else readers:
        events: _Events = SimpleQueue()
        begun: deque[Future[Readout]] = deque()
        for item in items:
            future = threads.submit(_Reader(readers, item, store, events, with_ocr=with_ocr).read)
            future.add_done_callback(lambda _: events.put(None))
            begun.append(future)
            if len(begun) > ahead:
                yield _awaited(begun.popleft(), events, on_pages)
        while begun:
            yield _awaited(begun.popleft(), events, on_pages)


_Events: TypeAlias = "SimpleQueue[tuple[str, int, int] | None]"


def _awaited(
    future: Future[Readout], events: _Events, on_pages: Callable[[str, int, int], None]
) -> Readout:
    """The result of a document; meanwhile, what happens is told in the thread that waits for it."""
    while not future.done():
        if event := events.get():
            on_pages(*event)
    return future.result()


class _Reader:
    """Has one document read: asks processes for its parts and for OCR, and looks after them."""

    def __init__(
        self,
        workers: Workers,
        item: Supplied,
        store: OcrStore | None,
        events: _Events,
        *,
        with_ocr: bool,
    ) -> None:
        self._run, self._width = workers.run, workers.count
        self._document, self._path = item.document, item.path
        self._store, self._with_ocr = store, with_ocr
        self._events = events
        self._count, self._deadline = 0, 0.0
        self._told = Told("", [], ())  # until it is asked
        self._recognised = store.load(item.document.sha256) if store else {}
        self._unrecognised: dict[int, str] = {}
        self._harmful: dict[int, str] = {}

    def read(self) -> Readout:
        """The content of the document, or the error that kept it from being read."""
        try:
            return self._content()
        except DocumentError as error:
            return error
        except LostError as error:
            return lost(self._path, error)
        except Exception as error:  # noqa: BLE001 — a fault of ours in one document harms no other
            return lost(self._path, LostError(f"erreur inattendue, {error!r}"))

    def _content(self) -> Content:
        self._count = self._run(tasks.count_pages, self._path)
        self._deadline = time.monotonic() + _DOCUMENT_SECONDS + _MORE_SECONDS * self._count
        try:
            self._told = self._run(tasks.tell, self._path, self._count)
        except LostError:  # a help, not a condition
            self._told = Told("", [None] * self._count, ())
        parts = self._read(windows(self._count))
        wanted = [index for part in parts for index in part.for_ocr]
        if wanted and self._with_ocr:
            self._recognise_all(wanted)
            again = self._read([part.window for part in parts if part.for_ocr])
            parts = sorted([*(part for part in parts if not part.for_ocr), *again])
        states = [state for part in parts for state in part.states]
        if len(parts) == 1:
            (part,) = parts
            return Content(Packed([part.pages]), states, part.passages, _problems(part.missing))
        labels = relabelled(self._told, [folio for part in parts for folio in part.folios])
        passages = self._run(tasks.cut, self._document, [part.texts for part in parts], labels)
        return Content(Packed([part.pages for part in parts], labels), states, passages, [])

    def _read(self, wanted: list[Window]) -> list[Part]:
        """The parts for these windows; a window may come back in several parts."""
        if len(wanted) == 1:
            return self._read_window(wanted[0])
        parts: list[Part] = []
        with ThreadPoolExecutor(self._width) as threads:
            for found in threads.map(self._read_window, wanted):
                parts.extend(found)
                self._events.put((self._document.title, parts[-1].window.stop, self._count))
        return parts

    def _read_window(self, window: Window) -> list[Part]:
        try:
            return [self._ask(window)]
        except LostError as error:
            if window.stop - window.start == 1:
                self._harmful[window.start] = _page_reason(error)
                return [self._ask(window)]
        self._look_for_harm(window)
        try:
            return [self._ask(window)]
        except LostError:  # no page by itself, but all of them together
            middle = (window.start + window.stop) // 2
            halves = Window(window.start, middle), Window(middle, window.stop)
            return [part for half in halves for part in self._read_window(half)]

    def _ask(self, window: Window) -> Part:
        seen = range(window.start - 1, window.stop + 1)
        known = Known(
            self._told,
            {index: self._recognised[index] for index in seen if index in self._recognised},
            {index: self._unrecognised[index] for index in seen if index in self._unrecognised},
            {index: self._harmful[index] for index in seen if index in self._harmful},
        )
        return self._run(tasks.read, self._path, self._document, window, known)

    def _look_for_harm(self, window: Window) -> None:
        """Try each page that a window sees by itself, and note those that end their process."""
        for index in range(max(0, window.start - 1), min(self._count, window.stop + 1)):
            if index in self._harmful:
                continue
            if time.monotonic() > self._deadline:
                self._harmful[index] = "Le temps accordé au document est épuisé."
                continue
            try:
                self._run(tasks.try_page, self._path, index)
            except LostError as error:
                self._harmful[index] = _page_reason(error)

    def _recognise_all(self, wanted: list[int]) -> None:
        title = f"OCR : {self._document.title}"
        with ThreadPoolExecutor(self._width) as threads:
            for done, _ in enumerate(threads.map(self._recognise, wanted), 1):
                self._events.put((title, done, len(wanted)))

    def _recognise(self, index: int) -> None:
        try:
            self._recognised[index] = found = self._run(tasks.recognise, self._path, index)
            if self._store:
                self._store.keep(self._document.sha256, index, found)
        except MissingToolError:
            return  # it was taken away meanwhile: the page goes on waiting
        except DocumentError as error:
            self._unrecognised[index] = error.message
        except LostError as error:
            self._unrecognised[index] = f"L'OCR de la page est abandonné : {error}."


def _page_reason(error: LostError) -> str:
    return f"La lecture de la page est abandonnée : {error}."


def _problems(missing: Iterable[str]) -> list[str]:
    return [f"Phrase introuvable dans le PDF : {text}" for text in missing]

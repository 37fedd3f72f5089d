"""What the processes that read documents are asked: each call is one bounded piece of work.

Pages travel packed: between processes, and until they are written, they take little room.
"""

from __future__ import annotations

import pickle
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.fiche import FICHES, fiche_sentences
from corpus.pdfium import open_pdf
from corpus.record import PageState, RecordedPage
from ingest import ocr, pages, windows
from ingest.confinement import allow_seconds
from ingest.pages import FirstLook
from ingest.passages import cut_passages
from ingest.reading import PageState as ReadState
from ingest.reading import ReadPage, Told
from ingest.references import with_references
from ingest.second import SECOND
from ingest.windows import Aids, Known, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corpus.types import Document, Page, Passage
    from ingest.recognised import Recognised

PAGE_SECONDS: Final = 12.0
"""Computing that a page may ask for; pages that are read by people ask for hundredths."""

_EACH_SECONDS: Final = 0.2  # for a page among those that are put together
_FILE_SECONDS: Final = 20.0  # for what a file tells of itself, and for cutting passages


class Packed:
    """Pages held in little room: a document of thousands is never unfolded at once.

    `labels` are the printed numbers of all the pages where a window could not know them.
    """

    def __init__(self, parts: Sequence[bytes], labels: Sequence[str] = ()) -> None:
        self._parts, self._labels = parts, labels

    def __iter__(self) -> Iterator[RecordedPage]:
        for part in self._parts:
            recorded: RecordedPage
            for recorded in _unpacked(part):
                page = recorded.page
                if self._labels:
                    page = replace(page, label=self._labels[page.index])
                yield recorded._replace(page=page)


class Part(NamedTuple):
    """A window as read, packed; passages are cut at once where it is the whole document.

    `texts` are the pages without glyphs that passages are cut from later, where it is not.
    """

    window: Window
    pages: bytes
    states: list[PageState]
    folios: tuple[str | None, ...]
    for_ocr: tuple[int, ...]
    texts: bytes
    passages: list[Passage]
    missing: list[str]


def count_pages(path: Path) -> int:
    """How many pages a file has; one that is no readable PDF is refused here."""
    allow_seconds(_FILE_SECONDS)
    return pages.count_pages(path)


def first_look(path: Path) -> FirstLook:
    """What tells which document a file is."""
    allow_seconds(PAGE_SECONDS)
    return pages.first_look(path)


def tell(path: Path, count: int) -> Told:
    """What a file tells of itself."""
    allow_seconds(_FILE_SECONDS)
    return pages.tell(path, count)


def try_page(path: Path, index: int) -> None:
    """Find out whether a page ends the process that reads it."""
    allow_seconds(PAGE_SECONDS)
    with open_pdf(path) as pdf:
        windows.try_page(pdf, index, pages.second_reader(path))


def recognise(path: Path, index: int) -> Recognised:
    """Read the picture of a page."""
    allow_seconds(PAGE_SECONDS)
    return ocr.recognise(path, index)


def read(path: Path, document: Document, window: Window, known: Known) -> Part:
    """Read a window of a document."""
    with open_pdf(path) as pdf:
        aids = Aids(_allow, pages.second_reader(path))
        part = windows.read_window(pdf, document.id, window, known, aids)
    found, texts = [item.page for item in part.pages], b""
    passages: list[Passage] = []
    missing: list[str] = []
    if part.folios:
        texts = _packed([_without_glyphs(item) for item in part.pages])
    else:
        allow_seconds(_FILE_SECONDS)
        passages = list(cut_passages(document.id, part.pages, own=document.own))
        found, missing = _with_references(document, found)
    recorded = [
        RecordedPage(page, _state(item), item.reason)
        for page, item in zip(found, part.pages, strict=True)
    ]
    states = [PageState(r.page.index, r.page.label, r.state, r.reason) for r in recorded]
    return Part(
        window,
        _packed(recorded),
        states,
        part.folios,
        part.for_ocr,
        texts,
        passages,
        missing,
    )


def _allow(pages_at_once: int) -> None:
    allow_seconds(PAGE_SECONDS + _EACH_SECONDS * pages_at_once)


def _state(item: ReadPage) -> str:
    if item.reason == SECOND:
        return "second"
    recognised = item.state is ReadState.READ and item.page.ocr_confidence is not None
    return "recognised" if recognised else str(item.state)


def _with_references(document: Document, found: list[Page]) -> tuple[list[Page], list[str]]:
    source = FICHES / f"{document.id}.md"
    if not document.own or not source.is_file():
        return found, []
    return with_references(found, fiche_sentences(source))


def cut(document: Document, texts: Sequence[bytes], labels: Sequence[str]) -> list[Passage]:
    """The passages of a document that was read in several parts."""
    allow_seconds(_FILE_SECONDS + _EACH_SECONDS * len(labels))
    read = [item for part in texts for item in _unpacked(part)]
    named = [
        replace(item, page=replace(item.page, label=label))
        for item, label in zip(read, labels, strict=True)
    ]
    return list(cut_passages(document.id, named, own=document.own))


def _without_glyphs(item: ReadPage) -> ReadPage:
    return replace(item, page=replace(item.page, glyphs=()))


def _packed(items: Sequence[RecordedPage] | Sequence[ReadPage]) -> bytes:
    return zlib.compress(pickle.dumps(items, pickle.HIGHEST_PROTOCOL), level=1)


def _unpacked(part: bytes) -> list[Any]:
    found: list[Any] = pickle.loads(zlib.decompress(part))  # noqa: S301 — our own processes wrote it
    return found

"""A long document is read in windows, side by side and in bounded memory.

What is known of the whole (furniture, words, looks) is known of the window; it has hundreds of
pages, more than most documents. It sees one page beyond each end, for the word that a page break
cuts in two.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.furniture import find_furniture
from ingest.legibility import is_garbled, known_words
from ingest.lines import Line, RawPage
from ingest.reading import PageState, ReadPage, Told, compose, printed_labels, read_raw
from ingest.recognised import as_raw_pages
from ingest.second import SECOND, second_opinion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from corpus.pdfium import PdfFile
    from ingest.recognised import Recognised

MORE: Final = "Une image couvre la page : l'OCR peut y trouver d'autre texte."
"""The reason of a page that was read, and may say more than its text does."""

_LARGEST: Final = 250  # pages
_COVERED: Final = 0.5  # of the page by images, or
_DRAWN: Final = 3000  # segments of paths; with so much drawn, and
_FEW_WORDS: Final = 40  # at most, a page may say more than its text
_MORE_WORDS: Final = 1.5  # times as many: then OCR reads more
_NO_TEXT: Final = "L'OCR n'y trouve aucun texte."


class Window(NamedTuple):
    """The pages `start` to `stop`, excluded, counted from 0 in the file."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file before its pages are read.

    What it tells of itself; of some pages, by index: what OCR reads on them, why OCR failed, or why
    they must not be opened again.
    """

    told: Told
    recognised: Mapping[int, Recognised] = field(default_factory=dict)
    unrecognised: Mapping[int, str] = field(default_factory=dict)
    harmful: Mapping[int, str] = field(default_factory=dict)


class Part(NamedTuple):
    """The pages of a window and those that OCR may read better.

    `folios` are those printed on its pages (None: none); none are given for a whole document, whose
    labels are settled already.
    """

    pages: tuple[ReadPage, ...]
    folios: tuple[str | None, ...]
    for_ocr: tuple[int, ...]


class Aids(NamedTuple):
    """What helps to read: `on_step` is told before each step how many pages it bears on.

    `ask` gives another reader's text of a page, by index, where pdfium's makes no sense.
    """

    on_step: Callable[[int], object] = lambda _pages: None
    ask: Callable[[int], str] = lambda _index: ""


def windows(count: int) -> list[Window]:
    """The windows of a file of `count` pages, about equal."""
    number = -(-count // _LARGEST)
    ends = [count * end // number for end in range(number + 1)]
    return [Window(start, stop) for start, stop in pairwise(ends)]


def read_window(
    pdf: PdfFile, document_id: str, window: Window, known: Known, aids: Aids | None = None
) -> Part:
    """Read the pages of a window."""
    on_step, ask = aids or Aids()
    low, high = max(0, window.start - 1), min(pdf.page_count, window.stop + 1)
    native = {}
    for index in range(low, high):
        on_step(1)
        native[index] = _raw(pdf, index, known, ask)
    taken = native | _better(native, known)
    raws = [replace(page, index=number) for number, page in enumerate(taken.values())]
    on_step(len(raws))
    told = known.told
    outline = [entry._replace(page=entry.page - low) for entry in told.outline]
    here = Told(told.title, told.labels[low:high], tuple(outline))
    composed = compose(document_id, raws, here)[window.start - low : window.stop - low]
    whole = window == (0, pdf.page_count)
    folios = [] if whole else find_furniture(raws).folios[window.start - low : window.stop - low]
    pages = tuple(
        _accounted(item, index, native[index], taken[index], known)
        for index, item in enumerate(composed, window.start)
    )
    tried = known.recognised.keys() | known.unrecognised.keys()
    awaiting = [item for item in pages if item.state is PageState.WAITING or item.reason == MORE]
    for_ocr = (item.page.index for item in awaiting)
    return Part(pages, tuple(folios), tuple(index for index in for_ocr if index not in tried))


def try_page(pdf: PdfFile, index: int, ask: Callable[[int], str]) -> None:
    """Do with one page alone what is done with a window of them."""
    page = replace(_legible(read_raw(pdf, index), ask), index=0)
    compose("", [page], Told("", [None], ()))


def relabelled(told: Told, folios: Iterable[str | None]) -> list[str]:
    """The printed number of each page of a document read in several windows."""
    return printed_labels(told.labels, list(folios))


def _raw(pdf: PdfFile, index: int, known: Known, ask: Callable[[int], str]) -> RawPage:
    if index in known.harmful:
        return RawPage(index, 0, 0, [], (), failure=known.harmful[index])
    return _legible(read_raw(pdf, index), ask)


def _legible(page: RawPage, ask: Callable[[int], str]) -> RawPage:
    """A page whose text makes sense, if a reader finds some; else it is told to be unreadable."""
    if is_garbled(_text(page)):
        page.unreadable = 1.0
    return second_opinion(page, ask)


def _better(native: Mapping[int, RawPage], known: Known) -> dict[int, RawPage]:
    """The pages on which OCR reads more than the file tells."""
    found = as_raw_pages({i: known.recognised[i] for i in native if i in known.recognised})
    return {
        index: _together(native[index], page)
        for index, page in found.items()
        if not native[index].lines
        or native[index].unreadable == 1.0
        or known_words(_text(page)) > _MORE_WORDS * known_words(_text(native[index]))
    }


def _together(native: RawPage, found: RawPage) -> RawPage:
    """What the file tells, if it makes sense, and what OCR reads elsewhere on the page."""
    if not native.lines or native.unreadable == 1.0 or native.angle != found.angle:
        return found
    elsewhere = [
        line
        for line in found.lines
        if known_words(line.text) and not any(_overlap(line, other) for other in native.lines)
    ]
    return replace(native, lines=[*native.lines, *elsewhere], pictured=False)


def _overlap(line: Line, other: Line) -> bool:
    """Whether two lines share more than their edges."""
    wide = min(line.right, other.right) - max(line.left, other.left)
    high = min(line.bottom, other.bottom) - max(line.top, other.top)
    return wide > 0 and high > 0.3 * min(line.size, other.size)


def _accounted(
    item: ReadPage, index: int, native: RawPage, taken: RawPage, known: Known
) -> ReadPage:
    """A page under its own index, with what OCR had to do with it."""
    page, state, reason = replace(item.page, index=index), item.state, item.reason
    if taken is not native:
        page = replace(page, ocr_confidence=known.recognised[index].confidence)
    if index in known.recognised and state in {PageState.EMPTY, PageState.WAITING}:
        state, reason = PageState.EMPTY, _NO_TEXT
    elif index in known.unrecognised and state is PageState.WAITING:
        state, reason = PageState.FAILED, known.unrecognised[index]
    elif state is PageState.READ and taken is native and native.unplaced:
        reason = SECOND
    elif state is PageState.READ and taken is native and _may_say_more(native):
        reason = "" if index in known.recognised or index in known.unrecognised else MORE
    return ReadPage(page, item.blocks, state, reason)


def _may_say_more(page: RawPage) -> bool:
    """Whether a page with few words is covered by images, or by what may be letters as curves."""
    images = (shape.box for shape in page.shapes if shape.kind == "image")
    area = sum((box.right - box.left) * (box.bottom - box.top) for box in images)
    drawn = sum(shape.segments for shape in page.shapes) > _DRAWN
    covered = area > _COVERED * page.width * page.height
    return (drawn or covered) and known_words(_text(page)) <= _FEW_WORDS


def _text(page: RawPage) -> str:
    return "\n".join(line.text for line in page.lines)

"""The gold set read by several readers, ours and the libraries by themselves.

Ingestion is not imported here: whoever calls hands over how pages are read.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.page_view import Place, fingerprint, quote_lines
from corpus.letters import find_quote
from corpus.types import Page
from evals.reading.measures import (
    intersection_over_union,
    likeness,
    reading_order,
    text_accuracy,
    whole_blocks,
)
from evals.reading.repairs import Repairs, repairs
from evals.reading.scans import SCANNED, as_scanned, scanned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.types import Box
    from evals.reading.gold import GoldDocument, GoldPage

Reader = Callable[[Path], Sequence[Page]]
"""Reads all pages of a file, in order."""

Scores = Mapping[str, "Score"]
"""What one reader got, by group: born (digital: made, others, held), scan-300, scan-150."""

MARKED: Final = 0.8
"""A quote counts as marked where its boxes overlap the true ones that much (IoU)."""


@dataclass(slots=True)
class Score:
    """What one reader got on some pages; each list has an entry for each page or quote."""

    texts: dict[str, float] = field(default_factory=dict)
    orders: list[float] = field(default_factory=list)
    blocks: dict[str, float] = field(default_factory=dict)
    physical: list[bool] = field(default_factory=list)
    printed: list[bool] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)
    repairs: Repairs = field(default_factory=Repairs)
    pages: int = 0
    seconds: float = 0.0

    def __add__(self, other: Score) -> Score:
        """Both together."""
        return Score(
            self.texts | other.texts,
            self.orders + other.orders,
            self.blocks | other.blocks,
            self.physical + other.physical,
            self.printed + other.printed,
            self.overlaps + other.overlaps,
            self.repairs + other.repairs,
            self.pages + other.pages,
            self.seconds + other.seconds,
        )

    @property
    def text(self) -> float:
        """1 − CER, the mean over pages."""
        return statistics.fmean(self.texts.values()) if self.texts else 0.0

    @property
    def order(self) -> float:
        """Kendall's tau, the mean over pages."""
        return statistics.fmean(self.orders) if self.orders else 0.0

    @property
    def whole(self) -> float:
        """Blocks read as one line, the mean over pages."""
        return statistics.fmean(self.blocks.values()) if self.blocks else 0.0

    @property
    def numbers(self) -> float:
        """The share of pages whose physical and printed numbers are both right."""
        right = [a and b for a, b in zip(self.physical, self.printed, strict=True)]
        return sum(right) / len(right) if right else 0.0

    @property
    def marked(self) -> float:
        """The share of quotes whose marks overlap the true boxes by `MARKED` or more."""
        return sum(iou >= MARKED for iou in self.overlaps) / max(1, len(self.overlaps))

    @property
    def speed(self) -> float:
        """Pages a second of computing on one core, all pages of the files counted."""
        return self.pages / self.seconds if self.seconds else 0.0


def measure_born(
    read: Reader, documents: Iterable[GoldDocument], places: Mapping[str, Path]
) -> dict[str, Score]:
    """What a reader makes of the documents at hand, as they are: born, made, others, held."""
    scores: dict[str, Score] = {"made": Score(), "others": Score(), "held": Score()}
    whole = Score()
    for document in documents:
        if document.id not in places:
            continue
        pages = _timed(read, places[document.id], whole)
        for gold in document.pages:
            group = "held" if gold.held else "made" if document.made else "others"
            _measure_page(document, gold, pages, scores[group])
    for score in scores.values():
        whole += score
    return {"born": whole} | {name: score for name, score in scores.items() if score.texts}


def measure_scans(
    read: Reader, documents: Iterable[GoldDocument], places: Mapping[str, Path], dots: int
) -> Score:
    """What a reader makes of pictures of made pages, at `dots` an inch."""
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        for document in documents:
            if document.id in SCANNED:
                id_, path = scanned(document, places[document.id], Path(folder), dots)
                scan = as_scanned(document, id_)
                pages = _timed(read, path, score)
                for gold in scan.pages:
                    _measure_page(scan, gold, pages, score)
    return score


def _timed(read: Reader, path: Path, score: Score) -> Sequence[Page]:
    started = time.process_time()
    pages = read(path)
    score.seconds += time.process_time() - started
    score.pages += len(pages)
    return pages


def _measure_page(
    document: GoldDocument, gold: GoldPage, pages: Sequence[Page], score: Score
) -> None:
    page = next((page for page in pages if page.number == gold.number), None)
    if page is None:
        page = Page(document.id, gold.number - 1, "", "")
    if gold.ends is None:
        name = f"{document.id}, {gold.number}"
        score.texts[name] = text_accuracy(gold, page.text)
        score.blocks[name] = whole_blocks(gold, page.text)
        order = reading_order(gold, page.text)
        if order is not None:
            score.orders.append(order)
        nearest = max(pages, key=lambda other: likeness(gold, other.text), default=page)
        score.physical.append(nearest.number == gold.number)
        score.printed.append(_same_label(gold.label, page.label))
    else:
        score.repairs += repairs(gold.text, gold.ends, page.text, lossy="ligatures" in document.id)
    score.overlaps.extend(
        intersection_over_union(_marks(page, quote.text), quote.boxes) for quote in gold.quotes
    )


def _same_label(wanted: str, given: str) -> bool:
    return wanted == given.strip("[]").replace("–", "-")


def _marks(page: Page, quote: str) -> Sequence[Box]:
    found = find_quote(quote, page.text)
    if found is None:
        return ()
    start, end = found
    check = fingerprint(page.text[start:end])
    return quote_lines(page, Place(page.document_id, page.index, start, end, check))

"""What a generation holds of its documents comes back as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.record import Record, RecordedPage
from corpus.types import Box, Document, GlyphRun, Page, Reference

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = Document("ge", "Le GE", "Éditeur", sha256="abc")


@pytest.mark.parametrize("confidence", [None, 0.0, 0.8732])
def test_a_page_comes_back_whole(tmp_path: Path, confidence: float | None) -> None:
    page = Page(
        "ge",
        3,
        "iv",
        "Un GE recrute.",
        (GlyphRun(0, 2, Box(1, 2, 3, 4)),),
        (Reference(0, 5, ("L1253-1",)),),
        confidence,
    )
    record = Record(tmp_path / "record.sqlite", create=True)
    record.add(DOCUMENT, [RecordedPage(page, "recognised", "")], [])
    assert record.page("ge", 3) == page
    assert [recorded.page for recorded in record.pages("ge")] == [page]


def test_pages_that_wait_for_ocr_are_counted_by_document(tmp_path: Path) -> None:
    record = Record(tmp_path / "record.sqlite", create=True)
    states = ("waiting", "read", "waiting", "failed")
    pages = [RecordedPage(Page("ge", n, "", ""), state, "") for n, state in enumerate(states)]
    record.add(DOCUMENT, pages, [])
    assert record.waiting() == {"ge": 2}

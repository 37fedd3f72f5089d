"""Pages as the two libraries give them by themselves, with nothing of ours around them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pypdf
import pypdfium2

from corpus.types import Box, GlyphRun, Page

if TYPE_CHECKING:
    from pathlib import Path


def pypdf_pages(path: Path) -> list[Page]:
    """pypdf: `extract_text()` of each page, and the file's page labels."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    reader = pypdf.PdfReader(path)
    labels = reader.page_labels
    return [
        Page(path.stem, index, labels[index], page.extract_text())
        for index, page in enumerate(reader.pages)
    ]


def pdfium_pages(path: Path) -> list[Page]:
    """pypdfium2: the text of each page in the order of the file, with the box of each character."""
    pages = []
    with pypdfium2.PdfDocument(path) as pdf:
        for index, page in enumerate(pdf):
            height = page.get_height()
            text_page = page.get_textpage()
            text = text_page.get_text_range()
            glyphs = []
            if len(text) == text_page.count_chars():
                for number in range(len(text)):
                    left, bottom, right, top = text_page.get_charbox(number, loose=True)
                    box = Box(left, height - top, right, height - bottom)
                    glyphs.append(GlyphRun(number, number + 1, box))
            label = pdf.get_page_label(index) or str(index + 1)
            pages.append(Page(path.stem, index, label, text, tuple(glyphs)))
    return pages

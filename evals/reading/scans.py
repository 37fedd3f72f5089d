"""Made pages as a scanner gives them: pictures at some resolution, with nothing of their text."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from corpus.pdfium import open_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from evals.reading.gold import GoldDocument

SCANNED: Final = ("colonnes", "encadres", "notes", "convention", "rapport")
"""The documents whose pages are also read as scans: columns, boxes, notes, articles, folios."""

_POINTS: Final = 72.0  # an inch


def scanned(document: GoldDocument, path: Path, folder: Path, dots: int) -> tuple[str, Path]:
    """A PDF of pictures of the pages of a document, at `dots` an inch: its id, its place.

    The pictures are grey and compressed as JPEG, as scanners do.
    """
    from PIL import Image  # noqa: PLC0415 — heavy

    pictures = []
    with open_pdf(path) as pdf:
        for index in range(pdf.page_count):
            drawn = pdf.image(index, dots / _POINTS)
            with Image.open(io.BytesIO(drawn.png)) as picture:
                pictures.append(picture.convert("L"))
    target = folder / f"{document.id}-{dots}.pdf"
    pictures[0].save(target, "PDF", save_all=True, append_images=pictures[1:], resolution=dots)
    return target.stem, target


def as_scanned(document: GoldDocument, id_: str) -> GoldDocument:
    """What a person reads on the scan of a document; no quotes, for their boxes may shift a little.

    A scan tells no page labels of its own: only the number on the page counts.
    """
    pages = tuple(replace(page, quotes=(), ends=None) for page in document.pages)
    return replace(document, id=id_, pages=pages)

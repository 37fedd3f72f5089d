"""PDF → pages: clean text in reading order with its blocks, boxes and printed page numbers.

The one home of pypdf, which gives what the file says of itself (page labels, outline, title);
glyphs come from pdfium.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.errors import DocumentError
from corpus.pdfium import open_pdf
from ingest.cleaning import clean_characters
from ingest.reading import (
    Block,
    OutlineEntry,
    PageState,
    Reading,
    ReadPage,
    Told,
    read_raw,
)
from ingest.windows import Aids, Known, Window, read_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.pdfium import PdfFile

__all__ = [
    "Block",
    "FirstLook",
    "OutlineEntry",
    "PageState",
    "ReadPage",
    "Reading",
    "count_pages",
    "first_look",
    "read_document",
    "second_reader",
    "tell",
]

_HEADER_WITHIN: Final = 1024  # bytes: where "%PDF" must stand
_TRAILER_WITHIN: Final = 4096  # bytes: where the end of the file must tell itself
_TITLE_OF_NONE: Final = ("untitled", "sans titre", "document1", "microsoft word")
_DEEPEST_OUTLINE: Final = 8


def read_document(path: Path, document_id: str) -> Reading:
    """Read every page of a PDF at once, in this process, without OCR.

    Raises:
        DocumentError: as `count_pages`; a single bad page raises nothing and is told in its state.
        EncryptedError: it asks for a password.
    """
    count = count_pages(path)
    told = tell(path, count)
    with open_pdf(path) as pdf:
        aids = Aids(ask=second_reader(path))
        part = read_window(pdf, document_id, Window(0, count), Known(told), aids)
    return Reading(part.pages, told.title, told.outline)


def count_pages(path: Path) -> int:
    """How many pages a PDF has, at least one; none of them is read.

    Raises:
        DocumentError: it is missing, empty, no PDF, cut short, damaged or without a page.
        EncryptedError: it asks for a password.
    """
    _check_bytes(path)
    with open_pdf(path) as pdf:
        _check_pages(path, pdf)
        return pdf.page_count


class FirstLook(NamedTuple):
    """What tells which document a file is: its own title, the words of its first page."""

    title: str
    text: str


def first_look(path: Path) -> FirstLook:
    """The document's own title ("" when it gives none) and its first page, from top to bottom.

    Raises:
        DocumentError: as `count_pages`.
        EncryptedError: it asks for a password.
    """
    _check_bytes(path)
    with open_pdf(path) as pdf:
        _check_pages(path, pdf)
        lines = sorted(read_raw(pdf, 0).lines, key=lambda line: (line.top, line.left))
    return FirstLook(tell(path, 0).title, "\n".join(line.text for line in lines))


# --- the file -----------------------------------------------------------------------------------


def _check_bytes(path: Path) -> None:
    again = "Téléchargez-le à nouveau, puis relancez."
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEADER_WITHIN)
            file.seek(max(0, size - _TRAILER_WITHIN))
            tail = file.read()
    except FileNotFoundError as error:
        raise DocumentError(
            f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin, puis relancez."
        ) from error
    except OSError as error:
        raise DocumentError(
            f"Le fichier « {path} » ne peut pas être lu ({error.strerror}).",
            "Vérifiez que c'est un fichier et que vous avez le droit de le lire.",
        ) from error
    if not size:
        raise DocumentError(f"Le fichier « {path.name} » est vide.", again)
    if b"%PDF" not in head:
        raise DocumentError(
            f"« {path.name} » n'est pas un PDF.",
            "Enregistrez le document au format PDF, puis ajoutez ce PDF.",
        )
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise DocumentError(f"« {path.name} » est tronqué : sa fin manque.", again)


def _check_pages(path: Path, pdf: PdfFile) -> None:
    if not pdf.page_count:
        raise DocumentError(
            f"« {path.name} » ne contient aucune page.",
            "Réenregistrez le document au format PDF, puis relancez.",
        )


# --- a second reader ------------------------------------------------------------------------------


def second_reader(path: Path) -> Callable[[int], str]:
    """Gives pypdf's text of a page, by index; "" where it fails, or counts other pages.

    The file is opened when it is first asked.
    """

    @cache
    def opened() -> Any:
        import pypdf  # noqa: PLC0415 — heavy

        logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells of each repair it makes
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        return reader if len(reader.pages) == count_pages(path) else None

    def read(index: int) -> str:
        try:
            reader = opened()
            return str(reader.pages[index].extract_text()) if reader else ""
        except Exception:  # a foreign parser on foreign bytes raises anything
            logging.getLogger(__name__).info("no second reading: %s", path.name, exc_info=True)
            return ""

    return read


# --- what the file says of itself -----------------------------------------------------------------


def tell(path: Path, count: int) -> Told:
    """Title, page labels and outline of a file of `count` pages, as far as they can be read.

    They are a help, not a condition: where pypdf fails on a damaged file, there are none.
    """
    import pypdf  # noqa: PLC0415 — heavy

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells of each repair it makes
    title = ""
    labels: list[str | None] = [None] * count
    outline: tuple[OutlineEntry, ...] = ()
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        title = _own_title(reader)
        labels = _labels(reader, count)
        outline = tuple(_outline(reader, reader.outline, 1))
    except Exception:  # a foreign parser on foreign bytes raises anything
        logging.getLogger(__name__).info("no labels or outline: %s", path.name, exc_info=True)
    return Told(title, labels, outline)


def _own_title(reader: Any) -> str:
    told = reader.metadata.title if reader.metadata else None
    title = " ".join(clean_characters(str(told or "")).split())
    lower = title.lower()
    if lower.startswith(_TITLE_OF_NONE) or lower.endswith((".doc", ".docx")):
        return ""
    return title


def _labels(reader: Any, count: int) -> list[str | None]:
    if "/PageLabels" not in reader.trailer["/Root"]:
        return [None] * count
    labels = [" ".join(clean_characters(str(label)).split()) for label in reader.page_labels]
    if labels == [str(number) for number in range(1, len(labels) + 1)]:
        return [None] * count  # what every producer writes; a folio on the page knows better
    return [label or None for label in [*labels, *([""] * count)][:count]]


def _outline(reader: Any, entries: Any, level: int) -> list[OutlineEntry]:
    found: list[OutlineEntry] = []
    for entry in entries:
        if isinstance(entry, list):
            if level < _DEEPEST_OUTLINE:
                found.extend(_outline(reader, entry, level + 1))
            continue
        page = reader.get_destination_page_number(entry)
        title = " ".join(clean_characters(str(entry.title or "")).split())
        if title and page is not None and page >= 0:
            found.append(OutlineEntry(title, level, page))
    return found

"""The one home of pypdfium2: page images, glyphs with their boxes, and the shapes behind them.

pdfium is not thread-safe: every call is made under one lock of this module. Coordinates are those
of the displayed page (crop and rotation applied), in points, origin at the top left.
"""

from __future__ import annotations

import io
import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.errors import DocumentError, EncryptedError
from corpus.pdf_content import Display, Glyph, Shape, Style, read_glyphs, read_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Glyph",
    "PageImage",
    "PdfFile",
    "Shape",
    "Sheet",
    "Style",
    "open_pdf",
    "render_page",
]

_LOCK: Final = threading.RLock()
_MAX_PIXELS: Final = 40_000_000  # a page ten metres wide is drawn smaller, not in gigabytes
_PASSWORD_ERROR = 4


class Sheet(NamedTuple):
    """A page as pdfium sees it: its displayed size in points, its glyphs in file order, shapes."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    shapes: tuple[Shape, ...]


class PageImage(NamedTuple):
    """A page drawn as PNG, with the displayed size of the page in points."""

    png: bytes
    width: float
    height: float


@contextmanager
def open_pdf(path: Path) -> Iterator[PdfFile]:
    """Open a PDF, with the empty password where it asks for one.

    Raises:
        DocumentError: the file is missing or damaged beyond repair.
        EncryptedError: it asks for a password.
    """
    import pypdfium2  # noqa: PLC0415 — heavy

    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(path)
        except FileNotFoundError as error:
            raise DocumentError(
                f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin, puis relancez."
            ) from error
        except (pypdfium2.PdfiumError, OSError) as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise EncryptedError(
                    f"« {path.name} » est protégé par un mot de passe.",
                    "Enregistrez-en une copie sans mot de passe, puis ajoutez cette copie.",
                ) from error
            raise DocumentError(
                f"« {path.name} » ne s'ouvre pas comme un PDF : le fichier est abîmé.",
                "Téléchargez-le à nouveau, ou réenregistrez-le depuis un lecteur de PDF.",
            ) from error
    try:
        yield PdfFile(path, pdf)
    finally:
        with _LOCK:
            pdf.close()


def render_page(path: Path, index: int, *, scale: float = 2.0) -> PageImage:
    """Draw the page of that index; at scale 1 a point is a pixel (huge pages are drawn smaller).

    Raises:
        DocumentError: the file or the page cannot be read, or there is no such page.
    """
    with open_pdf(path) as pdf:
        return pdf.image(index, scale)


class PdfFile:
    """An open PDF; made by `open_pdf`."""

    def __init__(self, path: Path, pdf: Any) -> None:
        self._path = path
        self._pdf = pdf
        with _LOCK:
            self.page_count: int = len(pdf)

    def image(self, index: int, scale: float, *, grey: bool = False) -> PageImage:
        """Draw a page; in shades of grey, as OCR takes it, it is quickly compressed.

        Raises:
            DocumentError: the page cannot be read, or there is no such page.
        """
        with _LOCK, self._page(index) as page:
            width, height = page.get_size()
            bounded = min(scale, math.sqrt(_MAX_PIXELS / max(width * height, 1.0)))
            bitmap = page.render(scale=bounded, grayscale=grey)
            drawn = io.BytesIO()
            bitmap.to_pil().save(drawn, format="PNG", compress_level=1 if grey else 6)
            bitmap.close()
        return PageImage(drawn.getvalue(), width, height)

    def sheet(self, index: int) -> Sheet:
        """The glyphs and shapes of a page.

        Raises:
            DocumentError: the page cannot be read, or there is no such page.
        """
        from pypdfium2 import raw  # noqa: PLC0415 — heavy

        with _LOCK, self._page(index) as page:
            width, height = page.get_size()
            display = Display(page)
            text = page.get_textpage()
            try:
                glyphs = tuple(read_glyphs(text.raw, display, raw))
            finally:
                text.close()
            return Sheet(width, height, glyphs, tuple(read_shapes(page.raw, display, raw)))

    @contextmanager
    def _page(self, index: int) -> Iterator[Any]:
        import pypdfium2  # noqa: PLC0415 — heavy

        if not 0 <= index < self.page_count:
            raise DocumentError(
                f"« {self._path.name} » n'a pas de page {index + 1} (sur {self.page_count}).",
                "Choisissez une page du document.",
            )
        try:
            page = self._pdf[index]
        except pypdfium2.PdfiumError as error:
            raise DocumentError(
                f"La page {index + 1} de « {self._path.name} » ne peut pas être lue.",
                "Réenregistrez le fichier depuis un lecteur de PDF, puis relancez.",
            ) from error
        try:
            yield page
        except (pypdfium2.PdfiumError, MemoryError) as error:
            raise DocumentError(
                f"La page {index + 1} de « {self._path.name} » ne peut pas être lue ({error}).",
                "Réenregistrez le fichier depuis un lecteur de PDF, puis relancez.",
            ) from error
        finally:
            page.close()

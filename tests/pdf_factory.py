"""Makes the PDFs that tests read: typeset by typst, drawn glyph by glyph, scanned, damaged."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdf
import typst
from PIL import Image, ImageDraw
from pypdf.constants import PageLabelStyle
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

A4 = (595.0, 842.0)
LOREM = (
    "Une structure qui coopère garde son autonomie et partage une partie de ses moyens. "
    "Les membres décident ensemble de ce qui est mis en commun et de la façon de le payer. "
    "Chaque année, le comité de pilotage relit la convention et propose ce qui doit changer."
)


def typst_pdf(path: Path, source: str) -> Path:
    """A PDF of typst source, with the fonts that typst brings."""
    path.write_bytes(typst.compile(source.encode(), ignore_system_fonts=True))
    return path


def text_pdf(path: Path, *pages: str) -> Path:
    """A PDF with one page for each text."""
    escaped = [re.sub(r"([\\#*_`$@<\[\]~])", r"\\\1", page) for page in pages]
    return typst_pdf(path, '#set text(lang: "fr")\n' + "\n#pagebreak()\n".join(escaped))


_TWO_BYTES = re.compile(rb"(<[0-9A-F]{4}>\s+)<00([0-9A-F]{2})>")


def one_byte_pdf(path: Path, source: Path) -> Path:
    """A copy of a typst PDF whose fonts tell each character in one byte, as some printers write.

    A character is told in two: pdfium then finds none, pypdf forgives.
    """
    writer = pypdf.PdfWriter(clone_from=source)
    for page in writer.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            table = font.get_object()["/ToUnicode"].get_object()
            table.set_data(_TWO_BYTES.sub(rb"\1<\2>", table.get_data()))
    writer.write(path)
    return path


def encrypted_pdf(path: Path, password: str) -> Path:
    """A PDF that asks for the password; for "" it opens without, but is encrypted."""
    writer = pypdf.PdfWriter(text_pdf(path, "Un secret bien gardé par le rucher."))
    writer.encrypt(password, owner_password="propriétaire", algorithm="AES-256")  # noqa: S106
    writer.write(path)
    return path


def image_pdf(path: Path, *, pages: int = 1) -> Path:
    """A PDF whose pages are pictures, as a scanner makes them."""
    pictures = []
    for number in range(pages):
        picture = Image.new("RGB", (620, 877), "white")
        ImageDraw.Draw(picture).text((60, 80), f"Page {number + 1} : une image de texte", "black")
        pictures.append(picture)
    pictures[0].save(path, "PDF", save_all=True, append_images=pictures[1:])
    return path


def blank_pdf(path: Path, *, pages: int = 1) -> Path:
    """A PDF with nothing on its pages."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(*A4)
    writer.write(path)
    return path


def rotated_pdf(path: Path, source: Path, angle: int) -> Path:
    """A copy whose pages are shown turned clockwise, by a multiple of 90 degrees."""
    writer = pypdf.PdfWriter(source)
    for page in writer.pages:
        page.rotate(angle)
    writer.write(path)
    return path


def labelled_pdf(path: Path, source: Path, *, prefix: str, start: int) -> Path:
    """A copy whose file says that its pages are numbered with a prefix, from a number."""
    writer = pypdf.PdfWriter(source)
    writer.set_page_label(
        0, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, prefix=prefix, start=start
    )
    writer.write(path)
    return path


class Drawn(NamedTuple):
    """A string of Helvetica at a place of the page, in points from its left and its top."""

    x: float
    y: float
    text: str
    size: float = 10.0


def drawn_pdf(
    path: Path, *pages: Sequence[Drawn], size: tuple[float, float] = A4, graphics: str = ""
) -> Path:
    """A PDF whose strings stand exactly where they are told, in that order in the file.

    `graphics` are PDF operators drawn first on each page. Helvetica has no kerning here, and the
    characters of Windows-1252.
    """
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for strings in pages:
        page = writer.add_blank_page(*size)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = io.BytesIO()
        content.write(f"{graphics}\n".encode())
        for string in strings:
            text = re.sub(rb"([\\()])", rb"\\\1", string.text.encode("cp1252"))
            place = f"BT /F1 {string.size} Tf 1 0 0 1 {string.x} {size[1] - string.y} Tm (".encode()
            content.write(place + text + b") Tj ET\n")
        stream = DecodedStreamObject()
        stream.set_data(content.getvalue())
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    return path

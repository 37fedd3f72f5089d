"""Makes PDFs whose text must be recognised: pictures, drawings, letters that mean others."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pypdf
import typst
from PIL import Image
from pypdf.generic import DecodedStreamObject, NameObject

if TYPE_CHECKING:
    from pathlib import Path

PAPER = '#set page("a5")\n#set text(11pt, lang: "fr")\n#set par(justify: true)\n'


def pictures(*pages: str, dots: int) -> list[Image.Image]:
    """Pages of typst source drawn at so many dots an inch, in shades of grey."""
    source = PAPER + "\n#pagebreak()\n".join(pages)
    drawn: Any = typst.compile(
        source.encode(), format="png", ppi=float(dots), ignore_system_fonts=True
    )
    pngs = [drawn] if isinstance(drawn, bytes) else drawn  # one page comes by itself
    return [Image.open(io.BytesIO(png)).convert("L") for png in pngs]


def scanned_pdf(path: Path, *pages: str, dots: int = 150, turned: int = 0) -> Path:
    """A scan of pages, each laid on the glass turned clockwise by so many degrees."""
    scans = [page.rotate(-turned, expand=True) for page in pictures(*pages, dots=dots)]
    scans[0].save(path, "PDF", save_all=True, append_images=scans[1:], resolution=dots)
    return path


def two_up_pdf(path: Path, left: str, right: str, *, dots: int = 150) -> Path:
    """A scan of an open book: two pages side by side on one."""
    first, second = pictures(left, right, dots=dots)
    both = Image.new("L", (first.width + second.width, first.height), 255)
    both.paste(first, (0, 0))
    both.paste(second, (first.width, 0))
    both.save(path, "PDF", resolution=dots)
    return path


def stamped_pdf(path: Path, scan: Path, stamp: str) -> Path:
    """A scan over which a program has written a line of text."""
    writer = pypdf.PdfWriter(scan)
    over = typst.compile(
        f'#set page("a5", fill: none, margin: 5mm)\n{stamp}'.encode(), ignore_system_fonts=True
    )
    assert isinstance(over, bytes)
    stamped = pypdf.PdfReader(io.BytesIO(over)).pages[0]
    for page in writer.pages:
        page.merge_page(stamped)
    writer.write(path)
    return path


def drawn_pdf(path: Path, page: str, *, dots: int = 200) -> Path:
    """A page whose letters are drawings: each run of ink is a filled path."""
    (image,) = pictures(page, dots=dots)
    scale = 72 / dots
    operators = [f"{scale} 0 0 {-scale} 0 {image.height * scale} cm"]
    ink = image.point(lambda level: level < 128 and 255).tobytes()
    for y in range(image.height):
        row = ink[y * image.width : (y + 1) * image.width]
        runs = (run.span() for run in re.finditer(rb"\xff+", row))
        operators.extend(f"{start} {y} {end - start} 1 re" for start, end in runs)
    writer = pypdf.PdfWriter()
    sheet = writer.add_blank_page(image.width * scale, image.height * scale)
    stream = DecodedStreamObject()
    stream.set_data("\n".join([*operators, "f"]).encode())
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)
    return path


_CODE = re.compile(rb"(<[0-9a-fA-F]+>\s*)<(00[4-7][0-9a-fA-F])>")


def shifted_pdf(path: Path, source: Path) -> Path:
    """A copy that looks the same, and whose text layer says each letter as the third after it."""
    writer = pypdf.PdfWriter(clone_from=source)
    for page in writer.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            told = font.get_object()["/ToUnicode"].get_object()
            told.set_data(
                _CODE.sub(
                    lambda m: m[1] + b"<%04x>" % ((int(m[2], 16) + 3) % 0x7E), told.get_data()
                )
            )
    writer.write(path)
    return path

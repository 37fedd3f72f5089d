"""Page images and glyphs from pdfium."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from pdf_factory import A4, Drawn, drawn_pdf, encrypted_pdf, rotated_pdf, text_pdf
from PIL import Image

from corpus.errors import DocumentError, EncryptedError
from corpus.pdfium import open_pdf, render_page

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.pdfium import Glyph, Sheet


def sheet_of(path: Path, index: int = 0) -> Sheet:
    with open_pdf(path) as pdf:
        return pdf.sheet(index)


def ink_around(image: Image.Image, glyph: Glyph, scale: float) -> bool:
    left, top, right, bottom = (round(side * scale) for side in glyph[1:5])
    pixels = image.convert("L").crop((left, top, right, bottom)).tobytes()
    return min(pixels) < 128


def test_the_glyphs_spell_the_text_with_its_spaces(tmp_path: Path) -> None:
    glyphs = sheet_of(drawn_pdf(tmp_path / "a.pdf", [Drawn(72, 100, "Une fête utile")])).glyphs
    assert "".join((" " if glyph.spaced else "") + glyph.character for glyph in glyphs) == (
        "Une fête utile"
    )


def test_a_glyph_knows_its_place_size_and_baseline(tmp_path: Path) -> None:
    first = sheet_of(drawn_pdf(tmp_path / "a.pdf", [Drawn(72, 100, "Une", 14)])).glyphs[0]
    assert (first.x, first.y) == pytest.approx((72, 100))
    assert first.style.size == 14
    assert first.left == pytest.approx(72, abs=2)
    assert first.top < 100 < first.bottom


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_every_glyph_box_of_a_turned_page_holds_ink(tmp_path: Path, angle: int) -> None:
    plain = drawn_pdf(tmp_path / "a.pdf", [Drawn(72, 100, "MMMM"), Drawn(300, 700, "HHHH", 20)])
    path = rotated_pdf(tmp_path / "b.pdf", plain, angle)
    sheet, drawn = sheet_of(path), render_page(path, 0, scale=2)
    image = Image.open(io.BytesIO(drawn.png))
    assert (sheet.width, sheet.height) == (drawn.width, drawn.height)
    assert all(ink_around(image, glyph, 2) for glyph in sheet.glyphs)
    assert {glyph.style.angle for glyph in sheet.glyphs} == {angle}


def test_a_cropped_page_has_its_origin_at_the_crop(tmp_path: Path) -> None:
    import pypdf

    path = drawn_pdf(tmp_path / "a.pdf", [Drawn(172, 250, "Ici")])
    writer = pypdf.PdfWriter(path)
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((100, 200, 500, 742))
    writer.write(path)
    glyph = sheet_of(path).glyphs[0]
    assert (glyph.x, glyph.y) == pytest.approx((72, 150))


def test_shapes_tell_images_and_filled_grounds(tmp_path: Path) -> None:
    path = drawn_pdf(
        tmp_path / "a.pdf", [Drawn(72, 100, "x")], graphics="0.5 0.8 0.9 rg 50 600 200 100 re f"
    )
    (ground,) = sheet_of(path).shapes
    assert ground.kind == "path"
    assert ground.filled
    assert ground.upright
    assert ground.box == pytest.approx((50, 142, 250, 242), abs=1)


def test_a_page_is_drawn_as_png_at_the_scale_asked_for(tmp_path: Path) -> None:
    drawn = render_page(text_pdf(tmp_path / "a.pdf", "Bonjour"), 0, scale=1.5)
    image = Image.open(io.BytesIO(drawn.png))
    assert image.format == "PNG"
    assert image.width == pytest.approx(drawn.width * 1.5, abs=1)


def test_a_page_ten_metres_wide_is_drawn_within_bounds(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "a.pdf", [Drawn(72, 100, "Loin")], size=(14400, 14400))
    image = Image.open(io.BytesIO(render_page(path, 0, scale=4).png))
    assert image.width * image.height <= 40_500_000


@pytest.mark.parametrize("index", [-1, 1, 999])
def test_a_page_that_is_not_there_is_named(tmp_path: Path, index: int) -> None:
    path = text_pdf(tmp_path / "court.pdf", "Une page")
    with pytest.raises(DocumentError, match=r"court\.pdf.*sur 1"):
        render_page(path, index)


def test_a_password_is_asked_for_by_name_of_the_file(tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "secret.pdf", "sésame")
    with pytest.raises(EncryptedError, match=r"secret\.pdf"), open_pdf(path):
        pass


def test_an_empty_password_opens_without_asking(tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "ouvert.pdf", "")
    assert sheet_of(path).glyphs


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"%PDF-1.7\n%%EOF"])
def test_bytes_that_are_no_pdf_raise_our_error_only(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "abime.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=r"abime\.pdf"), open_pdf(path):
        pass


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", *("Une page de texte." for _ in range(6)))
    found: list[int] = []

    def read(index: int) -> None:
        found.append(len(sheet_of(path, index % 6).glyphs) and len(render_page(path, 0).png))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert all(found)


def test_importing_it_does_not_load_pdfium() -> None:
    code = "import sys, corpus.pdfium; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_size_is_that_of_the_displayed_page(tmp_path: Path) -> None:
    path = rotated_pdf(tmp_path / "b.pdf", drawn_pdf(tmp_path / "a.pdf", [Drawn(9, 9, "x")]), 90)
    sheet = sheet_of(path)
    assert (sheet.width, sheet.height) == pytest.approx((A4[1], A4[0]))

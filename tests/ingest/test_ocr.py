"""Pages whose text is missing or garbage: found, recognised where OCR is, accounted for."""

from __future__ import annotations

import io
import re
import stat
from typing import TYPE_CHECKING

import pytest
from pdf_factory import image_pdf, text_pdf
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein
from scan_factory import drawn_pdf, scanned_pdf, shifted_pdf, stamped_pdf, two_up_pdf

from corpus.french import plain
from corpus.library import Library
from corpus.pdfium import render_page
from corpus.types import Box, Document
from ingest import ocr
from ingest.margins import lone_marks
from ingest.ocr_store import OcrStore
from ingest.pages import PageState, read_document
from ingest.pipeline import synchronise
from ingest.readout import Content, read_all
from ingest.recognised import Recognised, RecognisedLine, RecognisedWord, as_raw_pages
from ingest.shelf import Supplied, shelve
from ingest.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home
    from corpus.record import RecordedPage

TEXT = (
    "Le groupement d’employeurs recrute des salariés et les met à disposition de ses membres, qui "
    "répondent ensemble de ses dettes. Chaque année, le comité de pilotage relit la convention et "
    "propose ce qui doit changer. Une structure qui coopère garde son autonomie."
)
LEFT = "À gauche, une page raconte comment trois associations ont partagé un même local."
RIGHT = "À droite, la suivante explique pourquoi elles ont ensuite réuni leurs comptables."


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """A process that is started once."""
    with Workers(1) as workers:
        yield workers


def read(
    path: Path, workers: Workers | None = None, store: OcrStore | None = None
) -> list[RecordedPage]:
    """The pages of a file, read with OCR."""
    item = Supplied(Document("scan", "Scan", "Éditeur", sha256="abc"), path)
    (content,) = read_all([item], store=store, with_ocr=True, workers=workers)
    assert isinstance(content, Content), content
    return list(content.pages)


def likeness(text: str, gold: str) -> float:
    """1 − CER, line breaks and typography aside."""
    said, meant = (" ".join(plain(t).split()) for t in (text, gold))
    return Levenshtein.normalized_similarity(said, meant)


def darkest(path: Path, box: Box) -> int:
    image = Image.open(io.BytesIO(render_page(path, 0, scale=2).png)).convert("L")
    return min(image.crop([round(2 * side) for side in box]).tobytes())  # type: ignore[arg-type]


# --- what is recognised -------------------------------------------------------------------------


@pytest.mark.ocr
@pytest.mark.parametrize(("dots", "wanted"), [(150, 0.97), (300, 0.98)])
def test_a_scan_is_read_with_its_confidence(
    tmp_path: Path, dots: int, wanted: float, workers: Workers
) -> None:
    (page,) = read(scanned_pdf(tmp_path / "scan.pdf", TEXT, dots=dots), workers)
    assert page.state == "recognised"
    assert likeness(page.page.text, TEXT) >= wanted
    assert page.page.ocr_confidence is not None
    assert 0.7 < page.page.ocr_confidence <= 1


@pytest.mark.ocr
@pytest.mark.parametrize("turned", [90, 180])
def test_a_page_laid_askew_on_the_glass_is_read_and_its_words_are_where_they_are_seen(
    tmp_path: Path, turned: int, workers: Workers
) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf", TEXT, turned=turned)
    (page,) = read(path, workers)
    assert likeness(page.page.text, TEXT) >= 0.96
    for word in list(re.finditer(r"\w{6,}", page.page.text))[:8]:
        (run, *_) = [run for run in page.page.glyphs if run.start <= word.start() < run.end]
        assert darkest(path, run.box) < 128, word.group()
        wide = run.box.right - run.box.left > run.box.bottom - run.box.top
        assert wide == (turned == 180)


def with_folio(text: str, folio: str) -> str:
    """Typst source of a page with a small number alone at its foot."""
    return f"#place(bottom + center, dy: 1cm)[#text(9pt)[{folio}]]\n{text}"


@pytest.mark.ocr
def test_a_small_lone_folio_is_read_and_numbers_the_page(tmp_path: Path, workers: Workers) -> None:
    pages = [with_folio(TEXT, "17"), with_folio(TEXT, "18")]
    found = read(scanned_pdf(tmp_path / "scan.pdf", *pages, dots=300), workers)
    assert [recorded.page.label for recorded in found] == ["17", "18"]
    assert not any(re.search(r"\d", recorded.page.text) for recorded in found)


@pytest.mark.ocr
def test_one_folio_that_no_other_page_confirms_numbers_nothing(
    tmp_path: Path, workers: Workers
) -> None:
    pages = [with_folio(TEXT, "– 41 –"), with_folio(TEXT, "– 99 –")]
    found = read(scanned_pdf(tmp_path / "scan.pdf", *pages, dots=300), workers)
    assert [recorded.page.label for recorded in found] == ["1", "2"]


def test_marks_of_ink_in_the_margins_are_told_from_lines_and_from_dirt() -> None:
    image = Image.new("L", (1000, 1400), 255)
    ink = ImageDraw.Draw(image)
    ink.rectangle((480, 1330, 500, 1350), fill=0)  # a folio
    ink.rectangle((100, 60, 800, 80), fill=0)  # a running head
    ink.rectangle((900, 60, 930, 80), fill=0)  # the folio beside it
    ink.rectangle((0, 0, 8, 1400), fill=0)  # the shadow of the scanner
    ink.point((300, 1390), fill=0)  # dirt
    around = 17  # pixels of white: 10 points
    assert lone_marks(image, dots=120) == [
        (900 - around, 60 - around, 931 + around, 81 + around),
        (480 - around, 1330 - around, 501 + around, 1351 + around),
    ]


@pytest.mark.ocr
def test_the_two_pages_of_an_open_book_are_read_one_after_the_other(
    tmp_path: Path, workers: Workers
) -> None:
    (page,) = read(two_up_pdf(tmp_path / "livre.pdf", LEFT, RIGHT), workers)
    assert likeness(page.page.text, f"{LEFT}\n{RIGHT}") >= 0.95


@pytest.mark.ocr
def test_letters_turned_to_drawings_are_recognised(tmp_path: Path, workers: Workers) -> None:
    (page,) = read(drawn_pdf(tmp_path / "courbes.pdf", TEXT), workers)
    assert page.state == "recognised"
    assert likeness(page.page.text, TEXT) >= 0.97


@pytest.mark.ocr
def test_a_text_layer_that_is_no_language_is_replaced_by_what_is_seen(
    tmp_path: Path, workers: Workers
) -> None:
    path = shifted_pdf(tmp_path / "b.pdf", text_pdf(tmp_path / "a.pdf", TEXT))
    assert read_document(path, "essai").pages[0].state is PageState.WAITING
    (page,) = read(path, workers)
    assert page.state == "recognised"
    assert likeness(page.page.text, TEXT) >= 0.97


@pytest.mark.ocr
def test_a_stamp_on_a_scan_does_not_pass_for_its_text_and_is_kept_as_it_is(
    tmp_path: Path, workers: Workers
) -> None:
    scan = scanned_pdf(tmp_path / "scan.pdf", TEXT)
    path = stamped_pdf(tmp_path / "b.pdf", scan, "Reçu en préfecture le 12 juillet 2022")
    (page,) = read(path, workers)
    assert page.state == "recognised"
    assert "groupement" in page.page.text
    assert "Reçu en préfecture le 12 juillet 2022" in page.page.text.split("\n")


@pytest.mark.ocr
def test_a_picture_without_text_is_empty_and_says_that_ocr_found_none(
    tmp_path: Path, workers: Workers
) -> None:
    picture = Image.linear_gradient("L").resize((620, 877))
    picture.save(tmp_path / "photo.pdf", "PDF")
    (page,) = read(tmp_path / "photo.pdf", workers)
    assert (page.state, page.page.text) == ("empty", "")
    assert "OCR" in page.reason


# --- what fails, what waits ---------------------------------------------------------------------


@pytest.mark.ocr
def test_a_page_on_which_tesseract_fails_is_reported_with_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin" / "tesseract"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{broken.parent}:/bin:/usr/bin")
    (page,) = read(image_pdf(tmp_path / "scan.pdf"))
    assert page.state == "failed"
    assert "OCR" in page.reason


@pytest.mark.ocr
def test_what_ocr_has_read_is_not_read_again(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, store = scanned_pdf(tmp_path / "scan.pdf", TEXT), OcrStore(tmp_path / "store")
    before = read(path, workers, store)
    monkeypatch.setenv("PATH", str(tmp_path))  # where there is no tesseract
    assert read(path, None, store) == before
    store.forget_others({"another"})
    assert store.load("abc") == {}


@pytest.mark.ocr
def test_pages_wait_and_are_completed_once_ocr_is_installed(
    home: Home, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.shelf.BUNDLED_DOCUMENTS", tmp_path)
    shelve(home, scanned_pdf(tmp_path / "scan.pdf", TEXT, TEXT))
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        report = synchronise(home, embedder)
        assert report.documents[0].pages == {"waiting": 2}
        assert "tesseract-ocr-fra" in report.advice
        assert not synchronise(home, embedder).switched
    completed = synchronise(home, embedder)
    assert (completed.documents[0].change, completed.documents[0].pages) == (
        "completed",
        {"recognised": 2},
    )
    assert not completed.advice
    assert not synchronise(home, embedder).switched
    library = Library.open(home, embedder)
    page = library.page(completed.documents[0].id, 0)
    assert page is not None
    assert page.ocr_confidence is not None


def test_what_is_missing_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ocr.is_installed()
    assert "apt install tesseract-ocr tesseract-ocr-fra" in ocr.advice()


# --- what is made of it -------------------------------------------------------------------------


def recognised(*lines: tuple[str, float]) -> Recognised:
    """Words of a given size of type on lines one under the other."""
    made = []
    for number, (text, size) in enumerate(lines):
        base, words, x = 100.0 + 20 * number, [], 50.0
        for word in text.split():
            words.append(RecognisedWord(word, Box(x, base - size, x + 30, base + 2), 0.9))
            x += 35
        made.append(RecognisedLine(tuple(words), base, size))
    return Recognised(595, 842, 0, tuple(made), 0.9)


def test_sizes_that_waver_from_line_to_line_are_made_one() -> None:
    found = {
        0: recognised(("Un titre", 24.0), ("le corps de la page", 10.0), ("et sa suite", 10.7)),
        1: recognised(("Un autre titre", 22.6), ("et le corps qui va avec", 9.6)),
    }
    pages = as_raw_pages(found)
    sizes = [[line.size for line in page.lines] for page in pages.values()]
    assert sizes[0][1] == sizes[0][2] == sizes[1][1]
    assert sizes[0][0] == sizes[1][0]


def test_the_letter_that_a_bullet_is_read_as_becomes_one_again() -> None:
    pages = as_raw_pages({0: recognised(("e Partager les moyens", 10), ("e dans la fin", 10))})
    assert [line.text for line in pages[0].lines] == ["• Partager les moyens", "e dans la fin"]


def test_what_is_recognised_is_kept_exactly(tmp_path: Path) -> None:
    store, found = OcrStore(tmp_path), recognised(("Un mot d’été", 10.5))
    store.keep("abc", 7, found)
    assert store.load("abc") == {7: found}


def test_a_damaged_page_of_the_store_is_as_good_as_none(tmp_path: Path) -> None:
    store = OcrStore(tmp_path)
    store.keep("abc", 7, recognised(("Un", 10)))
    (file,) = tmp_path.rglob("*.gz")
    file.write_bytes(file.read_bytes()[:20])
    assert store.load("abc") == {}

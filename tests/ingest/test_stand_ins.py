"""What must hold when documents laid out as the four reference documents are read."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from stand_ins import (
    GUIDE_FIRST_FOLIO,
    GUIDE_HEAD,
    GUIDE_PAGES,
    GUIDE_TITLE,
    MAGAZINE_ARTICLES,
    MAGAZINE_FIRST_FOLIO,
    MAGAZINE_HEAD,
    SCAN_PAGES,
    guide,
    magazine,
    scan,
)

from corpus.french import plain
from corpus.library import Library
from ingest.pages import PageState, Reading, read_document
from ingest.passages import cut_passages
from ingest.pipeline import synchronise
from ingest.shelf import shelve

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

SCAN_ID = "france-active-associations-cooperations"
SCANS = ("Association & Coopération, jouez collectif !", "Vadémécum de la coopération")


@pytest.fixture(scope="module")
def read_guide(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read_document(guide(tmp_path_factory.mktemp("guide") / "guide.pdf"), "guide")


@pytest.fixture(scope="module")
def read_magazine(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read_document(magazine(tmp_path_factory.mktemp("magazine") / "revue.pdf"), "revue")


def text_of(reading: Reading) -> str:
    return plain("\n".join(item.page.text for item in reading.pages))


def lines_of(reading: Reading) -> list[str]:
    return text_of(reading).split("\n")


def in_order(wanted: list[str], text: str) -> bool:
    """Whether all these stand in a text, one after the other."""
    places = [text.find(plain(piece)) for piece in wanted]
    return -1 not in places and all(a < b for a, b in pairwise(places))


def openings(paragraphs: tuple[str, ...]) -> list[str]:
    """The first words of the paragraphs that open on no ligature."""
    found = [" ".join(paragraph.split()[:3]) for paragraph in paragraphs]
    return [words for words in found if not re.search("f[fil]", words)]


# --- the guide ----------------------------------------------------------------------------------


def test_the_guide_tells_its_own_title(read_guide: Reading) -> None:
    assert plain(read_guide.title) == plain(GUIDE_TITLE)


def test_each_page_of_the_guide_is_read_under_its_printed_number(read_guide: Reading) -> None:
    assert [item.state for item in read_guide.pages] == [PageState.READ] * 5
    printed = [str(n) for n in range(GUIDE_FIRST_FOLIO, GUIDE_FIRST_FOLIO + len(GUIDE_PAGES))]
    assert [item.page.label for item in read_guide.pages[2:]] == printed
    assert [item.page.index for item in read_guide.pages] == [0, 1, 2, 3, 4]
    assert not {item.page.label for item in read_guide.pages[:2]} & set(printed)


@pytest.mark.parametrize("number", range(len(GUIDE_PAGES)))
def test_the_main_column_is_read_paragraph_by_paragraph(read_guide: Reading, number: int) -> None:
    page = GUIDE_PAGES[number]
    text = plain(read_guide.pages[number + 2].page.text)
    assert in_order([page.heading, *page.main], text)
    assert {plain(paragraph) for paragraph in page.main} <= set(text.split("\n"))


@pytest.mark.parametrize("name", ["side", "box"])
@pytest.mark.parametrize("number", range(len(GUIDE_PAGES)))
def test_an_aside_is_a_block_of_its_own_apart_from_the_main_text(
    read_guide: Reading, number: int, name: str
) -> None:
    item = read_guide.pages[number + 2]
    apart = {plain(item.page.text[b.start : b.end]) for b in item.blocks if b.box}
    assert plain(getattr(GUIDE_PAGES[number], name)) in apart


def test_headings_of_the_guide_are_headings(read_guide: Reading) -> None:
    headings = [
        plain(item.page.text[block.start : block.end])
        for item in read_guide.pages[2:]
        for block in item.blocks
        if block.kind == "heading"
    ]
    assert headings == [plain(page.heading) for page in GUIDE_PAGES]


def test_running_heads_and_folios_are_left_out(read_guide: Reading) -> None:
    lines = lines_of(read_guide)
    assert plain(GUIDE_HEAD) not in lines
    assert not [line for line in lines if line.strip("- ").isdigit()]


def test_words_broken_at_line_ends_are_whole_and_compounds_keep_their_hyphen(
    read_guide: Reading,
) -> None:
    text = text_of(read_guide)
    assert "\u00ad" not in text
    assert "rencontre, d'un repas" in text
    assert "rendez-vous" in text
    assert "manquerait-il" in text


def test_a_passage_of_the_guide_knows_its_heading_and_its_printed_page(
    read_guide: Reading,
) -> None:
    passages = cut_passages("guide", read_guide.pages)
    (found,) = [p for p in passages if "six mois" in p.text]
    assert found.heading_path[-1] == "Faire le bilan"
    assert {(span.page_index, span.page_label) for span in found.spans} == {(4, "3")}


# --- the magazine -------------------------------------------------------------------------------


def test_folios_of_the_magazine_are_not_the_pages_of_the_file(read_magazine: Reading) -> None:
    labels = [item.page.label for item in read_magazine.pages]
    assert labels == [str(MAGAZINE_FIRST_FOLIO + n) for n in range(len(labels))]
    assert len(labels) == 2


def test_columns_are_read_one_after_the_other(read_magazine: Reading) -> None:
    text = text_of(read_magazine)
    for article in MAGAZINE_ARTICLES:
        assert in_order(openings(article.main), text)
    headings = [a.heading for a in MAGAZINE_ARTICLES if "fi" not in a.heading]
    assert in_order(headings, text)


def test_running_heads_of_the_magazine_are_left_out(read_magazine: Reading) -> None:
    text = text_of(read_magazine)
    assert MAGAZINE_HEAD not in text
    assert "15 mai 2017" not in text


@pytest.mark.parametrize(
    "word",
    ["financières", "bénéficiaires", "difficiles", "réflexion", "identifier", "suffisamment",
     "affichés", "influences"],
)  # fmt: skip
def test_a_lost_ligature_is_mended(read_magazine: Reading, word: str) -> None:
    assert word in text_of(read_magazine)


@pytest.mark.parametrize("word", ["confiance", "offrir", "difficultés", "officiel"])
def test_a_lost_ligature_is_mended_where_its_halves_occur_often(
    read_magazine: Reading, word: str
) -> None:
    assert word in text_of(read_magazine)


def test_a_lost_ligature_is_mended_by_the_commoner_of_two_words(read_magazine: Reading) -> None:
    text = text_of(read_magazine)
    assert "conflits" in text
    assert "confits" not in text


def test_words_broken_in_narrow_columns_are_whole(read_magazine: Reading) -> None:
    text = text_of(read_magazine)
    for word in (
        "personne ne pouvait",
        "autant que par",
        "commune et deux",
        "secrétariat tournait",
    ):
        assert word in text


def test_hyphens_leave_no_space_behind(read_magazine: Reading) -> None:
    text = text_of(read_magazine)
    assert "peut-être" in text
    assert "étagères" in text
    assert "commerçants" in text


def test_a_paragraph_that_runs_on_in_the_next_column_is_one(read_magazine: Reading) -> None:
    assert any("vive voix, un message" in line for line in lines_of(read_magazine))


def test_a_passage_of_the_magazine_knows_its_printed_page(read_magazine: Reading) -> None:
    passages = cut_passages("revue", read_magazine.pages)
    (found,) = [p for p in passages if "marché" in p.text]
    assert {(span.page_index, span.page_label) for span in found.spans} == {(1, "25")}


# --- the scans ----------------------------------------------------------------------------------


@pytest.mark.parametrize("title", SCANS)
def test_pictures_of_pages_wait_for_ocr_each_with_its_reason(tmp_path: Path, title: str) -> None:
    reading = read_document(scan(tmp_path / "export.pdf", title), "export")
    assert [item.state for item in reading.pages] == [PageState.WAITING] * (1 + len(SCAN_PAGES))
    assert all("OCR" in item.reason for item in reading.pages)
    assert list(cut_passages("export", reading.pages)) == []


# --- all together -------------------------------------------------------------------------------


def test_they_are_ingested_reported_and_found_at_their_printed_page(
    home: Home, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "collection").mkdir()
    monkeypatch.setattr("ingest.shelf.BUNDLED_DOCUMENTS", tmp_path / "collection")
    monkeypatch.setenv("PATH", str(tmp_path))  # where there is no tesseract
    shelve(home, guide(tmp_path / "guide.pdf"))
    shelve(home, magazine(tmp_path / "revue.pdf"))
    shelve(home, scan(tmp_path / "export.pdf", SCANS[0]), as_id=SCAN_ID)
    report = synchronise(home, embedder)
    assert {document.id: document.pages for document in report.documents} == {
        "guide": {"read": 5},
        "revue": {"read": 2},
        SCAN_ID: {"waiting": 4},
    }
    (waiting,) = [document for document in report.documents if document.id == SCAN_ID]
    (problem,) = waiting.problems
    assert problem.startswith("Pages 1-4 :")
    assert "tesseract" in report.advice
    library = Library.open(home, embedder)
    (hit, *_) = library.search("Qui voit les maisons au marché ?", 3)
    assert hit.passage.document_id == "revue"
    assert hit.passage.spans[0].page_label == "25"

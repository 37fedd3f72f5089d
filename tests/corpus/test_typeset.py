import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import load_catalogue
from corpus.fiche import FICHES, Fiche, fiche_sentences, parse_fiche
from corpus.french import fold
from corpus.home import BUNDLED_DOCUMENTS
from corpus.typeset import NOTICE, french_spacing, typeset_fiche

GE = FICHES / "groupement-employeurs.md"


@pytest.fixture(scope="module")
def fiche() -> Fiche:
    return parse_fiche(GE)


@pytest.fixture(scope="module")
def pdf(fiche: Fiche) -> bytes:
    return typeset_fiche(fiche)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def body_of(reader: pypdf.PdfReader) -> str:
    """The text between running heads and feet, without the raised numbers of references."""
    pieces: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        height = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        if size > 7 and 60 < height < 842 - 60:
            pieces.append(text)

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    return "".join(pieces)


def test_the_same_fiche_always_gives_the_same_bytes(fiche: Fiche, pdf: bytes) -> None:
    assert typeset_fiche(fiche) == pdf


def test_the_pdf_has_title_language_outline_and_printed_page_numbers(
    fiche: Fiche, reader: pypdf.PdfReader
) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == fiche.header.title
    assert reader.metadata.creation_date is None
    assert str(reader.root_object["/Lang"]) == "fr-FR"
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == [french_spacing(s.title) for s in fiche.sections] + ["Sources"]
    assert reader.page_labels == [str(n) for n in range(1, len(reader.pages) + 1)]
    for number, page in enumerate(reader.pages, 1):
        assert page.extract_text().rstrip().endswith(str(number))


def test_a_fiche_is_two_to_six_pages_of_a4(reader: pypdf.PdfReader) -> None:
    assert 2 <= len(reader.pages) <= 6
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_every_font_is_embedded(reader: pypdf.PdfReader) -> None:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert any(key in descriptor for key in ("/FontFile2", "/FontFile3"))


def test_the_first_page_says_that_it_is_no_legal_advice(reader: pypdf.PdfReader) -> None:
    assert letters(NOTICE) in letters(reader.pages[0].extract_text())


def test_references_are_raised_numbers_smaller_than_seven_tenths(pdf: bytes) -> None:
    sizes: list[tuple[str, float]] = []

    def visit(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        if text.strip():
            sizes.append((text.strip(), size))

    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    body = max({size for _, size in sizes}, key=[size for _, size in sizes].count)
    small = [text for text, size in sizes if size < 0.7 * 9.5]
    assert small
    assert body >= 9.5
    assert all(re.fullmatch(r"[\d,]+", text) for text in small)


def test_every_sentence_can_be_read_back_from_the_pdf(reader: pypdf.PdfReader) -> None:
    text = letters(body_of(reader))
    for sentence in fiche_sentences(GE):
        if sentence.keys:
            assert letters(sentence.text) in text, sentence.text


def test_sources_are_listed_with_links(fiche: Fiche, reader: pypdf.PdfReader) -> None:
    links = {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object() and "/URI" in note.get_object()["/A"]
    }
    assert "http://www.associations.gouv.fr/le-groupement-d-employeurs.html" in links
    assert any(mark.startswith("ag-ge") for mark in fiche.marks)


@given(st.text(st.sampled_from("ab1 :;!?«»'.%€n°"), max_size=30))
def test_french_spacing_changes_nothing_twice_and_no_letter(text: str) -> None:
    once = french_spacing(text)
    assert french_spacing(once) == once
    assert letters(once) == letters(text)


def test_french_spacing_sets_no_break_spaces() -> None:
    assert french_spacing("« Qui paie ? » : l'article 5, 24 256 €") == (
        "«\u00a0Qui paie\u202f?\u00a0»\u00a0: l’article\u00a05, 24\u202f256\u00a0€"
    )


def own_documents() -> list[str]:
    return [entry.document.id for entry in load_catalogue() if entry.document.own]


@pytest.mark.parametrize("id_", own_documents())
def test_each_shipped_pdf_comes_from_its_source(id_: str) -> None:
    document = {entry.document.id: entry.document for entry in load_catalogue()}[id_]
    path = BUNDLED_DOCUMENTS / document.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == document.sha256
    built = typeset_fiche(parse_fiche(FICHES / f"{id_}.md"))
    assert hashlib.sha256(built).hexdigest() == document.sha256, "coop corpus build"


def test_each_shipped_pdf_is_in_the_catalogue() -> None:
    shipped = {Path(path).stem for path in BUNDLED_DOCUMENTS.glob("*.pdf")}
    assert shipped == set(own_documents())

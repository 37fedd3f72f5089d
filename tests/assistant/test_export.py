"""What is handed over: one list of sources, three formats, nothing lost and nothing executed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.export import as_docx, as_markdown, as_pdf, export
from assistant.handout import Handout, Paragraph, Section, Table, conversation_handout
from assistant.references import NOTICE
from assistant.types import Answer, Orientation, Statement
from corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import Citation

DAY = "23/11/2026"


@pytest.fixture
def handout(answer: Answer, cite: Callable[..., Citation]) -> Handout:
    """A conversation of two answers, the second one refused, with whom to ask."""
    refused = Answer(
        question="Et la recette du couscous ?",
        understood_question="Et la recette du couscous ?",
        message="Le corpus ne permet pas de répondre.",
        refused=True,
        orientation=(Orientation("DLA", "Pour être accompagné.", "https://www.info-dla.fr"),),
    )
    third = replace(
        answer,
        question="Et qui le crée ?",
        statements=(
            Statement("Toute personne.", (cite("ge", 1, "Toute personne"),), "verified"),
            Statement("Il recrute.", (cite("ge", 0, "Un groupement", number=2),), "verified"),
        ),
    )
    return conversation_handout("GE ou GIE ?", DAY, [answer, refused, third])


def words_of(file: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(file)).paragraphs]


def test_a_quote_cited_twice_has_one_number_whatever_its_answers_call_it(handout: Handout) -> None:
    places = [(source.number, source.line) for source in handout.sources]
    assert [number for number, _ in places] == [1, 2, 3]
    first, second = handout.sections[2].blocks[1:3]
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (handout.numbers(first), handout.numbers(second)) == ([3], [1])


def test_word_has_headings_citations_and_a_list_of_sources_with_pages_and_years(
    handout: Handout,
) -> None:
    word = docx.Document(io.BytesIO(as_docx(handout)))
    styles = {p.text: p.style.name for p in word.paragraphs if p.style is not None}
    assert styles["GE ou GIE ?"] == "Title"
    assert styles["Et qui le crée ?"] == styles["Sources"] == "Heading 1"
    text = [p.text.replace("\u00a0", " ") for p in word.paragraphs]
    assert "Il recrute. [1]" in text
    sources = text[text.index("Sources") + 1 :]
    assert sources[0].startswith("[1] Le groupement d’employeurs (GE), Le projet, 2026, p. 12 (")
    assert "non relue par un juriste" in sources[0]
    assert "« Un groupement d’employeurs recrute" in sources[0]
    assert "antérieur à une réforme" in sources[1]
    assert sources[-1] == NOTICE
    assert word.core_properties.language == "fr-FR"


def test_pdf_and_markdown_hold_what_word_holds(handout: Handout) -> None:
    pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(handout))).pages)
    markdown = as_markdown(handout)
    for text in (pdf, markdown):
        flat = " ".join(text.replace("\\", "").split())
        for wanted in ("GE ou GIE", "couscous", "DLA", "Sources", "Toute personne", "p. 13"):
            assert wanted in flat
        assert "pas un conseil juridique" in flat


def test_a_table_keeps_its_cells_and_their_sources(cite: Callable[..., Citation]) -> None:
    cells = tuple(Paragraph(f"Cellule {n}", (cite("ge", 0, "Un groupement"),)) for n in range(4))
    grid = Handout("Grille", DAY, (Section("Formes", (Table(tuple("abcd"), (cells,)),)),))
    word = docx.Document(io.BytesIO(as_docx(grid)))
    assert [cell.text for cell in word.tables[0].rows[0].cells] == list("abcd")
    assert word.tables[0].rows[1].cells[3].text == "Cellule 3\u00a0[1]"
    assert "| Cellule 0 [1] | Cellule 1 [1] |" in as_markdown(grid)
    page = PdfReader(io.BytesIO(as_pdf(grid))).pages[0]
    assert "Cellule 3" in page.extract_text()
    assert page.mediabox.width > page.mediabox.height


def test_markup_stays_text(answer: Answer) -> None:
    evil = "<img src=x onerror=alert(1)> *gras* `code` | [lien](javascript:x)\n# titre\n- item \x00"
    made = conversation_handout(evil, DAY, [replace(answer, question=evil, message=evil)])
    markdown = as_markdown(made)
    assert "<img" not in markdown.replace("\\<", "")
    assert "](javascript" not in markdown.replace("\\]", "")
    assert "\n# titre" not in markdown
    assert any("<img src=x" in words for words in words_of(as_docx(made)))
    assert as_pdf(made).startswith(b"%PDF")


@settings(max_examples=25)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_can_be_exported(title: str, text: str) -> None:
    made = Handout(title, DAY, (Section(text, (Paragraph(text), Paragraph(text, style="bullet"))),))
    assert words_of(as_docx(made))
    assert as_markdown(made).encode()


@pytest.mark.parametrize("suffix", ["docx", "pdf", "md"])
def test_a_file_is_named_after_its_title(handout: Handout, suffix: str) -> None:
    file = export(handout, suffix)
    assert file.name == f"ge-ou-gie.{suffix}"
    assert file.body


def test_an_unknown_format_is_refused(handout: Handout) -> None:
    with pytest.raises(UsageError, match="odt"):
        export(handout, "odt")


def test_columns_of_figures_are_narrow_and_the_others_share_the_rest() -> None:
    rows = tuple((Paragraph("0 h 10"), Paragraph("Tour de table. " * 9)) for _ in range(2))
    table = Handout("Séance", "", (Section("Déroulé", (Table(("Durée", "Étape"), rows),)),))
    grid = docx.Document(io.BytesIO(as_docx(table))).tables[0]
    figures, words = (column.cells[1].width for column in grid.columns)
    assert figures * 4 < words
    assert b"%PDF" in as_pdf(table)[:8]

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.units import citations, cite, dangles, units
from corpus.library import Library
from corpus.types import Document, Hit, Page, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home


def quoted(text: str) -> list[str]:
    passage = Passage("p", "d", (), text, (Span(0, len(text), 0, "1", 0),))
    return [unit.text for unit in units(Hit(passage, 1.0))]


def test_sentences_that_stand_alone_are_units() -> None:
    text = "Un GE recrute des salariés pour ses membres. Un GIE prolonge leur activité économique."
    assert quoted(text) == [
        "Un GE recrute des salariés pour ses membres.",
        "Un GIE prolonge leur activité économique.",
    ]


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    text = "Un GE recrute des salariés pour ses membres. De plus, il les met à leur disposition."
    assert quoted(text) == ["Un GE recrute des salariés pour ses membres.", text]


@pytest.mark.parametrize("limit", ["Toutefois, il ne", "Sauf accord écrit, il ne", "Mais il ne"])
def test_a_sentence_is_not_quoted_without_the_one_that_limits_it(limit: str) -> None:
    text = f"Un GE prête ses salariés à ses membres. {limit} peut pas les prêter à des tiers."
    assert quoted(text) == [text]


def test_a_limit_in_another_paragraph_limits_nothing() -> None:
    text = "Un GE prête ses salariés à ses membres.\nSauf accord écrit, les tiers n'ont rien."
    assert quoted(text)[0] == "Un GE prête ses salariés à ses membres."


def test_a_sentence_that_leans_on_nothing_is_left_out() -> None:
    assert quoted("Toutefois, elle ne peut pas les prêter à d'autres.") == []


def test_a_short_list_is_quoted_whole_with_what_introduces_it() -> None:
    text = "Le dossier comprend :\n• les statuts du groupement ;\n• la liste de ses membres."
    assert quoted(text)[0] == text


@pytest.mark.parametrize(
    ("heading", "count"),
    [("❌ Ne pas :", 0), ("Une objection n'est pas raisonnable :", 0), ("À ne pas confondre", 1)],
)
def test_what_a_heading_denies_is_not_quoted_without_it(heading: str, count: int) -> None:
    text = "Choisir des objectifs financiers chiffrés."
    passage = Passage("p", "d", (heading,), text, (Span(0, len(text), 0, "1", 0),))
    assert len(list(units(Hit(passage, 1.0)))) == count


def test_questions_and_fragments_are_no_answers() -> None:
    assert quoted("Qui sont les membres du groupement ?\nEn bref\n12 3 4") == []


@pytest.mark.parametrize("sentence", ["Il faut deux membres.", "Il existe trois formes."])
def test_impersonal_sentences_stand_alone(sentence: str) -> None:
    assert not dangles(sentence)


@pytest.mark.parametrize(
    "sentence", ["Elle paie.", "Cependant, rien.", "C'est ainsi.", "Ce droit."]
)
def test_pronouns_and_connectors_dangle(sentence: str) -> None:
    assert dangles(sentence)


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [
        ("Autre chose. • Un GE recrute pour ses membres. Et la suite.", ["copie"]),
        ("Il n'est pas vrai que un GE recrute pour ses membres.", []),
        ("Un GE recrute pour ses 3 membres.", []),
    ],
)
def test_another_document_is_told_of_when_the_quote_is_a_sentence_of_its_own_there(
    elsewhere: str, told: list[str], home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build(guide=("Un GE recrute pour ses membres.",), copie=(elsewhere,))
    library = Library.open(home, embedder)
    guide, copie = (Hit(library.passages(name)[0], 1.0) for name in ("guide", "copie"))
    ((citation,), _) = citations(next(units(guide)), library, 1, [guide, copie])
    assert [other.document.id for other in citation.elsewhere] == told


def test_a_row_of_a_table_is_quoted_whole_or_not_at_all() -> None:
    row = (
        "Associations non assujetties | Les mises à disposition sans TVA. | Le groupement la paie."
    )
    assert quoted(f"Adhérents | TVA | Taxe sur les salaires\n{row}")[-1] == row
    assert not any(unit.startswith("|") or unit == "Le groupement la paie." for unit in quoted(row))


def test_a_key_point_is_a_unit_however_short_and_names_of_columns_are_none() -> None:
    rows = "Point clé : Règle qui vaut\nCapital : Facultatif.\nMembres : Deux au moins."
    assert quoted(rows) == ["Capital : Facultatif.", "Membres : Deux au moins."]
    assert quoted("Forme : Salariés") == []
    assert quoted("Bref : non. Un GIE prolonge l'activité de ses membres.")[0].startswith("Un GIE")
    assert quoted("12 : 3.\nVoir : www.insee.fr") == []
    head = "Forme de la coopération | Qui paie ses dettes | Qui embauche"
    row = "Le GIE | Ses membres, sur tout. | Il peut employer."
    assert quoted(f"{head}\n{row}") == [row]
    assert quoted(f"Une ligne : une suite à lire\n{row}") == ["Une ligne : une suite à lire", row]


def test_a_quote_that_ocr_recognised_says_so_with_its_confidence() -> None:
    document = Document("scan", "Un scan", "Éditeur")
    page = Page("scan", 0, "1", "Le rucher est à tous.", ocr_confidence=0.874)
    citation = cite(document, page, 0, 21, 1)
    assert citation.ocr_confidence == 0.874
    assert citation.warnings == ("Texte reconnu par OCR, confiance 87 %.",)
    written = cite(document, replace(page, ocr_confidence=None), 0, 21, 1)
    assert written.warnings == ()

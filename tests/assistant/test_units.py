from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.units import cite, dangles, units
from corpus.types import Document, Hit, Page, Passage, Span


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
    text = "Un GE recrute des salariés pour ses membres. Toutefois, il ne peut pas les prêter."
    assert quoted(text)[1] == text


def test_a_sentence_that_leans_on_nothing_is_left_out() -> None:
    assert quoted("Toutefois, elle ne peut pas les prêter à d'autres.") == []


def test_a_short_list_is_quoted_whole_with_what_introduces_it() -> None:
    text = "Le dossier comprend :\n• les statuts du groupement ;\n• la liste de ses membres."
    assert quoted(text)[0] == text


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

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import french

TEXT = st.text(alphabet="abcéèœ L.1253-«»?! \n•'’,;()AÉ", max_size=200)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in french.sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le GE est créé. Il recrute.", ["Le GE est créé.", "Il recrute."]),
        ("Voir l'art. L. 1253-1 du code.", ["Voir l'art. L. 1253-1 du code."]),
        ("Voir p. 12 et suivantes. Fin.", ["Voir p. 12 et suivantes.", "Fin."]),
        (
            "Il relève de l'article 261 B). Le plafond suit.",
            ["Il relève de l'article 261 B).", "Le plafond suit."],
        ),
        ("Le seuil est de 80 011 €. Au-delà, non.", ["Le seuil est de 80 011 €.", "Au-delà, non."]),
        ("Qui décide ? Le conseil !", ["Qui décide ?", "Le conseil !"]),
        ("Elle dit : « Oui. » Ensuite.", ["Elle dit : « Oui. »", "Ensuite."]),
        ("M. Dupont vient. Mme Durand part.", ["M. Dupont vient.", "Mme Durand part."]),
        ("• un point\n• deux points", ["un point", "deux points"]),
        ("La loi date de 2015. Elle reste.", ["La loi date de 2015.", "Elle reste."]),
        ("", []),
        ("sans point", ["sans point"]),
    ],
)
def test_sentences_end_where_a_french_reader_ends_them(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(TEXT)
def test_sentences_are_ordered_disjoint_trimmed_slices(text: str) -> None:
    last = 0
    for start, end in french.sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        last = end


@given(TEXT)
def test_no_word_is_lost_between_sentences(text: str) -> None:
    kept = "".join(split(text))
    assert sum(c == "b" for c in kept) >= sum(c == "b" for c in text) - text.count(
        "b."
    ) - text.count("b)")


def test_elided_articles_are_dropped_from_words() -> None:
    assert french.words("L'association d’employeurs qu'elle") == [
        "association",
        "employeurs",
        "elle",
    ]


@pytest.mark.parametrize("spelling", ["art. L. 1253-1", "L1253-1", "L.1253-1", "article L 1253-1"])
def test_a_code_article_is_one_term_however_it_is_written(spelling: str) -> None:
    assert "ref:l1253-1" in french.terms(spelling)


def test_articles_with_a_letter_or_latin_suffix_are_one_term() -> None:
    assert "ref:261b" in french.terms("l'article 261 B du CGI")
    assert "ref:239quater" in french.terms("l'article 239 quater")


def test_number_and_gender_do_not_change_terms() -> None:
    assert french.terms("les salariés") == french.terms("le salarié") == french.terms("salarié·es")
    assert french.terms("acteur.trice.s") == french.terms("acteurs")


def test_accents_and_ligatures_do_not_change_folded_text() -> None:
    assert french.fold("Œuvre À L’École") == "oeuvre a l'ecole"


def test_compounds_are_found_split_and_joined() -> None:
    assert {"main", "oeuvr", "mainoeuvr"} <= set(french.terms("main-d'œuvre"))


def test_negations_and_exclusions_are_kept() -> None:
    assert set(french.terms("sans but, pas hors sauf")) >= {"san", "pas", "hor", "sauf"} or {
        french.stem(word) for word in ("sans", "pas", "hors", "sauf")
    } <= set(french.terms("sans but, pas hors sauf"))


def test_grouped_and_decimal_numbers_have_one_spelling() -> None:
    assert french.figures("80 011 € et 0,5 %") == {"80011", "0.5"}


def test_legal_references_are_compared_in_one_spelling() -> None:
    assert french.legal_references("art. L. 1253-1 et 261 B") == {"l1253-1", "261b"}


def test_character_grams_run_from_one_word_into_the_next() -> None:
    assert french.character_grams("Le GE.") == ["_le_", "le_g", "e_ge", "_ge_"]


def test_an_address_gives_no_character_grams() -> None:
    assert french.character_grams("https://example.org/page") == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("échouent-elles", ["échouent"]),
        ("que va-t-il rester", ["que", "va", "rester"]),
        ("ceux-là et celui-ci", ["ceux", "et", "celui"]),
        ("un rendez-vous", ["un", "rendez-vous"]),
        ("inter-associatif", ["inter-associatif"]),
    ],
)
def test_what_is_tied_behind_a_verb_is_dropped_and_compounds_stay(
    typed: str, kept: list[str]
) -> None:
    assert french.words(typed) == kept


@given(st.text(max_size=100))
def test_analysis_never_fails_and_gives_no_empty_term(text: str) -> None:
    assert all(french.terms(text))
    assert all(french.character_grams(text))

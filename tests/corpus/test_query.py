from __future__ import annotations

import pytest

from corpus import french
from corpus.query import lexicon, understand
from corpus.vocabulary import Vocabulary

WORDS = "groupement employeurs mutualisation association associations recettes salariés fiscalité"
ENTRIES = {french.fold(w): (3, french.stem(w)) for w in [*WORDS.split(), "coopération"]}
VOCABULARY = Vocabulary(ENTRIES, lambda word: word in {"recette", "couscous"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mutualisasion", "mutualisation"),
        ("groupemant", "groupement"),
        ("lassociation", "l'association"),
        ("demployeurs", "d'employeurs"),
        ("fiscalitee", "fiscalite"),
    ],
)
def test_an_unknown_word_becomes_its_nearest_neighbour(typed: str, meant: str) -> None:
    assert VOCABULARY.correct(typed) == meant


@pytest.mark.parametrize("word", ["groupements", "salarié", "couscous", "xylophone", "de", "ge"])
def test_known_french_short_or_far_words_are_left_alone(word: str) -> None:
    assert VOCABULARY.correct(word) is None


def test_acronyms_are_recognised_in_any_case_and_unfolded() -> None:
    query = understand("c'est quoi un ge ?")
    assert query.acronyms == ("GE",)
    assert "GE (groupement d'employeurs)" in query.text
    assert {"ge", "group", "employeur"} <= set(query.terms)


def test_an_expansion_counts_less_than_what_was_typed() -> None:
    query = understand("GE fiscalité")
    assert query.terms["group"] < query.terms["fiscal"] == 1.0


def test_the_expansion_of_an_acronym_brings_the_acronym() -> None:
    assert "SCIC" in understand("une société coopérative d'intérêt collectif").acronyms


def test_words_that_are_also_acronyms_need_capitals() -> None:
    assert understand("ça se passe au ca").acronyms == ()
    assert understand("le CA décide").acronyms == ("CA",)


def test_acronyms_are_found_behind_elisions_and_in_the_plural() -> None:
    assert understand("les structures de l'ESS").acronyms == ("ESS",)
    assert understand("deux SCICs").acronyms == ("SCIC",)


def test_hurried_words_are_understood() -> None:
    query = understand("c koi une asso pr mutualiser")
    assert query.text == "c'est quoi une association pour mutualiser"


def test_every_acronym_has_an_expansion_in_words() -> None:
    for name, expansion in lexicon().acronyms.items():
        assert name.isupper()
        assert " " in expansion


def test_a_word_typed_without_its_accents_gets_the_stem_of_the_library() -> None:
    terms = understand("les salaries", VOCABULARY).terms
    assert terms[french.stem("salariés")] == 1.0
    assert french.stem("salaries") not in terms

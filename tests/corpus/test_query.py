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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("failite", "faillite"), ("salaries", None), ("dosier", "dossier"), ("groupements", None)],
)
def test_of_two_near_words_the_one_that_sounds_alike_is_meant(
    typed: str, meant: str | None
) -> None:
    words = ("faillite", "facilite", "dossier", "salaries", "groupement")
    assert Vocabulary({word: (3, french.stem(word)) for word in words}).correct(typed) == meant


def test_a_french_word_that_the_library_lacks_is_no_misspelling() -> None:
    vocabulary = Vocabulary({"production": (9, "product")})
    assert vocabulary.correct("prédiction") is None
    assert vocabulary.correct("prodction") == "production"


def test_hurried_words_are_understood_behind_an_elision() -> None:
    assert understand("une fédé d'assos").text == "une fédération d'associations"


def test_a_name_in_capitals_is_no_hurried_word() -> None:
    assert understand("le camp de la SS").text == "le camp de la SS"
    assert "sans" in understand("GE SS CAPITAL").text


def test_a_library_brings_the_acronyms_its_documents_explain() -> None:
    lex = lexicon().with_learnt({"GPC": "gestion par consentement", "SUR": "service utile rapide"})
    query = understand("comment se passe une gpc ?", lex=lex)
    assert {"gpc", "gestion", "consent"} <= set(query.terms)
    assert "GPC (gestion par consentement)" in query.text
    assert "gpc" in understand("la gestion par consentement", lex=lex).terms
    assert query.acronyms == (), "only those of the field are known to the assistant"
    assert "util" not in understand("compter sur les autres", lex=lex).terms


def test_an_expansion_counts_less_than_what_was_typed() -> None:
    query = understand("GE fiscalité")
    assert query.terms["group"] < query.terms["fiscal"] == 1.0


def test_the_expansion_of_an_acronym_brings_the_acronym() -> None:
    query = understand("une société coopérative d'intérêt collectif")
    assert query.acronyms == ("SCIC",)
    assert query.terms["scic"] == 1.0


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

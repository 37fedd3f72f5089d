"""Repairs of characters and words."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.words import language_words
from ingest.cleaning import LOST, clean_characters, resolve_hyphen
from ingest.mending import mend_words
from ingest.vocabulary import Vocabulary, lost_ligatures

WORDS = Vocabulary(["la coopérative mutualise ; une coopérative ensemblière, l’ensemblière"])

characters = st.text(
    st.sampled_from("abé’‘'\u2019 \u00a0\u00ad\ufb01\ufb03\uf0b7\u200b\ufeff\x07\n\t\u0301e-œ«»")
    | st.characters(exclude_categories=["Cs"])
)
word = st.sampled_from(
    ["béné", "ciaire", "nancières", "la", "rapide", "S", "O", "M", "A", "I", "R", "E", "cr´eer"]
) | st.text(st.sampled_from("aeifls\ufffd´’."), min_size=1, max_size=6)


def mended(text: str, *, lossy: bool = False) -> str:
    return " ".join(item.text for item in mend_words(text.split(), WORDS, lossy=lossy))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("of\ufb01ce, e\ufb00et, su\ufb03t, con\ufb02it", "office, effet, suffit, conflit"),
        ("\uf0b7 un point", "• un point"),
        ("un\u00a0mot\u202f; deux\u2009trois", "un mot ; deux trois"),
        ("e\u0301cole", "école"),
        ("zéro\u200blargeur\ufeff", "zérolargeur"),
        ("co\u00adopérer", "coopérer"),
        ("rapi\u00ad", "rapi-"),
        ("l‘école ‘citée’", "l’école ‘citée’"),
        ("« gardés » et l’apostrophe", "« gardés » et l’apostrophe"),
        ("m² et 10 €", "m² et 10 €"),
        ("cloche\x07 et\x00 zéro", "cloche et zéro"),
    ],
)
def test_characters_get_one_spelling(raw: str, clean: str) -> None:
    assert clean_characters(raw) == clean


@given(characters)
def test_cleaning_characters_twice_is_cleaning_once(text: str) -> None:
    once = clean_characters(text)
    assert clean_characters(once) == once


@given(characters)
def test_clean_characters_are_composed_and_visible(text: str) -> None:
    clean = clean_characters(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert "  " not in clean
    assert not set(clean) & set("\u00ad\u200b\ufeff\u00a0\ufb01\ufb03\x07\t")


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("rapi-", "dement", "rapidement"),
        ("rendez-", "vous", "rendez-vous"),
        ("destruc-", "tion.", "destruction."),
        ("peut-", "être", "peut-être"),
        ("elles-", "mêmes,", "elles-mêmes,"),
        ("l’ensem-", "blière", "l’ensemblière"),
        ("l’em-", "ployeur", "l’employeur"),
        ("procès-", "verbal", "procès-verbal"),
        ("L.\u00a01253-", "1", "L.\u00a01253-1"),
        ("Loire-", "Atlantique", "Loire-Atlantique"),
        ("ASSOCIA-", "TIONS", "ASSOCIATIONS"),
        ("multi-", "acteurs", "multi-acteurs"),
        ("www.mon-", "site.fr", "www.mon-site.fr"),
        ("dit-", "elle", "dit-elle"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_only_when_it_is_a_break(
    left: str, right: str, whole: str
) -> None:
    assert resolve_hyphen(left, right, WORDS) == whole


def test_the_spelling_of_the_document_decides_first() -> None:
    assert resolve_hyphen("co-", "gestion", Vocabulary(["la cogestion"])) == "cogestion"
    assert resolve_hyphen("co-", "gestion", Vocabulary(["la co-gestion"])) == "co-gestion"


def test_between_two_words_nobody_knows_together_the_hyphen_stays() -> None:
    assert resolve_hyphen("coopérative-", "jardin", WORDS) == "coopérative-jardin"


def test_of_a_thousand_broken_words_nearly_all_are_mended_and_hardly_any_wrongly() -> None:
    chance = random.Random(7)  # noqa: S311 — no secret depends on it
    plain = sorted(w for w in language_words() if "-" not in w and len(w) > 6)
    compound = sorted(
        w for w in language_words() if w.count("-") == 1 and min(map(len, w.split("-"))) > 2
    )
    wrong = 0
    for number in range(1000):
        if number % 5:
            whole = chance.choice(plain)
            place = chance.randrange(2, len(whole) - 2)
            left, right = whole[:place] + "-", whole[place:]
        else:
            whole = chance.choice(compound)
            left, right = f"{whole.split('-')[0]}-", whole.split("-")[1]
        wrong += resolve_hyphen(left, right, WORDS) != whole
    assert wrong <= 20


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("le béné ciaire", "le bénéficiaire"),
        ("dé nir un of\ufffdce", "définir un office"),
        ("il su\ufffdt, \ufffdvous", "il suffit, vous"),
        ("S O M M A I R E général", "SOMMAIRE général"),
        ("cr´eer l’e´cole", "créer l’école"),
        ("une associa tion", "une associa tion"),
        ("elle a un prix", "elle a un prix"),
    ],
)
def test_words_are_mended_where_it_is_certain(broken: str, whole: str) -> None:
    assert mended(broken) == whole


def test_words_with_no_gap_are_completed_only_where_the_document_lost_its_ligatures() -> None:
    text = "des questions nancières du bénéciaire"
    assert mended(text) == text
    assert mended(text, lossy=True) == "des questions financières du bénéficiaire"


@given(st.lists(word), st.booleans())
def test_mending_words_twice_is_mending_once(words: list[str], lossy: bool) -> None:
    once = [item.text for item in mend_words(words, WORDS, lossy=lossy)]
    assert [item.text for item in mend_words(once, WORDS, lossy=lossy)] == once


@given(st.lists(word), st.booleans())
def test_mended_words_stand_for_all_words_in_order(words: list[str], lossy: bool) -> None:
    places = [(item.first, item.last) for item in mend_words(words, WORDS, lossy=lossy)]
    assert [first for first, _ in places] == [0, *(last for _, last in places)][: len(places)]
    assert (places[-1][1] if places else 0) == len(words)


def test_a_document_with_no_fi_at_all_lost_its_ligatures() -> None:
    usual = "la coopération finance des projets et fluidifie les échanges entre membres. " * 80
    assert not lost_ligatures([usual])
    assert lost_ligatures([usual.replace("fi", " ").replace("fl", " ")])
    assert not lost_ligatures(["trop court pour savoir"])


def test_the_mark_of_a_lost_glyph_is_the_replacement_character() -> None:
    assert LOST == "\N{REPLACEMENT CHARACTER}"

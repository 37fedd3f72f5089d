"""Whether letters make a language, without a list of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.legibility import is_garbled, known_words

FRENCH = (
    "Le groupement d'employeurs recrute des salariés et les met à disposition de ses membres, qui "
    "répondent ensemble de ses dettes sociales devant les tribunaux."
)
ELSEWHERE = (
    "The steering committee reviews the agreement each year, and proposes what has to change.",
    "Grupa pracodawców zatrudnia pracowników i udostępnia ich swoim członkom, wspólnie.",
    "Der Ausschuss überprüft die Vereinbarung jedes Jahr und schlägt vor, was sich ändern muss.",
    "Ar strollad implijerien a dutu goprad hag a laka anezho da vezañ e servij e izili, a respont.",
    "Товарищество объединяет работодателей и предоставляет работников своим членам каждый год.",
)
NOT_SENTENCES = (
    "SCIC SCOP CAE PTCE DLA CRESS CRGE ESUS GEIQ GIE UES SIREN SIRET URSSAF CDI CDD TVA CGI BOFiP",
    "1 234,56 7 890,12 3 456,78 9 012,34 2019 2020 2021 2022 2023 12 % 34 % 56 % 78 % 1 000 000",
    "Sommaire ........................................... 3 Annexes ........................... 12",
)


def shifted(text: str, by: int) -> str:
    return "".join(chr((ord(c) - 32 + by) % 95 + 32) if " " < c <= "~" else c for c in text)


@pytest.mark.parametrize("text", [FRENCH, *ELSEWHERE, *NOT_SENTENCES, "", "Oui"])
def test_what_somebody_can_read_is_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize("by", [1, 3, 5, 13, 29, 47, 66])
def test_letters_that_stand_for_others_are_garbled(by: int) -> None:
    assert is_garbled(shifted(3 * FRENCH, by))


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert is_garbled(text) in {True, False}
    assert 0 <= known_words(text) <= len(text.split())


def test_words_of_the_language_are_counted() -> None:
    assert known_words("Les salariés Xqzt répondent, d’ailleurs !") == 4

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus import french
from evals.typos import misspelt

QUESTIONS = [
    "Qui répond des dettes d'un groupement d'employeurs envers ses salariés ?",
    "Quelle différence entre la mutualisation et la coopération associative ?",
    "Comment l'association employeuse déclare-t-elle ses bénévoles réguliers ?",
    "Les collectivités territoriales peuvent-elles imposer un regroupement ?",
]


@given(st.text(max_size=120))
def test_a_question_is_always_misspelt_the_same_way(question: str) -> None:
    assert misspelt(question) == misspelt(question)


def test_a_question_is_misspelt_but_not_another_question() -> None:
    for question in QUESTIONS:
        typed = misspelt(question)
        assert typed != question
        assert abs(len(typed) - len(question)) <= 6
        untouched = set(french.fold(question).split()) & set(french.fold(typed).split())
        assert len(untouched) >= len(question.split()) // 2


def test_figures_references_and_small_words_are_left_alone() -> None:
    for question in ("GE 261 B ?", "art. L. 1253-1", "40 % de la TVA"):
        assert misspelt(question) == question


def test_some_lose_their_accents_and_some_their_apostrophes() -> None:
    typed = [misspelt(f"{question} ({number})") for number in range(9) for question in QUESTIONS]
    assert 0 < sum(line.isascii() for line in typed) < len(typed)
    assert 0 < sum("'" in line for line in typed) < len(typed)

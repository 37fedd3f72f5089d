from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import (
    LONGEST,
    Form,
    cleaned,
    foreign_language,
    read_question,
)
from assistant.types import Answer
from corpus.errors import UsageError
from corpus.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home


@pytest.fixture
def library(home: Home, embedder: Embedder, build: Callable[..., None]) -> Library:
    build()
    return Library.open(home, embedder)


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        ("C'est quoi un GE ?", Form.DEFINITION),
        ("Qu'est-ce qu'un groupement d'employeurs ?", Form.DEFINITION),
        ("GIE kezaco", Form.DEFINITION),
        ("C'est quoi la différence entre un GE et un GIE ?", Form.COMPARISON),
        ("Qui peut créer un GE ?", Form.WHO),
        ("Combien de membres faut-il ?", Form.HOW_MUCH),
        ("Quand informer l'inspection du travail ?", Form.WHEN),
        ("Pourquoi coopérer ?", Form.WHY),
        ("Comment créer un GE ?", Form.STEPS),
        ("Une association peut-elle adhérer à un GIE ?", Form.YES_NO),
        ("Est-ce qu'on est obligés de mutualiser ?", Form.YES_NO),
    ],
)
def test_the_form_of_a_question_is_recognised(library: Library, asked: str, form: Form) -> None:
    assert read_question(asked, library).form is form


def test_a_comparison_names_what_it_compares(library: Library) -> None:
    assert read_question("différence entre GE et GIE", library).subjects == ("GE", "GIE")
    read = read_question("Quelle différence entre la mutualisation et la coopération ?", library)
    assert read.subjects == ("mutualisation", "cooperation")


@pytest.mark.parametrize("asked", ["", "   ", "\x00\x07\x1b", "?!…"])
def test_a_question_without_words_is_said_to_be_empty(asked: str) -> None:
    with pytest.raises(UsageError, match="vide"):
        cleaned(asked)


def test_an_endless_question_is_refused_with_its_length() -> None:
    with pytest.raises(UsageError, match="20000"):
        cleaned("a" * 20_000)


@given(st.text(max_size=300))
def test_cleaning_a_question_twice_changes_nothing(asked: str) -> None:
    try:
        once = cleaned(asked)
    except UsageError:
        return
    assert cleaned(once) == once
    assert len(once) <= LONGEST
    assert once.isprintable()


@pytest.mark.parametrize(
    ("asked", "foreign"),
    [
        ("What is the difference between a GE and a GIE?", True),
        ("¿Quién puede crear una agrupación de empleadores para las asociaciones?", True),
        ("Что такое ассоциация?", True),
        ("c'est quoi un GE", False),
        ("GIE", False),
        ("fiscalité SCIC SCOP comparaison", False),
    ],
)
def test_only_clearly_foreign_questions_are_called_foreign(asked: str, foreign: bool) -> None:
    assert bool(foreign_language(asked)) is foreign


def _answered(question: str) -> tuple[Answer, ...]:
    return (Answer(question, question),)


@pytest.mark.parametrize(
    ("before", "asked", "expected"),
    [
        ("Qui peut créer un GE ?", "et une SCIC ?", "Qui peut créer un SCIC"),
        ("Qui peut créer un GE ?", "et pour la fiscalité ?", "GE"),
        ("Qui peut créer un GE ?", "Qui peut adhérer à un GIE ?", "Qui peut adhérer à un GIE"),
        ("Que faire d'une objection ?", "et combien de temps ça dure ?", "objection"),
    ],
)
def test_a_follow_up_is_completed_by_what_was_asked_before(
    library: Library, before: str, asked: str, expected: str
) -> None:
    assert expected in read_question(asked, library, _answered(before)).text

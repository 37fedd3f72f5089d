"""A case that a reviewer signs is served; the evaluation never sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from evals_world import case

from assistant.dialogue import Assistant
from assistant.same_question import question_key
from assistant.validated import ValidatedAnswers
from corpus.library import Library
from corpus.query import understand
from evals.case import CaseError, Evidence, load_cases
from evals.case_writing import write_file
from evals.signing import cases_named, sign, signed_lines
from evals.systems import Ours

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

MAKERS = "Toute personne physique ou morale peut créer un groupement d'employeurs."
DEBTS = "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes."
CREATION = case(
    "createurs",
    "Qui peut créer un GE ?",
    Evidence("ge", 1, MAKERS),
    points=("toute personne physique ou morale",),
)


@pytest.fixture
def library(home: Home, embedder: Embedder, build: Callable[..., None]) -> Library:
    build()
    return Library.open(home, embedder)


@pytest.fixture
def known(home: Home) -> ValidatedAnswers:
    return ValidatedAnswers.in_home(home)


def test_a_signed_case_is_served_with_its_gold(library: Library, known: ValidatedAnswers) -> None:
    wrong = replace(CREATION, evidence=(Evidence("ge", 1, DEBTS),))
    sign(wrong, "A. Martin", library, known)
    answer = Assistant(lambda: library, known).ask("qui peut créer un groupement d'employeurs")
    assert answer.validation is not None
    assert [statement.text for statement in answer.statements] == [DEBTS]


def test_the_evaluation_asks_the_assistant_without_signed_answers(
    library: Library, known: ValidatedAnswers
) -> None:
    before = Ours(library).reply(CREATION)
    sign(replace(CREATION, evidence=(Evidence("ge", 1, DEBTS),)), "A. Martin", library, known)
    after = Ours(library).reply(CREATION)
    assert replace(after, seconds=0) == replace(before, seconds=0)
    assert after.statements[0].text == MAKERS


def test_a_question_of_a_conversation_is_signed_in_full(
    library: Library, known: ValidatedAnswers
) -> None:
    follow_up = replace(CREATION, turns=("C'est quoi un GE ?",), question="Et qui peut en créer ?")
    with pytest.raises(CaseError, match="dépend des précédentes") as caught:
        sign(follow_up, "A. Martin", library, known)
    assert "--question" in caught.value.remedy
    signed = sign(follow_up, "A. Martin", library, known, ["Qui peut créer un GE ?"])
    assert signed.questions == ("Qui peut créer un GE ?",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (case("refus", "Quelle est la recette du gratin ?"), "pas de réponse"),
        (replace(CREATION, evidence=(), requires=("guide",)), "pas de réponse"),
        (replace(CREATION, evidence=(Evidence("ge", 1, "Rien de tel."),)), "Rien de tel"),
        (replace(CREATION, evidence=(Evidence("zzz", 1, MAKERS),)), "zzz"),
        (replace(CREATION, id="deja"), "createurs"),
    ],
)
def test_what_cannot_be_signed_is_said_with_its_remedy(
    library: Library, known: ValidatedAnswers, wrong: object, said: str
) -> None:
    sign(CREATION, "A. Martin", library, known)
    with pytest.raises(CaseError, match=said) as caught:
        sign(wrong, "A. Martin", library, known)  # type: ignore[arg-type]
    assert caught.value.remedy
    assert len(known.all()) == 1


def test_signing_again_replaces_the_signature(library: Library, known: ValidatedAnswers) -> None:
    sign(CREATION, "A. Martin", library, known)
    sign(CREATION, "B. Durand", library, known)
    (signed,) = known.all()
    assert signed.validation.reviewer == "B. Durand"


def test_a_sentence_cut_by_a_page_break_is_signed_whole(
    library: Library, known: ValidatedAnswers
) -> None:
    start, _, end = MAKERS.partition(" peut ")
    start += " peut"
    cut = replace(CREATION, evidence=(Evidence("ge", 1, start), Evidence("ge", 2, end)))
    (quote,) = sign(cut, "A. Martin", library, known).quotes
    assert quote.text == MAKERS


def test_the_list_says_what_is_not_served_any_more(
    library: Library, known: ValidatedAnswers, home: Home, embedder: Embedder,
    build: Callable[..., None],
) -> None:  # fmt: skip
    sign(CREATION, "A. Martin", library, known)
    lines = list(signed_lines(known.all(), library))
    assert lines[0].startswith("createurs  (20")
    assert "[ge, p. 1]" in lines[1]
    assert lines[-1] == "1 réponse validée."
    build(ge=("Tout a changé ici.",))
    (_, lost, _) = signed_lines(known.all(), Library.open(home, embedder))
    assert "n'est plus servie" in lost


def test_a_case_is_named_by_its_id_or_by_its_draft(tmp_path: Path) -> None:
    first = load_cases()[0]
    assert cases_named(first.id) == [first]
    write_file(tmp_path / "avis.yaml", [CREATION])
    assert cases_named(str(tmp_path / "avis.yaml")) == [CREATION]
    with pytest.raises(CaseError, match="jamais"):
        cases_named("jamais")


def test_no_two_questions_of_the_set_are_taken_for_the_same() -> None:
    keys: dict[tuple[str, ...], str] = {}
    for one in load_cases():
        key = question_key(understand(one.question).text)
        assert key, one.question
        assert keys.setdefault(key, one.question) == one.question

"""The questions written apart: none rewords a case, and each says where its answer stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.types import Answer, Statement
from corpus.fiche_questions import QUESTIONS, fiche_questions
from evals.apart.measure import read, says
from evals.case import load_cases
from evals.checks import REWORDED
from evals.wording import likeness

if TYPE_CHECKING:
    from pathlib import Path

CASES = [case.question for case in load_cases()]


@pytest.mark.parametrize("path", sorted(QUESTIONS.glob("*.tsv")), ids=lambda path: path.stem)
def test_no_foreseen_question_rewords_a_case(path: Path) -> None:
    foreseen = [question.question for question in fiche_questions(path.stem)]
    assert not [q for q in foreseen if any(likeness(q, case) >= REWORDED for case in CASES)]


def test_near_misses_have_no_answer_and_questions_of_others_have_one() -> None:
    assert not any(apart.answers for apart in read("near_misses.tsv"))
    assert all(apart.answers for apart in read("of_others.tsv"))


def test_a_statement_that_holds_the_sentence_is_right_whatever_the_typography() -> None:
    said = (
        Statement("Rien de tel.", (), "verbatim"),
        Statement("L’équipe décide.", (), "verbatim"),
    )
    answer = Answer("?", "?", statements=said)
    assert says(answer, ["L'équipe décide"])
    assert not says(answer, ["L'équipe décide"], first=1)
    assert not says(answer, ["Le maire décide"])

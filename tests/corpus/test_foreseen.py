"""The questions foreseen for the fiches: each is answered by its fiche, and helps to find it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CatalogueError
from corpus.fiche import FICHES
from corpus.fiche_questions import QUESTIONS, fiche_questions
from corpus.foreseen import Foreseen, TermVectors
from corpus.home import Home
from corpus.letters import letters
from corpus.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder

FICHE = """---
id: essai
title: Une fiche d'essai
short: Essai
kind: methode
forms: []
themes: [methode]
version: 2026-11-23
law: néant
reviewed: false
---

## En bref

Le zinzolin se partage à trois. [@analyse]
"""


@pytest.mark.parametrize("path", sorted(QUESTIONS.glob("*.tsv")), ids=lambda path: path.stem)
def test_each_foreseen_question_is_answered_by_a_sentence_of_its_fiche(path: Path) -> None:
    found = fiche_questions(path.stem)
    assert len(found) >= 40
    assert all(question.answers for question in found)


def test_no_two_foreseen_questions_are_the_same() -> None:
    asked = [
        q.question.lower() for path in QUESTIONS.glob("*.tsv") for q in fiche_questions(path.stem)
    ]
    assert len(asked) == len(set(asked))


def test_a_question_whose_answer_left_the_fiche_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "essai.md").write_text(FICHE, "utf-8")
    (tmp_path / "questions" / "essai.tsv").write_text(
        "à combien ?\tLe zinzolin se partage\nqui paie ?\tLe payeur est\n", "utf-8"
    )
    with pytest.raises(CatalogueError, match="ligne 2"):
        fiche_questions("essai", tmp_path)


def test_a_fiche_without_a_file_of_questions_has_none() -> None:
    assert fiche_questions("inconnue", FICHES) == ()


# --- cosines ------------------------------------------------------------------------------------


def test_cosines_are_those_computed_by_hand() -> None:
    index = TermVectors.build([{"a": 1.0, "b": 1.0}, {"b": 1.0}])
    # idf of "a" is ln(1 + 2/1), of "b" ln(1 + 2/2).
    a, b = math.log(3), math.log(2)
    found = index.cosines({"a": 1.0, "b": 1.0})
    assert found == pytest.approx([1.0, b / math.hypot(a, b)], abs=1e-6)


def test_unknown_terms_make_a_question_less_alike() -> None:
    index = TermVectors.build([{"a": 1.0}])
    assert index.cosines({"a": 1.0})[0] == pytest.approx(1.0)
    assert 0 < index.cosines({"a": 1.0, "z": 1.0})[0] < 1


words = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([0.4, 1.0]), max_size=4)


@given(st.lists(words, min_size=1, max_size=6), words)
def test_cosines_are_between_0_and_1(
    texts: list[dict[str, float]], asked: dict[str, float]
) -> None:
    found = TermVectors.build(texts).cosines(asked)
    assert found.shape == (len(texts),)
    assert np.all(found >= 0)
    assert np.all(found <= 1 + 1e-5)


def test_cosines_survive_being_written(tmp_path: Path) -> None:
    index = TermVectors.build([{"a": 1.0, "b": 0.4}, {"c": 1.0}])
    index.save(tmp_path / "index")
    asked = {"a": 1.0, "c": 0.4}
    assert (
        TermVectors.load(tmp_path / "index").cosines(asked).tolist()
        == index.cosines(asked).tolist()
    )


# --- in the library -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(ready: Path, embedder: Embedder) -> Library:
    return Library.open(Home(ready), embedder)


def test_every_answer_has_its_place_in_a_passage(library: Library) -> None:
    answers = [
        a for p in QUESTIONS.glob("*.tsv") for q in fiche_questions(p.stem) for a in q.answers
    ]
    assert len(library.foreseen.places) == len(answers)


def test_a_question_that_was_foreseen_finds_the_sentence_that_answers_it(library: Library) -> None:
    for path in sorted(QUESTIONS.glob("*.tsv"))[::6]:
        foreseen = fiche_questions(path.stem)[0]
        hit = library.search(foreseen.question, 1)[0]
        start, end, likeness = hit.answers[0]
        said = hit.passage.text[start:end]
        assert letters(foreseen.answers[0]).text in letters(said).text
        assert likeness > 0.8


def test_a_question_of_another_world_is_like_none(library: Library) -> None:
    hits = library.search("Quelle cuisson pour un couscous ?", 5)
    assert max((a.likeness for hit in hits for a in hit.answers), default=0.0) < 0.6


def test_a_library_without_fiches_foresees_nothing(tmp_path: Path) -> None:
    index = Foreseen(
        np.zeros((0, 3), dtype=np.int32),
        np.zeros((0, 4), dtype=np.float16),
        TermVectors.build([]),
        TermVectors.build([]),
    )
    index.save(tmp_path / "foreseen")
    assert len(Foreseen.load(tmp_path / "foreseen").places) == 0

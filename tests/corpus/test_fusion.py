from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fusion import ASKING_COSTS, Ranker, Weights, asking, best, fuse, spread
from corpus.lexical import LexicalIndex
from corpus.query import Query

SCORES = st.lists(st.floats(0, 100, width=32), min_size=1, max_size=30)


@given(SCORES, st.integers(1, 40))
def test_the_best_are_sorted_positive_and_none_better_is_left_out(
    values: list[float], k: int
) -> None:
    scores = np.array(values, dtype=np.float32)
    found = best(scores, k)
    assert [scores[p] for p in found] == sorted((scores[p] for p in found), reverse=True)
    assert len(found) == min(k, int((scores > 0).sum()))
    rest = set(range(len(values))) - set(found)
    assert all(scores[p] <= scores[found[-1]] for p in rest) if found else True


@given(SCORES)
def test_fused_scores_stay_between_0_and_1(values: list[float]) -> None:
    scores = np.array(values, dtype=np.float32)
    positions = list(range(len(values)))
    fused = fuse(Weights(), positions, scores, scores, scores - 50)
    assert (fused >= 0).all()
    assert (fused <= 1 + 1e-6).all()


def test_weights_add_up_to_one() -> None:
    weights = Weights()
    assert weights.words + weights.dense + weights.characters == pytest.approx(1)


def test_the_share_of_questions_is_that_of_the_sentences_that_ask() -> None:
    shares = asking(["Qui paie ? Combien ?", "Qui paie ? Les membres.", "Les membres.", ""])
    assert shares.tolist() == [1.0, 0.5, 0.0, 0.0]


def test_a_second_passage_of_a_page_gives_way_to_another_page() -> None:
    scores = np.array([0.9, 0.8, 0.75, 0.5], dtype=np.float32)
    lowered = spread(scores, np.array([1, 1, 2, 1], dtype=np.int32))
    assert lowered == pytest.approx([0.9, 0.72, 0.75, 0.405])


def _ranker(passages: list[str]) -> Ranker:
    index = LexicalIndex.build(passage.lower().split() for passage in passages)
    vectors = np.zeros((len(passages), 4), dtype=np.float32)
    pages = np.arange(len(passages), dtype=np.int32)
    return Ranker(index, index, vectors, None, asking(passages), pages)


def _query(*terms: str) -> Query:
    weights = dict.fromkeys(terms, 1.0)
    return Query(text="", dense="", terms=weights, grams=weights)


def test_a_passage_that_asks_ranks_after_one_that_says() -> None:
    ranker = _ranker(["dettes du gie ?", "dettes du gie ."])
    ranking = ranker.rank(_query("dettes", "gie"), np.zeros(4, dtype=np.float32), [])
    assert ranking.positions == [1, 0]
    assert ranking.scores[1] == pytest.approx((1 - ASKING_COSTS) * ranking.scores[0])


def test_passages_that_are_not_admitted_are_not_found() -> None:
    ranker = _ranker(["dettes du gie", "dettes du ge"])
    admitted = np.array([False, True])
    found = ranker.rank(_query("dettes"), np.zeros(4, dtype=np.float32), [], admitted=admitted)
    assert found.positions == [1]

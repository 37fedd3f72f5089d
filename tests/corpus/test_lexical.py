from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corpus.errors import LibraryCorruptError
from corpus.lexical import K1, B, LexicalIndex

if TYPE_CHECKING:
    from pathlib import Path

PASSAGES = [["group", "employeur", "group"], ["group", "interet"], ["scic"], []]


def bm25(term: str, passage: list[str], k1: float = K1, b: float = B) -> float:
    """BM25 as Lucene computes it, written out from the formula."""
    count = sum(term in p for p in PASSAGES)
    idf = math.log(1 + (len(PASSAGES) - count + 0.5) / (count + 0.5))
    average = sum(map(len, PASSAGES)) / len(PASSAGES)
    tf = passage.count(term)
    return idf * tf / (tf + k1 * (1 - b + b * len(passage) / average))


def test_scores_equal_the_formula_computed_by_hand() -> None:
    scores = LexicalIndex.build(PASSAGES).scores({"group": 1.0, "scic": 1.0})
    expected = [bm25("group", p) + bm25("scic", p) for p in PASSAGES]
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_weights_scale_the_scores_of_their_terms() -> None:
    index = LexicalIndex.build(PASSAGES)
    half = index.scores({"group": 1.0, "interet": 0.5})
    expected = index.scores({"group": 1.0}) + 0.5 * index.scores({"interet": 1.0})
    np.testing.assert_allclose(half, expected, rtol=1e-6)


def test_unknown_terms_score_nothing() -> None:
    assert not LexicalIndex.build(PASSAGES).scores({"couscous": 1.0}).any()


def test_an_index_reads_back_as_it_was_saved(tmp_path: Path) -> None:
    index = LexicalIndex.build(PASSAGES)
    index.save(tmp_path / "words")
    again = LexicalIndex.load(tmp_path / "words")
    np.testing.assert_array_equal(again.scores({"group": 1}), index.scores({"group": 1}))
    assert again.knows("scic")
    assert not again.knows("couscous")


@pytest.mark.parametrize("passages", [[], [[], []]])
def test_an_empty_corpus_is_an_index_like_any_other(
    passages: list[list[str]], tmp_path: Path
) -> None:
    LexicalIndex.build(passages).save(tmp_path / "words")
    assert LexicalIndex.load(tmp_path / "words").scores({"group": 1.0}).shape == (len(passages),)


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    LexicalIndex.build(PASSAGES).save(tmp_path / "words")
    (tmp_path / "words" / "vocab.index.json").write_text("{")
    with pytest.raises(LibraryCorruptError, match="words"):
        LexicalIndex.load(tmp_path / "words")

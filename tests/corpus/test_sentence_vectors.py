from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import french
from corpus.errors import LibraryCorruptError
from corpus.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder

PASSAGES = [
    "Un GIE réunit deux personnes. Ses membres répondent des dettes. Il n'a pas de capital.",
    "La SCIC associe des salariés.",
    "",
]


@pytest.fixture(scope="module")
def sentences(embedder: Embedder) -> SentenceVectors:
    return SentenceVectors.of(PASSAGES, embedder)


def test_a_passage_is_as_near_as_its_nearest_sentence(
    sentences: SentenceVectors, embedder: Embedder
) -> None:
    question = embedder.embed_questions(["qui paie les dettes ?"])[0]
    for position, passage in enumerate(PASSAGES):
        texts = [passage[a:b] for a, b in french.sentences(passage)] or [passage]
        exact = float((embedder.embed_passages(texts) @ question).max())
        assert sentences.nearest([position], question)[0] == pytest.approx(exact, abs=0.01)


def test_the_order_asked_is_the_order_given(sentences: SentenceVectors, embedder: Embedder) -> None:
    question = embedder.embed_questions(["les salariés d'une SCIC"])[0]
    forth, back = sentences.nearest([0, 1], question), sentences.nearest([1, 0], question)
    np.testing.assert_array_equal(forth, back[::-1])
    assert forth[1] > forth[0]


def test_a_passage_without_text_is_near_to_nothing(
    sentences: SentenceVectors, embedder: Embedder
) -> None:
    assert sentences.nearest([2], embedder.embed_questions(["une SCIC"])[0])[0] == 0


@given(cut=st.integers(0, len(PASSAGES)))
def test_parts_joined_are_the_whole(cut: int, sentences: SentenceVectors) -> None:
    parts = [sentences.part(0, cut), sentences.part(cut, len(PASSAGES))]
    joined = SentenceVectors.joined(parts)
    np.testing.assert_array_equal(joined.starts, sentences.starts)
    np.testing.assert_array_equal(joined.rows, sentences.rows)
    np.testing.assert_array_equal(joined.scales, sentences.scales)


def test_vectors_read_back_as_they_were_saved(sentences: SentenceVectors, tmp_path: Path) -> None:
    sentences.save(tmp_path / "sentences")
    again = SentenceVectors.load(tmp_path / "sentences")
    assert again is not None
    np.testing.assert_array_equal(again.rows, sentences.rows)
    assert SentenceVectors.load(tmp_path / "none") is None


def test_a_damaged_file_is_named(sentences: SentenceVectors, tmp_path: Path) -> None:
    sentences.save(tmp_path / "sentences")
    (tmp_path / "sentences" / "rows.npy").write_bytes(b"?")
    with pytest.raises(LibraryCorruptError, match="sentences"):
        SentenceVectors.load(tmp_path / "sentences")

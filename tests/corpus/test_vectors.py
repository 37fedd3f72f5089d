from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus.fusion import POOL
from corpus.vectors import VectorIndex

if TYPE_CHECKING:
    from pathlib import Path


def test_chroma_answers_as_exact_search_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(2_000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"passage-{i}" for i in range(len(vectors))]
    index = VectorIndex.build(tmp_path, ids, ["document"] * len(ids), vectors)
    for question in vectors[rng.choice(len(vectors), 30)] + 0.1:
        exact = [ids[i] for i in np.argsort(-(vectors @ question))[:POOL]]
        assert index.nearest(question, POOL) == exact


def test_chroma_answers_as_exact_search_does_among_the_documents_asked(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(600, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"passage-{i}" for i in range(len(vectors))]
    documents = [f"document-{i % 6}" for i in range(len(vectors))]
    index = VectorIndex.build(tmp_path, ids, documents, vectors)
    allowed = {"document-1", "document-4"}
    for question in vectors[:10] + 0.1:
        order = [i for i in np.argsort(-(vectors @ question)) if documents[i] in allowed]
        assert index.nearest(question, 20, sorted(allowed)) == [ids[i] for i in order[:20]]


def test_a_search_can_be_limited_to_documents(tmp_path: Path) -> None:
    vectors = np.eye(4, dtype=np.float32)
    index = VectorIndex.build(tmp_path, list("abcd"), ["x", "y", "x", "y"], vectors)
    assert set(index.nearest(vectors[0], 4, ["y"])) == {"b", "d"}


def test_more_neighbours_than_passages_gives_all_passages(tmp_path: Path) -> None:
    vectors = np.eye(3, dtype=np.float32)
    index = VectorIndex.build(tmp_path, list("abc"), ["x"] * 3, vectors)
    assert len(index.nearest(vectors[1], 50)) == 3

"""Dense retrieval scores on sets in the BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from corpus.model.pairs import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corpus.embedding import Embedder

CHUNK_WORDS = 120
DEPTH = 10


def chunk(title: str, text: str) -> list[str]:
    """The text in pieces of CHUNK_WORDS words, each under the title; at least one piece."""
    words = text.split()
    pieces = [" ".join(words[i : i + CHUNK_WORDS]) for i in range(0, len(words), CHUNK_WORDS)]
    return [f"{title}\n{piece}".strip() for piece in pieces or [""]]


def ndcg(ranked: Sequence[str], gains: Mapping[str, float]) -> float:
    """Normalised discounted cumulative gain of the first DEPTH documents, in [0, 1].

    Järvelin and Kekäläinen 2002, linear gains as trec_eval takes them.
    """
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    found = np.array([gains.get(document, 0.0) for document in ranked[:DEPTH]])
    ideal = np.sort(np.array(list(gains.values())))[::-1][:DEPTH]
    best = float(ideal @ discount[: len(ideal)])
    return float(found @ discount[: len(found)]) / best if best else 0.0


def score(embedder: Embedder, folder: Path) -> float:
    """Mean nDCG@10 over the judged queries of a set; a document scores as its best chunk."""
    documents = read_rows(folder / "corpus.jsonl")
    chunks = [chunk(row["title"], row["text"]) for row in documents]
    starts = np.cumsum([0, *(len(pieces) for pieces in chunks[:-1])])
    vectors = embedder.embed_passages([piece for pieces in chunks for piece in pieces])
    judged = _read_judgements(folder / "qrels.tsv")
    queries = [row for row in read_rows(folder / "queries.jsonl") if row["_id"] in judged]
    questions = embedder.embed_questions([row["text"] for row in queries])
    similarity = np.maximum.reduceat(questions @ vectors.T, starts, axis=1)
    order = np.argsort(-similarity, axis=1, kind="stable")[:, :DEPTH]
    return float(
        np.mean(
            [
                ndcg([documents[i]["_id"] for i in row], judged[query["_id"]])
                for query, row in zip(queries, order, strict=True)
            ]
        )
    )


def _read_judgements(path: Path) -> dict[str, dict[str, float]]:
    judged: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged[row["query-id"]][row["corpus-id"]] = float(row["score"])
    return dict(judged)

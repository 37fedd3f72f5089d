"""Retrieval alone, on sets in the BEIR layout: plain BM25 to the hybrid that answers use.

A set is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. Documents are cut into
chunks of 120 words; a document scores as its best chunk.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, NamedTuple

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG

from corpus import french
from corpus.fusion import Pools, Weights, best, fuse
from corpus.lexical import LexicalIndex
from corpus.query import understand
from corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corpus.embedding import Embedder

CHUNK_WORDS = 120
DEPTH = 100
MEASURES = {"ndcg@10": nDCG @ 10, "recall@5": R @ 5, "recall@20": R @ 20, "mrr": RR}
METHODS = ("plain", "french", "characters", "static", "hybrid")

Run = dict[str, dict[str, float]]


class RetrievalSet(NamedTuple):
    """A set: chunks with the document each belongs to, queries, judgements."""

    name: str
    chunks: list[str]
    documents: list[str]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def read_set(folder: Path) -> RetrievalSet:
    """Read a folder in the BEIR layout; queries without judgements are left out."""
    qrels: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
        for query, document, grade in list(csv.reader(stream, delimiter="\t"))[1:]:
            qrels.setdefault(query, {})[document] = int(grade)
    chunks: list[str] = []
    documents: list[str] = []
    for row in _rows(folder / "corpus.jsonl"):
        words = row["text"].split()
        for start in range(0, max(len(words), 1), CHUNK_WORDS):
            piece = " ".join(words[start : start + CHUNK_WORDS])
            chunks.append(f"{row['title']}\n{piece}".strip())
            documents.append(row["_id"])
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    return RetrievalSet(
        folder.name,
        chunks,
        documents,
        {id_: q for id_, q in queries.items() if id_ in qrels},
        qrels,
    )


def runs(data: RetrievalSet, embedder: Embedder, weights: Weights | None = None) -> dict[str, Run]:
    """The run of each method: query → document → score, at most DEPTH documents a query."""
    analysed = [french.analysed(chunk) for chunk in data.chunks]
    vocabulary = Vocabulary.of(analysed)
    plain = LexicalIndex.build(chunk.lower().split() for chunk in data.chunks)
    words = LexicalIndex.build([term.stem for term in terms] for terms in analysed)
    characters = LexicalIndex.build(french.character_grams(chunk) for chunk in data.chunks)
    matrix = embedder.embed_passages(data.chunks)
    found: dict[str, Run] = {method: {} for method in METHODS}
    for id_, text in data.queries.items():
        query = understand(text, vocabulary)
        vector = embedder.embed_questions([query.dense])[0]
        by_words, by_grams = words.scores(query.terms), characters.scores(query.grams)
        dense = (matrix @ vector).astype(np.float32)
        near = [int(p) for p in np.argsort(-dense, kind="stable")[:DEPTH]]
        candidates = Pools(near, best(by_words), best(by_grams)).candidates()
        hybrid = np.zeros(len(data.chunks), dtype=np.float32)
        hybrid[candidates] = fuse(
            weights or Weights(), candidates, by_words, by_grams, dense[candidates]
        )
        scores = {
            "plain": plain.scores(dict.fromkeys(text.lower().split(), 1.0)),
            "french": words.scores(dict.fromkeys(french.terms(text), 1.0)),
            "characters": by_grams,
            "static": dense + 1,  # cosines made positive: a score of 0 is no answer
            "hybrid": hybrid,
        }
        for method, values in scores.items():
            found[method][id_] = _by_document(values, data.documents)
    return found


def measured(data: RetrievalSet, run: Run) -> dict[str, float]:
    """The measures of a run, means over all judged queries."""
    results = ir_measures.calc_aggregate(MEASURES.values(), data.qrels, run)
    return {name: round(float(results[measure]), 4) for name, measure in MEASURES.items()}


def evaluate_sets(
    folders: Sequence[Path], embedder: Embedder
) -> dict[str, dict[str, dict[str, float]]]:
    """{set: {method: {measure: value}}}."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for folder in folders:
        data = read_set(folder)
        table[data.name] = {
            method: measured(data, run) for method, run in runs(data, embedder).items()
        }
    return table


def _by_document(scores: NDArray[np.float32], documents: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for position in np.argsort(-scores, kind="stable"):
        if scores[position] <= 0 or len(found) == DEPTH:
            break
        found.setdefault(documents[position], float(scores[position]))
    return found


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]

"""Retrieval alone, method by method: from plain BM25 to the hybrid that answers use.

Each set is asked twice: as it is, and with the slips of people who type in a hurry (`evals.typos`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus import french
from corpus.acronyms import explained
from corpus.fusion import POOL, Ranker, asking, best
from corpus.lexical import LexicalIndex
from corpus.query import lexicon, understand
from corpus.sentence_vectors import SentenceVectors
from corpus.vocabulary import Vocabulary
from evals.retrieval_sets import MEASURES
from evals.typos import misspelt
from evals.verdicts import mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from evals.retrieval_sets import RetrievalSet
    from evals.verdicts import Verdict

    Scores = NDArray[np.float32]

METHODS = ("plain", "french", "characters", "static", "hybrid")
WITH_TYPOS = ", fautes de frappe"


class Result(NamedTuple):
    """What came of a set, or of a group of its queries: {method: {measure: {query: verdict}}}."""

    name: str
    verdicts: dict[str, dict[str, dict[str, Verdict]]]
    clusters: Mapping[str, str]


def evaluate(sets: Iterable[RetrievalSet], embedder: Embedder) -> list[Result]:
    """Every method on every set, its groups and its misspelt queries."""
    results: list[Result] = []
    for data in sets:
        searcher = Searcher(data, embedder)
        whole = _result(data, data.name, searcher, data.queries)
        typed = {id_: misspelt(query) for id_, query in data.queries.items()}
        results += [whole, _result(data, data.name + WITH_TYPOS, searcher, typed)]
        results += [
            Result(f"{data.name}, {group}", _restricted(whole.verdicts, ids), data.clusters)
            for group, ids in data.groups.items()
        ]
    return results


def as_json(results: Sequence[Result]) -> dict[str, dict[str, dict[str, float]]]:
    """{set: {method: {measure: value}}}, means over the queries."""
    return {
        result.name: {
            method: {
                measure: round(mean(found[measure].values()).value or 0.0, 4)
                for measure in MEASURES
            }
            for method, found in result.verdicts.items()
        }
        for result in results
    }


class Searcher:
    """The methods over the passages of a set, held in memory."""

    def __init__(self, data: RetrievalSet, embedder: Embedder) -> None:
        texts, bodies = [text for text, _ in data.passages], [body for _, body in data.passages]
        analysed = [french.analysed(text) for text in texts]
        self._embedder = embedder
        self._vocabulary = Vocabulary.of(analysed)
        self._lexicon = lexicon().with_learnt(explained(bodies))
        self._plain = LexicalIndex.build(text.lower().split() for text in texts)
        self._ranker = Ranker(
            words=LexicalIndex.build([term.stem for term in terms] for terms in analysed),
            characters=LexicalIndex.build(french.character_grams(text) for text in texts),
            vectors=embedder.embed_passages(texts),
            sentences=SentenceVectors.of(bodies, embedder),
            asking=asking(bodies),
            pages=data.pages,
            foreseen=data.foreseen,
        )

    def ranked(self, question: str) -> dict[str, list[int]]:
        """The positions of the passages found, best first, by method."""
        query = understand(question, self._vocabulary, self._lexicon)
        vector = self._embedder.embed_questions([query.dense])[0]
        near = self._ranker.vectors @ vector
        typed = dict.fromkeys(french.terms(question), 1.0)
        grams = dict.fromkeys(french.character_grams(question), 1.0)
        return {
            "plain": best(self._plain.scores(dict.fromkeys(question.lower().split(), 1.0))),
            "french": best(self._ranker.words.scores(typed)),
            "characters": best(self._ranker.characters.scores(grams)),
            "static": best(near),
            "hybrid": self._ranker.rank(query, vector, _nearest(near)).positions,
        }


def _nearest(cosines: Scores) -> list[int]:
    """The positions a vector index would give, negative cosines included."""
    return [int(position) for position in np.argsort(-cosines, kind="stable")[:POOL]]


def _result(
    data: RetrievalSet, name: str, searcher: Searcher, queries: Mapping[str, str]
) -> Result:
    runs: dict[str, dict[str, list[int]]] = {method: {} for method in METHODS}
    for id_, query in queries.items():
        for method, positions in searcher.ranked(query).items():
            runs[method][id_] = positions
    return Result(name, {method: data.judge(run) for method, run in runs.items()}, data.clusters)


def _restricted(
    verdicts: Mapping[str, Mapping[str, Mapping[str, Verdict]]], ids: frozenset[str]
) -> dict[str, dict[str, dict[str, Verdict]]]:
    return {
        method: {
            measure: {id_: verdict for id_, verdict in given.items() if id_ in ids}
            for measure, given in found.items()
        }
        for method, found in verdicts.items()
    }

"""One ranking out of three: a weighted sum of normalised scores.

A convex combination of min-max normalised scores beats reciprocal rank fusion once its weights are
tuned on a few dozen queries (Bruch, Gai and Ingber 2023).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from corpus import french

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from corpus.foreseen import Foreseen
    from corpus.lexical import LexicalIndex
    from corpus.query import Query
    from corpus.sentence_vectors import SentenceVectors
    from corpus.types import Answering

    Scores = NDArray[np.float32]

POOL = 100
"""How many of each ranking's best passages are candidates for the fused one."""

ASKING_COSTS = 0.2
"""The share of its score that a passage made of questions loses: it asks, and answers nothing."""

PAGE_AGAIN_COSTS = 0.1
"""The share a passage loses for each better one of its page: what a question needs is often spread
over pages, and a page already found is found.
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each ranking counts; tuned on development sets, see `evals/LOG.md`.

    `foreseen` is what a passage gains when the question is the very one foreseen for it.
    """

    words: float = 0.35
    dense: float = 0.3
    characters: float = 0.35
    foreseen: float = 0.5


class Pools(NamedTuple):
    """The best positions of each ranking, best first."""

    dense: Sequence[int]
    words: Sequence[int]
    characters: Sequence[int]

    def candidates(self) -> list[int]:
        """The positions of any pool, in order."""
        return sorted({*self.dense, *self.words, *self.characters})


class Ranking(NamedTuple):
    """Passages by position, best first, with their fused scores and where they stood.

    Scores are in [0, 1], and more where a foreseen question is alike. `answers` are slices of some
    of them that answer questions which were foreseen.
    """

    positions: list[int]
    scores: list[float]
    pools: Pools
    answers: Mapping[int, tuple[Answering, ...]]


@dataclass(frozen=True, slots=True)
class Ranker:
    """What ranks the passages of a library, by position, for a question that was understood.

    Args:
        words: the index of stems.
        characters: the index of character grams.
        vectors: unit vectors of the passages, shape (n, d).
        sentences: the vectors of their sentences, or None where the model does without.
        asking: the share of each passage that asks, shape (n,), see `asking`.
        pages: a number for the page that each passage begins on, shape (n,).
        foreseen: the questions foreseen for some of the passages, or None.
    """

    words: LexicalIndex
    characters: LexicalIndex
    vectors: Scores
    sentences: SentenceVectors | None
    asking: Scores
    pages: NDArray[np.int32]
    foreseen: Foreseen | None = None

    def rank(
        self,
        query: Query,
        vector: Scores,
        near: Sequence[int],
        weights: Weights | None = None,
        admitted: NDArray[np.bool_] | None = None,
    ) -> Ranking:
        """Rank the passages that share something with a question.

        Args:
            query: what was understood.
            vector: its embedding, shape (d,); zeros when the model knows nothing of it.
            near: the positions of the nearest passages by the model, admitted ones only.
            weights: how much each ranking counts.
            admitted: which passages may be found, shape (n,), or None for all.
        """
        words, characters = self.words.scores(query.terms), self.characters.scores(query.grams)
        if admitted is not None:
            words, characters = words * admitted, characters * admitted
        import numpy as np  # noqa: PLC0415

        # A question of which the model knows nothing is near to nothing.
        pools = Pools(near if vector.any() else [], best(words), best(characters))
        weights = weights or Weights()
        likest = self.foreseen if weights.foreseen else None
        answers = likest.answers(query, vector, admitted) if likest else {}
        candidates = sorted({*pools.candidates(), *answers})
        if not candidates:
            return Ranking([], [], pools, answers)
        if self.sentences is not None:
            dense = self.sentences.nearest(candidates, vector)
        else:
            dense = self.vectors[candidates] @ vector
        fused = fuse(weights, candidates, words, characters, dense)
        fused = fused * (1 - ASKING_COSTS * self.asking[candidates])
        # The most alike comes first in each passage.
        alike = [answers[p][0].likeness if p in answers else 0.0 for p in candidates]
        fused = fused + weights.foreseen * np.array(alike, dtype=np.float32)
        fused = spread(fused, self.pages[candidates])
        order = np.argsort(-fused, kind="stable")
        return Ranking(
            [candidates[i] for i in order], [float(fused[i]) for i in order], pools, answers
        )


def best(scores: Scores, k: int = POOL) -> list[int]:
    """The positions of the k best positive scores, best first, ties by position."""
    import numpy as np  # noqa: PLC0415

    top = np.argpartition(-scores, k)[:k] if len(scores) > k else np.arange(len(scores))
    return [int(p) for p in sorted(top, key=lambda p: (-scores[p], p)) if scores[p] > 0]


def fuse(
    weights: Weights, candidates: Sequence[int], words: Scores, characters: Scores, dense: Scores
) -> Scores:
    """Fused scores of the candidates, in [0, 1], shape (c,).

    Args:
        weights: how much each ranking counts.
        candidates: positions, shape (c,).
        words: BM25 scores of all passages, shape (n,), whose minimum is 0.
        characters: likewise over character grams.
        dense: cosines of the candidates alone, shape (c,).
    """
    low, high = float(dense.min()), float(dense.max())
    fused: Scores = (
        weights.words * words[candidates] / max(float(words.max()), 1e-9)
        + weights.characters * characters[candidates] / max(float(characters.max()), 1e-9)
        + weights.dense * (dense - low) / max(high - low, 1e-9)
    )
    return fused


def spread(scores: Scores, pages: NDArray[np.int32]) -> Scores:
    """Scores lowered for each better passage of the same page, shapes (c,)."""
    import numpy as np  # noqa: PLC0415

    better: Counter[int] = Counter()
    lowered = scores.copy()
    for place in np.argsort(-scores, kind="stable"):
        page = int(pages[place])
        lowered[place] *= (1 - PAGE_AGAIN_COSTS) ** better[page]
        better[page] += 1
    return lowered


def asking(texts: Iterable[str]) -> Scores:
    """The share of the sentences of each text that are questions, shape (n,), in [0, 1]."""
    import numpy as np  # noqa: PLC0415

    shares = []
    for text in texts:
        ends = [text[start:end].endswith("?") for start, end in french.sentences(text)]
        shares.append(sum(ends) / max(1, len(ends)))
    return np.array(shares, dtype=np.float32)

"""One ranking out of three: a weighted sum of normalised scores.

A convex combination of min-max normalised scores beats reciprocal rank fusion once its weights are
tuned on a few dozen queries (Bruch, Gai and Ingber 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

POOL = 100
"""How many of each ranking's best passages are candidates for the fused one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each ranking counts; tuned on public development sets, see `evals/LOG.md`."""

    words: float = 0.45
    dense: float = 0.30
    characters: float = 0.25


class Pools(NamedTuple):
    """The best positions of each ranking, best first."""

    dense: Sequence[int]
    words: Sequence[int]
    characters: Sequence[int]

    def candidates(self) -> list[int]:
        """The positions of any pool, in order."""
        return sorted({*self.dense, *self.words, *self.characters})


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

"""How well each sentence answers a question: a small network over what speaks for it.

Trained by `python -m evals.training` on questions written for the fiches and for documents of
others (never on the evaluation set), to put the sentence that answers first among all that were
found (listwise softmax, Cao et al. 2007). Several networks from other seeds are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.features import names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

WEIGHTS: Final = Path(__file__).with_name("ranker.safetensors")
MOST: Final = 5.0
"""Standard deviations at which a feature is cut: what is further out was not seen in training."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """m networks with one hidden layer of h units over f features.

    Args:
        mean, spread: what features are centred and divided by, shape (f,).
        hidden, hidden_bias: the first layers, shapes (m, f, h) and (m, h).
        out, out_bias: the second, shapes (m, h) and (m,).
    """

    mean: Scores
    spread: Scores
    hidden: Scores
    hidden_bias: Scores
    out: Scores
    out_bias: Scores

    def scores(self, features: Scores) -> Scores:
        """Scores of units from their features (n, f), shape (n,): the softmax of those of one
        question tells how likely each is to be the best.
        """
        seen = ((features - self.mean) / self.spread).clip(-MOST, MOST)
        inner = np.maximum(np.einsum("nf,mfh->mnh", seen, self.hidden) + self.hidden_bias[:, None], 0)
        each = np.einsum("mnh,mh->mn", inner, self.out) + self.out_bias[:, None]
        scores: Scores = each.mean(axis=0)
        return scores


@cache
def ranker(path: Path = WEIGHTS) -> Ranker:
    """The trained ranker.

    Raises:
        ModelError: its file is missing, damaged, or made for other features.
    """
    from safetensors import SafetensorError  # noqa: PLC0415 — with the first answer
    from safetensors.numpy import load_file  # noqa: PLC0415

"""The vectors of each passage's sentences, for models whose vectors are averages.

The average of a whole passage blurs what each of its sentences says; the nearest sentence does not.
Numbers are kept as int8 with one scale a sentence, in files that are mapped and of which a query
reads the rows of its candidates only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus import french
from corpus.errors import LibraryCorruptError
from corpus.lexical import REBUILD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corpus.embedding import Embedder

    Scores = NDArray[np.float32]

_PARTS = ("starts", "rows", "scales")


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The sentences of n passages, at least one a passage.

    Args:
        starts: the row of each passage's first sentence, then the number of rows, shape (n + 1,).
        rows: int8, shape (s, d).
        scales: what a row is multiplied by to be a unit vector again, float32, shape (s,).
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int8]
    scales: Scores

    @classmethod
    def of(cls, texts: Iterable[str], embedder: Embedder) -> SentenceVectors:
        """Cut passages into sentences and embed them."""
        counts: list[int] = []
        pieces: list[str] = []
        for text in texts:
            found = [text[start:end] for start, end in french.sentences(text)] or [text]
            counts.append(len(found))
            pieces.extend(found)
        rows, scales = _quantised(embedder.embed_passages(pieces))
        return cls(_starts(np.array(counts, dtype=np.int64)), rows, scales)

    @classmethod
    def joined(cls, parts: Sequence[SentenceVectors]) -> SentenceVectors:
        """The sentences of the passages of all parts, in order; at least one part."""
        counts = np.concatenate([np.diff(part.starts) for part in parts])
        return cls(
            _starts(counts),
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.scales for part in parts]),
        )

    def part(self, start: int, end: int) -> SentenceVectors:
        """The sentences of the passages from position `start` to before `end`."""
        rows = slice(self.starts[start], self.starts[end])
        return SentenceVectors(
            self.starts[start : end + 1] - self.starts[start],
            self.rows[rows],
            self.scales[rows],
        )

    def nearest(self, passages: Sequence[int], vector: Scores) -> Scores:
        """The cosine of a unit vector with the nearest sentence of each passage, shape (p,)."""
        starts, ends = self.starts[passages], self.starts[np.asarray(passages) + 1]
        wanted = np.concatenate([np.arange(s, e) for s, e in zip(starts, ends, strict=True)])
        cosines = (self.rows[wanted].astype(np.float32) @ vector) * self.scales[wanted]
        first = np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
        best: Scores = np.maximum.reduceat(cosines, first)
        return best

    def save(self, folder: Path) -> None:
        """Write the vectors into a folder, which is created."""
        folder.mkdir(parents=True)
        for name in _PARTS:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors | None:
        """Map the vectors of a folder; None when the library was built without.

        Raises:
            LibraryCorruptError: a file is missing or damaged.
        """
        if not folder.is_dir():
            return None
        try:
            return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _PARTS))
        except (OSError, ValueError) as error:
            raise LibraryCorruptError(
                f"Le dossier des vecteurs « {folder} » est illisible.", REBUILD
            ) from error


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])


def _quantised(vectors: Scores) -> tuple[NDArray[np.int8], Scores]:
    """Unit rows as int8, the largest number of each at 127, with the scale that undoes it."""
    scales = np.abs(vectors).max(axis=1, initial=0) / 127
    rows = np.round(vectors / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
    return rows, scales.astype(np.float32)

"""The questions foreseen for the library's fiches, and which of them a question is like.

What people type seldom has the words of the sentence that answers; it often has those of a question
that somebody foresaw (FAQ retrieval, Sakata et al. 2019). A match points at the sentence.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corpus.errors import LibraryCorruptError
from corpus.fiche_questions import fiche_questions
from corpus.letters import letters
from corpus.lexical import REBUILD
from corpus.query import understand
from corpus.types import Answering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.query import Query
    from corpus.record import Record
    from corpus.types import Passage

    Scores = NDArray[np.float32]

FOLDER: Final = "foreseen"
SHARES: Final = (0.4, 0.3, 0.3)
"""What vectors, words and character grams count in the likeness of two questions."""

LEAST: Final = 0.3
"""Likeness under which two questions have little to do with each other."""

NEAREST: Final = 30
"""How many of the likest questions are looked at."""


class TermVectors:
    """Cosines of tf-idf vectors with short texts, by an inverted index.

    Args:
        terms: the row of each known term.
        starts: where each row's postings begin, then their number, shape (t + 1,).
        texts: the text of each posting.
        weights: its weight, the vectors being of length 1.
        count: how many texts there are.
    """

    def __init__(
        self,
        terms: Mapping[str, int],
        starts: NDArray[np.int64],
        texts: NDArray[np.int32],
        weights: Scores,
        count: int,
    ) -> None:
        self._terms = terms
        self._starts = starts
        self._texts = texts
        self._weights = weights
        self._count = count

    @classmethod
    def build(cls, texts: Sequence[Mapping[str, float]]) -> TermVectors:
        """Index texts given as weighted terms."""
        holding = Counter(term for text in texts for term in text)
        terms = {term: row for row, term in enumerate(sorted(holding))}
        postings: list[list[tuple[int, float]]] = [[] for _ in terms]
        for number, text in enumerate(texts):
            weights = [share * _rarity(holding[term], len(texts)) for term, share in text.items()]
            length = float(np.linalg.norm(weights)) or 1.0
            for term, weight in zip(text, weights, strict=True):
                postings[terms[term]].append((number, weight / length))
        flat = [posting for row in postings for posting in row]
        return cls(
            terms,
            np.cumsum([0, *map(len, postings)], dtype=np.int64),
            np.array([text for text, _ in flat], dtype=np.int32),
            np.array([weight for _, weight in flat], dtype=np.float32),
            len(texts),
        )

    def cosines(self, query: Mapping[str, float]) -> Scores:
        """The cosine of each text with weighted terms, shape (n,); unknown terms lengthen only."""
        total = np.zeros(self._count, dtype=np.float32)
        squares = 0.0
        for term, share in query.items():
            row = self._terms.get(term)
            first, last = self._starts[row : row + 2] if row is not None else (0, 0)
            weight = share * _rarity(int(last - first), self._count)
            squares += weight * weight
            total[self._texts[first:last]] += weight * self._weights[first:last]
        return total / np.float32(max(squares, 1e-9) ** 0.5)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is created."""
        folder.mkdir(parents=True)
        (folder / "terms.json").write_text(json.dumps([self._count, *self._terms]), "utf-8")
        np.savez(
            folder / "postings.npz", starts=self._starts, texts=self._texts, weights=self._weights
        )

    @classmethod
    def load(cls, folder: Path) -> TermVectors:
        """Read an index; may raise OSError, KeyError or ValueError."""
        count, *terms = json.loads((folder / "terms.json").read_text("utf-8"))
        rows = {term: row for row, term in enumerate(terms)}
        with np.load(folder / "postings.npz") as held:
            return cls(rows, held["starts"], held["texts"], held["weights"], count)


def _rarity(holding: int, count: int) -> float:
    return float(np.log1p(count / max(holding, 1)))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The foreseen questions of a library.

    Args:
        places: passage position, start and end of the answering slice of each question, (q, 3); a
            question stands once for each sentence that answers it.
        vectors: unit vectors of the questions, float16, shape (q, d).
        words: their stems.
        characters: their character grams.
    """

    places: NDArray[np.int32]
    vectors: NDArray[np.float16]
    words: TermVectors
    characters: TermVectors

    @classmethod
    def of(cls, record: Record, embedder: Embedder) -> Foreseen:
        """Index the questions foreseen for the project's own documents of a record."""
        own = {document.id for document in record.documents() if document.own}
        passages: dict[str, list[tuple[int, Passage]]] = {}
        for position, passage in enumerate(record.passages()):
            if passage.document_id in own:
                passages.setdefault(passage.document_id, []).append((position, passage))
        found = [
            (foreseen.question, place)
            for id_, there in passages.items()
            for foreseen in fiche_questions(id_)
            for answer in foreseen.answers
            for place in _places(answer, there)
        ]
        queries = [understand(question) for question, _ in found]
        return cls(
            np.array([place for _, place in found], dtype=np.int32).reshape(len(found), 3),
            embedder.embed_questions([query.dense for query in queries]).astype(np.float16),
            TermVectors.build([query.terms for query in queries]),
            TermVectors.build([query.grams for query in queries]),
        )

    def likeness(self, query: Query, vector: Scores) -> Scores:
        """How alike each foreseen question is to one that was understood, in [0, 1], shape (q,)."""
        if not len(self.places):
            return np.zeros(0, dtype=np.float32)
        dense, words, characters = SHARES
        found: Scores = (
            dense * np.clip(self.vectors.astype(np.float32) @ vector, 0, 1)
            + words * self.words.cosines(query.terms)
            + characters * self.characters.cosines(query.grams)
        )
        return found

    def answers(
        self, query: Query, vector: Scores, admitted: NDArray[np.bool_] | None = None
    ) -> dict[int, tuple[Answering, ...]]:
        """The slices that answer questions like one, by passage position, the likest first."""
        found: dict[int, list[Answering]] = {}
        likeness = self.likeness(query, vector)
        for number in np.argsort(-likeness, kind="stable")[:NEAREST]:
            position, start, end = map(int, self.places[number])
            if likeness[number] < LEAST or (admitted is not None and not admitted[position]):
                continue
            there = found.setdefault(position, [])
            if all(known[:2] != (start, end) for known in there):
                there.append(Answering(start, end, float(likeness[number])))
        return {position: tuple(there) for position, there in found.items()}

    def save(self, folder: Path) -> None:
        """Write the questions' index into a folder, which is created."""
        folder.mkdir(parents=True)
        np.save(folder / "places.npy", self.places)
        np.save(folder / "vectors.npy", self.vectors)
        self.words.save(folder / "words")
        self.characters.save(folder / "characters")

    @classmethod
    def load(cls, folder: Path) -> Foreseen:
        """Read an index.

        Raises:
            LibraryCorruptError: a file is missing or damaged.
        """
        try:
            return cls(
                np.load(folder / "places.npy"),
                np.load(folder / "vectors.npy"),
                TermVectors.load(folder / "words"),
                TermVectors.load(folder / "characters"),
            )
        except (OSError, KeyError, ValueError) as error:
            raise LibraryCorruptError(
                f"L'index « {folder.name} » est illisible.", REBUILD
            ) from error


def _places(answer: str, passages: Sequence[tuple[int, Passage]]) -> Iterator[tuple[int, int, int]]:
    """The first place where a sentence stands, typography aside."""
    wanted = letters(answer).text
    for position, passage in passages:
        there = letters(passage.text)
        at = there.text.find(wanted)
        if at >= 0:
            yield position, there.places[at], there.places[at + len(wanted) - 1] + 1
            return

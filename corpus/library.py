"""The library: open the current generation, search it, read its documents, pages and passages."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from corpus import acronyms
from corpus.duplicates import folded
from corpus.errors import LibraryCorruptError, LibraryMismatchError
from corpus.foreseen import FOLDER, Foreseen
from corpus.fusion import POOL, Ranker, Weights
from corpus.generation import (
    Manifest,
    check_files,
    current_folder,
    pointer,
    previous_folder,
    recipe_for,
    vectors_of,
)
from corpus.indexing import SENTENCES
from corpus.lexical import REBUILD, LexicalIndex
from corpus.query import Query, lexicon, understand
from corpus.record import Record
from corpus.sentence_vectors import SentenceVectors
from corpus.types import Document, Filters, Hit, Page, Passage
from corpus.vectors import VectorIndex
from corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.fusion import Ranking
    from corpus.home import Home
    from corpus.query import Lexicon

    Scores = NDArray[np.float32]


_log = logging.getLogger(__name__)


class Library:
    """One generation, read-only. Cheap to open; searching loads what it needs."""

    def __init__(self, folder: Path, manifest: Manifest, embedder: Embedder, home: Home) -> None:
        self.manifest = manifest
        self.home = home
        self._folder = folder
        self._embedder = embedder
        self._record = Record(folder / "record.sqlite")
        keys = self._record.keys()
        self._positions = {id_: position for position, (id_, _) in enumerate(keys)}
        self._document_ids = [document for _, document in keys]

    @classmethod
    def open(
        cls,
        home: Home,
        embedder: Embedder,
        folder: Path | None = None,
        *,
        thorough: bool = False,
    ) -> Library:
        """Open the current generation, or that of a folder; `thorough` looks at its checksums.

        Raises:
            LibraryMissingError: none was built yet.
            LibraryMismatchError: another model or recipe built it.
            LibraryCorruptError: a file is missing or damaged.
        """
        folder = folder or current_folder(home)
        manifest = Manifest.load(folder / "manifest.json")
        if manifest.recipe != recipe_for(embedder):
            if manifest.recipe.model == embedder.name:
                raise LibraryMismatchError(
                    "La bibliothèque a été construite par une autre version de l'assistant.",
                    "Mettez-la à jour : coop ingest",
                )
            raise LibraryMismatchError(
                f"La bibliothèque a été construite avec « {manifest.recipe.model} » "
                f"(recette {manifest.recipe.analysis}.{manifest.recipe.passages}), "
                f"or le modèle demandé est « {embedder.name} ».",
                "Reconstruisez-la avec ce modèle : coop ingest ; ou remettez l'ancien dans "
                "COOP_EMBEDDING_MODEL.",
            )
        check_files(folder, manifest, thorough=thorough)
        return cls(folder, manifest, embedder, home)

    def close(self) -> None:
        """Release the record file."""
        self._record.close()

    def check(self) -> None:
        """Prove that its vectors can be reached.

        Raises:
            LibraryError: they cannot.
        """
        self._vectors.count()

    # --- reading ---

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The documents of the library, by id."""
        return {document.id: document for document in self._record.documents()}

    def page(self, document_id: str, index: int) -> Page | None:
        """A page as read, or None when there is no such page."""
        return self._record.page(document_id, index)

    def page_count(self, document_id: str) -> int:
        """How many pages a document has, whatever became of each."""
        return len(self._record.page_states(document_id))

    def passages(self, document_id: str) -> list[Passage]:
        """A document's passages in reading order."""
        return list(self._record.passages(document_id))

    def neighbours(self, passage: Passage, reach: int = 1) -> list[Passage]:
        """The passage with those around it in its document, in reading order."""
        centre = self._positions[passage.id]
        around = range(max(0, centre - reach), centre + reach + 1)
        return self._record.passages_at(
            [
                position
                for position in around
                if position < len(self._document_ids)
                and self._document_ids[position] == passage.document_id
            ]
        )

    def opens_section(self, passage: Passage) -> bool:
        """Whether a passage is the first under its heading."""
        before = self.neighbours(passage)[0]
        return before.id == passage.id or before.heading_path != passage.heading_path

    # --- searching ---

    def understand(self, question: str) -> Query:
        """A question with spelling forgiven against this library's words, acronyms recognised."""
        return understand(question, self.vocabulary, self._lexicon)

    def search(
        self,
        question: str | Query,
        k: int = 8,
        filters: Filters | None = None,
        weights: Weights | None = None,
    ) -> list[Hit]:
        """The k best passages for a question, best first; fewer when fewer share something.

        Passages that say the same in the same words are one hit, see `Hit.also`.
        """
        query = question if isinstance(question, Query) else self.understand(question)
        allowed = self._allowed(filters)
        if not self._positions or allowed == []:
            return []
        vector = self._embedder.embed_questions([query.dense])[0]
        near = [self._positions[id_] for id_ in self._vectors.nearest(vector, POOL, allowed)]
        ranking = self._ranker.rank(query, vector, near, weights, self._admitted(allowed))
        return folded(self._hits(ranking, k), k, self._is_own)

    def _hits(self, ranking: Ranking, k: int) -> Iterator[Hit]:
        """The passages of a ranking as hits, best first, read as they are drawn."""
        ranks = [{p: rank for rank, p in enumerate(pool, 1)} for pool in ranking.pools]
        for start in range(0, len(ranking.positions), k):
            part = slice(start, start + k)
            positions = ranking.positions[part]
            found = zip(
                positions, ranking.scores[part], self._record.passages_at(positions), strict=True
            )
            for position, score, passage in found:
                dense, words, characters = (rank.get(position) for rank in ranks)
                answers = ranking.answers.get(position, ())
                yield Hit(passage, round(score, 6), dense, words, characters, answers=answers)

    def _is_own(self, document_id: str) -> bool:
        return self.documents[document_id].own

    def similarities(self, questions: Sequence[str], texts: Sequence[str]) -> Scores:
        """Cosines between questions and texts by the library's model, shape (questions, texts)."""
        asked = self._embedder.embed_questions(questions)
        cosines: Scores = asked @ self._embedder.embed_passages(texts).T
        return cosines

    def rarity(self, stem: str) -> float:
        """Inverse document frequency of a stem, natural log, for weighing words of a question."""
        import numpy as np  # noqa: PLC0415

        count = self.vocabulary.frequency(stem)
        return float(np.log(1 + (self.manifest.passages - count + 0.5) / (count + 0.5)))

    def knows(self, stem: str) -> bool:
        """Whether the stem stands anywhere in the library."""
        return self.vocabulary.frequency(stem) > 0

    def _allowed(self, filters: Filters | None) -> list[str] | None:
        """The documents a search may return, or None for all."""
        if filters is None or filters == Filters():
            return None
        return [id_ for id_, document in self.documents.items() if filters.admits(document)]

    def _admitted(self, allowed: list[str] | None) -> NDArray[np.bool_] | None:
        """Which passages a search may return, shape (n,), or None for all."""
        if allowed is None:
            return None
        import numpy as np  # noqa: PLC0415

        documents = set(allowed)
        return np.array([document in documents for document in self._document_ids])

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(
            words=LexicalIndex.load(self._folder / "words"),
            characters=LexicalIndex.load(self._folder / "characters"),
            vectors=self._array("vectors.npy"),
            sentences=SentenceVectors.load(self._folder / SENTENCES),
            asking=self._array("asking.npy"),
            pages=self._array("pages.npy"),
            foreseen=self.foreseen,
        )

    @cached_property
    def foreseen(self) -> Foreseen:
        """The questions foreseen for its fiches."""
        return Foreseen.load(self._folder / FOLDER)

    @cached_property
    def _vectors(self) -> VectorIndex:
        return VectorIndex.open(vectors_of(self.home, self._folder))

    def _array(self, name: str) -> NDArray[Any]:
        import numpy as np  # noqa: PLC0415

        try:
            array: NDArray[Any] = np.load(self._folder / name, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise LibraryCorruptError(
                f"Le fichier « {self._folder / name} » est illisible.", REBUILD
            ) from error
        return array

    @cached_property
    def _lexicon(self) -> Lexicon:
        return lexicon().with_learnt(acronyms.load(self._folder / "acronyms.json"))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the library."""
        return Vocabulary.load(self._folder / "vocabulary.json", self._embedder.knows)


def current_library(home: Home, embedder: Embedder) -> Callable[[], Library]:
    """A provider of the current generation that notices when a newer one was switched to.

    A newer one whose checksums are wrong is not taken up: the one before goes on, and the log says
    what to run. Safe to share between threads: a library in use is not closed under its user, and
    two threads that notice at once open the new generation twice at worst.
    """
    held: list[tuple[str, Library]] = []

    def provide() -> Library:
        pointed = pointer(home)
        if not held or held[-1][0] != pointed:
            held[:] = [(pointed, _sound(home, embedder, thorough=bool(held)))]
        return held[-1][1]

    return provide


def _sound(home: Home, embedder: Embedder, *, thorough: bool) -> Library:
    """The current generation; where it is damaged, the one before, if there is one."""
    try:
        return Library.open(home, embedder, thorough=thorough)
    except LibraryCorruptError as error:
        before = previous_folder(home)
        if before is None:
            raise
        library = Library.open(home, embedder, before)
        _log.warning("%s %s (la génération précédente répond)", error.message, error.remedy)
        return library

"""What a generation is searched by, besides Chroma: words, characters, sentences, acronyms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from corpus import acronyms, french
from corpus.embedding import StaticEmbedder
from corpus.foreseen import FOLDER, Foreseen
from corpus.fusion import asking
from corpus.lexical import LexicalIndex
from corpus.sentence_vectors import SentenceVectors
from corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.record import Record
    from corpus.types import Document, Passage

SENTENCES = "sentences"


def indexed_text(document: Document, passage: Passage) -> str:
    """What is embedded and indexed for a passage: title and headings, then the text.

    The headings help to find a passage; they are never quoted for it.
    """
    path = passage.heading_path
    if path and french.fold(path[0]) == french.fold(document.title):
        path = path[1:]
    return "\n".join([document.title, *path, passage.text])


def write_indexes(folder: Path, record: Record, embedder: Embedder) -> None:
    """Index all passages of a record, in the order of their positions."""
    import numpy as np  # noqa: PLC0415

    np.save(folder / "asking.npy", asking(p.text for p in record.passages()))
    np.save(folder / "pages.npy", page_numbers(record.passages()))
    explained = acronyms.explained(p.text for p in record.passages())
    acronyms.save(explained, folder / "acronyms.json")
    documents = {document.id: document for document in record.documents()}
    texts = [indexed_text(documents[p.document_id], p) for p in record.passages()]
    stems: list[list[str]] = []

    def analysed() -> Iterator[list[french.Term]]:
        for text in texts:
            terms = french.analysed(text)
            # Each stem is kept once: analysed whole, a library takes ten times its size.
            stems.append([sys.intern(term.stem) for term in terms])
            yield terms

    Vocabulary.of(analysed()).save(folder / "vocabulary.json")
    LexicalIndex.build(stems).save(folder / "words")
    LexicalIndex.build(french.character_grams(text) for text in texts).save(folder / "characters")
    Foreseen.of(record, embedder).save(folder / FOLDER)


def page_numbers(passages: Iterable[Passage]) -> NDArray[np.int32]:
    """A number for the page that each passage begins on, the same for the same page, shape (n,)."""
    import numpy as np  # noqa: PLC0415

    met: dict[tuple[str, int], int] = {}
    begins = ((p.document_id, p.spans[0].page_index if p.spans else 0) for p in passages)
    return np.array([met.setdefault(page, len(met)) for page in begins], dtype=np.int32)


class StagedSentences:
    """The sentence vectors of a generation being staged, document by document.

    A transformer reads a passage whole: for such a model none are made.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._wanted = isinstance(embedder, StaticEmbedder)
        self._staged: list[SentenceVectors] = []
        self._before: tuple[SentenceVectors | None, dict[str, int]] | None = None

    def add(self, passages: Sequence[Passage]) -> None:
        """Embed the sentences of a document's passages."""
        if self._wanted:
            texts = [passage.text for passage in passages]
            self._staged.append(SentenceVectors.of(texts, self._embedder))

    def keep(
        self, document_id: str, passages: Sequence[Passage], previous: Record, folder: Path
    ) -> None:
        """Take a document's over from the generation in a folder, of which `previous` is part."""
        if not self._wanted:
            return
        if self._before is None:
            places: dict[str, int] = {}
            for position, (_, document) in enumerate(previous.keys()):
                places.setdefault(document, position)
            self._before = SentenceVectors.load(folder / SENTENCES), places
        sentences, first = self._before
        if sentences is None or document_id not in first:
            self.add(passages)
        else:
            start = first[document_id]
            self._staged.append(sentences.part(start, start + len(passages)))

    def save(self, folder: Path) -> None:
        """Write what was staged, if anything was."""
        if self._staged:
            SentenceVectors.joined(self._staged).save(folder / SENTENCES)

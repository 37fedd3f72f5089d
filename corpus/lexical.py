"""BM25 over terms we cut ourselves; the one home of bm25s.

Robertson and Zaragoza 2009, in Lucene's variant; k1 and b held up on French development sets, where
anything from (0.9, 0.4) to (2, 0.75) is within a point.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corpus.errors import LibraryCorruptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

REBUILD = "Reconstruisez la bibliothèque : coop ingest"


K1 = 1.2
B = 0.75


class LexicalIndex:
    """A BM25 index over passages given as lists of terms; positions are those of the passages."""

    def __init__(self, engine: Any, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, passages: Iterable[list[str]]) -> LexicalIndex:
        """Index passages of terms; passages may be empty, and there may be none."""
        import bm25s  # noqa: PLC0415

        # Terms become numbers one passage at a time: their strings take ten times the room.
        met: dict[str, int] = {}
        coded = [[met.setdefault(term, len(met)) for term in passage] for passage in passages]
        engine = bm25s.BM25(k1=K1, b=B, method="lucene")
        if met:
            # Numbered in sorted order: bm25s's own numbering changes with the hash seed.
            numbers = {term: number for number, term in enumerate(sorted(met))}
            renumbered = [numbers[term] for term in met]
            for passage in coded:
                passage[:] = [renumbered[number] for number in passage]
            engine.index((coded, numbers), show_progress=False)
        return cls(engine if met else None, len(coded))

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """BM25 scores of all passages for weighted terms, shape (n,); unknown terms count 0."""
        import numpy as np  # noqa: PLC0415

        total = np.zeros(self._size, dtype=np.float32)
        for term, weight in query.items():
            if self.knows(term):
                number = self._engine.vocab_dict[term]
                start, end = self._engine.scores["indptr"][number : number + 2]
                positions = self._engine.scores["indices"][start:end]
                np.add.at(total, positions, weight * self._engine.scores["data"][start:end])
        return total

    def knows(self, term: str) -> bool:
        """Whether some passage contains the term."""
        return self._engine is not None and term in self._engine.vocab_dict

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is created."""
        folder.mkdir(parents=True)
        (folder / "size.json").write_text(json.dumps(self._size))
        if self._engine is not None:
            self._engine.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read an index; its arrays are mapped, not copied.

        Raises:
            LibraryCorruptError: a file is missing or damaged.
        """
        try:
            size = int(json.loads((folder / "size.json").read_text()))
            if not (folder / "params.index.json").exists():
                return cls(None, size)
            import bm25s  # noqa: PLC0415

            return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), size)
        except (OSError, ValueError, KeyError) as error:
            raise LibraryCorruptError(
                f"L'index « {folder.name} » est illisible.", REBUILD
            ) from error

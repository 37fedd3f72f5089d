"""Nearest passages by vector; the one home of chromadb.

Chroma searches approximately (HNSW). With the settings below its answers equalled exact search on
the project's libraries; a test compares them with numpy. Each generation has a folder of its own,
written once and then only read, because Chroma's files survive neither a kill nor two writers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus.errors import LibraryCorruptError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "passages"
_HNSW = {"space": "ip", "ef_search": 500, "ef_construction": 400, "max_neighbors": 32}
_BATCH = 5_000  # Chroma accepts 5,461 records a call


class VectorIndex:
    """The vectors of a generation's passages, by passage id."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    @classmethod
    def build(
        cls,
        folder: Path,
        ids: Sequence[str],
        documents: Sequence[str],
        vectors: NDArray[np.float32],
    ) -> VectorIndex:
        """Index unit vectors, shape (n, d), with the document each passage belongs to."""
        collection = _client(folder).create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
        )
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            collection.add(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[{"document": document} for document in documents[part]],
            )
        return cls(collection)

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """Open a generation's vectors.

        Raises:
            LibraryCorruptError: Chroma cannot read them.
        """
        from chromadb.errors import ChromaError  # noqa: PLC0415

        try:
            return cls(_client(folder).get_collection(COLLECTION, embedding_function=None))
        except (ChromaError, OSError, ValueError) as error:
            raise LibraryCorruptError(
                f"Les vecteurs de « {folder.parent.name} » sont illisibles.",
                "Reconstruisez la bibliothèque : coop ingest",
            ) from error

    def count(self) -> int:
        """The number of passages indexed."""
        return int(self._collection.count())

    def nearest(
        self, vector: NDArray[np.float32], k: int, documents: Sequence[str] | None = None
    ) -> list[str]:
        """The ids of the k passages nearest to a unit vector, nearest first."""
        total = self.count()
        if not total:
            return []
        found = self._collection.query(
            query_embeddings=[vector],
            n_results=min(k, total),
            where={"document": {"$in": list(documents)}} if documents is not None else None,
            include=[],
        )
        return list(found["ids"][0])


def _client(folder: Path) -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(anonymized_telemetry=False, is_persistent=True, allow_reset=False)
    return chromadb.PersistentClient(path=str(folder), settings=settings)

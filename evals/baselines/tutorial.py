"""The pipeline every tutorial builds, with the same model: what ours is measured against.

pypdf's page text, LangChain's recursive splitter (1,000 characters, 200 of overlap), Chroma with
its defaults, the top 4 chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corpus.embedding import Embedder

TOP = 4
_BATCH = 5_000  # Chroma's limit, which langchain-chroma does not know


class _Adapter(Embeddings):
    """Our embedder as LangChain's `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.embed_questions([text])[0].tolist()
        return vector


class TutorialPipeline:
    """Ingests PDFs into a folder and finds chunks; `metadata` has `source` and `page` (from 0)."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._store = Chroma("tutorial", _Adapter(embedder), persist_directory=str(folder))
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def ingest(self, paths: Iterable[Path]) -> int:
        """Add PDFs; returns how many pages were read.

        Chunks without a letter or a figure (what pypdf finds in a scan) are left out: they mean
        nothing to the model, hence are as near to every question, which would bury the others.
        """
        pages = [
            Document(page.extract_text(), metadata={"source": path.name, "page": index})
            for path in paths
            for index, page in enumerate(PdfReader(path).pages)
        ]
        cut = self._splitter.split_documents(pages)
        chunks = [chunk for chunk in cut if any(c.isalnum() for c in chunk.page_content)]
        for start in range(0, len(chunks), _BATCH):
            self._store.add_documents(chunks[start : start + _BATCH])
        return len(pages)

    def search(self, question: str) -> list[Document]:
        """The top 4 chunks, nearest first."""
        return self._store.similarity_search(question, k=TOP)

"""The library as a LangChain retriever, for whoever composes it with their own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.library import Library
from corpus.types import Filters

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun


class LibraryRetriever(BaseRetriever):
    """Gives the `k` best passages of a library; `metadata` says where each one stands.

    Metadata: document, title, publisher, published, page_index (from 0), page_label, headings,
    score. Import this module only when LangChain is wanted: it costs its import.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 8
    filters: Filters | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        del run_manager  # nothing to report
        found = []
        for hit in self.library.search(query, self.k, self.filters):
            passage = hit.passage
            document = self.library.documents[passage.document_id]
            metadata = {
                "document": document.id,
                "title": document.title,
                "publisher": document.publisher,
                "published": document.published,
                "page_index": passage.spans[0].page_index,
                "page_label": passage.spans[0].page_label,
                "headings": list(passage.heading_path),
                "score": hit.score,
            }
            found.append(
                LangChainDocument(id=passage.id, page_content=passage.text, metadata=metadata)
            )
        return found

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home


def test_the_library_serves_a_langchain_chain(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    from langchain_core.runnables import RunnableLambda

    from corpus.retriever import LibraryRetriever

    build()
    retriever = LibraryRetriever(library=Library.open(home, embedder), k=2)
    chain = retriever | RunnableLambda(lambda documents: documents[0])
    found = chain.invoke("Qui peut créer un groupement d'employeurs ?")
    assert found.page_content.startswith("Toute personne")
    assert found.metadata["document"] == "ge"
    assert found.metadata["page_index"] == 0
    assert len(retriever.invoke("groupement")) == 2

"""Vectors on a Chroma server: the same answers, nothing left behind, clear words when it fails."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import chromadb
import pytest
from chroma_process import ChromaServer
from conftest import TEXTS, small_document

from corpus.errors import LibraryCorruptError, StoreError
from corpus.generation import Staging, check_vectors, current_folder, writing
from corpus.library import Library
from corpus.vectors import check_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder
    from corpus.home import Home


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield running
    running.kill()


@pytest.fixture
def served(home: Home, server: ChromaServer) -> Home:
    """A home whose vectors are on the server."""
    return replace(home, chroma=server.url)


def build(home: Home, embedder: Embedder) -> None:
    with writing(home), Staging(home, embedder) as staging:
        for name, texts in TEXTS.items():
            staging.add(*small_document(name, texts))
        staging.commit()


def collections(server: ChromaServer) -> set[str]:
    port = int(server.url.rpartition(":")[2])
    client = chromadb.HttpClient("127.0.0.1", port)
    return {collection.name for collection in client.list_collections()}


def test_a_server_answers_as_files_do(home: Home, served: Home, embedder: Embedder) -> None:
    build(served, embedder)
    assert not (current_folder(served) / "chroma").exists()
    library = Library.open(served, embedder)
    found = library.search("Qui répond des dettes ?")
    limited = library._vectors.nearest(embedder.embed_questions(["dettes"])[0], 9, ["gie"])
    library.close()
    build(home, embedder)
    assert Library.open(home, embedder).search("Qui répond des dettes ?") == found
    assert set(limited) == {"gie-0", "gie-1"}


def test_a_collection_goes_with_its_generation(
    served: Home, server: ChromaServer, embedder: Embedder
) -> None:
    before = collections(server)
    for _ in range(3):
        build(served, embedder)
    kept = {f"coop-{path.name}" for path in served.library.glob("generation-*")}
    assert len(kept) == 2
    assert collections(server) - before == kept


def test_what_a_killed_run_left_on_the_server_is_cleared_by_the_next(
    served: Home, server: ChromaServer, embedder: Embedder
) -> None:
    (served.library / "staging-killed").mkdir()
    port = int(server.url.rpartition(":")[2])
    chromadb.HttpClient("127.0.0.1", port).create_collection("coop-generation-killed")
    build(served, embedder)
    assert "coop-generation-killed" not in collections(server)
    assert not list(served.library.glob("staging-*"))


def test_a_library_made_of_files_says_that_the_server_does_not_hold_it(
    home: Home, served: Home, embedder: Embedder
) -> None:
    build(home, embedder)
    library = Library.open(served, embedder)
    with pytest.raises(LibraryCorruptError, match="ne tient pas") as error:
        check_vectors(served, current_folder(served), library.manifest)
    assert "coop ingest" in error.value.remedy


def test_a_server_that_stops_is_named_and_found_again(
    home: Home, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> None:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    served = replace(home, chroma=server.url)
    build(served, embedder)
    library = Library.open(served, embedder)
    before = library.search("dettes")
    server.kill()
    with pytest.raises(StoreError, match="ne répond pas"):
        library.search("dettes")
    current = current_folder(served)
    with pytest.raises(StoreError, match="ne répond pas"):
        build(served, embedder)
    assert current_folder(served) == current
    server.start()
    assert library.search("dettes") == before
    build(served, embedder)
    assert not list(served.library.glob("staging-*"))
    server.kill()


# --- addresses that are none of a Chroma server -------------------------------------------------


@pytest.fixture(scope="module")
def replying() -> Iterator[Callable[[int, object], str]]:
    """A server that replies so to everything: `replying(200, "0.6.3")` is its address."""
    servers: list[HTTPServer] = []

    def start(status: int, body: object) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://moi:motdepasse@127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "0.6.3", "version 0.6.3"),
        (200, "2.0.0", "version 2.0.0"),
        (200, {"a": 1}, "Chroma 1.x"),
        (200, b"<html>", "réponse illisible"),
        (410, {"error": "Gone"}, "réponse 410"),
        (500, b"", "réponse 500"),
        (401, b"", "refuse l'accès"),
    ],
)
def test_another_server_is_told_from_a_chroma_server_of_this_version(
    replying: Callable[[int, object], str], status: int, body: object, words: str
) -> None:
    with pytest.raises(StoreError, match=words) as error:
        check_server(replying(status, body))
    assert "COOP_CHROMA_URL" in error.value.remedy
    assert "motdepasse" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://h:port",
        "http://127.0.0.1:8000/autre",
        "",
    ],
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(StoreError, match="COOP_CHROMA_URL"):
        check_server(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nulle-part.invalid"])
def test_a_server_that_is_not_there_is_said(url: str) -> None:
    with pytest.raises(StoreError, match="ne répond pas"):
        check_server(url)

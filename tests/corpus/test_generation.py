from __future__ import annotations

import multiprocessing
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corpus.errors import LibraryBusyError, LibraryCorruptError, LibraryMissingError
from corpus.generation import Manifest, Staging, check_files, current_folder, writing
from corpus.indexing import SENTENCES
from corpus.library import Library
from corpus.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home


def test_an_empty_home_has_no_library(home: Home) -> None:
    with pytest.raises(LibraryMissingError, match="coop ingest"):
        current_folder(home)


def test_a_generation_is_current_only_after_commit(home: Home, embedder: Embedder) -> None:
    with writing(home), Staging(home, embedder), pytest.raises(LibraryMissingError):
        current_folder(home)
    with pytest.raises(LibraryMissingError):
        current_folder(home)


def test_a_staging_that_fails_leaves_the_old_generation_answering(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build()
    before = current_folder(home)

    def interrupted() -> None:
        with writing(home), Staging(home, embedder):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert current_folder(home) == before
    assert not list(home.library.glob("staging-*"))
    assert Library.open(home, embedder).search("groupement d'employeurs")


def test_leftovers_of_a_killed_run_are_cleared_by_the_next(
    home: Home, build: Callable[..., None]
) -> None:
    (home.library / "staging-killed" / "chroma").mkdir(parents=True)
    build()
    assert not list(home.library.glob("staging-*"))


def test_only_the_generation_replaced_is_kept(home: Home, build: Callable[..., None]) -> None:
    for _ in range(3):
        build()
    assert len(list(home.library.glob("generation-*"))) == 2


def test_the_same_documents_give_the_same_files(home: Home, build: Callable[..., None]) -> None:
    manifests = []
    for _ in range(2):
        build()
        manifests.append(Manifest.load(current_folder(home) / "manifest.json"))
    names = [name for name in manifests[0].files if name != "record.sqlite"]
    assert [manifests[0].files[n] for n in names] == [manifests[1].files[n] for n in names]


@pytest.mark.parametrize("file", ["vectors.npy", "record.sqlite", "words/vocab.index.json"])
def test_a_damaged_file_is_found_by_its_checksum(
    home: Home, build: Callable[..., None], file: str
) -> None:
    build()
    folder = current_folder(home)
    manifest = Manifest.load(folder / "manifest.json")
    body = bytearray((folder / file).read_bytes())
    body[len(body) // 2] ^= 0xFF
    (folder / file).write_bytes(body)
    with pytest.raises(LibraryCorruptError, match=file.rsplit("/", 1)[-1]):
        check_files(folder, manifest, thorough=True)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"recipe": 3}'])
def test_a_damaged_manifest_is_named(home: Home, build: Callable[..., None], body: str) -> None:
    build()
    path = current_folder(home) / "manifest.json"
    path.write_text(body)
    with pytest.raises(LibraryCorruptError, match=r"manifest\.json"):
        Manifest.load(path)


def test_a_pointer_to_nowhere_is_said(home: Home, build: Callable[..., None]) -> None:
    build()
    shutil.rmtree(current_folder(home))
    with pytest.raises(LibraryCorruptError, match="coop ingest"):
        current_folder(home)


def _hold(home: Home, held: object, release: object) -> None:
    with writing(home):
        held.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_waits_and_then_says_who_is_busy(home: Home) -> None:
    context = multiprocessing.get_context("fork")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home, held, release))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(LibraryBusyError, match="autre ingestion"), writing(home, wait_s=0.2):
            pass
    finally:
        release.set()
        other.join()
    with writing(home, wait_s=5):
        pass


def test_kept_documents_keep_their_vectors(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build()
    old = Library.open(home, embedder)
    vectors = np.load(current_folder(home) / "vectors.npy")
    with writing(home), Staging(home, embedder) as staging:
        from corpus.record import Record

        record = Record(current_folder(home) / "record.sqlite")
        staging.keep(old.documents["gie"], record, vectors[3:])
        staging.commit()
    new = Library.open(home, embedder)
    assert list(new.documents) == ["gie"]
    assert new.passages("gie") == old.passages("gie")
    np.testing.assert_array_equal(np.load(current_folder(home) / "vectors.npy"), vectors[3:])
    sentences = SentenceVectors.load(current_folder(home) / SENTENCES)
    anew = SentenceVectors.of((passage.text for passage in new.passages("gie")), embedder)
    assert sentences is not None
    np.testing.assert_array_equal(sentences.starts, anew.starts)
    np.testing.assert_array_equal(sentences.rows, anew.rows)

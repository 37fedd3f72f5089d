from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING

import pytest

from corpus.errors import LibraryMismatchError
from corpus.generation import current_folder
from corpus.library import Library, current_library
from corpus.types import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.home import Home


@pytest.fixture
def library(home: Home, embedder: Embedder, build: Callable[..., None]) -> Library:
    build()
    return Library.open(home, embedder)


def first(library: Library, question: str) -> str:
    return library.search(question)[0].passage.text


def test_the_passage_that_answers_comes_first(library: Library) -> None:
    assert first(library, "Qui peut créer un groupement d'employeurs ?").startswith(
        "Toute personne"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "qui peut creer un GE",
        "ki peut créé un groupemant demployeur",
        "QUI PEUT CRÉER UN GROUPEMENT D’EMPLOYEURS",
        "création de groupements d'employeurs : toute personne ?",
    ],
)
def test_spelling_acronyms_accents_and_plurals_do_not_get_in_the_way(
    library: Library, typed: str
) -> None:
    assert first(library, typed).startswith("Toute personne")


def test_hits_are_scored_between_0_and_1_best_first_with_their_ranks(library: Library) -> None:
    hits = library.search("groupement d'employeurs", 5)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert 1 in {hit.dense_rank for hit in hits}
    assert 1 in {hit.word_rank for hit in hits}
    assert 1 in {hit.character_rank for hit in hits}


def test_searching_twice_gives_the_same_hits(library: Library) -> None:
    assert library.search("dettes des membres") == library.search("dettes des membres")


def test_titles_and_headings_count_for_finding(library: Library) -> None:
    assert library.search("GIE en bref")[0].passage.document_id == "gie"


def test_filters_limit_every_ranking(library: Library) -> None:
    hits = library.search("groupement d'employeurs", 10, Filters(documents=("gie",)))
    assert {hit.passage.document_id for hit in hits} == {"gie"}
    assert library.search("groupement", 5, Filters(themes=("fiscalite",))) == []


def test_what_two_documents_say_in_the_same_words_is_one_hit(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    text = "Le dispositif local d'accompagnement conseille les structures de l'économie sociale."
    build(guide=(text, "Autre chose sur les locaux."), copie=(text.replace("'", "’"),))
    hits = Library.open(home, embedder).search("qui conseille les structures ?", 5)
    assert [hit.passage.document_id for hit in hits][:1] == ["guide"]
    assert [passage.document_id for passage in hits[0].also] == ["copie"]
    assert sum(hit.passage.document_id == "copie" for hit in hits) == 0


def test_neighbours_are_those_of_the_same_document_in_order(library: Library) -> None:
    ge = library.passages("ge")
    gie = library.passages("gie")
    assert library.neighbours(ge[1]) == ge
    assert library.neighbours(gie[0]) == gie


def test_an_empty_library_finds_nothing(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build(vide=())
    assert Library.open(home, embedder).search("groupement") == []


class _OtherModel:
    name = "other"
    dimensions = 8

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(texts)

    embed_questions = embed_passages

    def knows(self, word: str) -> bool:
        return bool(word)


def test_a_library_built_by_another_model_says_what_to_run(
    home: Home, build: Callable[..., None]
) -> None:
    build()
    with pytest.raises(LibraryMismatchError, match="coop ingest"):
        Library.open(home, _OtherModel())


def test_a_reader_moves_to_the_next_generation_whole(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build()
    provide = current_library(home, embedder)
    before = provide()
    build(scic=("Une SCIC réunit plusieurs catégories d'associés.",))
    assert before.search("groupement d'employeurs"), "the old one still answers its reader"
    assert list(provide().documents) == ["scic"]


def test_a_damaged_generation_is_not_taken_up_and_the_one_before_goes_on(
    home: Home,
    embedder: Embedder,
    build: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    build()
    provide = current_library(home, embedder)
    sound = provide()
    build(gie=("Un groupement d'intérêt économique réunit au moins deux personnes.",))
    path = current_folder(home) / "vectors.npy"
    body = bytearray(path.read_bytes())
    body[-1] ^= 0xFF  # the size is right, the checksum is not
    path.write_bytes(body)
    assert provide().manifest == sound.manifest
    assert provide() is provide(), "it is opened once"
    assert provide().search("groupement d'employeurs")
    assert "coop ingest" in caplog.text
    path.unlink()
    assert current_library(home, embedder)().manifest == sound.manifest, "at the start too"
    build()
    assert provide().manifest != sound.manifest


def test_a_generation_that_nobody_uses_any_more_is_let_go(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    from chromadb.api.shared_system_client import SharedSystemClient

    provide = current_library(home, embedder)
    for _ in range(4):
        build()
        assert provide().search("groupement d'employeurs")
    gc.collect()
    held = [name for name in SharedSystemClient._identifier_to_system if str(home.root) in name]
    assert len(held) == 1


def test_a_library_of_other_foreseen_questions_is_told_from_one_of_another_model(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build()
    path = current_folder(home) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["recipe"]["foreseen"] = "others"
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(LibraryMismatchError, match="autre version") as caught:
        Library.open(home, embedder)
    assert "coop ingest" in str(caught.value)

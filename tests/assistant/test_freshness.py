from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.freshness import warnings
from assistant.units import citations, units
from corpus.generation import Staging, writing
from corpus.library import Library
from corpus.types import Document, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home
    from corpus.record import RecordedPage

SHARED_STAFF = (
    "Entre associations, la mise à disposition de personnel au prix coûtant est exonérée de TVA."
)
OLD = Document("guide", "Guide", "France Active", published="2013")


def test_an_old_passage_names_its_year_and_the_reform() -> None:
    (warning,) = warnings(OLD, SHARED_STAFF)
    assert warning == (
        "Document de 2013, antérieur à la réforme du 01/01/2016 (fin de la tolérance de TVA sur "
        "les mises à disposition au prix coûtant entre organismes sans but lucratif) : "
        "à revérifier."
    )


def test_a_reform_known_by_its_year_is_named_by_it() -> None:
    (warning,) = warnings(OLD, "Le comité d'entreprise est consulté.")
    assert "réforme de 2018" in warning


def test_a_document_of_the_same_year_is_dated_more_closely() -> None:
    document = Document("lettre", "Lettre", "Réseau", published="2021-05")
    (first, *_) = warnings(document, "Une convention de trésorerie lie les structures.")[::-1]
    assert first.startswith("Document de 05/2021, antérieur à la réforme du 01/07/2021")


def test_the_newest_reform_comes_first() -> None:
    told = warnings(OLD, "Une convention de trésorerie lie les structures.")
    years = [warning.split("réforme du ")[1][6:10] for warning in told]
    assert years == ["2025", "2024", "2021"]


def test_an_undated_document_is_told_the_newest_reform_to_check() -> None:
    undated = Document("note", "Note", "")
    (warning,) = warnings(undated, "Une convention de trésorerie lie les structures.")
    assert warning.startswith(
        "Document sans date : vérifiez qu'il tient compte de la réforme du 09"
    )


def test_a_passage_that_no_reform_touches_has_no_warning() -> None:
    assert warnings(OLD, "La confiance se construit par de petits projets.") == ()


def test_a_citation_carries_the_warnings_of_its_quote(
    home: Home,
    embedder: Embedder,
    document: Callable[..., tuple[Document, list[RecordedPage], list[Passage]]],
) -> None:
    quiet = "La confiance entre associations se construit par de petits projets communs."
    with writing(home), Staging(home, embedder) as staging:
        staging.add(*document("guide", (SHARED_STAFF, quiet), published="2013"))
        staging.add(*document("fiche", (SHARED_STAFF,), published="2026-11-23", own=True))
        staging.commit()
    library = Library.open(home, embedder)
    cited = {
        (passage.document_id, passage.text): citations(next(units(Hit(passage, 1.0))), library, 1)
        for id_ in ("guide", "fiche")
        for passage in library.passages(id_)
    }
    fired = {key for key, (found, _) in cited.items() if any(c.warnings for c in found)}
    assert fired == {("guide", SHARED_STAFF)}

from __future__ import annotations

import pytest

from assistant.filters import filters_of
from corpus.errors import UsageError
from corpus.types import Document, Filters

DOCUMENTS = {"guide": Document(id="guide", title="Guide", publisher="", file="Guide 2014.pdf")}


@pytest.mark.parametrize("said", ["scic", "SCIC", "Société coopérative d'intérêt collectif"])
def test_a_form_is_known_by_its_key_its_acronym_and_its_name(said: str) -> None:
    assert filters_of(DOCUMENTS, forms=[said]).forms == ("scic",)


@pytest.mark.parametrize("said", ["fiscalite", "Fiscalité"])
def test_a_theme_is_known_by_its_key_and_its_name(said: str) -> None:
    assert filters_of(DOCUMENTS, themes=[said]).themes == ("fiscalite",)


@pytest.mark.parametrize("said", ["guide", "Guide 2014.pdf", "guide 2014"])
def test_a_document_is_known_by_its_id_and_its_file(said: str) -> None:
    assert filters_of(DOCUMENTS, named=[said]).documents == ("guide",)


def test_years_are_kept_as_given() -> None:
    found = filters_of(DOCUMENTS, years=(2012, 2015))
    assert (found.from_year, found.to_year) == (2012, 2015)


def test_nothing_said_limits_nothing() -> None:
    assert filters_of(DOCUMENTS) == Filters()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"themes": ["couscous"]}, "Thème inconnu : « couscous »"),
        ({"forms": ["sarl"]}, "Forme inconnue : « sarl »"),
        ({"named": ["absent.pdf"]}, "Document inconnu : « absent.pdf »"),
        ({"years": (2020, 2010)}, "2020"),
    ],
)
def test_what_means_nothing_is_named(said: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        filters_of(DOCUMENTS, **said)  # type: ignore[arg-type]

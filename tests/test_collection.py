"""What the starter collection is asked most: five questions on every form of cooperation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.dialogue import Assistant
from corpus.catalogue import load_catalogue
from corpus.home import Home
from corpus.library import Library
from corpus.subjects import FORMS
from ingest.readout import Content, read_all
from ingest.shelf import supplied_documents

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder

NAMES = {
    "convention-partenariat": "une convention de partenariat",
    "collectif-informel": "un collectif informel",
    "association-ensembliere": "une association ensemblière",
    "union-federation": "une fédération d'associations",
    "groupement-employeurs": "un groupement d'employeurs",
    "geiq": "un GEIQ",
    "gie": "un GIE",
    "gcsms": "un GCSMS",
    "scic": "une SCIC",
    "scop": "une SCOP",
    "cae": "une CAE",
    "union-cooperatives-ues": "une union d'économie sociale",
    "filiale-commerciale-esus": "une filiale commerciale",
    "ptce": "un PTCE",
    "fusion-scission-apa": "une fusion d'associations",
    "groupement-momentane": "un groupement momentané d'entreprises",
    "gip": "un GIP",
    "fonds-dotation-fondation-abritee": "un fonds de dotation",
    "mise-a-disposition": "une mise à disposition",
    "groupement-achats": "un groupement de commandes",
    "mandat-gestion": "un mandat de gestion",
    "sci-fonciere": "une SCI",
    "tiers-lieu": "un tiers-lieu",
}
QUESTIONS = (
    "C'est quoi {name} ?",
    "Qui peut être membre d'{name} ?",
    "Qui est responsable des dettes d'{name} ?",
    "Quelle est la fiscalité d'{name} ?",
    "Comment sortir d'{name} ?",
)
# Answered first from a neighbouring fiche, which says it too.
ELSEWHERE = {
    "Qui est responsable des dettes d'une convention de partenariat ?",
    "Quelle est la fiscalité d'une fusion d'associations ?",
    "Comment sortir d'une fusion d'associations ?",
    "Comment sortir d'un fonds de dotation ?",
}


@pytest.fixture(scope="module")
def assistant(ready: Path, embedder: Embedder) -> Assistant:
    library = Library.open(Home(ready), embedder)
    return Assistant(lambda: library)


def test_every_form_has_its_questions() -> None:
    assert set(NAMES) == set(FORMS)


@pytest.mark.parametrize("form", NAMES)
def test_the_fiche_of_a_form_answers_the_five_questions_on_it(
    assistant: Assistant, form: str
) -> None:
    for question in (template.format(name=NAMES[form]) for template in QUESTIONS):
        answer = assistant.ask(question)
        assert not answer.refused, question
        first = answer.citations[0]
        assert (first.document.id == form) is (question not in ELSEWHERE), question


def test_every_sentence_of_every_fiche_is_read_back_from_its_pdf(home: Home) -> None:
    supplied, _ = supplied_documents(home, load_catalogue())
    for item, content in zip(supplied, read_all(supplied), strict=True):
        assert isinstance(content, Content), item.path
        assert content.problems == [], item.path

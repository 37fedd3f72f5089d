"""The same article in two files, from the files to the page: shown once, with both sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pdf_factory import text_pdf

from assistant.answer_json import as_json
from assistant.dialogue import Assistant
from assistant.handout import conversation_handout
from assistant.references import text_with_sources
from assistant.web.conversation import Turn
from assistant.web.sources import sources_html
from corpus.home import Home
from corpus.library import Library
from ingest.pipeline import synchronise
from ingest.shelf import shelve

if TYPE_CHECKING:
    from assistant.types import Answer
    from corpus.embedding import Embedder

ARTICLE = (
    "Le rucher partagé est tenu par trois associations du canton. Chaque ruche a un parrain, qui "
    "la visite toutes les semaines et note ce qu'il voit. Le miel récolté est vendu au marché."
)
ELSEWHERE = "Une autre revue parle d'abord de la tonte des moutons et du prix de la laine au kilo."
QUESTION = "Par qui est tenu le rucher partagé ?"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Answer:
    folder = tmp_path_factory.mktemp("deux")
    home = Home(folder / "home")
    home.prepare()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingest.shelf.BUNDLED_DOCUMENTS", folder / "nowhere")
        shelve(home, text_pdf(folder / "gazette.pdf", ARTICLE))
        shelve(home, text_pdf(folder / "revue.pdf", ELSEWHERE, ARTICLE))
        synchronise(home, embedder)
    library = Library.open(home, embedder)
    return Assistant(lambda: library).ask(QUESTION)


def test_an_article_in_two_files_is_quoted_once_and_names_both(answer: Answer) -> None:
    (first, *_) = answer.citations
    assert "tenu par trois associations" in first.quote
    assert answer.text.count("tenu par trois associations") == 1
    (other,) = first.elsewhere
    pages = {first.document.id: first.page_label, other.document.id: other.page_label}
    assert pages == {"gazette": "1", "revue": "2"}


def test_both_sources_are_shown_wherever_the_answer_is(answer: Answer) -> None:
    (first, *_) = answer.citations
    (other,) = first.elsewhere
    turn = Turn("t", QUESTION, answer, done=True)
    shown = [
        text_with_sources(answer),
        sources_html([turn]),
        str(as_json(answer)["citations"]),
        str(conversation_handout("Le rucher", "1er mai", [answer]).sources),
    ]
    for text in shown:
        assert first.document.title in text
        assert re.search(rf"{other.document.title}\b", text)
    assert "Dit aussi dans" in shown[0]

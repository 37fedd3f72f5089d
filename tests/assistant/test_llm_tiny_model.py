"""LLM mode from end to end: a real model, a real server, real streaming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from llm_fixtures import CREATION, QUESTION
from tiny_model import TinyModel, serving

from assistant.dialogue import Assistant
from assistant.excerpts import cited_first, excerpts
from assistant.prompts import messages, room
from assistant.writer import open_answerer
from corpus.settings import Settings

if TYPE_CHECKING:
    from corpus.library import Library

LEARNT = (
    "toute personne physique ou morale peut creer un groupement d'employeurs [1]. "
    "les membres repondent de 500 euros de dettes envers les salaries [1]."
)


def settings(url: str, **values: str) -> Settings:
    return Settings(llm="openai:tiny", llm_base_url=url, llm_timeout=60, **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def untaught() -> TinyModel:
    return TinyModel()


@pytest.fixture(scope="module")
def taught(corpus: Library) -> TinyModel:
    """A model that has learnt by heart what to reply to the very prompt of the question."""
    found = Assistant(lambda: corpus).ask(QUESTION)
    context = Settings().llm_context
    hits = cited_first(found.hits, found.statements)
    given = excerpts(hits, corpus, room(messages(found.understood_question, ()), context))
    roles = {"system": "system", "human": "user"}
    said = messages(found.understood_question, given)
    model = TinyModel()
    model.teach([{"role": roles[r], "content": text} for r, text in said], LEARNT)
    return model


def test_a_model_that_babbles_gives_way_to_the_verbatim_answer(
    corpus: Library, untaught: TinyModel
) -> None:
    with serving(untaught) as (url, asked):
        answer = Assistant(lambda: corpus, answerer=open_answerer(settings(url))).ask(QUESTION)
    assert len(asked) == 1
    assert answer.mode == "verbatim"
    assert answer.statements[0].text.startswith(f"{CREATION}.")
    assert answer.fallback_reason.startswith("Le modèle de langage a répondu sans fin ni ordre.")


def test_what_a_model_writes_is_streamed_and_each_sentence_badged_by_the_check(
    corpus: Library, taught: TinyModel
) -> None:
    with serving(taught) as (url, asked):
        shown = settings(url, llm_unverified="show")
        growing = list(Assistant(lambda: corpus, answerer=open_answerer(shown)).stream(QUESTION))
    answer = growing[-1]
    assert len(asked) == 1
    assert (answer.mode, answer.fallback_reason) == ("llm", "")
    assert [len(step.statements) for step in growing][:2] == [1, 2]
    assert [statement.support for statement in answer.statements] == ["verified", "unverified"]
    true, false = answer.statements
    assert true.citations[0].quote == f"{CREATION}."
    assert "500" in false.doubt

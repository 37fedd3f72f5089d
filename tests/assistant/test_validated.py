"""An answer that a reviewer signed: served for its question alone, while its quotes stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from assistant.answer_json import as_json
from assistant.dialogue import Assistant
from assistant.doctor import checks
from assistant.types import Answer, Validation
from assistant.validated import Quote, ValidatedAnswer, ValidatedAnswers, lost, signature
from corpus.errors import SettingError, UsageError
from corpus.library import Library
from corpus.types import Filters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

QUESTION = "Qui répond des dettes d'un GE ?"
DEBTS = "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes."
SIGNED = ValidatedAnswer(
    id="dettes",
    questions=(QUESTION,),
    quotes=(Quote("ge", 1, DEBTS),),
    validation=Validation("A. Martin", "2026-11-23"),
)


@pytest.fixture
def known(home: Home) -> ValidatedAnswers:
    known = ValidatedAnswers.in_home(home)
    known.save(SIGNED)
    return known


@pytest.fixture
def ask(
    home: Home, embedder: Embedder, build: Callable[..., None], known: ValidatedAnswers
) -> Callable[..., Answer]:
    """Asks over a library of these texts (`ask(QUESTION, ge=(...))`), or of the usual ones."""

    def ask(question: str, filters: Filters | None = None, **texts: tuple[str, ...]) -> Answer:
        build(**texts)
        library = Library.open(home, embedder)
        return Assistant(lambda: library, known).ask(question, filters=filters)

    return ask


def test_the_question_asked_again_gets_the_signed_answer_with_its_signature(
    ask: Callable[..., Answer], home: Home, embedder: Embedder
) -> None:
    answer = ask("un ge, qui repond de ses dettes")
    assert answer.validation == Validation("A. Martin", "2026-11-23")
    assert answer.message == "Réponse validée par A. Martin le 23 novembre 2026."
    (statement,) = answer.statements
    assert (statement.text, statement.support) == (DEBTS, "validated")
    page = Library.open(home, embedder).page("ge", 0)
    (citation,) = statement.citations
    assert page is not None
    assert page.text[citation.start : citation.end] == citation.quote == DEBTS
    assert answer.orientation


def test_the_signature_is_in_the_json_and_null_elsewhere(ask: Callable[..., Answer]) -> None:
    body: dict[str, Any] = json.loads(json.dumps(as_json(ask(QUESTION))))
    assert body["validation"] == {"reviewer": "A. Martin", "date": "2026-11-23"}
    assert body["statements"][0]["support"] == "validated"
    assert as_json(ask("C'est quoi un GIE ?"))["validation"] is None


def test_the_page_shows_the_signature_above_the_statements(ask: Callable[..., Answer]) -> None:
    from assistant.web.conversation import Turn, conversation_html

    page = conversation_html((Turn("t1", QUESTION, ask(QUESTION), done=True),))
    signed = "Réponse validée par A. Martin le 23 novembre 2026."
    assert 0 < page.index(signed) < page.index("répondent solidairement")


@pytest.mark.parametrize(
    "question", ["Qui répond des dettes d'un GIE ?", "Qui ne répond pas des dettes d'un GE ?"]
)
def test_another_question_gets_an_ordinary_answer(
    ask: Callable[..., Answer], question: str
) -> None:
    answer = ask(question)
    assert answer.validation is None
    assert not answer.message.startswith("Réponse validée")


def test_a_follow_up_is_matched_as_it_was_understood(
    ask: Callable[..., Answer], home: Home, embedder: Embedder, known: ValidatedAnswers
) -> None:
    first = ask("Qui répond des dettes d'un GIE ?")
    library = Library.open(home, embedder)
    answer = Assistant(lambda: library, known).ask("et d'un GE ?", [first])
    assert "GE" in answer.understood_question
    assert answer.validation is not None
    assert Assistant(lambda: library, known).ask("et d'un GE ?").validation is None


@pytest.mark.parametrize(
    "text",
    [
        f"Attention. {DEBTS}",
        DEBTS.replace("'", "’"),
        DEBTS.replace("d'employeurs répondent", "d'employeurs\nrépondent"),
    ],
)
def test_a_quote_that_moved_is_cited_where_it_stands_now(
    ask: Callable[..., Answer], text: str
) -> None:
    (statement,) = ask(QUESTION, ge=(text,)).statements
    assert statement.support == "validated"
    assert statement.text == statement.citations[0].quote
    assert statement.text in text


@pytest.mark.parametrize(
    "text",
    [
        "Les membres répondent des dettes du groupement d'employeurs.",
        DEBTS.replace("solidairement", "non solidairement"),
        DEBTS.replace("dettes.", "dettes sociales."),
        DEBTS.replace("Les membres", "Sauf accord, les membres"),
    ],
)
def test_an_answer_of_which_a_sentence_changed_is_not_served(
    ask: Callable[..., Answer], text: str
) -> None:
    assert ask(QUESTION, ge=(text,)).validation is None


def test_a_document_that_is_gone_or_filtered_out_is_not_cited(ask: Callable[..., Answer]) -> None:
    assert ask(QUESTION, gie=("Un GIE a des membres.",)).validation is None
    assert ask(QUESTION, filters=Filters(documents=("gie",))).validation is None
    assert ask(QUESTION, filters=Filters(documents=("ge",))).validation is not None


def test_a_running_assistant_sees_what_is_signed_and_what_is_withdrawn(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build()
    library = Library.open(home, embedder)
    known = ValidatedAnswers.in_home(home)
    assistant = Assistant(lambda: library, ValidatedAnswers.in_home(home))
    assert assistant.ask(QUESTION).validation is None
    known.save(SIGNED)
    assert assistant.ask(QUESTION).validation is not None
    known.remove("dettes")
    assert assistant.ask(QUESTION).validation is None
    with pytest.raises(UsageError, match="dettes"):
        known.remove("dettes")


@pytest.mark.parametrize("body", ["{", "[]", '{"id": "x"}', '{"quotes": [], "date": "hier"}'])
def test_a_damaged_file_is_named_and_does_not_stop_the_others(
    known: ValidatedAnswers,
    ask: Callable[..., Answer],
    home: Home,
    caplog: pytest.LogCaptureFixture,
    body: str,
) -> None:
    path = home.root / "validated" / "abime.json"
    path.write_text(body, encoding="utf-8")
    assert ask(QUESTION).validation is not None
    assert "abime.json" in caplog.text
    with pytest.raises(SettingError, match="abime") as caught:
        known.all()
    assert "--remove abime" in caught.value.remedy


def test_a_signed_answer_is_read_back_as_it_was_saved(known: ValidatedAnswers) -> None:
    assert known.all() == [SIGNED]


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".x", "a b"])
def test_an_id_that_cannot_name_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        ValidatedAnswers(tmp_path).remove(name)


def test_the_doctor_counts_signed_answers_and_names_those_that_fell(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    def finding() -> tuple[bool, str]:
        found = next(c for c in checks(home, lambda: embedder) if c.name == "Réponses validées")
        return found.fine, found.finding

    build()
    assert finding() == (True, "aucune")
    ValidatedAnswers.in_home(home).save(SIGNED)
    assert finding() == (True, "1")
    build(ge=("Tout a changé ici.",))
    fine, said = finding()
    assert not fine
    assert "dettes" in said
    assert lost(SIGNED, Library.open(home, embedder)) == SIGNED.quotes


def test_the_first_of_a_month_is_said_as_french_says_it() -> None:
    said = signature(Validation("B. Durand", "2027-02-01"))
    assert said == "Réponse validée par B. Durand le 1er février 2027."

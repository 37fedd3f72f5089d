"""LLM mode against a server that speaks the protocol: each sentence checked, each step shown."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from llm_fixtures import CREATION, DEBTS, GOOD, KEY, QUESTION
from openai_server import data, fails, says, trickles

import coop
from assistant.dialogue import Assistant
from assistant.doctor import checks
from assistant.prompts import SENTINEL
from assistant.web.conversation import Turn, conversation_html
from assistant.writer import open_answerer
from corpus.errors import CoopError, MissingToolError, SettingError
from corpus.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from openai_server import Exchange, OpenAIServer

    from assistant.types import Answer
    from corpus.embedding import Embedder
    from corpus.library import Library

Ask = Any


def supports(answer: Answer) -> list[str]:
    return [statement.support for statement in answer.statements]


# --- what is answered ---------------------------------------------------------------------------


def test_sentences_that_their_passage_supports_are_verified_and_quote_it(
    provider: OpenAIServer, writing_assistant: Ask, corpus: Library
) -> None:
    provider.script = says(GOOD)
    answer = writing_assistant().ask(QUESTION)
    assert (answer.mode, answer.fallback_reason, answer.warnings) == ("llm", "", ())
    assert supports(answer) == ["verified", "verified"]
    assert [statement.text for statement in answer.statements] == [f"{CREATION}.", f"{DEBTS}."]
    creation, debts = answer.citations
    assert creation.quote == f"{CREATION}."
    assert debts.quote.startswith("Ses membres répondent solidairement")
    assert [creation.number, debts.number] == [1, 2]
    for citation in answer.citations:
        page = corpus.page(citation.document.id, citation.page_index)
        assert page is not None
        assert page.text[citation.start : citation.end] == citation.quote


def test_two_sentences_that_rest_on_the_same_words_share_their_citation(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    same = CREATION.replace("personne physique ou morale", "personne, physique ou morale,")
    provider.script = says(f"{CREATION} [1]. {same} [1].")
    answer = writing_assistant().ask(QUESTION)
    assert len(answer.statements) == 2
    assert len(answer.citations) == 1


@pytest.mark.parametrize("mark", ["[4]", "[2]", "[99]", "", "[abc]"])
def test_a_sentence_that_cites_wrongly_is_given_the_passage_that_says_it(
    provider: OpenAIServer, writing_assistant: Ask, mark: str
) -> None:
    provider.script = says(f"{DEBTS} [1]. {CREATION} {mark}.")
    answer = writing_assistant().ask(QUESTION)
    assert supports(answer) == ["verified", "verified"]
    assert answer.statements[1].citations[0].quote == f"{CREATION}."


@pytest.mark.parametrize(
    "false",
    [
        "Trois personnes physiques peuvent créer un groupement d'employeurs [1].",
        "Le groupement a été créé en 1985 [1].",
        "L'article L. 1253-1 dit qui peut créer un groupement d'employeurs [1].",
        "La CRESS Bretagne peut créer un groupement d'employeurs [1].",
        "Le groupement verse une prime de 500 euros à chaque salarié [1].",
    ],
)
def test_a_sentence_that_no_passage_supports_is_dropped_and_the_page_says_so(
    provider: OpenAIServer, writing_assistant: Ask, false: str
) -> None:
    provider.script = says(f"{CREATION} [1]. {false}")
    answer = writing_assistant().ask(QUESTION)
    assert supports(answer) == ["verified"]
    assert answer.warnings[0].endswith("1.")


def test_by_setting_it_is_shown_as_not_verified_with_what_is_missing(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(f"{CREATION} [1]. Le groupement a été créé en 1985 [1].")
    answer = writing_assistant(llm_unverified="show").ask(QUESTION)
    assert supports(answer) == ["verified", "unverified"]
    assert "1985" in answer.statements[1].doubt
    html = conversation_html([Turn("t1", QUESTION, answer, done=True)])
    assert html.count(">vérifié</span>") == 1
    assert "non vérifié" in html
    assert "(non vérifié : " in answer.text


def test_a_sentence_with_no_passage_behind_it_is_never_shown(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(f"{CREATION} [1]. Le ciel est bleu au printemps [42].")
    answer = writing_assistant(llm_unverified="show").ask(QUESTION)
    assert supports(answer) == ["verified"]


def test_a_sentence_that_leans_on_a_dropped_one_falls_with_it(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    leaning = "Il prolonge l'activité économique de ses membres [4]"
    provider.script = says(f"{CREATION} [1]. Un GIE paie 500 euros [4]. {leaning}.")
    assert supports(writing_assistant().ask(QUESTION)) == ["verified"]
    before = "Un groupement d'intérêt économique réunit au moins deux personnes [3]"
    provider.script = says(f"{before}. {leaning}.")
    assert supports(writing_assistant().ask(QUESTION)) == ["verified", "verified"]


@pytest.mark.parametrize("verdict", ["Oui, toute", "Non : toute", "Oui. Toute"])
def test_yes_or_no_does_not_lead_when_no_passage_says_it(
    provider: OpenAIServer, writing_assistant: Ask, verdict: str
) -> None:
    provider.script = says(CREATION.replace("Toute", verdict) + " [1].")
    answer = writing_assistant().ask(QUESTION)
    assert answer.statements[0].text == f"{CREATION}."


def test_a_word_that_opens_like_a_verdict_stays(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(f"{CREATION} [1]. Non lucratif, il ne fait aucun bénéfice [1].")
    answer = writing_assistant(llm_unverified="show").ask(QUESTION)
    assert not [s for s in answer.statements if s.text.startswith("Lucratif")]


def test_the_model_may_refuse_and_the_answer_is_a_refusal_with_whom_to_ask(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(f"{SENTINEL} {CREATION} [1].")
    answer = writing_assistant().ask(QUESTION)
    assert answer.refused
    assert not answer.statements
    assert "ne permet pas de répondre" in answer.message
    assert answer.orientation
    assert SENTINEL not in answer.text


def test_a_refusal_after_sentences_ends_the_answer(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(f"{CREATION} [1]. {SENTINEL}")
    answer = writing_assistant().ask(QUESTION)
    assert not answer.refused
    assert supports(answer) == ["verified"]


# --- when it is asked ---------------------------------------------------------------------------


def test_without_the_setting_no_model_is_called(provider: OpenAIServer, corpus: Library) -> None:
    unasked = Settings(llm=None, llm_base_url=provider.url)
    answer = Assistant(lambda: corpus, answerer=open_answerer(unasked)).ask(QUESTION)
    assert answer.mode == "verbatim"
    assert not provider.asked


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la recette du couscous ?",
        "Who can create a groupement d'employeurs in the north of France?",
        "Rédige une lettre de recours contre un groupement d'employeurs",
    ],
)
def test_a_question_that_is_refused_is_not_sent(
    provider: OpenAIServer, writing_assistant: Ask, question: str
) -> None:
    assert writing_assistant().ask(question).refused
    assert not provider.asked


def test_the_chat_warms_up_without_calling_the_model(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    from assistant.web.server import _warm_up

    _warm_up(writing_assistant())
    assert not provider.asked


def test_passages_are_numbered_and_the_question_comes_with_them(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(GOOD)
    writing_assistant().ask(QUESTION)
    [asked] = provider.asked
    assert (
        f'<passage n="1" source="Le groupement d\'employeurs (GE) › En bref">\n{CREATION}.'
        in asked.data
    )
    assert f"<question>\n{QUESTION}\n</question>" in asked.data
    assert asked.body["stream"] is True
    assert asked.body["max_tokens"] == asked.body["max_completion_tokens"]


def test_the_passages_of_the_verbatim_answer_are_given_first(corpus: Library) -> None:
    from assistant.excerpts import cited_first

    answer = Assistant(lambda: corpus).ask("C'est quoi la différence entre un GE et un GIE ?")
    backwards = answer.hits[::-1]
    ordered = cited_first(backwards, answer.statements)
    quoted = {citation.quote for citation in answer.citations}
    said = [any(quote in hit.passage.text for quote in quoted) for hit in ordered]
    assert said == sorted(said, reverse=True)
    assert True in said
    assert sorted(map(id, ordered)) == sorted(map(id, backwards))


# --- streaming ----------------------------------------------------------------------------------


def test_each_sentence_is_shown_checked_while_the_next_is_being_written(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    seen = threading.Event()

    def script(exchange: Exchange) -> None:
        exchange.begin()
        exchange.piece(f"{CREATION} [1]. Les membres")
        seen.wait(20)  # goes on only when the first sentence was shown
        exchange.piece(DEBTS.removeprefix("Les membres") + " [1].", "stop")
        exchange.end()

    provider.script = script
    answers = writing_assistant().stream(QUESTION)
    first = next(answers)
    assert supports(first) == ["verified"]
    seen.set()
    assert [len(answer.statements) for answer in answers] == [2, 2, 2]


def test_a_reader_who_leaves_ends_the_request(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = trickles(lambda _: data("bla "), first=f"{CREATION} [1]. Les")
    answers = writing_assistant().stream(QUESTION)
    next(answers)
    answers.close()
    assert provider.hung_up.wait(20)


def test_a_follow_up_is_made_standalone_before_it_is_sent(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(GOOD)
    assistant = writing_assistant()
    first = assistant.ask("Qui peut créer un GE ?")
    provider.script = says("Un groupement d'intérêt économique réunit deux personnes [1].")
    second = assistant.ask("et un GIE ?", [first])
    assert second.mode == "llm"
    assert "GIE" in provider.asked[-1].data.split("<question>")[1]
    assert CREATION not in str(provider.asked[-1].body["messages"][2:])


def test_several_questions_may_be_asked_at_once(
    provider: OpenAIServer, writing_assistant: Ask
) -> None:
    provider.script = says(GOOD, size=2)
    assistant = writing_assistant()
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(assistant.ask(QUESTION))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [supports(answer) for answer in answers] == [["verified", "verified"]] * 4


# --- where it is read ---------------------------------------------------------------------------


def test_the_terminal_shows_what_is_verified_what_is_not_and_why_it_fell_back(
    provider: OpenAIServer,
    corpus: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COOP_HOME", str(corpus.home.root))
    monkeypatch.setenv("COOP_LLM", "openai:essai")
    monkeypatch.setenv("COOP_LLM_BASE_URL", provider.url)
    monkeypatch.setenv("COOP_LLM_UNVERIFIED", "show")
    provider.script = says(f"{CREATION} [1]. Le groupement a été créé en 1985 [1].")
    assert coop.run(["ask", QUESTION]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{CREATION}. [1] (vérifié)" in shown
    assert "(non vérifié : " in shown
    provider.script = fails(500)
    assert coop.run(["ask", QUESTION]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Le modèle de langage a échoué (erreur 500).")
    assert CREATION in " ".join(shown.split())
    assert "vérifié" not in shown
    assert coop.run(["search", QUESTION]) == 0
    assert len(provider.asked) == 2


def test_the_page_says_why_it_fell_back(provider: OpenAIServer, writing_assistant: Ask) -> None:
    provider.script = fails(429)
    answer = writing_assistant().ask(QUESTION)
    html = conversation_html([Turn("t1", QUESTION, answer, done=True)])
    assert "est saturé, ou son quota est épuisé" in html
    assert "vérifié</span>" not in html


# --- settings, keys, what leaves the machine ----------------------------------------------------


@pytest.mark.parametrize("name", ["gpt-4", ":x", "openai:", "nobody:x"])
def test_a_setting_that_names_no_model_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SettingError, match="openai:"):
        open_answerer(Settings(llm=name))


def test_a_missing_provider_package_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(MissingToolError, match="pip install langchain-cohere"):
        open_answerer(Settings(llm="cohere:command"))


def test_a_missing_key_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingError, match="COOP_LLM_API_KEY"):
        open_answerer(Settings(llm="openai:gpt-4.1-mini"))


def test_an_address_that_is_not_of_the_web_is_refused() -> None:
    with pytest.raises(SettingError, match="COOP_LLM_BASE_URL"):
        open_answerer(Settings(llm="openai:x", llm_base_url="file:///etc/passwd"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("COOP_LLM_TIMEOUT", "bientôt"), ("COOP_LLM_CONTEXT", "12"), ("COOP_LLM_UNVERIFIED", "x")],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        read_settings()


def test_a_key_of_the_environment_is_not_sent_to_another_server(
    provider: OpenAIServer, writing_assistant: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    provider.script = says(GOOD)
    writing_assistant().ask(QUESTION)
    assert KEY not in str(provider.asked)


def test_the_key_is_sent_to_the_server_and_shown_nowhere(
    provider: OpenAIServer,
    writing_assistant: Ask,
    settings: Callable[..., Settings],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    provider.script = fails(401, f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}')
    answer = writing_assistant(llm_api_key=KEY).ask(QUESTION)
    assert provider.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "refuse la clé" in answer.fallback_reason
    assert KEY not in f"{answer} {caplog.text} {settings(llm_api_key=KEY)}"


def test_questions_are_not_traced_elsewhere_even_when_the_environment_asks_for_it(
    provider: OpenAIServer, writing_assistant: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openai_server
    from langchain_core.tracers.langchain import wait_for_all_tracers
    from langsmith import tracing_context, utils

    remembered: Any = utils.get_env_var  # reads each variable once
    with openai_server.running() as elsewhere:
        elsewhere.script = fails(202, "{}")
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_pt_essai")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", elsewhere.url)
        remembered.cache_clear()
        provider.script = says(GOOD)
        assistant = writing_assistant()
        assistant.ask(QUESTION)
        wait_for_all_tracers()
        assert not elsewhere.asked
        with tracing_context(enabled=True):  # the environment would have sent it, though
            list(assistant._answerer._model._model.stream("essai"))
        wait_for_all_tracers()
        assert elsewhere.asked
    remembered.cache_clear()


def test_the_doctor_says_which_model_is_named_and_where_without_calling_it(
    provider: OpenAIServer,
    corpus: Library,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def line() -> tuple[bool, str]:
        found = {check.name: check for check in checks(corpus.home, lambda: embedder)}
        check = found["Modèle de langage"]
        return check.fine, f"{check.finding} {check.remedy}"

    assert "mot à mot" in line()[1]
    monkeypatch.setenv("COOP_LLM", "openai:essai")
    address = provider.url.replace("//", "//moi:secret@")
    monkeypatch.setenv("COOP_LLM_BASE_URL", address)
    fine, told = line()
    assert fine
    assert "openai:essai" in told
    assert "127.0.0.1" in told
    assert "secret" not in told
    monkeypatch.setenv("COOP_LLM", "cohere:command")
    assert line() == (False, str(_error("cohere:command")))
    assert not provider.asked


def _error(name: str) -> CoopError:
    with pytest.raises(CoopError) as caught:
        open_answerer(Settings(llm=name))
    error: CoopError = caught.value
    return error

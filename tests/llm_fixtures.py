"""A small library, a scripted server on the loopback, and an assistant that has it write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import openai_server
import pytest
from openai_server import OpenAIServer

from assistant.dialogue import Assistant
from assistant.writer import open_answerer
from corpus.home import Home
from corpus.library import Library
from corpus.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder

GE = (
    "Toute personne physique ou morale peut créer un groupement d'employeurs. Ses membres "
    "répondent solidairement de ses dettes envers les salariés. Le groupement n'a pas le droit de "
    "faire des bénéfices."
)
LOAN = "Un groupement d'employeurs recrute des salariés et les met à disposition de ses membres."
GIE = (
    "Un groupement d'intérêt économique réunit au moins deux personnes. Il prolonge l'activité "
    "économique de ses membres."
)
TEXTS = {"ge": (GE, LOAN), "gie": (GIE,)}
QUESTION = "Qui peut créer un groupement d'employeurs ?"
CREATION = "Toute personne physique ou morale peut créer un groupement d'employeurs"
DEBTS = "Les membres répondent solidairement des dettes du groupement envers les salariés"
KEY = "sk-clef-qui-ne-doit-pas-sortir-0123456789"
GOOD = f"{CREATION} [1]. {DEBTS} [1]."


@pytest.fixture(scope="session", autouse=True)
def _no_model_of_the_developer() -> None:
    """No test calls a model but those of the tests, whatever the environment names."""
    for name in [name for name in os.environ if name.startswith("COOP_LLM")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, document: Callable[..., Any]
) -> Library:
    """A library of the default texts, for tests that only read it."""
    from corpus.generation import Staging, writing

    home = Home(tmp_path_factory.mktemp("llm"))
    home.prepare()
    with writing(home), Staging(home, embedder) as staging:
        for name, texts in TEXTS.items():
            staging.add(*document(name, texts))
        staging.commit()
    return Library.open(home, embedder)


@pytest.fixture
def library_of(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> Callable[..., Library]:
    """A library of other texts: `library_of(piege=("…",))`."""

    def make(**texts: tuple[str, ...]) -> Library:
        build(**texts)
        return Library.open(home, embedder)

    return make


@pytest.fixture(scope="session")
def _server() -> Iterator[OpenAIServer]:
    with openai_server.running() as server:
        yield server


@pytest.fixture
def provider(_server: OpenAIServer) -> OpenAIServer:
    """The scripted server, nothing asked yet."""
    _server.asked.clear()
    _server.hung_up.clear()
    return _server


@pytest.fixture
def settings(provider: OpenAIServer) -> Callable[..., Settings]:
    """The settings that name the scripted server: `settings(llm_unverified="show")`."""

    def make(**values: Any) -> Settings:
        named: dict[str, Any] = {
            "llm": "openai:essai",
            "llm_base_url": provider.url,
            "llm_timeout": 20,
        }
        return Settings(**(named | values))

    return make


@pytest.fixture
def writing_assistant(
    corpus: Library, settings: Callable[..., Settings]
) -> Callable[..., Assistant]:
    """An assistant in LLM mode: `writing_assistant(llm_timeout=0.5)`, or over another library."""

    def make(library: Library = corpus, **values: Any) -> Assistant:
        return Assistant(lambda: library, answerer=open_answerer(settings(**values)))

    return make

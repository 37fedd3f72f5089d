"""A chat model of any provider, asked for text that comes in pieces; the home of LangChain's.

A provider may do anything: refuse, stall, answer with a web page, cut, never end. Whatever it does
becomes a `LanguageModelError` that says so in French, within the time allowed; its own words are
neither shown nor logged, for they may repeat a key.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from assistant.prompts import LONGEST_REPLY
from corpus.errors import LanguageModelError, MissingToolError, SettingError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from corpus.settings import Settings

EXAMPLES = "openai:gpt-4.1-mini, ollama:mistral, mistralai:mistral-small-latest"

_NO_KEY = "aucune"  # what a server without keys is sent, since its client insists on one
_GRACE = 5.0  # seconds beyond the deadline, in case a provider's package blocks the loop
_ENDINGS = ("finish_reason", "done_reason", "stop_reason")

_log = logging.getLogger(__name__)


class Piece(NamedTuple):
    """Some text, and why the model stopped if it did: "stop", "length", or as the provider says."""

    text: str
    ending: str = ""


class ChatModel:
    """A model that can be asked; holds no conversation. Safe to use from several threads."""

    def __init__(self, model: Any, name: str, seconds: float) -> None:
        self._model = model
        self.name = name
        self.seconds = seconds

    def stream(self, messages: Sequence[tuple[str, str]]) -> Generator[Piece, None, None]:
        """The reply to (role, text) messages, piece by piece; closing it ends the request.

        Raises:
            LanguageModelError: there is no reply, or no more of it, within `seconds`.
        """
        pieces: queue.Queue[Piece | LanguageModelError | None] = queue.Queue()
        asked = asyncio.run_coroutine_threadsafe(self._ask(list(messages), pieces), _loop())
        try:
            while (piece := self._next(pieces)) is not None:
                if isinstance(piece, LanguageModelError):
                    raise piece
                yield piece
        finally:
            asked.cancel()

    def _next(
        self, pieces: queue.Queue[Piece | LanguageModelError | None]
    ) -> Piece | LanguageModelError | None:
        try:
            return pieces.get(timeout=self.seconds + _GRACE)
        except queue.Empty:
            return _too_slow(self.seconds)

    async def _ask(
        self,
        messages: list[tuple[str, str]],
        pieces: queue.Queue[Piece | LanguageModelError | None],
    ) -> None:
        """Put the pieces of a reply, then None, or else why there is no more."""
        from langsmith import tracing_context  # noqa: PLC0415 — heavy

        begun = False
        try:
            # Questions go to the provider that was named, and to no one else.
            with tracing_context(enabled=False):
                async with asyncio.timeout(self.seconds):
                    async for chunk in self._model.astream(messages):
                        begun = True
                        pieces.put(Piece(str(chunk.text), _ending(chunk)))
            pieces.put(None)
        except TimeoutError:
            pieces.put(_too_slow(self.seconds))
        except Exception as error:  # noqa: BLE001 — each provider's package raises its own
            failure = _translated(error, begun=begun)
            _log.info("%s: %s (%s)", self.name, failure.message, type(error).__name__)
            pieces.put(failure)


def _ending(chunk: Any) -> str:
    found = (chunk.response_metadata.get(key) for key in _ENDINGS)
    return next((str(reason) for reason in found if reason), "")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The one loop on which requests run: providers keep their connections bound to it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language model", daemon=True).start()
    return loop


# --- opening ------------------------------------------------------------------------------------


def open_chat_model(settings: Settings) -> ChatModel | None:
    """The model named by `COOP_LLM`, not contacted yet; None when none is named.

    Raises:
        SettingError: the setting is no `provider:model`, or the provider refuses the settings.
        MissingToolError: the provider's package is not installed.
    """
    if not settings.llm:
        return None
    provider, _, name = settings.llm.partition(":")
    if not (provider and name):
        raise SettingError(
            f"COOP_LLM vaut « {settings.llm} » : il faut un fournisseur et un modèle.",
            f"Par exemple : {EXAMPLES}",
        )
    base_url = settings.llm_base_url
    if base_url and urlsplit(base_url).scheme not in {"http", "https"}:
        raise SettingError(
            "COOP_LLM_BASE_URL n'est pas une adresse http ou https.",
            "Par exemple : COOP_LLM_BASE_URL=http://127.0.0.1:8080/v1",
        )
    return ChatModel(_made(provider, name, settings), settings.llm, settings.llm_timeout)


def _made(provider: str, name: str, settings: Settings) -> Any:
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 — heavy

    try:
        return init_chat_model(name, model_provider=provider, **_options(provider, name, settings))
    except ImportError as error:
        missing = getattr(error.__cause__, "name", None) or f"langchain_{provider}"
        package = missing.replace("_", "-")
        raise MissingToolError(
            f"COOP_LLM={settings.llm} demande le paquet {package}, qui n'est pas installé.",
            f"Installez-le : pip install {package}",
        ) from error
    except Exception as error:  # noqa: BLE001 — each provider's package raises its own
        if re.search(r"api[ _]?key|credential", str(error), re.IGNORECASE):
            raise SettingError(
                f"COOP_LLM={settings.llm} demande une clé.",
                "Donnez-la dans COOP_LLM_API_KEY, ou l'adresse d'un serveur qui n'en demande pas "
                "dans COOP_LLM_BASE_URL.",
            ) from None  # a provider's own error may hold what it was given
        raise SettingError(
            f"COOP_LLM={settings.llm} ne peut pas être utilisé.",
            f"Vérifiez le fournisseur et le modèle, par exemple : {EXAMPLES}",
        ) from None


def _options(provider: str, name: str, settings: Settings) -> dict[str, Any]:
    """What a model is made with: LangChain's common parameters, and the exceptions to them."""
    if provider == "ollama":
        # Its window is short by default, and what exceeds it is cut without a word.
        options: dict[str, Any] = {
            "num_predict": LONGEST_REPLY,
            "num_ctx": settings.llm_context,
            "temperature": 0,
        }
    else:
        options = {
            "max_tokens": LONGEST_REPLY,
            "timeout": settings.llm_timeout,
            "max_retries": 0,  # the verbatim answer is at hand at once
            "temperature": 0,
        }
    if provider == "openai" and re.match(r"o\d", name):
        del options["temperature"]  # refused by the o models
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
        # A key that lies in the environment for a provider is not for another server.
        key = key or _NO_KEY
        if provider == "openai":
            options["use_responses_api"] = False
            # Servers that speak the protocol often know this older name only.
            options["extra_body"] = {"max_tokens": LONGEST_REPLY}
    if key and provider != "ollama":
        options["api_key"] = key
    return options


# --- what a provider may do ---------------------------------------------------------------------

_STATUS = {
    401: ("Le fournisseur du modèle de langage refuse la clé.", "Vérifiez COOP_LLM_API_KEY."),
    403: ("Le fournisseur du modèle de langage refuse l'accès.", "Vérifiez COOP_LLM_API_KEY."),
    404: (
        "Le fournisseur ne connaît pas ce modèle de langage.",
        "Vérifiez COOP_LLM et COOP_LLM_BASE_URL.",
    ),
    429: ("Le modèle de langage est saturé, ou son quota est épuisé.", "Réessayez plus tard."),
}
_OVER_CONTEXT = re.compile(
    r"context.{0,40}(length|window|size|exceed|limit)|(prompt|input).{0,20} too (long|large)"
)


def _too_slow(seconds: float) -> LanguageModelError:
    return LanguageModelError(
        f"Le modèle de langage n'a pas fini de répondre en {seconds:g} s.",
        "Pour lui laisser plus de temps : COOP_LLM_TIMEOUT.",
    )


def interrupted() -> LanguageModelError:
    """The failure of a reply that stops in the middle."""
    return LanguageModelError(
        "Le modèle de langage s'est interrompu au milieu de sa réponse.", "Réessayez plus tard."
    )


def _translated(error: Exception, *, begun: bool) -> LanguageModelError:
    """Why there is no (more) reply, from what a provider's package raised."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    if _OVER_CONTEXT.search(str(error).lower()):
        return LanguageModelError(
            "La question et les passages dépassent ce que le modèle de langage peut lire.",
            "Indiquez sa fenêtre, en jetons, dans COOP_LLM_CONTEXT.",
        )
    if status in _STATUS:
        return LanguageModelError(*_STATUS[status])
    if isinstance(status, int) and status >= 400:
        return LanguageModelError(
            f"Le modèle de langage a échoué (erreur {status}).", "Réessayez plus tard."
        )
    if begun:
        return interrupted()
    if re.search(r"Connect|Network|Timeout", kinds):
        return LanguageModelError(
            "Le modèle de langage est injoignable.",
            "Vérifiez qu'il tourne, et COOP_LLM_BASE_URL.",
        )
    return LanguageModelError(
        "Le modèle de langage a donné une réponse illisible.",
        "Vérifiez que COOP_LLM_BASE_URL est l'adresse d'un modèle.",
    )

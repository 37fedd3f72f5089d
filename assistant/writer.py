"""Answers written by a language model, each sentence checked before it is called verified.

Whatever goes wrong, the answer is the verbatim one, and it says why.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answerer import Answerer, Verbatim
from assistant.draft import Draft, sentences_of
from assistant.excerpts import cited_first, excerpts
from assistant.llm import open_chat_model
from assistant.prompts import messages, refuses, room
from assistant.units import citations
from corpus.errors import LanguageModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.excerpts import Excerpt
    from assistant.llm import ChatModel
    from assistant.question import Question
    from assistant.types import Answer, Citation, Statement
    from assistant.units import Unit
    from corpus.library import Library
    from corpus.settings import Settings
    from corpus.types import Hit

FALLBACK = "La réponse cite les documents mot à mot."


def open_answerer(settings: Settings) -> Answerer:
    """Who answers by the settings: the corpus alone unless `COOP_LLM` names a model.

    Raises:
        SettingError, MissingToolError: the model that is named cannot be used.
    """
    model = open_chat_model(settings)
    if model is None:
        return Verbatim()
    return Writer(model, settings.llm_context, show_doubtful=settings.llm_unverified == "show")


class Writer:
    """Has a model write from the passages found, and keeps what they support."""

    def __init__(self, model: ChatModel, tokens: int, *, show_doubtful: bool = False) -> None:
        self._model = model
        self._tokens = tokens
        self._show_doubtful = show_doubtful

    def write(
        self, question: Question, begun: Answer, verbatim: tuple[Statement, ...], library: Library
    ) -> Iterator[Answer]:
        """The model's answer as it grows; or, when it fails, the verbatim one and why."""
        try:
            hits = cited_first(begun.hits, verbatim)
            given = excerpts(hits, library, room(messages(question.text, ()), self._tokens))
            yield from self._written(question, begun, given, library)
        except LanguageModelError as failure:
            why = f"{failure.message} {FALLBACK} {failure.remedy}"
            for answer in Verbatim().write(question, begun, verbatim, library):
                yield replace(answer, fallback_reason=why)

    def _written(
        self, question: Question, begun: Answer, given: Sequence[Excerpt], library: Library
    ) -> Iterator[Answer]:
        begun = replace(begun, mode="llm")
        draft = Draft(
            given, _numbered(library, [e.hit for e in given]), show_doubtful=self._show_doubtful
        )
        with closing(sentences_of(self._model, messages(question.text, given))) as sentences:
            for sentence in sentences:
                if refuses(sentence.text):
                    if draft.untouched:
                        yield replace(begun, refused=True)
                        return
                    break
                if draft.take(sentence):
                    yield replace(begun, statements=tuple(draft.statements))
                if draft.full:
                    break
        draft.judge()
        warnings = (*begun.warnings, *draft.warnings)
        yield replace(begun, statements=tuple(draft.statements), warnings=warnings)


def _numbered(library: Library, hits: Sequence[Hit]) -> Callable[[Unit], tuple[Citation, ...]]:
    """Cites quotes, numbered from 1; a quote cited again has the same citations."""
    quotes: dict[tuple[str, int, int], tuple[Citation, ...]] = {}

    def cite(unit: Unit) -> tuple[Citation, ...]:
        key = (unit.hit.passage.id, unit.start, unit.end)
        if key not in quotes:
            quotes[key], _ = citations(unit, library, 1 + sum(map(len, quotes.values())), hits)
        return quotes[key]

    return cite

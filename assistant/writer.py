"""Answers written by a language model, each sentence checked before it is called verified.

Whatever goes wrong, the answer is the verbatim one, and it says why.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answerer import Answerer, Verbatim
from assistant.attribution import attribute
from assistant.excerpts import cited_first, excerpts
from assistant.llm import ChatModel, interrupted, open_chat_model
from assistant.prompts import messages, refuses, repeats_the_rules, room
from assistant.question import foreign_language
from assistant.reply import Reply, Sentence
from assistant.types import Statement
from assistant.units import citations, dangles
from corpus import french
from corpus.errors import LanguageModelError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.attribution import Grounds
    from assistant.excerpts import Excerpt
    from assistant.question import Question
    from assistant.types import Answer, Citation
    from assistant.units import Unit
    from corpus.library import Library
    from corpus.settings import Settings

MOST_STATEMENTS = 8
MOST_SENTENCES = 24
"""Sentences read at most; a model asked for six that writes more is not followed further."""

FALLBACK = "La réponse cite les documents mot à mot."
_RETRY = "Reposez la question, ou essayez un autre modèle."


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
            given = excerpts(hits, library, room(question.text, self._tokens))
            yield from self._written(question, begun, given, library)
        except LanguageModelError as failure:
            why = f"{failure.message} {FALLBACK} {failure.remedy}"
            for answer in Verbatim().write(question, begun, verbatim, library):
                yield replace(answer, fallback_reason=why)

    def _written(
        self, question: Question, begun: Answer, given: Sequence[Excerpt], library: Library
    ) -> Iterator[Answer]:
        begun = replace(begun, mode="llm")
        if not given:
            raise LanguageModelError(
                "La fenêtre du modèle de langage est trop petite pour un passage.",
                "Agrandissez-la : COOP_LLM_CONTEXT.",
            )
        draft = _Draft(given, library, show_doubtful=self._show_doubtful)
        with closing(self._sentences(question, given)) as sentences:
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

    def _sentences(self, question: Question, given: Sequence[Excerpt]) -> Generator[Sentence]:
        """The sentences of the model's reply, as they complete."""
        reply, ending = Reply(), ""
        with closing(self._model.stream(messages(question.text, given))) as pieces:
            for piece in pieces:
                ending = piece.ending or ending
                yield from reply.add(piece.text)
                if reply.endless:
                    raise _circles()
        if reply.empty:
            raise LanguageModelError("Le modèle de langage n'a rien répondu.", _RETRY)
        if not ending and not reply.finished:
            raise interrupted()
        yield from reply.close(meant=ending not in {"", "length"})


# --- the answer as it is written ----------------------------------------------------------------

_YES_NO = re.compile(r"^(?:oui|non)\s*[,:;.!–—]+\s*", re.IGNORECASE)  # not "non lucratif"
_FEWEST_TERMS = 2  # content words under which a sentence states nothing that can be checked
_ON_THE_SUBJECT = 0.5  # share of its content words that a doubtful sentence has of its passage
_MOST_REPEATS = 3


class _Draft:
    """The statements kept so far, and what is known of the model from what it wrote."""

    def __init__(self, given: Sequence[Excerpt], library: Library, *, show_doubtful: bool) -> None:
        self.statements: list[Statement] = []
        self._given = {excerpt.number: excerpt for excerpt in given}
        self._library = library
        self._show_doubtful = show_doubtful
        self._quotes: dict[tuple[str, int, int], tuple[Citation, ...]] = {}
        self._read: list[str] = []
        self._repeats = 0
        self._left_out = 0
        self._ever_cited = False
        self._leans_on_nothing = True

    @property
    def untouched(self) -> bool:
        """Whether no sentence was read yet."""
        return not self._read

    @property
    def full(self) -> bool:
        """Whether enough was read."""
        return len(self.statements) >= MOST_STATEMENTS or len(self._read) >= MOST_SENTENCES

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know of what is not shown."""
        if not self._left_out:
            return ()
        count = self._left_out
        return (f"Phrases du modèle de langage retirées, faute d'être confirmées : {count}.",)

    def take(self, sentence: Sentence) -> bool:
        """Read a sentence; whether a statement was added.

        Raises:
            LanguageModelError: the model goes round in circles, or writes another language.
        """
        text = _without_yes_or_no(sentence.text)
        if french.fold(text) in self._read:
            self._repeats += 1
            if self._repeats >= _MOST_REPEATS:
                raise _circles()
            return False
        self._read.append(french.fold(text))
        self._require_french()
        cited = [self._given[number] for number in sentence.cited if number in self._given]
        self._ever_cited = self._ever_cited or bool(cited)
        statement = self._statement(text, cited)
        self._leans_on_nothing = statement is None or statement.support != "verified"
        if statement is None:
            self._left_out += 1
            return False
        self.statements.append(statement)
        return True

    def judge(self) -> None:
        """Look at the whole.

        Raises:
            LanguageModelError: nothing of it can be trusted.
        """
        if not self._ever_cited:
            raise LanguageModelError(
                "Le modèle de langage n'a pas cité ses sources comme demandé.", _RETRY
            )
        if not any(statement.support == "verified" for statement in self.statements):
            raise LanguageModelError(
                "Rien de ce qu'a écrit le modèle de langage n'a pu être vérifié.", _RETRY
            )

    def _require_french(self) -> None:
        if language := foreign_language(" ".join(self._read)):
            raise LanguageModelError(f"Le modèle de langage a répondu en {language}.", _RETRY)

    def _statement(self, text: str, cited: list[Excerpt]) -> Statement | None:
        """The sentence as a statement; None when it is not to be shown."""
        if repeats_the_rules(text) or len(french.terms(text)) < _FEWEST_TERMS:
            return None
        others = [excerpt for excerpt in self._given.values() if excerpt not in cited]
        grounds = attribute(text, cited, others)
        doubt = grounds.doubt
        if not doubt and self._leans_on_nothing and dangles(text):
            doubt = "elle dépend d'une phrase qui n'a pas été vérifiée"
        if doubt and not (self._show_doubtful and _on_the_subject(text, cited)):
            return None
        quotes = self._quoted(grounds)
        if not quotes:
            return None
        return Statement(text, quotes, "unverified" if doubt else "verified", doubt)

    def _quoted(self, grounds: Grounds) -> tuple[Citation, ...]:
        return tuple(citation for unit in grounds.units for citation in self._cite(unit))

    def _cite(self, unit: Unit) -> tuple[Citation, ...]:
        """The citations of a quote, the same ones each time."""
        key = (unit.hit.passage.id, unit.start, unit.end)
        if key not in self._quotes:
            first = 1 + sum(map(len, self._quotes.values()))
            hits = [excerpt.hit for excerpt in self._given.values()]
            self._quotes[key], _ = citations(unit, self._library, first, hits)
        return self._quotes[key]


def _on_the_subject(text: str, cited: Sequence[Excerpt]) -> bool:
    """Whether a sentence speaks at least of what a passage it cites speaks of."""
    stems = set(french.terms(text))
    said = [set(french.terms(f"{excerpt.context}\n{excerpt.text}")) for excerpt in cited]
    return any(len(stems & there) >= _ON_THE_SUBJECT * len(stems) for there in said)


def _without_yes_or_no(text: str) -> str:
    """A sentence without a leading "Oui" or "Non", a verdict that no passage states."""
    bare = _YES_NO.sub("", text)
    return bare[:1].upper() + bare[1:] if bare != text else text


def _circles() -> LanguageModelError:
    return LanguageModelError("Le modèle de langage a répondu sans fin ni ordre.", _RETRY)

"""What a language model wrote from numbered passages: each sentence checked, the rest left out."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.attribution import attribute
from assistant.llm import interrupted
from assistant.prompts import repeats_the_rules
from assistant.question import foreign_language
from assistant.reply import Reply
from assistant.types import Statement
from assistant.units import dangles
from corpus import french
from corpus.errors import LanguageModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from assistant.attribution import Grounds
    from assistant.excerpts import Excerpt
    from assistant.llm import ChatModel
    from assistant.reply import Sentence
    from assistant.types import Citation
    from assistant.units import Unit

MOST_STATEMENTS = 8
MOST_SENTENCES = 24
"""Sentences read at most; a model asked for six that writes more is not followed further."""

_RETRY = "Recommencez, ou essayez un autre modèle."
_YES_NO = re.compile(r"^(?:oui|non)\s*[,:;.!–—]+\s*", re.IGNORECASE)  # not "non lucratif"
_FEWEST_TERMS = 2  # content words under which a sentence states nothing that can be checked
_ON_THE_SUBJECT = 0.5  # share of its content words that a doubtful sentence has of its passage
_MOST_REPEATS = 3


def sentences_of(model: ChatModel, asked: Sequence[tuple[str, str]]) -> Generator[Sentence]:
    """The sentences of a model's reply to (role, text) messages, as they complete.

    Raises:
        LanguageModelError: there is no reply, no end to it, or it breaks off.
    """
    reply, ending = Reply(), ""
    with closing(model.stream(asked)) as pieces:
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


class Draft:
    """The statements kept so far, and what is known of the model from what it wrote.

    `given` are the passages it was given, `cite` tells the citations of a piece of one of them.

    Raises:
        LanguageModelError: no passage had room in the model's window.
    """

    def __init__(
        self,
        given: Sequence[Excerpt],
        cite: Callable[[Unit], tuple[Citation, ...]],
        *,
        show_doubtful: bool,
    ) -> None:
        if not given:
            raise LanguageModelError(
                "La fenêtre du modèle de langage est trop petite pour un passage.",
                "Agrandissez-la : COOP_LLM_CONTEXT.",
            )
        self.statements: list[Statement] = []
        self._given = {excerpt.number: excerpt for excerpt in given}
        self._cite = cite
        self._show_doubtful = show_doubtful
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
        cited = (citation for unit in grounds.units for citation in self._cite(unit))
        return tuple(dict.fromkeys(cited))


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

"""`Assistant.ask`: a question in, an answer with its evidence out."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answerer import Verbatim
from assistant.orientation import orient
from assistant.question import (
    Form,
    Question,
    foreign_language,
    read_question,
)
from assistant.requests import declined
from assistant.suggestions import suggest
from assistant.types import Answer
from assistant.verbatim import HITS, compose
from assistant.wanted import is_about, wanted
from corpus import french
from corpus.duplicates import folded
from corpus.query import lexicon
from corpus.types import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answerer import Answerer
    from assistant.validated import ValidatedAnswers
    from corpus.library import Library
    from corpus.types import Filters

ONLY_FRENCH = (
    "Je ne réponds qu'aux questions posées en français (la vôtre semble être en {language}). "
    "Reformulez-la en français."
)
REFUSAL = "Le corpus ne permet pas de répondre à cette question."
NEARBY = "Le plus proche de ce qu'il contient : {titles}."
EMPTY = "La bibliothèque est vide : ajoutez des documents avec coop ingest FICHIER.pdf."


class Assistant:
    """Answers questions from the current library; holds no state between questions.

    With `validated`, an answer that a reviewer signed comes first when its question is asked again.
    `answerer` writes the other ones: the corpus's own sentences unless a language model was named.
    """

    def __init__(
        self,
        library: Callable[[], Library],
        validated: ValidatedAnswers | None = None,
        answerer: Answerer | None = None,
    ) -> None:
        self._answerer = answerer or Verbatim()
        self._library = library
        self._validated = validated

    @property
    def library(self) -> Library:
        """The current library."""
        return self._library()

    def ask(
        self, question: str, history: Sequence[Answer] = (), filters: Filters | None = None
    ) -> Answer:
        """Answer a question; `history` holds the conversation's earlier answers, oldest first.

        Raises:
            UsageError: the question is empty or too long.
            LibraryError: there is no usable library.
        """
        *_, answer = self.stream(question, history, filters)
        return answer

    def stream(
        self, question: str, history: Sequence[Answer] = (), filters: Filters | None = None
    ) -> Iterator[Answer]:
        """The answer as it grows, one statement more each time; the last one is complete."""
        started = time.perf_counter()
        library = self.library
        read = read_question(question, library, history)
        if language := foreign_language(read.asked):
            yield _refusal(read, ONLY_FRENCH.format(language=language), started)
            return
        if why := declined(read.asked):
            orientation = orient(read.text, refused=True)
            yield replace(_refusal(read, why, started), orientation=orientation)
            return
        if self._validated and (signed := self._validated.answer(read, library, filters)):
            yield replace(signed, timings_ms={"total": _ms(started, time.perf_counter())})
            return
        hits = find(read, library, filters)
        found = time.perf_counter()
        composition = compose(read, hits, library)
        answer = Answer(
            question=read.asked,
            understood_question=read.text,
            hits=tuple(hits),
            confidence=composition.evidence.confidence,
            orientation=orient(read.text, refused=not composition.statements),
            timings_ms={
                "search": _ms(started, found),
                "total": _ms(started, time.perf_counter()),
            },
        )
        if not composition.statements:
            near = _nearby(hits, library)
            yield replace(
                answer,
                refused=True,
                message=_refusal_message(near, library),
            )
            return
        for written in self._answerer.write(read, answer, composition.statements, library):
            yield written
        timings = written.timings_ms | {"total": _ms(started, time.perf_counter())}
        if written.refused:  # a language model found no answer in the passages
            message = _refusal_message(_nearby(hits, library), library)
            orientation = orient(read.text, refused=True)
            yield replace(written, message=message, orientation=orientation, timings_ms=timings)
        else:
            yield replace(
                written,
                more=composition.more if written.mode == "verbatim" else (),
                suggestions=suggest(written, library),
                timings_ms=timings,
            )


def find(read: Question, library: Library, filters: Filters | None = None) -> list[Hit]:
    """The passages for a question; a comparison also looks for each thing compared.

    What is asked about in general opens the documents about it, so those openings are added. What
    several documents say in the same words stays one hit.
    """
    hits = library.search(read.query, HITS, filters)
    if read.form is Form.COMPARISON:
        rest = " ".join(french.words(_LINKS.sub(" ", read.asked)))
        for subject in read.subjects[:4]:
            name = lexicon().acronyms.get(subject, subject)
            hits.extend(library.search(f"{name} {rest}", 4, filters))
    if read.form in {Form.COMPARISON, Form.DEFINITION}:
        hits.extend(_openings(read, library, filters))
    once = list({hit.passage.id: hit for hit in reversed(hits)}.values())[::-1]
    return folded(once, len(once), lambda id_: library.documents[id_].own)


_LINKS = re.compile(r"différences?|entre|compar\w+|versus|\bvs\b", re.IGNORECASE)


def _openings(read: Question, library: Library, filters: Filters | None) -> list[Hit]:
    """The first passage of each document about a subject of the question, as sure hits."""
    names = wanted(read, library).subjects
    about = [
        document
        for document in library.documents.values()
        if is_about(document, names) and (filters is None or filters.admits(document))
    ]
    return [Hit(passage, 1.0) for d in about[:8] for passage in library.passages(d.id)[:1]]


def _refusal(read: Question, message: str, started: float) -> Answer:
    return Answer(
        question=read.asked,
        understood_question=read.text,
        message=message,
        refused=True,
        timings_ms={"total": _ms(started, time.perf_counter())},
    )


def _nearby(hits: Sequence[Hit], library: Library) -> list[str]:
    """The titles of the documents nearest to a question."""
    ids = dict.fromkeys(hit.passage.document_id for hit in hits[:3])
    return [library.documents[id_].title for id_ in ids]


def _refusal_message(near: list[str], library: Library) -> str:
    if not library.documents:
        return EMPTY
    titles = " ; ".join(f"« {title} »" for title in near)
    return f"{REFUSAL} {NEARBY.format(titles=titles)}" if titles else REFUSAL


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 1)

"""What is evaluated: the assistant itself, and the baselines, each as a `System`.

A baseline answers with its best passages, never refuses and knows no conversation: what a pipeline
without a language model would show.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from assistant.dialogue import Assistant
from corpus.errors import MissingToolError
from corpus.fusion import Weights
from evals.gold import Pages
from evals.replies import Cited, Reply, Said, found, from_answer

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.types import Answer
    from corpus.embedding import Embedder
    from corpus.library import Library
    from corpus.types import Hit, Passage
    from evals.case import Case

Name = Literal["ours", "tutorial", "bm25", "dense"]
NAMES: tuple[Name, ...] = get_args(Name)

DEPTH = 20
"""Passages a baseline ranks."""

SHOWN = 4
"""Passages a baseline answers with, as many as the tutorial pipeline."""


class System(Protocol):
    """Anything that replies to cases."""

    def reply(self, case: Case) -> Reply:
        """Reply to the last question of a case; the time is that of this question alone."""

    def text(self, document: str, number: int) -> str | None:
        """A page (from 1) as the system read it, against which its citations are checked."""


class Ours:
    """The very assistant that users talk to."""

    def __init__(self, library: Library) -> None:
        self._assistant = Assistant(lambda: library)
        self.text = Pages(library).text

    def reply(self, case: Case) -> Reply:
        """Go through the turns of a conversation, then reply to its question."""
        history: list[Answer] = []
        for turn in case.turns:
            history.append(self._assistant.ask(turn, history))
        started = time.perf_counter()
        answer = self._assistant.ask(case.question, history)
        return from_answer(case.id, answer, time.perf_counter() - started)


class OneRanking:
    """One of our rankings alone, without fusion, choice of sentences or refusal."""

    def __init__(self, library: Library, weights: Weights) -> None:
        self._library = library
        self._weights = weights
        self.text = Pages(library).text

    def reply(self, case: Case) -> Reply:
        """The best passages, whole."""
        started = time.perf_counter()
        hits = self._library.search(case.question, DEPTH, weights=self._weights)
        statements = tuple(self._whole(hit) for hit in hits[:SHOWN])
        return Reply(
            case=case.id,
            refused=not statements,
            statements=statements,
            found=tuple(map(found, hits)),
            confidence=hits[0].score if hits else 0.0,
            seconds=time.perf_counter() - started,
        )

    def _whole(self, hit: Hit) -> Said:
        return Said(hit.passage.text, _citations(hit.passage), "verbatim")


def open_system(name: Name, library: Library, embedder: Embedder, folder: Path) -> System:
    """The system of that name.

    Args:
        name: "ours" or a baseline.
        library: what is searched.
        embedder: the library's model.
        folder: where a baseline may put its own index.
    """
    if name == "tutorial":
        return _tutorial(library, embedder, folder)
    if name == "bm25":
        return OneRanking(library, Weights(words=1, dense=0, characters=0, foreseen=0))
    if name == "dense":
        return OneRanking(library, Weights(words=0, dense=1, characters=0, foreseen=0))
    return Ours(library)


def _tutorial(library: Library, embedder: Embedder, folder: Path) -> System:
    try:
        from evals.baselines.answerer import Tutorial  # noqa: PLC0415 — heavy
    except ImportError as error:
        raise MissingToolError(
            f"La référence « tutorial » demande le paquet {error.name}.",
            "Installez les outils de développement : pip install -e '.[dev]'",
        ) from error
    return Tutorial(library, embedder, folder)


def _citations(passage: Passage) -> tuple[Cited, ...]:
    """One citation a page that a passage stands on."""
    texts: dict[int, list[str]] = {}
    for span in passage.spans:
        texts.setdefault(span.page_index, []).append(passage.text[span.start : span.end])
    return tuple(
        Cited(passage.document_id, index + 1, "\n".join(pieces)) for index, pieces in texts.items()
    )

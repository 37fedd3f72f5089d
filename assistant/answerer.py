"""Who writes an answer once the evidence is there: one protocol, with or without a model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.question import Question
    from assistant.types import Answer, Statement
    from corpus.library import Library


class Answerer(Protocol):
    """Turns the evidence found into statements."""

    def write(
        self, question: Question, begun: Answer, verbatim: tuple[Statement, ...], library: Library
    ) -> Iterator[Answer]:
        """The answer as it grows; the last one is complete.

        Args:
            question: what was asked.
            begun: the answer without statements, its `hits` found.
            verbatim: the statements that the corpus itself offers, at least one.
            library: where the hits come from.
        """


class Verbatim:
    """Gives the sentences of the corpus as they are."""

    def write(
        self,
        question: Question,  # noqa: ARG002 — the statements were chosen for it
        begun: Answer,
        verbatim: tuple[Statement, ...],
        library: Library,  # noqa: ARG002
    ) -> Iterator[Answer]:
        """One statement more each time."""
        for count in range(1, len(verbatim) + 1):
            yield replace(begun, statements=verbatim[:count])

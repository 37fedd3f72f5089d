"""The nouns of an answer: statements, the citations they rest on, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from corpus.types import Document, Hit, Source

Support = Literal["verbatim", "verified", "unverified", "validated"]
Mode = Literal["verbatim", "llm"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: `page.text[start:end] == quote`; it never crosses a page.

    `sources` are the primary sources a fiche of ours rests on; `warnings` concern the age of the
    cited document.
    """

    number: int
    document: Document
    page_index: int
    page_label: str
    quote: str
    start: int
    end: int
    sources: tuple[Source, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the citations it rests on.

    `support` is "verbatim" when the text is the quote itself (a sentence that crosses a page break
    is the quotes of its two citations, joined by a space).
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support


class Orientation(NamedTuple):
    """A kind of actor to ask, why, and its official link."""

    actor: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant replies; `message` is the refusal or notice above the statements.

    `confidence`, in [0, 1], is the chance that the corpus answers.
    """

    question: str
    understood_question: str
    statements: tuple[Statement, ...] = ()
    message: str = ""
    hits: tuple[Hit, ...] = ()
    refused: bool = False
    orientation: tuple[Orientation, ...] = ()
    suggestions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    confidence: float = 0.0
    mode: Mode = "verbatim"
    fallback_reason: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations of all statements, by number."""
        found = {c.number: c for statement in self.statements for c in statement.citations}
        return tuple(found[number] for number in sorted(found))

    @property
    def text(self) -> str:
        """The whole answer as plain text, with `[n]` behind each statement."""
        lines = [self.message] if self.message else []
        for statement in self.statements:
            marks = "".join(f"[{citation.number}]" for citation in statement.citations)
            lines.append(f"{statement.text} {marks}".strip())
        return "\n".join(lines)

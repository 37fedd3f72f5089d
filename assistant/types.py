"""The nouns of an answer: statements, the citations they rest on, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from corpus.types import Document, Hit, Source

Support = Literal["verbatim", "verified", "unverified", "validated"]
Mode = Literal["verbatim", "llm"]


class Elsewhere(NamedTuple):
    """A page of another document on which the words of a quote stand too."""

    document: Document
    page_index: int
    page_label: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: `page.text[start:end] == quote`; it never crosses a page.

    `sources` are the primary sources a fiche of ours rests on; `warnings` concern the age of the
    cited document, and a text recognised by OCR, whose confidence, from 0 to 1, is also given.
    `elsewhere` are the other files that hold the same words, each at its page.
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
    ocr_confidence: float | None = None
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the citations it rests on.

    `support` is "verbatim" when the text is the quote itself (a sentence that crosses a page break
    is the quotes of its two citations, joined by a space). "verified" and "unverified" sentences
    are a language model's: the citations of the first say it; those of the second are the nearest
    they come to it, and `doubt` says what is missing.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    doubt: str = ""

    @property
    def caveat(self) -> str:
        """What must stand behind a sentence that is not verified, wherever it is shown; or ""."""
        return f" (non vérifié : {self.doubt})" if self.support == "unverified" else ""


class Orientation(NamedTuple):
    """A kind of actor to ask, why, and its official link."""

    actor: str
    why: str
    url: str


class Validation(NamedTuple):
    """Who read an answer and found it right, and when (an ISO date)."""

    reviewer: str
    date: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant replies; `message` is the refusal or notice above the statements.

    `more` are statements around the answer, for readers who want to know more. `confidence`, in
    [0, 1], is the chance that the corpus answers. `validation` is set when the statements are those
    that a reviewer signed for this question.
    """

    question: str
    understood_question: str
    statements: tuple[Statement, ...] = ()
    more: tuple[Statement, ...] = ()
    message: str = ""
    hits: tuple[Hit, ...] = ()
    refused: bool = False
    orientation: tuple[Orientation, ...] = ()
    suggestions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    confidence: float = 0.0
    mode: Mode = "verbatim"
    fallback_reason: str = ""
    validation: Validation | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations of all statements, by number."""
        said = (*self.statements, *self.more)
        found = {c.number: c for statement in said for c in statement.citations}
        return tuple(found[number] for number in sorted(found))

    @property
    def text(self) -> str:
        """The whole answer as plain text, with `[n]` and any caveat behind each statement."""
        lines = [self.message] if self.message else []
        for statement in self.statements:
            marks = "".join(f"[{citation.number}]" for citation in statement.citations)
            lines.append(f"{statement.text} {marks}{statement.caveat}".strip())
        return "\n".join(lines)

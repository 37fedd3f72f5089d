"""Answers and passages as JSON: the contract of `coop ask --json`, the HTTP API and MCP.

What is kept with feedback has the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

if TYPE_CHECKING:
    from assistant.types import Answer, Citation, Statement
    from corpus.types import Document, Hit, Source


class SourceJson(TypedDict):
    """A primary source that a fiche of ours rests on."""

    key: str
    title: str
    publisher: str
    date: str
    url: str
    read: str


class ElsewhereJson(TypedDict):
    """Another file in which a quote stands too."""

    document: str
    file: str
    title: str
    page_index: int
    page_label: str


class CitationJson(TypedDict):
    """A quote: `start` and `end` index the text of the page, `page_index` counts from 0."""

    number: int
    document: str
    file: str
    title: str
    publisher: str
    published: str
    reviewed: str
    page_index: int
    page_label: str
    start: int
    end: int
    quote: str
    source_url: str
    primary_sources: list[SourceJson]
    warnings: list[str]
    ocr_confidence: float | None
    elsewhere: list[ElsewhereJson]


class StatementJson(TypedDict):
    """A sentence; `citations` are numbers of the answer's citations."""

    text: str
    support: str
    doubt: str
    citations: list[int]


class OrientationJson(TypedDict):
    """Whom to ask, and why."""

    actor: str
    why: str
    url: str


class ValidationJson(TypedDict):
    """Who signed an answer, and when."""

    reviewer: str
    date: str


class AnswerJson(TypedDict):
    """An answer; dates are ISO dates, possibly cut, or ""."""

    question: str
    understood_question: str
    text: str
    statements: list[StatementJson]
    more: list[StatementJson]
    citations: list[CitationJson]
    refused: bool
    orientation: list[OrientationJson]
    suggestions: list[str]
    warnings: list[str]
    mode: str
    fallback_reason: str
    validation: ValidationJson | None
    timings_ms: dict[str, float]


class PlaceJson(TypedDict):
    """A page that says the same in the same words."""

    document: str
    page_index: int


class HitJson(TypedDict):
    """A passage found, with its score in [0, 1] and its ranks (from 1) in the three searches."""

    document: str
    file: str
    page_index: int
    page_label: str
    pages: list[int]
    heading_path: list[str]
    text: str
    score: float
    dense_rank: int | None
    word_rank: int | None
    character_rank: int | None
    also: list[PlaceJson]


def as_json(answer: Answer) -> AnswerJson:
    """The answer as `json.dumps` takes it."""
    return {
        "question": answer.question,
        "understood_question": answer.understood_question,
        "text": answer.text,
        "statements": [_statement(statement) for statement in answer.statements],
        "more": [_statement(statement) for statement in answer.more],
        "citations": [citation_json(citation) for citation in answer.citations],
        "refused": answer.refused,
        "orientation": [
            {"actor": other.actor, "why": other.why, "url": other.url}
            for other in answer.orientation
        ],
        "suggestions": list(answer.suggestions),
        "warnings": list(answer.warnings),
        "mode": answer.mode,
        "fallback_reason": answer.fallback_reason,
        "validation": None
        if answer.validation is None
        else {"reviewer": answer.validation.reviewer, "date": answer.validation.date},
        "timings_ms": dict(answer.timings_ms),
    }


def hit_json(hit: Hit, document: Document) -> HitJson:
    """A passage found, of that document, as `json.dumps` takes it."""
    first = hit.passage.spans[0]
    return {
        "document": hit.passage.document_id,
        "file": document.file,
        "page_index": first.page_index,
        "page_label": first.page_label,
        "pages": sorted({span.page_index for span in hit.passage.spans}),
        "heading_path": list(hit.passage.heading_path),
        "text": hit.passage.text,
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "word_rank": hit.word_rank,
        "character_rank": hit.character_rank,
        "also": [
            {"document": p.document_id, "page_index": p.spans[0].page_index} for p in hit.also
        ],
    }


def _statement(statement: Statement) -> StatementJson:
    return {
        "text": statement.text,
        "support": statement.support,
        "doubt": statement.doubt,
        "citations": [citation.number for citation in statement.citations],
    }


def citation_json(citation: Citation) -> CitationJson:
    """A citation as `json.dumps` takes it."""
    document = citation.document
    return {
        "number": citation.number,
        "document": document.id,
        "file": document.file,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published,
        "reviewed": document.reviewed,
        "page_index": citation.page_index,
        "page_label": citation.page_label,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "source_url": document.source_url,
        "primary_sources": [_source(source) for source in citation.sources],
        "warnings": list(citation.warnings),
        "ocr_confidence": citation.ocr_confidence,
        "elsewhere": [
            {
                "document": other.document.id,
                "file": other.document.file,
                "title": other.document.title,
                "page_index": other.page_index,
                "page_label": other.page_label,
            }
            for other in citation.elsewhere
        ],
    }


def _source(source: Source) -> SourceJson:
    return {
        "key": source.key,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "url": source.url,
        "read": source.read,
    }

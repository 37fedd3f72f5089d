"""An answer as plain JSON: the contract of `coop ask --json`, and what is kept with feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.types import Answer, Citation


def as_json(answer: Answer) -> dict[str, object]:
    """The answer as `json.dumps` takes it.

    Keys: question, understood_question, text, statements, citations, refused, orientation,
    suggestions, warnings, mode, fallback_reason, validation (null, or reviewer and date),
    timings_ms. A statement's `citations` are numbers of the list `citations`; `start` and `end`
    index the text of the page, `page_index` counts from 0, dates are ISO dates, possibly cut, or
    "". `elsewhere` lists other files in which the quote stands too.
    """
    return {
        "question": answer.question,
        "understood_question": answer.understood_question,
        "text": answer.text,
        "statements": [
            {
                "text": statement.text,
                "support": statement.support,
                "doubt": statement.doubt,
                "citations": [citation.number for citation in statement.citations],
            }
            for statement in answer.statements
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "refused": answer.refused,
        "orientation": [orientation._asdict() for orientation in answer.orientation],
        "suggestions": list(answer.suggestions),
        "warnings": list(answer.warnings),
        "mode": answer.mode,
        "fallback_reason": answer.fallback_reason,
        "validation": answer.validation._asdict() if answer.validation else None,
        "timings_ms": dict(answer.timings_ms),
    }


def _citation(citation: Citation) -> dict[str, object]:
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
        "primary_sources": [source._asdict() for source in citation.sources],
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

"""Grids and briefs as JSON: what the HTTP interface and MCP give of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from assistant.answer_json import CitationJson, citation_json
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from assistant.brief.types import Brief, Line
    from assistant.comparison import Cell, Comparison


class QuoteJson(TypedDict):
    """A quote; `citations` are numbers of the citations beside."""

    text: str
    citations: list[int]


class FormJson(TypedDict):
    """A legal form; `documented` where a document of the library is about it."""

    form: str
    name: str
    documented: bool


class CellJson(TypedDict):
    """What the corpus says of a form on a criterion; no quotes where it says nothing."""

    form: str
    quotes: list[QuoteJson]


class RowJson(TypedDict):
    """A criterion, and a cell a form, in the order of the forms."""

    criterion: str
    title: str
    question: str
    cells: list[CellJson]


class ComparisonJson(TypedDict):
    """Forms compared."""

    forms: list[FormJson]
    rows: list[RowJson]
    citations: list[CitationJson]


class LineJson(TypedDict):
    """A line of a brief.

    `kind` is "quote" (word for word), "method", "step" (with minutes) or "actor" (with its url).
    """

    kind: str
    text: str
    citations: list[int]
    minutes: int
    url: str


class PartJson(TypedDict):
    """A heading of level 1 or 2 and its lines; `note` says what is missing, or how to read them."""

    part: str
    title: str
    level: int
    note: str
    lines: list[LineJson]


class BriefJson(TypedDict):
    """The brief of a session; `notice` is said where the corpus knows nothing of the situation."""

    title: str
    situation: str
    participants: str
    minutes: int
    notice: str
    parts: list[PartJson]
    citations: list[CitationJson]


def comparison_json(comparison: Comparison) -> ComparisonJson:
    """A grid as `json.dumps` takes it."""
    return {
        "forms": [
            {
                "form": form,
                "name": FORMS[form],
                "documented": form not in comparison.undocumented,
            }
            for form in comparison.forms
        ],
        "rows": [
            {
                "criterion": criterion.key,
                "title": criterion.title,
                "question": criterion.question,
                "cells": [_cell(cell) for cell in row],
            }
            for criterion, row in zip(comparison.criteria, comparison.rows, strict=True)
        ],
        "citations": [citation_json(citation) for citation in comparison.citations],
    }


def _cell(cell: Cell) -> CellJson:
    return {
        "form": cell.form,
        "quotes": [
            {"text": statement.text, "citations": [c.number for c in statement.citations]}
            for statement in cell.statements
        ],
    }


def brief_json(brief: Brief) -> BriefJson:
    """A brief as `json.dumps` takes it."""
    return {
        "title": brief.title,
        "situation": brief.situation,
        "participants": brief.participants,
        "minutes": brief.minutes,
        "notice": brief.notice,
        "parts": [
            {
                "part": part.id,
                "title": part.title,
                "level": part.level,
                "note": part.note,
                "lines": [_line(line) for line in part.kept],
            }
            for part in brief.kept
        ],
        "citations": [citation_json(citation) for citation in brief.citations],
    }


def _line(line: Line) -> LineJson:
    return {
        "kind": line.kind,
        "text": line.text,
        "citations": [citation.number for citation in line.citations],
        "minutes": line.minutes,
        "url": line.url,
    }

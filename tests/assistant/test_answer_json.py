"""The contract of `coop ask --json`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.answer_json import as_json
from assistant.types import Answer, Orientation, Statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import Citation


@pytest.fixture
def body(answer: Answer) -> dict[str, Any]:
    oriented = replace(answer, orientation=(Orientation("DLA", "Pour.", "https://info-dla.fr"),))
    loaded: dict[str, Any] = json.loads(json.dumps(as_json(oriented)))
    return loaded


def test_an_answer_has_exactly_the_keys_of_the_contract(body: dict[str, Any]) -> None:
    assert set(body) == {
        "question", "understood_question", "text", "statements", "citations", "refused",
        "orientation", "suggestions", "warnings", "mode", "fallback_reason", "validation",
        "timings_ms", "more",
    }  # fmt: skip
    assert set(body["statements"][0]) == {"text", "support", "doubt", "citations"}
    assert set(body["orientation"][0]) == {"actor", "why", "url"}


def test_a_citation_has_exactly_the_keys_of_the_contract(body: dict[str, Any]) -> None:
    assert set(body["citations"][0]) == {
        "number", "document", "file", "title", "publisher", "published", "reviewed", "page_index",
        "page_label", "start", "end", "quote", "source_url", "primary_sources", "warnings",
        "ocr_confidence", "elsewhere",
    }  # fmt: skip
    assert set(body["citations"][0]["primary_sources"][0]) == {
        "key", "title", "publisher", "date", "url", "read",
    }  # fmt: skip


def test_statements_point_to_citations_by_number(body: dict[str, Any]) -> None:
    numbers = {citation["number"] for citation in body["citations"]}
    assert [statement["citations"] for statement in body["statements"]] == [[1], [2]]
    assert numbers == {1, 2}


def test_a_citation_used_twice_is_listed_once(
    answer: Answer, cite: Callable[..., Citation]
) -> None:
    same = cite("ge", 0, "Un groupement")
    twice = replace(answer, statements=(Statement("a", (same,), "verified"),) * 2)
    listed = as_json(twice)["citations"]
    assert isinstance(listed, list)
    assert len(listed) == 1


def test_the_text_carries_the_numbers(body: dict[str, Any]) -> None:
    assert body["text"].splitlines()[0].endswith("membres. [1]")


def test_a_page_that_is_printed_otherwise_keeps_both_numbers(body: dict[str, Any]) -> None:
    assert (body["citations"][0]["page_index"], body["citations"][0]["page_label"]) == (0, "12")


def test_an_empty_answer_is_still_whole() -> None:
    body = as_json(Answer("q", "q", message="Rien.", refused=True))
    assert (body["statements"], body["citations"], body["text"]) == ([], [], "Rien.")

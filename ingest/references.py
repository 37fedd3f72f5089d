"""Attaches to the pages of a fiche the primary sources behind each of its sentences."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from corpus.types import Page, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.fiche import FicheSentence


class _Letters(NamedTuple):
    """The letters and figures of a document, folded, and where each stands: (page, offset)."""

    text: str
    places: list[tuple[int, int]]


def with_references(
    pages: Sequence[Page], sentences: Iterable[FicheSentence]
) -> tuple[list[Page], list[str]]:
    """The pages with the references of the sentences found on them, and the sentences not found.

    Sentences are given in reading order. Spaces, apostrophes, hyphens and case do not matter, so
    that typography and line breaks cannot hide a sentence; one that crosses a page break is
    attached to both pages.
    """
    letters = _letters(pages)
    found: dict[int, list[Reference]] = {}
    missing: list[str] = []
    cursor = 0
    for sentence in sentences:
        if not sentence.keys:
            continue
        wanted = "".join(map(_letters_of, sentence.text))
        at = letters.text.find(wanted, cursor)
        if at < 0:
            at = letters.text.find(wanted)
        if at < 0 or not wanted:
            missing.append(sentence.text)
            continue
        cursor = at + len(wanted)
        for page, start, end in _slices(letters.places[at:cursor]):
            found.setdefault(page, []).append(Reference(start, end, sentence.keys))
    marked = [
        dataclasses.replace(page, references=tuple(found.get(number, ())))
        for number, page in enumerate(pages)
    ]
    return marked, missing


def _letters(pages: Sequence[Page]) -> _Letters:
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for number, page in enumerate(pages):
        for offset, character in enumerate(page.text):
            folded = _letters_of(character)
            letters.append(folded)
            places.extend([(number, offset)] * len(folded))
    return _Letters("".join(letters), places)


@lru_cache(maxsize=4096)
def _letters_of(character: str) -> str:
    """What a character is compared by: "É" -> "e", "œ" -> "oe", "’" -> ""."""
    return "".join(c for c in french.fold(character) if c.isalnum())


def _slices(places: list[tuple[int, int]]) -> Iterable[tuple[int, int, int]]:
    """(page, start, end) of a run of places, one for each page it touches."""
    for page in sorted({page for page, _ in places}):
        offsets = [offset for number, offset in places if number == page]
        yield page, offsets[0], offsets[-1] + 1

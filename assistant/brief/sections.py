"""Sentences of given sections of documents, and how near each is to what is looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from assistant.units import Unit, units
from corpus import french
from corpus.types import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from assistant.types import Statement
    from corpus.library import Library
    from corpus.types import Document, Passage

CHOOSING = re.compile(r"quand (la|le|l')? ?(choisir|utiliser)")
RISKS = re.compile(r"points? de vigilance|ecueils?|precautions?|risques?")
QUESTIONS = re.compile(r"questions? a (se )?poser")
"""What the headings of these sections say, folded."""

_REFERS = re.compile(r"(la fiche|le tableau|ce guide|cette fiche|point cle)\b")
_ITEM = re.compile(r"^\s*(?:[•▪‣◦·*–—-]|\(?\d{1,2}[.)])\s*")
_SAME = 0.6  # share of the stems of the shorter of two sentences from which one repeats the other


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a document, and how near it is to what was looked for (higher is nearer)."""

    unit: Unit
    document: Document
    nearness: float


def statements_in(
    documents: Iterable[Document], heading: re.Pattern[str], library: Library
) -> list[Unit]:
    """The sentences that can be read by themselves, of the sections that `heading` tells."""
    return [
        unit
        for document in documents
        for passage in library.passages(document.id)
        if heading.match(_last(passage))
        for unit in units(Hit(passage, 1.0))
        if stands_alone(unit.text)
    ]


def questions_in(documents: Iterable[Document], library: Library) -> list[Unit]:
    """The questions of the sections made of questions."""
    return [
        Unit(Hit(passage, 1.0), start, end, number)
        for document in documents
        for passage in library.passages(document.id)
        if QUESTIONS.match(_last(passage))
        for number, (start, end) in enumerate(_questions(passage))
    ]


def stands_alone(text: str) -> bool:
    """Whether a sentence says something by itself: no row of a table, no "see there"."""
    return " | " not in text and not _REFERS.match(french.fold(text))


def nearest(units: Sequence[Unit], wanted: Sequence[str], library: Library) -> list[Found]:
    """Units with their nearness to what is wanted (the best of the texts), the nearest first.

    Nearness is the cosine by the library's model, plus the share of the wanted words (by rarity)
    that the sentence or the title of its document says: between 0 and 2 or so.
    """
    if not units or not wanted:
        return []
    cosines = library.similarities(wanted, [unit.text for unit in units]).max(axis=0)
    asked = [frozenset(french.terms(text)) for text in wanted]
    found = []
    for unit, cosine in zip(units, cosines, strict=True):
        document = library.documents[unit.hit.passage.document_id]
        stems = frozenset(french.terms(f"{document.title} {unit.text}"))
        shared = max(_share(terms, stems, library) for terms in asked)
        found.append(Found(unit, document, float(cosine) + shared))
    return sorted(found, key=lambda item: -item.nearness)


class Said:
    """What a brief says already, so that nothing is said twice in nearly the same words."""

    def __init__(self) -> None:
        self._stems: list[frozenset[str]] = []

    def add(self, text: str) -> bool:
        """Take note of a sentence; False, and nothing, where it repeats another."""
        stems = frozenset(french.terms(text))
        if any(_repeats(stems, other) for other in self._stems):
            return False
        self._stems.append(stems)
        return True

    def fresh(self, statements: Iterable[Statement], most: int) -> list[Statement]:
        """The first statements that are not said yet, which are said from then on."""
        new = (statement for statement in statements if self.add(statement.text))
        return list(islice(new, most))

    def chosen(self, ranked: Iterable[Found], most: int, of_each: int) -> list[Found]:
        """The first of a ranking that are not said yet, `of_each` a document at most."""
        kept: list[Found] = []
        for item in ranked:
            if len(kept) >= most:
                break
            others = sum(other.document.id == item.document.id for other in kept)
            if others < of_each and self.add(item.unit.text):
                kept.append(item)
        return kept


def _repeats(stems: AbstractSet[str], other: AbstractSet[str]) -> bool:
    return len(stems & other) > _SAME * min(len(stems), len(other))


def _share(asked: AbstractSet[str], stems: AbstractSet[str], library: Library) -> float:
    total = sum(map(library.rarity, asked))
    return sum(library.rarity(stem) for stem in asked & stems) / total if total else 0.0


def _last(passage: Passage) -> str:
    return french.fold(passage.heading_path[-1]) if passage.heading_path else ""


def _questions(passage: Passage) -> Iterator[tuple[int, int]]:
    """Where the questions of a passage stand, their bullets left out."""
    for start, end in french.sentences(passage.text):
        mark = _ITEM.match(passage.text[start:end])
        begin = start + (mark.end() if mark else 0)
        if passage.text[begin:end].rstrip().endswith("?"):
            yield begin, end

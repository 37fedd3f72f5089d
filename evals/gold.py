"""Finding a gold quote on the pages of the library, whatever the typography and the line breaks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from evals.case import Case, Evidence

if TYPE_CHECKING:
    from corpus.library import Library

MOST_PAGES = 5_000
"""Pages a document may have before we stop looking for a quote in it."""


class Letters(NamedTuple):
    """The letters and figures of a text, folded; `places[i]` is where `text[i]` comes from."""

    text: str
    places: tuple[int, ...]


@lru_cache(maxsize=20_000)
def letters(text: str) -> Letters:
    """What is left of a text when case, accents, spaces and punctuation do not matter."""
    found: list[str] = []
    places: list[int] = []
    for offset, character in enumerate(text):
        for folded in _folded(character):
            found.append(folded)
            places.append(offset)
    return Letters("".join(found), tuple(places))


@cache
def _folded(character: str) -> str:
    return "".join(c for c in french.fold(character) if c.isalnum())


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a text: half-open offsets in it, or None."""
    wanted, there = letters(quote).text, letters(text)
    at = there.text.find(wanted) if wanted else -1
    if at < 0:
        return None
    start, end = there.places[at], there.places[at + len(wanted) - 1] + 1
    # The full stop, bracket or guillemet that closes the quote is part of it.
    closing = 0
    while text[end + closing : end + closing + 1] in tuple(".!?…»)]\u00a0\u202f "):
        closing += 1
    return start, end + len(text[end : end + closing].rstrip())


class Pages:
    """The texts of the library's pages, each document read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._texts: dict[str, list[str]] = {}

    def __contains__(self, document: str) -> bool:
        return document in self._library.documents

    def texts(self, document: str) -> list[str]:
        """The texts of a document's pages, in order; none when it is not in the library."""
        if document not in self._texts:
            found: list[str] = []
            if document in self:
                for index in range(MOST_PAGES):
                    page = self._library.page(document, index)
                    if page is None:
                        break
                    found.append(page.text)
            self._texts[document] = found
        return self._texts[document]

    def text(self, document: str, number: int) -> str | None:
        """The text of a page counted from 1, or None when there is no such page."""
        texts = self.texts(document)
        return texts[number - 1] if 0 < number <= len(texts) else None

    def stands(self, evidence: Evidence) -> bool:
        """Whether a quote is, to the letter, a slice of its page."""
        text = self.text(evidence.document, evidence.page)
        return text is not None and evidence.quote in text

    def relocated(self, evidence: Evidence) -> tuple[Evidence, ...]:
        """The same quote where the library has it now, its own page first; () when nowhere.

        A quote that crosses a page break gives one piece a page.
        """
        if self.stands(evidence):
            return (evidence,)
        texts = self.texts(evidence.document)
        order = sorted(range(1, len(texts) + 1), key=lambda number: number != evidence.page)
        for number in order:
            place = find_quote(evidence.quote, texts[number - 1])
            if place is not None:
                return (Evidence(evidence.document, number, texts[number - 1][slice(*place)]),)
        for number in order:
            both = texts[number - 1 : number + 1]
            place = find_quote(evidence.quote, "\n".join(both)) if len(both) == 2 else None
            if place is not None:
                edge = len(both[0])
                return (
                    Evidence(evidence.document, number, both[0][place[0] :].rstrip()),
                    Evidence(evidence.document, number + 1, both[1][: place[1] - edge - 1].strip()),
                )
        return ()

    def reworded(self, evidence: Evidence) -> Evidence | None:
        """The sentence of the same document that is likest to a quote lost from it, or None."""
        found = [
            (
                likeness(text[start:end], evidence.quote),
                Evidence(evidence.document, number, text[start:end]),
            )
            for number, text in enumerate(self.texts(evidence.document), 1)
            for start, end in french.sentences(text)
        ]
        best = max(found, key=lambda pair: pair[0], default=(0.0, evidence))
        return best[1] if best[0] >= SAME else None


def relocate(case: Case, pages: Pages) -> tuple[Case, list[Evidence]]:
    """A case with its quotes where they now stand, and those that stand nowhere any more.

    Quotes of documents that the library does not hold are left as they are.
    """
    moved = {
        evidence: pages.relocated(evidence) if evidence.document in pages else (evidence,)
        for evidence in case.gold
    }
    lost = [evidence for evidence, found in moved.items() if not found]
    return (
        replace(
            case,
            evidence=tuple(found for e in case.evidence for found in moved[e]),
            also=tuple(found for e in case.also for found in moved[e]),
        ),
        lost,
    )

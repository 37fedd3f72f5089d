"""Gold quotes on the pages of the library: whether they stand there, and where they went."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corpus import french
from corpus.letters import find_on_pages
from evals.case import Case, Evidence
from evals.wording import likeness

if TYPE_CHECKING:
    from corpus.library import Library

MOST_PAGES = 5_000
"""Pages a document may have before we stop looking for a quote in it."""

SAME = 0.6
"""Likeness from which a sentence is taken for a quote that was reworded in its document."""


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
        texts = self.texts(evidence.document)
        return tuple(
            Evidence(evidence.document, index + 1, texts[index][start:end])
            for index, start, end in find_on_pages(evidence.quote, texts, evidence.page - 1)
        )

    def reworded(self, evidence: Evidence) -> Evidence | None:
        """The sentence of the same document that is likest to a quote lost from it, or None."""
        found = [
            (likeness(sentence, evidence.quote), Evidence(evidence.document, number, sentence))
            for number, text in enumerate(self.texts(evidence.document), 1)
            for start, end in french.sentences(text)
            if (sentence := text[start:end].strip(" |"))
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

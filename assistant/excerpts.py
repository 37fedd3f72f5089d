"""What a language model is given to read, and what its sentences may rest on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.prompts import addresses_a_model
from corpus import french

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.types import Statement
    from corpus.library import Library
    from corpus.types import Hit

MOST_EXCERPTS = 10
_TAGS = 60  # characters around a passage
_BULLET = 8  # characters between two sentences of a passage, at most


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage as a model sees it: `number` is what it is cited by, from 1.

    `spans` are the sentences it keeps, as offsets in the passage; `context` is what may name what
    the passage speaks of: the title of its document and its headings, one a line.
    """

    number: int
    hit: Hit
    spans: tuple[tuple[int, int], ...]
    context: str

    @property
    def text(self) -> str:
        """The sentences kept, line breaks between them as in the passage."""
        whole = self.hit.passage.text
        text, last = "", None
        for start, end in self.spans:
            if last is not None:
                text += "\n" if "\n" in whole[last:start] else " "
            text += whole[start:end]
            last = end
        return text

    def windows(self, size: int) -> Iterator[tuple[int, int]]:
        """The runs of `size` sentences, as offsets in the passage."""
        for first in range(len(self.spans) - size + 1):
            run = self.spans[first : first + size]
            gaps = (after[0] - before[1] for before, after in pairwise(run))
            if all(gap <= _BULLET for gap in gaps):  # else a sentence was left out there
                yield run[0][0], run[-1][1]


def excerpts(hits: Iterable[Hit], library: Library, room: int) -> list[Excerpt]:
    """The best passages that fit `room` characters, cut at a sentence, numbered from 1.

    Sentences that speak to a model are left out.
    """
    found: list[Excerpt] = []
    for hit in hits:
        excerpt = excerpt_of(hit, library, len(found) + 1, room)
        if excerpt is None:
            continue
        found.append(excerpt)
        room -= len(excerpt.text) + len(excerpt.context) + _TAGS
        if len(found) == MOST_EXCERPTS:
            break
    return found


def cited_first(hits: Iterable[Hit], statements: Iterable[Statement]) -> list[Hit]:
    """The hits, those that statements quote before the others; else in the same order."""
    places = [
        (citation.document.id, citation.page_index, citation.start, citation.end)
        for statement in statements
        for citation in statement.citations
    ]

    def unquoted(hit: Hit) -> bool:
        return not any(
            hit.passage.document_id == document
            and span.page_index == page
            and span.page_start < end
            and start < span.page_start + span.end - span.start
            for document, page, start, end in places
            for span in hit.passage.spans
        )

    return sorted(hits, key=unquoted)


def excerpt_of(hit: Hit, library: Library, number: int, room: int) -> Excerpt | None:
    """The sentences of a passage that fit `room` characters, or None when none does."""
    passage = hit.passage
    context = "\n".join((library.documents[passage.document_id].title, *passage.heading_path))
    room -= len(context) + _TAGS
    kept: list[tuple[int, int]] = []
    for start, end in french.sentences(passage.text):
        room -= end - start + 1
        if room < 0:
            break
        if not addresses_a_model(passage.text[start:end]):
            kept.append((start, end))
    return Excerpt(number, hit, tuple(kept), context) if kept else None

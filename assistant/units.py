"""The units an answer is made of: sentences, or short lists with what introduces them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.freshness import warnings
from assistant.types import Citation
from corpus import french
from corpus.fiche import cited_source, load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.library import Library
    from corpus.types import Document, Hit, Page, Source

LONGEST_LIST = 900
"""Characters up to which a list is quoted whole with the line that introduces it."""

CELLS = " | "
"""What stands between the cells of a row, as ingestion writes it."""

_SHORTEST = 4
_LONGEST = 90
_DANGLING = re.compile(
    r"(il|elle|ils|elles|celui|celle|ceux|celles|cela|ceci|ce|cet|cette|ces|c'|ca|son|sa|ses|leur"
    r"|leurs|en effet|en revanche|toutefois|cependant|neanmoins|mais|or|donc|ainsi|de plus|par"
    r" ailleurs|en outre|ensuite|puis|enfin|dans ce cas|a defaut|sinon|de meme|c'est|et|car|aussi"
    r"|pourtant|d'autre part|d'une part|alors|la encore|y)(?![\w-])"
)
_IMPERSONAL = re.compile(r"il (faut|existe|est|convient|vaut|suffit|y a|s'agit)\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """A quotable piece of a passage: `hit.passage.text[start:end]`.

    `position` is the unit's place in its passage, from 0.
    """

    hit: Hit
    start: int
    end: int
    position: int
    is_list: bool = False

    @property
    def text(self) -> str:
        """The unit as it stands in the passage."""
        return self.hit.passage.text[self.start : self.end]


def units(hit: Hit) -> Iterator[Unit]:
    """The units of a passage in order: what can be read by itself as (part of) an answer.

    Left out: questions, fragments, and overlong runs. A sentence that hangs on the one before it
    ("Toutefois, elle ...") is quoted together with it.
    """
    text = hit.passage.text
    spans = _whole_rows(text, french.sentences(text))
    position = 0
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        if sentence.endswith(":"):
            stop = _list_end(text, spans, number)
            if stop and stop - start <= LONGEST_LIST:
                yield Unit(hit, start, stop, position, is_list=True)
            continue
        if not _readable(sentence):
            continue
        if dangles(sentence) and not _opens_line(text, start):
            if number == 0 or dangles(text[slice(*spans[number - 1])]):
                continue
            start = spans[number - 1][0]  # noqa: PLW2901 — the unit begins one sentence earlier
        elif dangles(sentence):
            continue
        yield Unit(hit, start, end, position)
        position += 1


def _whole_rows(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences, those of a table's row made one: a cell means nothing without its row."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        if CELLS not in line:
            found.append((start, end))
        elif not found or found[-1][0] != line_start:
            found.append((line_start, line_start + len(line.rstrip())))
    return found


def dangles(sentence: str) -> bool:
    """Whether a sentence leans on one before it: opens on a pronoun or a connector."""
    folded = french.fold(sentence).lstrip("«\"' ")
    return bool(_DANGLING.match(folded)) and not _IMPERSONAL.match(folded)


def _readable(sentence: str) -> bool:
    count = len(sentence.split())
    if not _SHORTEST <= count <= _LONGEST or sentence.endswith("?"):
        return False
    letters = sum(c.isalpha() for c in sentence)
    return letters >= 0.5 * len(sentence) and (sentence[-1] in ".!…»)”;" or sentence[:1].isupper())


def _opens_line(text: str, start: int) -> bool:
    """Whether a sentence opens its paragraph or item, bullet aside."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not any(c.isalnum() for c in line)


def _list_end(text: str, spans: list[tuple[int, int]], lead: int) -> int | None:
    """Where the list introduced by a sentence ends, or None when no list follows."""
    end = None
    for start, stop in spans[lead + 1 :]:
        if not (_opens_line(text, start) and text[:start].rstrip(" ")[-1:] != "\n"):
            break
        end = stop
    return end


def citations(unit: Unit, library: Library, first_number: int) -> tuple[tuple[Citation, ...], str]:
    """The citations of a unit, one a page it stands on, and its text as those quotes joined."""
    found: list[Citation] = []
    passage = unit.hit.passage
    document = library.documents[passage.document_id]
    for span in passage.spans:
        start, end = max(unit.start, span.start), min(unit.end, span.end)
        if start >= end:
            continue
        at = span.page_start + start - span.start
        page = library.page(document.id, span.page_index)
        if page is None:
            continue
        if found and found[-1].page_index == span.page_index:
            previous = found.pop()
            at, length = previous.start, at + end - start - previous.start
        else:
            length = end - start
        found.append(_citation(document, page, at, at + length, first_number + len(found)))
    around = "\n".join((*passage.heading_path, unit.text))
    found = [replace(c, warnings=warnings(document, c.quote, around)) for c in found]
    return tuple(found), " ".join(citation.quote for citation in found)


def _citation(document: Document, page: Page, start: int, end: int, number: int) -> Citation:
    while start < end and page.text[start].isspace():
        start += 1
    while end > start and page.text[end - 1].isspace():
        end -= 1
    return Citation(
        number=number,
        document=document,
        page_index=page.index,
        page_label=page.label,
        quote=page.text[start:end],
        start=start,
        end=end,
        sources=_sources(page, start, end),
    )


def _sources(page: Page, start: int, end: int) -> tuple[Source, ...]:
    marks = [
        mark
        for reference in page.references
        if reference.start < end and reference.end > start
        for mark in reference.keys
    ]
    if not marks:
        return ()
    known = load_sources()
    return tuple(cited_source(mark, known) for mark in dict.fromkeys(marks))

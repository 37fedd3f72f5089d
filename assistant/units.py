"""The units an answer is made of: sentences, or short lists with what introduces them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.freshness import warnings
from assistant.types import Citation, Elsewhere
from corpus import french
from corpus.fiche import cited_source, load_sources
from corpus.letters import find_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.library import Library
    from corpus.types import Document, Hit, Page, Source

LONGEST_LIST = 900
"""Characters up to which a list is quoted whole with the line that introduces it."""

CELLS = " | "
"""What stands between the cells of a row, as ingestion writes it."""

_SHORTEST = 4
_LONGEST = 90
_KEY_POINT = re.compile(r"[^\W\d_][^:|.!?]*\s:\s[^\W_][^:|!?]*\.")
"""A row of two cells that says something by itself, however short: "Capital : Facultatif."."""

_DANGLING = re.compile(
    r"(il|elle|ils|elles|celui|celle|ceux|celles|cela|ceci|ce|cet|cette|ces|c'|ca|son|sa|ses|leur"
    r"|leurs|en effet|en revanche|toutefois|cependant|neanmoins|mais|or|donc|ainsi|de plus|par"
    r" ailleurs|en outre|ensuite|puis|enfin|dans ce cas|a defaut|sinon|de meme|c'est|et|car|aussi"
    r"|pourtant|d'autre part|d'une part|alors|la encore|y)(?![\w-])"
)
_OPENS = re.compile(r"(?:^|[\n.!?…;:»)])[\s•–—«\"-]*\Z")  # what precedes a sentence
_LIMITS = re.compile(
    r"(toutefois|cependant|neanmoins|sauf|mais|par exception|par derogation|sous reserve"
    r"|a condition|a moins)(?![\w-])"
)
"""What opens a sentence that limits the one before it."""

_DENYING_HEADING = re.compile(r"\b(ne|n'\w+) (pas|jamais|plus)\b.*:\s*$")

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

    @property
    def foreseen(self) -> float:
        """How like the question is to the nearest foreseen one that this answers, in [0, 1]."""
        there = [a for a in self.hit.answers if a.start < self.end and self.start < a.end]
        return max((answer.likeness for answer in there), default=0.0)


def units(hit: Hit) -> Iterator[Unit]:
    """The units of a passage in order: what can be read by itself as (part of) an answer.

    Left out: questions, fragments, names of columns, overlong runs. A sentence that hangs on the
    one before it ("De plus, elle ...") is quoted together with it; where it limits it ("Toutefois,
    ...", "Sauf ..."), the one before is not quoted without it.
    """
    if any(_DENYING_HEADING.search(french.fold(title)) for title in hit.passage.heading_path[-1:]):
        return  # "Ne pas :" above a list turns what stands there into its contrary
    for piece in _pieces(hit.passage.text):
        yield Unit(hit, *piece)


class _Piece(NamedTuple):
    """A unit's place in the text of its passage, see `Unit`."""

    start: int
    end: int
    position: int
    is_list: bool = False


@lru_cache(maxsize=4_000)
def _pieces(text: str) -> tuple[_Piece, ...]:
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[_Piece]:
    spans = _whole_rows(text, french.sentences(text))
    position = listed = taken = 0
    for number, (start, end) in enumerate(spans):
        if end <= taken:
            continue  # quoted with the sentence it limits
        sentence = text[start:end]
        if sentence.endswith(":"):
            stop = _list_end(text, spans, number)
            if stop and stop - start <= LONGEST_LIST:
                yield _Piece(start, stop, position, is_list=True)
                listed = stop
            continue
        if not _can_answer(text, start, end) or (start < listed and sentence[-1] in ";,"):
            continue
        if dangles(sentence) and not _opens_line(text, start):
            if number == 0 or dangles(text[slice(*spans[number - 1])]):
                continue
            start = spans[number - 1][0]  # noqa: PLW2901 — the unit begins one sentence earlier
        elif dangles(sentence):
            continue
        elif limited := _limit(text, spans, number):
            end = taken = limited  # noqa: PLW2901 — the unit ends one sentence later
        yield _Piece(start, end, position)
        position += 1


def _can_answer(text: str, start: int, end: int) -> bool:
    """Whether a sentence, or a key point of a table, says something by itself."""
    readable = _readable(text[start:end]) or _is_key_point(text, start, end)
    return readable and not _names_columns(text, start, end)


def _limit(text: str, spans: list[tuple[int, int]], number: int) -> int | None:
    """Where the next sentence ends, when it limits one in the same paragraph; None otherwise."""
    if number + 1 == len(spans):
        return None
    start, end = spans[number + 1]
    same = "\n" not in text[spans[number][1] : start]
    limits = same and _LIMITS.match(french.fold(text[start:end])) and _readable(text[start:end])
    return end if limits else None


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


def _is_key_point(text: str, start: int, end: int) -> bool:
    """Whether a sentence is a line of its own that gives a label its value."""
    return _is_line(text, start, end) and _KEY_POINT.fullmatch(text, start, end) is not None


def _names_columns(text: str, start: int, end: int) -> bool:
    """Whether a line is the head of a table: cells without a stop above as many that end on one."""
    if not _is_line(text, start, end) or text[end - 1] in ".!…;":
        return False
    below = text[end + 1 :].partition("\n")[0].rstrip()
    cells = _count_cells(text[start:end])
    return cells > 1 and below.endswith(".") and _count_cells(below) == cells


def _count_cells(line: str) -> int:
    """Cells of a row; ingestion writes a colon between two, a bar between more."""
    return line.count(CELLS) + 1 if CELLS in line else 1 + (line.count(" : ") == 1)


def _is_line(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in {"", "\n"} and text[end : end + 1] in {"", "\n"}


_MARKER = re.compile(
    r"\s*(?:(?P<bullet>[•▪‣◦·*–—-])|\(?(?P<number>\d{1,2})\s?(?:°|[.)])|\(?(?P<letter>[a-z])[.)]"
    r"|(?P<roman>[IVX]{1,4})\s?[.–—-])?\s*[–—-]?\s*"
)


def _opens_line(text: str, start: int) -> bool:
    """Whether a sentence opens its paragraph or item, bullet or number aside."""
    return _MARKER.fullmatch(text, text.rfind("\n", 0, start) + 1, start) is not None


def _marker(text: str, start: int) -> str | None:
    """The kind of bullet or number before a sentence that opens an item, or None."""
    match = _MARKER.fullmatch(text, text.rfind("\n", 0, start) + 1, start)
    return match.lastgroup if match else None


def _list_end(text: str, spans: list[tuple[int, int]], lead: int) -> int | None:
    """Where the list introduced by a sentence ends, or None when no list follows.

    Its items all have one kind of bullet or number.
    """
    kind = _marker(text, spans[lead + 1][0]) if lead + 1 < len(spans) else None
    if kind is None:
        return None
    end = None
    for start, stop in spans[lead + 1 :]:
        same_line = end is not None and "\n" not in text[end:start]
        if not (same_line or _marker(text, start) == kind):
            break
        end = stop
    return end


def citations(
    unit: Unit, library: Library, first_number: int, hits: Sequence[Hit] = ()
) -> tuple[tuple[Citation, ...], str]:
    """The citations of a unit, one a page it stands on, and its text as those quotes joined.

    `hits` are all that was found: those of other documents that say the same are told of.
    """
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
        found.append(cite(document, page, at, at + length, first_number + len(found)))
    around = "\n".join((*passage.heading_path, unit.text))
    found = [
        replace(
            c,
            warnings=(*c.warnings, *warnings(document, c.quote, around)),
            elsewhere=tuple(_elsewhere(c.quote, unit.hit, hits, library)),
        )
        for c in found
    ]
    return tuple(found), " ".join(citation.quote for citation in found)


def cite(document: Document, page: Page, start: int, end: int, number: int) -> Citation:
    """A slice of a page as a citation, trimmed, with the primary sources behind it."""
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
        warnings=_recognition(page),
        ocr_confidence=page.ocr_confidence,
    )


def _elsewhere(quote: str, hit: Hit, hits: Iterable[Hit], library: Library) -> Iterator[Elsewhere]:
    """The other documents among those found in which a quote stands as a sentence of its own."""
    seen = {hit.passage.document_id}
    for other in (*hit.also, *(p for found in hits for p in (found.passage, *found.also))):
        if other.document_id in seen or (place := find_quote(quote, other.text)) is None:
            continue
        if _OPENS.search(other.text, 0, place[0]):
            seen.add(other.document_id)
            span = next(span for span in other.spans if span.end > place[0])
            yield Elsewhere(library.documents[other.document_id], span.page_index, span.page_label)


def _recognition(page: Page) -> tuple[str, ...]:
    """What a reader must know of a text that was not written in the file, but seen on its page."""
    if page.ocr_confidence is None:
        return ()
    return (f"Texte reconnu par OCR, confiance {page.ocr_confidence:.0%}.".replace("%", " %"),)


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

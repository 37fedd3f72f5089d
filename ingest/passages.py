"""Pages → passages: a few sentences under their headings, each slice of which knows its page.

The text of a section is cut between sentences so that passages come near a length that is good to
search, at the ends of paragraphs rather than inside, and with lists kept under the line that opens
them (a shortest path over the places where one may cut).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from corpus.french import fold
from corpus.types import Passage, Span
from ingest.sections import read_sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.reading import ReadPage
    from ingest.sections import Unit

TARGET: Final = 120  # words
_ROOM: Final = 1.35  # a section up to that many targets stays whole
_LONGEST: Final = 2.2  # targets; only one sentence longer than that makes a longer passage
_SHORT_LIST: Final = 150  # words: such a list is not cut without need

# What a cut costs, in squared words away from the target.
_INSIDE_PARAGRAPH: Final = 900.0
_INSIDE_LIST: Final = 400.0
_INSIDE_SHORT_LIST: Final = 6000.0
_NEVER: Final = 1e12

_SILENT: Final = "les sources reunies ne le precisent pas"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")


def cut_passages(
    document_id: str, pages: Sequence[ReadPage], *, own: bool = False
) -> tuple[Passage, ...]:
    """The passages of a document, in reading order; the same pages always give the same ones.

    Left out: headings (they are the path), pages of contents, imprint or advertisement, sections
    that only say that the sources are silent; of our `own` fiches, the imprint above the first
    section and the list of sources. Rows that stand apart from the names of their columns have
    those as the end of their path.
    """
    found: list[Passage] = []
    seen: Counter[str] = Counter()
    for section in read_sections(pages, own=own):
        for units in _cut(section.units):
            text, spans = _joined(units)
            if not _says_something(text, section.path):
                continue
            path = (*section.path, *_columns(units))
            key = _key(document_id, path, text)
            seen[key] += 1
            id_ = key if seen[key] == 1 else f"{key}-{seen[key]}"
            found.append(Passage(id_, document_id, path, text, spans))
    return tuple(found)


def _columns(units: list[Unit]) -> tuple[str, ...]:
    """The names of the columns of the rows, where they stand in another passage."""
    names = next((unit.columns for unit in units if unit.columns), "")
    return (names,) if names and all(unit.text != names for unit in units) else ()


def _key(document_id: str, path: tuple[str, ...], text: str) -> str:
    content = "\x1f".join((*path, text)).encode()
    return f"{document_id}-{hashlib.blake2s(content, digest_size=6).hexdigest()}"


def _says_something(text: str, path: tuple[str, ...]) -> bool:
    if fold(text).strip(" .") == _SILENT:
        return False
    words = _WORD.findall(_ADDRESS.sub("", text))
    return len(words) >= 4 or (bool(path) and any(len(word) > 2 for word in words))


# --- cutting ------------------------------------------------------------------------------------


def _cut(units: list[Unit]) -> Iterator[list[Unit]]:
    """The units of a section in passages: the cheapest way to cut."""
    words = [unit.words for unit in units]
    if sum(words) <= _ROOM * TARGET:
        if units:
            yield units
        return
    costs = [_cut_cost(units, words, place) for place in range(len(units))]
    best = [0.0] + [float("inf")] * len(units)
    cut_before = [0] * (len(units) + 1)
    for end in range(1, len(units) + 1):
        length = 0
        for start in range(end - 1, -1, -1):
            length += words[start]
            if length > _LONGEST * TARGET and start < end - 1 and costs[start + 1] < _NEVER:
                break
            cost = best[start] + costs[start] + float(length - TARGET) ** 2
            if cost < best[end]:
                best[end], cut_before[end] = cost, start
    places = [len(units)]
    while places[-1]:
        places.append(cut_before[places[-1]])
    for start, end in pairwise(reversed(places)):
        yield units[start:end]


def _cut_cost(units: list[Unit], words: list[int], place: int) -> float:
    """What it costs to cut before a unit."""
    if place == 0:
        return 0.0
    unit, last = units[place], units[place - 1]
    if unit.runs_on:
        return _NEVER
    if not unit.opens:
        return _INSIDE_PARAGRAPH
    listed = {"item", "row"}
    if unit.kind in listed and last.text.endswith(":"):
        return _NEVER
    if unit.kind in listed and last.kind == unit.kind:
        return (
            _INSIDE_SHORT_LIST if _list_words(units, words, place) <= _SHORT_LIST else _INSIDE_LIST
        )
    return 0.0


def _list_words(units: list[Unit], words: list[int], place: int) -> int:
    """The words of the list around a unit."""
    kind = units[place].kind
    start = end = place
    while start and units[start - 1].kind == kind:
        start -= 1
    while end < len(units) and units[end].kind == kind:
        end += 1
    return sum(words[start:end])


def _joined(units: list[Unit]) -> tuple[str, tuple[Span, ...]]:
    """The text of a passage and where its slices stand on their pages."""
    text = ""
    spans: list[Span] = []
    last: Unit | None = None
    for unit in units:
        page = unit.page.page
        if last is not None and _touches(last, unit):
            span = spans[-1]
            text = text[: span.start] + page.text[span.page_start : unit.end]
            spans[-1] = span._replace(end=len(text))
        else:
            if last is not None:
                text += " " if unit.runs_on else "\n"
            start = len(text)
            text += unit.text
            spans.append(Span(start, len(text), page.index, page.label, unit.start))
        last = unit
    return text, tuple(spans)


def _touches(last: Unit, unit: Unit) -> bool:
    """Whether only white stands between two units of one page."""
    if last.page is not unit.page:
        return False
    return last.end <= unit.start and not last.page.page.text[last.end : unit.start].strip()

"""Pages → passages: a few sentences under their headings, each slice of which knows its page.

The text of a section is cut between sentences so that passages come near a length that is good to
search, at the ends of paragraphs rather than inside, and with lists kept under the line that opens
them (a shortest path over the places where one may cut).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from corpus.french import fold, sentences
from corpus.types import Passage, Span
from ingest.lines import ENDS
from ingest.reading import PageState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.reading import Block, ReadPage

VERSION: Final = 1
"""Raised when passages change: documents are cut again."""

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
_LEFT_OUT: Final = frozenset({"sources", "sommaire", "table des matieres"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_ORPHAN: Final = 6  # words: a heading with nothing under it that says as much is text
_JOINED_TITLE: Final = 24  # words of headings that follow each other and make one


@dataclass(slots=True)
class _Heading:
    level: int
    title: str
    page: ReadPage
    block: Block
    used: bool = False


@dataclass(slots=True)
class _Unit:
    """What is not cut: a sentence, or a row of a table; `text[start:end]` of its page."""

    page: ReadPage
    start: int
    end: int
    kind: str
    opens: bool  # a block
    runs_on: bool = False  # from the page before

    @property
    def text(self) -> str:
        return self.page.page.text[self.start : self.end]

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(slots=True)
class _Section:
    path: tuple[str, ...]
    units: list[_Unit] = field(default_factory=list)


def cut_passages(
    document_id: str, pages: Sequence[ReadPage], *, own: bool = False
) -> tuple[Passage, ...]:
    """The passages of a document, in reading order; the same pages always give the same ones.

    Left out: headings (they are the path), contents pages, sections that only say that the sources
    are silent; of our `own` fiches, the imprint above the first section and the list of sources.
    """
    found: list[Passage] = []
    seen: Counter[str] = Counter()
    for section in _sections(pages, own=own):
        for units in _cut(section.units):
            text, spans = _joined(units)
            if not _says_something(text, section.path):
                continue
            key = _key(document_id, section.path, text)
            seen[key] += 1
            id_ = key if seen[key] == 1 else f"{key}-{seen[key]}"
            found.append(Passage(id_, document_id, section.path, text, spans))
    return tuple(found)


def _key(document_id: str, path: tuple[str, ...], text: str) -> str:
    content = "\x1f".join((*path, text)).encode()
    return f"{document_id}-{hashlib.blake2s(content, digest_size=6).hexdigest()}"


def _says_something(text: str, path: tuple[str, ...]) -> bool:
    if fold(text).strip(" .") == _SILENT:
        return False
    words = _WORD.findall(text)
    return len(words) >= 4 or (bool(path) and any(len(word) > 2 for word in words))


# --- sections -----------------------------------------------------------------------------------


def _sections(pages: Sequence[ReadPage], *, own: bool) -> Iterator[_Section]:
    reader = _SectionReader(own=own)
    for page in pages:
        if page.state is PageState.READ:
            reader.read(page)
    return reader.sections()


class _SectionReader:
    """Gathers what stands under each heading; asides and notes stand apart from the main text."""

    def __init__(self, *, own: bool) -> None:
        self._own = own
        self._headings: list[_Heading] = []
        self._aside: tuple[int, int] = (-1, 0)  # page and number of the box
        self._aside_headings: list[_Heading] = []
        self._aside_section: _Section | None = None
        self._found: list[_Section | _Heading] = []
        self._main: _Section | None = None

    def read(self, page: ReadPage) -> None:
        """Take in the blocks of the next page."""
        notes = None
        first = True
        for block in page.blocks:
            if block.kind == "contents":
                continue
            if block.box:
                self._read_aside(page, block)
            elif block.kind == "heading":
                self._open(_heading(page, block), self._headings)
                self._main, first = None, False
            elif block.kind == "note":
                notes = self._read_note(page, block, notes)
            else:
                self._read_main(page, block, first=first)
                first = False

    def sections(self) -> Iterator[_Section]:
        """All sections in order; a heading that heads nothing but says something is one."""
        for found in self._found:
            if isinstance(found, _Section):
                yield found
            elif not found.used and len(found.title.split()) >= _ORPHAN and not self._own:
                units = _units(found.page, found.block._replace(kind="paragraph"))
                yield _Section((), units)

    def _read_main(self, page: ReadPage, block: Block, *, first: bool) -> None:
        if self._is_left_out():
            return
        if self._main is None:
            self._main = self._section(self._headings)
        units = _units(page, block)
        if first and self._main.units and units and _runs_on(self._main.units[-1], units[0]):
            units[0].runs_on = True
        self._main.units.extend(units)

    def _read_aside(self, page: ReadPage, block: Block) -> None:
        place = page.page.index, block.box
        if place != self._aside:
            self._aside, self._aside_headings, self._aside_section = place, [], None
        if block.kind == "heading":
            self._open(_heading(page, block), self._aside_headings)
            self._aside_section = None
        elif not self._is_left_out():
            if self._aside_section is None:
                self._aside_section = self._section([*self._headings, *self._aside_headings])
            self._aside_section.units.extend(_units(page, block))

    def _read_note(self, page: ReadPage, block: Block, notes: _Section | None) -> _Section | None:
        if self._is_left_out():
            return None
        section = notes or self._section(self._headings)
        section.units.extend(_units(page, block))
        return section

    def _open(self, heading: _Heading, stack: list[_Heading]) -> None:
        """Put a heading on the stack; lines of one title that follow each other make one."""
        if stack and stack[-1].level == heading.level and not stack[-1].used:
            title = f"{stack[-1].title} {heading.title}"
            if len(title.split()) <= _JOINED_TITLE and _adjoins(stack[-1], heading):
                stack[-1].title, stack[-1].block = title, heading.block
                return
        while stack and stack[-1].level >= heading.level:
            stack.pop()
        stack.append(heading)
        self._found.append(heading)

    def _section(self, headings: list[_Heading]) -> _Section:
        for heading in headings:
            heading.used = True
        section = _Section(tuple(heading.title for heading in headings))
        self._found.append(section)
        return section

    def _is_left_out(self) -> bool:
        if not self._own:
            return False
        return len(self._headings) < 2 or fold(self._headings[1].title) in _LEFT_OUT


def _heading(page: ReadPage, block: Block) -> _Heading:
    return _Heading(block.level, page.page.text[block.start : block.end], page, block)


def _adjoins(upper: _Heading, lower: _Heading) -> bool:
    return upper.page is lower.page and lower.block.start - upper.block.end <= 1


def _units(page: ReadPage, block: Block) -> list[_Unit]:
    """The sentences of a block; each takes in what stands before it (a bullet, a space)."""
    text = page.page.text
    if block.kind == "row":
        return [_Unit(page, block.start, block.end, block.kind, opens=True)]
    units: list[_Unit] = []
    start = block.start
    for _, end in sentences(text[block.start : block.end]):
        while text[start].isspace():
            start += 1
        units.append(_Unit(page, start, block.start + end, block.kind, opens=not units))
        start = block.start + end
    if not units:
        units.append(_Unit(page, block.start, block.end, block.kind, opens=True))
    units[-1].end = block.end
    return units


def _runs_on(last: _Unit, first: _Unit) -> bool:
    """Whether a sentence begun at the foot of a page goes on at the head of the next."""
    if last.page is first.page or "row" in {last.kind, first.kind}:
        return False
    return not ENDS.search(last.text) and (first.text[0].islower() or last.text[-1] in ",-(’")


# --- cutting ------------------------------------------------------------------------------------


def _cut(units: list[_Unit]) -> Iterator[list[_Unit]]:
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


def _cut_cost(units: list[_Unit], words: list[int], place: int) -> float:
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


def _list_words(units: list[_Unit], words: list[int], place: int) -> int:
    """The words of the list around a unit."""
    kind = units[place].kind
    start = end = place
    while start and units[start - 1].kind == kind:
        start -= 1
    while end < len(units) and units[end].kind == kind:
        end += 1
    return sum(words[start:end])


def _joined(units: list[_Unit]) -> tuple[str, tuple[Span, ...]]:
    """The text of a passage and where its slices stand on their pages."""
    text = ""
    spans: list[Span] = []
    last: _Unit | None = None
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


def _touches(last: _Unit, unit: _Unit) -> bool:
    """Whether only white stands between two units of one page."""
    if last.page is not unit.page:
        return False
    return last.end <= unit.start and not last.page.page.text[last.end : unit.start].strip()

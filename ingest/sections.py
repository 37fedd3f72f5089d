"""Pages → sections: what stands under each heading, in the units that are never cut.

Boxed asides and notes are sections of their own, so that the text they interrupt reads on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from corpus.french import fold, sentences
from ingest.assembly import MANY_CELLS, TWO_CELLS
from ingest.lines import ENDS
from ingest.reading import PageState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.reading import Block, ReadPage

_ANSWER_NOTHING: Final = frozenset({"contents", "imprint", "advertisement"})
_LEFT_OUT: Final = frozenset({"sources", "sommaire", "table des matieres"})
_FEWEST_SLIDES: Final = 6
_SLIDE: Final = 100  # words: a page of slides says no more, as a rule
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
class Unit:
    """What is not cut: a sentence, or a row of a table; `text[start:end]` of its page.

    `columns` are the names of the columns of a row, which stand above the first one.
    """

    page: ReadPage
    start: int
    end: int
    kind: str
    opens: bool  # a block
    runs_on: bool = False  # from the page before
    columns: str = ""

    @property
    def text(self) -> str:
        """What it says."""
        return self.page.page.text[self.start : self.end]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(slots=True)
class Section:
    """Units under one path of headings, in reading order."""

    path: tuple[str, ...]
    units: list[Unit] = field(default_factory=list)


def read_sections(pages: Sequence[ReadPage], *, own: bool) -> Iterator[Section]:
    """The sections of a document, in order; `own` leaves out what our fiches say of themselves."""
    reader = _SectionReader(own=own)
    written = [page for page in pages if page.state is PageState.READ]
    slides = _are_slides(written)
    for page in written:
        if slides:
            reader.close()
        reader.read(page)
    return reader.sections()


def _are_slides(pages: Sequence[ReadPage]) -> bool:
    """Whether pages say little and mostly open on a title: each stands by itself, or in a part."""
    if len(pages) < _FEWEST_SLIDES:
        return False
    words = median(len(page.page.text.split()) for page in pages)
    titled = sum(any(block.kind == "heading" for block in page.blocks[:2]) for page in pages)
    return words <= _SLIDE and titled >= 0.6 * len(pages)


class _SectionReader:
    """Gathers what stands under each heading; asides and notes stand apart from the main text."""

    def __init__(self, *, own: bool) -> None:
        self._own = own
        self._headings: list[_Heading] = []
        self._aside: tuple[int, int] = (-1, 0)  # page and number of the box
        self._aside_headings: list[_Heading] = []
        self._aside_section: Section | None = None
        self._found: list[Section | _Heading] = []
        self._main: Section | None = None
        self._columns = ""

    def close(self) -> None:
        """Let no heading reach into the next page, but those of a page that holds nothing else."""
        self._headings = [heading for heading in self._headings if _divides(heading.page)]
        self._main = None

    def read(self, page: ReadPage) -> None:
        """Take in the blocks of the next page."""
        notes = None
        first = True
        for block in page.blocks:
            if block.kind in _ANSWER_NOTHING:
                continue
            if block.box:
                self._read_aside(page, block)
            elif block.kind == "heading":
                self._open(_heading(page, block), self._headings)
                self._main, first = None, False
            elif block.kind == "caption":
                self._read_note(page, block, None)
            elif block.kind == "note":
                notes = self._read_note(page, block, notes)
            else:
                self._read_main(page, block, first=first)
                first = False

    def sections(self) -> Iterator[Section]:
        """All sections in order; a heading that heads nothing but says something is one."""
        for found in self._found:
            if isinstance(found, Section):
                yield found
            elif not found.used and len(found.title.split()) >= _ORPHAN and not self._own:
                units = _units(found.page, found.block._replace(kind="paragraph"))
                yield Section((), units)

    def _read_main(self, page: ReadPage, block: Block, *, first: bool) -> None:
        if self._is_left_out():
            return
        if self._main is None:
            self._main = self._section(self._headings)
        units = _units(page, block)
        self._name_columns(block, units)
        if first and self._main.units and units and _runs_on(self._main.units[-1], units[0]):
            units[0].runs_on = True
        self._main.units.extend(units)

    def _name_columns(self, block: Block, units: list[Unit]) -> None:
        """Give a row the names of its columns, which may stand on the page before."""
        if block.kind == "columns":
            self._columns = units[0].text
        elif block.kind != "row":
            self._columns = ""
        elif _cells(units[0].text) == _cells(self._columns):
            units[0].columns = self._columns

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

    def _read_note(self, page: ReadPage, block: Block, notes: Section | None) -> Section | None:
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

    def _section(self, headings: list[_Heading]) -> Section:
        for heading in headings:
            heading.used = True
        section = Section(tuple(heading.title for heading in headings))
        self._found.append(section)
        return section

    def _is_left_out(self) -> bool:
        if not self._own:
            return False
        return len(self._headings) < 2 or fold(self._headings[1].title) in _LEFT_OUT


def _divides(page: ReadPage) -> bool:
    """Whether a page holds headings only, as the slide that opens a part."""
    return all(block.kind == "heading" for block in page.blocks)


def _heading(page: ReadPage, block: Block) -> _Heading:
    return _Heading(block.level, page.page.text[block.start : block.end], page, block)


def _adjoins(upper: _Heading, lower: _Heading) -> bool:
    return upper.page is lower.page and lower.block.start - upper.block.end <= 1


def _units(page: ReadPage, block: Block) -> list[Unit]:
    """The sentences of a block; each takes in what stands before it (a bullet, a space)."""
    text = page.page.text
    if block.kind in {"row", "columns"}:
        return [Unit(page, block.start, block.end, "row", opens=True)]
    units: list[Unit] = []
    start = block.start
    for _, end in sentences(text[block.start : block.end]):
        while text[start].isspace():
            start += 1
        units.append(Unit(page, start, block.start + end, block.kind, opens=not units))
        start = block.start + end
    if not units:
        units.append(Unit(page, block.start, block.end, block.kind, opens=True))
    units[-1].end = block.end
    return units


def _cells(row: str) -> int:
    """How many cells a row has."""
    return row.count(MANY_CELLS) + 1 if MANY_CELLS in row else 1 + (TWO_CELLS in row)


def _runs_on(last: Unit, first: Unit) -> bool:
    """Whether a sentence begun at the foot of a page goes on at the head of the next."""
    if last.page is first.page or "row" in {last.kind, first.kind}:
        return False
    return not ENDS.search(last.text) and (first.text[0].islower() or last.text[-1] in ",-(’")

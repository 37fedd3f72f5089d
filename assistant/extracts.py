"""What documents say of one legal form: sentences, and the rows and cells of their tables.

A sentence is quoted as `units` cuts it. The row of a key point ("Capital : Facultatif.") is quoted
whole; of a table of forms, only the cell is, since a grid tells its row and its column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.units import CELLS, Unit, dangles, units
from assistant.wanted import forms_named
from corpus import french
from corpus.types import Filters, Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corpus.library import Library
    from corpus.types import Document, Passage

PAIR = " : "
"""What stands between the two cells of a row of a table of two columns, as ingestion writes it."""

_ROW = re.compile(r"(?!(?:le|la|les|un|une|des) |l['’])[^:.;?!|]{2,80} : \S", re.IGNORECASE)
_HEAD = re.compile(r"(forme|point cle|critere|sujet|theme|question)s?\b")
"""How the head of a table of two columns begins."""

_OTHERS = re.compile(
    r"confondre|questions a (se )?poser|^(les )?sources$|bibliographie|sommaire|glossaire"
    r"|exemples?\b"
)
"""Sections that speak of other forms or of other documents, or that ask."""


@dataclass(frozen=True)
class Extract:
    """A quotable piece about a form, and where it stands.

    `sections` are the folded headings above it; `label` and `column` the folded names of its row
    and column in a table, or "". `place` counts the sentences of its section before it. `devoted`
    says that its document is about this form and no other, `own` that it is one of our fiches.
    """

    unit: Unit
    sections: tuple[str, ...]
    devoted: bool
    own: bool
    place: int = 0
    label: str = ""
    column: str = ""

    @property
    def text(self) -> str:
        """The piece as it stands in the passage."""
        return self.unit.text

    @cached_property
    def folded(self) -> str:
        """Its text folded, to be recognised by patterns."""
        return french.fold(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """The legal forms that it names."""
        return frozenset(forms_named(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """What it says, to be compared with others."""
        return frozenset(french.terms(self.text))


def extracts(library: Library, form: str) -> list[Extract]:
    """All that is quotable about a form (a key of `FORMS`), document after document.

    In a document about several forms, only what names this one counts.
    """
    found: list[Extract] = []
    for document in library.documents.values():
        if is_about(document, form):
            devoted = set(document.forms or forms_named(document.title)) == {form}
            pieces = _pieces(library.passages(document.id), form, document, devoted)
            found.extend(e for e in pieces if devoted or _names(e, form))
    return found


def is_about(document: Document, form: str) -> bool:
    """Whether a document is about a form: the catalogue says so, or the title of a supplied one."""
    if document.forms or document.own:
        return Filters(forms=(form,)).admits(document)
    return form in forms_named(document.title)


def _names(extract: Extract, form: str) -> bool:
    """Whether a piece of a document about several forms is about this one and no other."""
    named = set(forms_named(extract.label)) if extract.label else extract.named
    if not named and extract.sections:
        named = set(forms_named(extract.sections[-1]))
    return named == {form} or (form in named and len(named) == 2 and bool(extract.label))


def _pieces(
    passages: Iterable[Passage], form: str, document: Document, devoted: bool
) -> Iterator[Extract]:
    header: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    place = 0
    for passage in passages:
        headings = tuple(french.fold(heading) for heading in passage.heading_path)
        place, before = (place if headings == before else 0), headings
        sections = headings[1:] or headings  # the first is the title, where there are others
        header = _header(passage) or header
        table, header = _rows(passage, header)
        if any(_OTHERS.search(section) for section in sections):
            continue
        there = Extract(Unit(Hit(passage, 1.0), 0, 0, 0), sections, devoted, document.own)
        for row, head in table:
            yield from _of_row(there, row, head, form)
        for unit in units(there.unit.hit):
            if not any(row[0][0] < unit.end and unit.start < row[-1][1] for row, _ in table):
                yield replace(there, unit=unit, place=place)
                place += 1


Row = list[tuple[int, int]]
"""Offsets of the cells of a row in the text of its passage."""

Table = list[tuple[Row, tuple[str, ...]]]
"""Rows, each with the folded names of its columns where they are known."""


def _rows(passage: Passage, header: tuple[str, ...]) -> tuple[Table, tuple[str, ...]]:
    """The rows of the tables of a passage, and the head of the one that may go on after it.

    A line of two cells is a row only under a head or beside another row: by itself it is a sentence
    with a colon in it.
    """
    found: Table = []
    lines = list(_lines(passage.text))
    is_row = [bool(CELLS in passage.text[a:b] or _ROW.match(passage.text, a, b)) for a, b in lines]
    for number, (start, end) in enumerate(lines):
        if not is_row[number]:
            header = ()
            continue
        row = _cells(passage.text, start, end)
        names = tuple(french.fold(passage.text[a:b]) for a, b in row)
        beside = any(is_row[max(0, number - 1) : number]) or any(is_row[number + 1 : number + 2])
        if names == header or (not header and (len(row) > 2 or _HEAD.match(names[0]))):
            header = names
            found.append((row, ()))
        elif header or (beside and len(names[0].split()) <= 8):
            found.append((row, header))
    return found, header


def _of_row(there: Extract, row: Row, head: tuple[str, ...], form: str) -> Iterator[Extract]:
    """What a row says of the form: its cells when it is named after it, else the whole of it."""
    text, hit = there.unit.hit.passage.text, there.unit.hit
    label = french.fold(text[slice(*row[0])])
    if form in forms_named(label):
        for number, (start, end) in enumerate(row[1:], 1):
            unit = Unit(hit, start, end, number)
            column = head[number] if number < len(head) else ""
            if not dangles(unit.text):
                yield replace(there, unit=unit, label=label, column=column or there.sections[-1])
    elif len(row) == 2:
        yield replace(there, unit=Unit(hit, row[0][0], row[-1][1], 0), label=label)


def _header(passage: Passage) -> tuple[str, ...]:
    """The names of columns, where a passage goes on with a table that began before it."""
    heading = passage.heading_path[-1] if passage.heading_path else ""
    for sign in (CELLS, PAIR):
        if sign in heading and (sign == CELLS or _HEAD.match(french.fold(heading))):
            return tuple(french.fold(name) for name in heading.split(sign))
    return ()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.rstrip())
        start += len(line) + 1


def _cells(text: str, start: int, end: int) -> Row:
    sign = CELLS if CELLS in text[start:end] else PAIR
    found: Row = []
    while True:
        stop = text.find(sign, start, end) if sign == CELLS or not found else -1
        found.append((start, stop if stop >= 0 else end))
        if stop < 0:
            return found
        start = stop + len(sign)

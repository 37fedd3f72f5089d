"""What documents say of one legal form: sentences, and the rows and cells of their tables.

A sentence is quoted as `units` cuts it. A row that is named after a key point ("Capital :
Facultatif.") is quoted whole; of a table of forms, only the cell is, since a grid tells its row and
its column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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

_ROW = re.compile(r"(?!(?:le|la|les|un|une|des) |l')[^:.;?!|]{2,70} : \S", re.IGNORECASE)
_HEAD = re.compile(r"^(forme|point cle|critere|sujet|theme|question)")
"""How the head of a table of two columns begins."""

_OTHERS = re.compile(
    r"confondre|questions a (se )?poser|sources|bibliographie|sommaire|exemples?\b|glossaire"
)
"""Sections that speak of other forms, of other documents, or ask."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A quotable piece about a form, and where it stands.

    `sections` are the folded headings above it, the title of the document aside; `label` and
    `column` the folded names of its row and column in a table, or ""; `opens` says that nothing of
    its section comes before. `devoted` says that its document is about this form and no other.
    """

    unit: Unit
    sections: tuple[str, ...]
    devoted: bool
    opens: bool = False
    label: str = ""
    column: str = ""

    @property
    def text(self) -> str:
        """The piece as it stands in the passage."""
        return self.unit.text


def extracts(library: Library, form: str) -> list[Extract]:
    """All that is quotable about a form (a key of `FORMS`), document after document.

    In a document about several forms, only what names this one counts.
    """
    found: list[Extract] = []
    for document in library.documents.values():
        if is_about(document, form):
            devoted = set(document.forms or forms_named(document.title)) == {form}
            pieces = _pieces(library.passages(document.id), form, devoted=devoted)
            found.extend(e for e in pieces if devoted or _names(e, form))
    return found


def is_about(document: Document, form: str) -> bool:
    """Whether a document is about a form, by what the catalogue says of it or by its title."""
    return Filters(forms=(form,)).admits(document) or (
        not document.forms and form in forms_named(document.title)
    )


def _names(extract: Extract, form: str) -> bool:
    """Whether a piece of a document about several forms is about this one and no other."""
    named = forms_named(extract.label or extract.text)
    if not named and extract.sections:
        named = forms_named(extract.sections[-1])
    return form in named and len(named) <= 2  # « SCIC ou SCOP »


def _pieces(passages: Iterable[Passage], form: str, *, devoted: bool) -> Iterator[Extract]:
    header: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    for passage in passages:
        sections = tuple(french.fold(heading) for heading in passage.heading_path)
        opens, before = sections != before, sections
        if any(_OTHERS.search(section) for section in sections[1:]):
            continue
        header = _header(passage.heading_path[-1:]) or header
        hit = Hit(passage, 1.0)
        rows: list[tuple[int, int]] = []
        plain = Extract(Unit(hit, 0, 0, 0), sections[1:] or sections, devoted)
        for start, end in _lines(passage.text):
            line = passage.text[start:end]
            if CELLS not in line and not _ROW.match(line):
                header = ()
                continue
            rows.append((start, end))
            cells = _cells(passage.text, start, end)
            names = tuple(french.fold(line[a - start : b - start]) for a, b in cells)
            if names == header or (not header and (len(names) > 2 or _HEAD.search(names[0]))):
                header = names
                continue
            if len(names) > 2 or form in forms_named(names[0]):
                yield from _of_table(plain, cells, names, header, form)
            else:
                yield replace(plain, unit=Unit(hit, start, end, 0), label=names[0])
        for unit in units(hit):
            if not any(start < unit.end and unit.start < end for start, end in rows):
                yield replace(plain, unit=unit, opens=opens and unit.position == 0)


def _of_table(
    plain: Extract,
    cells: list[tuple[int, int]],
    names: tuple[str, ...],
    header: tuple[str, ...],
    form: str,
) -> Iterator[Extract]:
    """The cells of a row that is named after the form."""
    if form not in forms_named(names[0]):
        return
    for number, (start, end) in enumerate(cells[1:], 1):
        unit = Unit(plain.unit.hit, start, end, number)
        column = header[number] if number < len(header) else ""
        if not dangles(unit.text):
            yield replace(plain, unit=unit, label=names[0], column=column)


def _header(headings: tuple[str, ...]) -> tuple[str, ...]:
    """The names of columns, where a passage goes on with a table that began before it."""
    for heading in headings:
        for sign in (CELLS, PAIR):
            if sign in heading:
                return tuple(french.fold(name) for name in heading.split(sign))
    return ()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.rstrip())
        start += len(line) + 1


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the cells of a row."""
    sign = CELLS if CELLS in text[start:end] else PAIR
    found = []
    while True:
        stop = text.find(sign, start, end) if sign == CELLS or not found else -1
        found.append((start, stop if stop >= 0 else end))
        if stop < 0:
            return found
        start = stop + len(sign)

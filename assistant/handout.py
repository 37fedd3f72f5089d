"""What is handed over: an answer, a conversation, a grid or a brief, ready to be exported.

A handout has one list of sources: however the answers in it number their citations, each distinct
quote gets one number, in order of first appearance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.references import MORE, NOTICE, OWN_LABEL, elsewhere_lines, source_line
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from assistant.comparison import Cell, Comparison
    from assistant.types import Answer, Citation

Style = Literal["text", "bullet", "note"]


class Paragraph(NamedTuple):
    """Some sentences and the citations they rest on; line breaks are kept."""

    text: str
    citations: tuple[Citation, ...] = ()
    style: Style = "text"


class Table(NamedTuple):
    """A grid: names of columns, then rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[Paragraph, ...], ...]


Block = Paragraph | Table


class Section(NamedTuple):
    """A heading of level 1 or 2, and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1


class SourceEntry(NamedTuple):
    """A line of the list of sources: document, publisher, year and page; the quote; the rest."""

    number: int
    line: str
    quote: str
    notes: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Handout:
    """A document to hand over; `subtitle` says of what and when."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]

    def numbers(self, paragraph: Paragraph) -> list[int]:
        """The numbers of a paragraph's sources."""
        return sorted({self._numbers[_key(citation)] for citation in paragraph.citations})

    @property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The list of sources, by number."""
        return tuple(_entry(number, c) for number, c in enumerate(self._cited.values(), 1))

    @cached_property
    def _cited(self) -> dict[tuple[str, int, str], Citation]:
        found: dict[tuple[str, int, str], Citation] = {}
        for paragraph in self._paragraphs():
            for citation in paragraph.citations:
                found.setdefault(_key(citation), citation)
        return found

    @cached_property
    def _numbers(self) -> dict[tuple[str, int, str], int]:
        return {key: number for number, key in enumerate(self._cited, 1)}

    def _paragraphs(self) -> Iterator[Paragraph]:
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    for row in block.rows:
                        yield from row
                else:
                    yield block


def conversation_handout(title: str, day: str, answers: Sequence[Answer]) -> Handout:
    """Answers one after the other, each under its question; `day` as French writes it."""
    return Handout(
        title=title,
        subtitle=f"Assistant coopération ESS, {day}. {NOTICE}",
        sections=tuple(Section(answer.question, tuple(_said(answer))) for answer in answers),
    )


NOT_FOUND = "Non trouvé dans le corpus"


def comparison_handout(comparison: Comparison, day: str) -> Handout:
    """A grid of forms and its sources; `day` as French writes it."""
    names = {form: FORMS[form].replace("'", "’") for form in comparison.forms}
    rows = tuple(
        (Paragraph(cells[0].criterion.title), *map(_cell, cells)) for cells in comparison.rows
    )
    blocks: list[Block] = [Table(("Critère", *names.values()), rows)]
    blocks.extend(
        Paragraph(f"Aucun document ne porte sur : {names[form]}.", style="note")
        for form in comparison.undocumented
    )
    return Handout(
        title=f"Comparaison : {', '.join(map(_acronym, names.values()))}",
        subtitle=f"Assistant coopération ESS, {day}. {NOTICE}",
        sections=(Section("Les formes, critère par critère", tuple(blocks)),),
    )


def _acronym(name: str) -> str:
    """The acronym behind a form's name, else the name."""
    return name.rpartition("(")[2].rstrip(")") if name.endswith(")") else name


def _cell(cell: Cell) -> Paragraph:
    said = "\n".join(statement.text for statement in cell.statements)
    return Paragraph(said or NOT_FOUND, cell.citations)


def _said(answer: Answer) -> Iterable[Block]:
    if answer.understood_question != answer.question:
        yield Paragraph(f"Question comprise : {answer.understood_question}", style="note")
    if answer.message:
        yield Paragraph(answer.message)
    for statement in answer.statements:
        yield Paragraph(statement.text + statement.caveat, statement.citations)
    if answer.more:
        yield Paragraph(f"{MORE} :", style="note")
    for statement in answer.more:
        yield Paragraph(statement.text + statement.caveat, statement.citations)
    for warning in answer.warnings:
        yield Paragraph(warning, style="note")
    if answer.orientation:
        yield Paragraph("À qui demander :", style="note")
    for orientation in answer.orientation:
        actor = f"{orientation.actor} : {orientation.why}"
        yield Paragraph(f"{actor} {orientation.url}".strip(), style="bullet")


def _key(citation: Citation) -> tuple[str, int, str]:
    return citation.document.id, citation.page_index, citation.quote


def _entry(number: int, citation: Citation) -> SourceEntry:
    notes = [OWN_LABEL] if citation.document.own else []
    for source in citation.sources:
        told = ", ".join(part for part in (source.title, source.publisher, source.date) if part)
        notes.append(f"Repose sur : {told}. {source.url}".strip())
    notes.extend((*elsewhere_lines(citation), *citation.warnings))
    url = citation.document.source_url
    return SourceEntry(number, source_line(citation), citation.quote, tuple(notes), url)

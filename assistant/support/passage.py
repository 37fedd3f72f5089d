"""A passage cut in sentences, and where what a sentence of a model says stands in them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support import words
from assistant.support.polarity import Mark, marks
from assistant.support.reading import (
    LIGHT,
    NAME,
    NUMBER,
    REFERENCE,
    WHO,
    WORD,
    Content,
    Reading,
    read,
)
from corpus import french

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ANY = "1"
"""The figure of "au moins une", which may be said "une"."""

CELLS = " | "
"""What stands between the cells of a table's row, as ingestion writes it."""

_CONTRAST = re.compile(r",? (?=alors qu|tandis qu)|(?<=,) (?=mais )|(?<= ;) ")
"""Where a sentence goes on with another statement, told of another or set against the first."""

_OPENING = re.compile(r":$")
_ROW = re.compile(r"[^:.]{1,90} : \S")
"""A row of a table of two columns, as ingestion writes it; the first is its header."""

_UNFINISHED = frozenset(
    "soit de du des à au aux et ou le la les un une par pour en sur d l qu".split()
)
"""Words that no line ends on, unless it was broken off."""

_POINTING = frozenset(
    "il elle ils elles ce cet cette ces celui celle ceux celles son sa ses leur leurs meme".split()
)
"""Words that stand for what the sentence before names."""

_PLAIN = {WORD, LIGHT, NAME}


class Unit(NamedTuple):
    """A sentence, or a cell of a table with its row and column; `carried`: what it points to."""

    text: str
    reading: Reading
    marks: tuple[Mark, ...]
    carried: frozenset[tuple[str, str]] = frozenset()


class Place(NamedTuple):
    """A content of a unit that says a content of a sentence, and how far, in (0, 1]."""

    there: int
    strength: float


@dataclass(frozen=True, slots=True)
class Source:
    """A passage cut in units, and where each content stands: (unit, content) by kind and key.

    `quotes` are its sentences and lines by their letters alone.
    """

    units: tuple[Unit, ...]
    places: Mapping[str, Mapping[str, Sequence[tuple[int, int]]]]
    quotes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a unit says of a sentence: places by content of it; `named`: by the headings."""

    claim: Unit
    unit: Unit
    places: Mapping[int, Sequence[Place]]
    named: Sequence[bool]

    def shown(self, number: int) -> str:
        """A content of the sentence, as it is shown to a reader."""
        return self.claim.reading.shown(self.claim.reading.contents[number])

    def linked(self, numbers: Iterable[int]) -> set[int]:
        """The contents of the unit that say some of the sentence."""
        return {place.there for number in numbers for place in self.places.get(number, ())}

    def said(self, number: int) -> bool:
        """Whether a content of the sentence is in the unit, in the headings, or pointed back to."""
        content = self.claim.reading.contents[number]
        return (
            content.key == ANY
            or number in self.places
            or self.named[number]
            or any(_said(content, *there) for there in self.unit.carried)
        )


def look_up(sentence: str, source: str, context: str) -> list[Found]:
    """What each unit of a passage says of a sentence."""
    claim, cut_source, heading = unit(sentence), cut(source), cut(context)
    contents = claim.reading.contents
    by_unit: list[defaultdict[int, list[Place]]] = [defaultdict(list) for _ in cut_source.units]
    for number, content in enumerate(contents):
        for unit_, there, strength in _places(content, cut_source):
            by_unit[unit_][number].append(Place(there, strength))
    for places in by_unit:
        for number, its in places.items():
            if any(place.strength == 1.0 for place in its):
                places[number] = [place for place in its if place.strength == 1.0]
    for one, places in zip(cut_source.units, by_unit, strict=True):
        if _ROW.match(one.text):
            _prefer_cell(one, places)
    named = [
        (content.kind not in {NUMBER, WORD} or _is_noun(claim.reading, content))
        and any(True for _ in _places(content, heading))
        for content in contents
    ]
    return [
        Found(claim, one, places, named)
        for one, places in zip(cut_source.units, by_unit, strict=True)
    ]


def _prefer_cell(row: Unit, places: dict[int, list[Place]]) -> None:
    """Leave out what the first cell of a row says where another one says it too."""
    for number, its in places.items():
        cell = [place for place in its if row.reading.contents[place.there].clause]
        places[number] = cell or its


def _is_noun(reading: Reading, content: Content) -> bool:
    """Whether a word is one that headings may name: no verb, by what stands before it."""
    before = reading.words[max(0, content.at - 1) : content.at]
    return not before or before[0] in words.BEFORE_NOUNS


def _places(content: Content, source: Source) -> Iterator[tuple[int, int, float]]:
    """Where a source says a content of a sentence: unit, content there, how far."""
    for kind in _PLAIN if content.kind in _PLAIN else (content.kind,):
        for key, places in source.places.get(kind, {}).items():
            if strength := _said(content, kind, key):
                for unit_, there in places:
                    yield unit_, there, strength


def _said(wanted: Content, kind: str, key: str) -> float:
    """How far a content of a kind and key says a content of a sentence, in [0, 1]."""
    if wanted.key == key and (wanted.kind == kind or {wanted.kind, kind} <= _PLAIN):
        return 1.0
    if wanted.kind in {WORD, LIGHT} and kind in _PLAIN:
        return words.alike(wanted.key, key)
    if wanted.kind != kind:
        return 0.0
    if wanted.kind == WHO:
        return 0.9 if key in words.lists().wider.get(wanted.key, ()) else 0.0
    if wanted.figure is not None:
        return float(wanted.figure.same(key))
    return float(wanted.kind == REFERENCE and key[:1] in "lrda" and key[1:] == wanted.key)


@lru_cache(maxsize=2_000)
def cut(source: str) -> Source:
    """The sentences of a source; each cell of a table with what its row and its column are."""
    found: list[tuple[str, bool]] = []
    header: Sequence[str] = ()
    for line in _joined(source):
        cells = [cell.strip() for cell in line.split(CELLS)]
        if len(cells) < 2:
            header = ()
            for start, end in french.sentences(line):
                parts = _CONTRAST.split(line[start:end])
                found.extend((part, number > 0) for number, part in enumerate(parts))
        elif len(header) != len(cells):
            header = cells
            found.append((line, False))
        else:
            found.extend(
                (f"{cells[0]} · {column} · {cell}", False)
                for column, cell in zip(header[1:], cells[1:], strict=True)
            )
    units: list[Unit] = []
    head: Unit | None = None
    places: defaultdict[str, defaultdict[str, list[tuple[int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for number, (text, goes_on) in enumerate(found):
        one = unit(text)
        carried: frozenset[tuple[str, str]] = frozenset()
        if units and (goes_on or not _POINTING.isdisjoint(one.reading.words)):
            whole = one.reading.words[:1] == ("mais",)
            before = units[-1].reading.contents
            carried = units[-1].carried | {
                (c.kind, c.key) for c in before if whole or c.kind in {WHO, NAME}
            }
        opens = bool(_OPENING.search(text))
        if head is not None and not opens and (_ROW.match(text) or head.text.endswith(":")):
            carried |= {(c.kind, c.key) for c in head.reading.contents if c.kind != NUMBER}
        elif opens or (_ROW.match(text) and not text.endswith(".")):
            head = one
        else:
            head = None
        units.append(one._replace(carried=carried))
        for there, content in enumerate(one.reading.contents):
            places[content.kind][content.key].append((number, there))
    quoted = [source[start:end] for start, end in french.sentences(source)]
    quotes = frozenset(map(letters, [*quoted, *source.split("\n")]))
    return Source(tuple(units), dict(places), quotes)


def _joined(source: str) -> list[str]:
    """The lines of a source, one that is broken off put together with the next."""
    lines: list[str] = []
    for line in source.split("\n"):
        if lines and re.split(r"[ '’]", lines[-1])[-1] in _UNFINISHED:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def letters(text: str) -> str:
    """The letters and figures of a text, folded."""
    return "".join(filter(str.isalnum, french.fold(text)))


def unit(text: str) -> Unit:
    """A sentence, read."""
    return Unit(text, read(text), marks(text))

"""The few sentences of a source that come nearest to a sentence, and what each says of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support import words
from assistant.support.polarity import Mark, marks
from assistant.support.reading import (
    DATE,
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
    from collections.abc import Iterator, Mapping, Sequence

MOST_UNITS = 4
"""Sentences of the source that one sentence may rest on."""

GAIN = 0.03
"""Share of a sentence that one more sentence of the source must add to be looked at."""

CELLS = " | "
"""What stands between the cells of a table's row, as ingestion writes it."""

WEIGHTS = {LIGHT: 0.25, WHO: 1.5, NAME: 1.5, NUMBER: 1.5, DATE: 1.5, REFERENCE: 1.5}
"""What a content counts for in what is said; a plain word 1."""

_UNFINISHED = frozenset("soit de du des à au aux et ou le la les un une par pour en sur".split())
"""Words that no line ends on, unless it was broken off."""

_PLAIN = {WORD, LIGHT, NAME}


class Unit(NamedTuple):
    """A sentence of the source, or a cell of a table with its row and column."""

    text: str
    reading: Reading
    marks: tuple[Mark, ...]


class Link(NamedTuple):
    """A content of the sentence that a content of a unit says, by their numbers, and how far."""

    claim: int
    unit: int
    there: int
    strength: float


@dataclass(frozen=True, slots=True)
class Source:
    """A source cut in units, and where each content stands: (unit, content) by kind and key.

    `quotes` are its sentences and lines by their letters alone.
    """

    units: tuple[Unit, ...]
    places: Mapping[tuple[str, str], tuple[tuple[int, int], ...]]
    quotes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, and the units of its source nearest to it.

    `chosen` are the numbers of those units; `links` what any unit says of the sentence, by content
    of the sentence; `named` what the headings alone say of it; `share` what the chosen units and
    the headings say of it, by weight, in [0, 1].
    """

    claim: Unit
    source: Source
    chosen: tuple[int, ...]
    links: tuple[tuple[Link, ...], ...]
    named: tuple[float, ...]
    heading: Source
    share: float

    def heads(self, content: Content) -> bool:
        """Whether the headings say a content of the source."""
        return (content.kind, content.key) in self.heading.places

    def there(self, number: int) -> list[tuple[Content, Mark]]:
        """What the chosen units say of a content of the sentence."""
        units = self.source.units
        return [
            (units[link.unit].reading.contents[link.there], units[link.unit].marks[link.there])
            for link in self.links[number]
            if link.unit in self.chosen
        ]


def gather(sentence: str, source: str, context: str) -> Evidence:
    """Look for what a source says nearest to a sentence."""
    claim = unit(sentence)
    contents = claim.reading.contents
    read_source, heading = cut(source), cut(context)
    links = tuple(
        tuple(Link(number, *place) for place in _places(content, read_source))
        for number, content in enumerate(contents)
    )
    named = tuple(
        0.0
        if content.kind == NUMBER
        else max((strength for *_, strength in _places(content, heading)), default=0.0)
        for content in contents
    )
    weights = [WEIGHTS.get(content.kind, 1.0) for content in contents]
    chosen, best = _chosen(links, weights, len(read_source.units))
    total = sum(weights)
    said = sum(w * max(b, n) for w, b, n in zip(weights, best, named, strict=True))
    share = said / total if total else 0.0
    return Evidence(claim, read_source, tuple(sorted(chosen)), links, named, heading, share)


def _chosen(
    links: Sequence[Sequence[Link]], weights: Sequence[float], count: int
) -> tuple[list[int], list[float]]:
    """The units that together say most of a sentence (greedily), and how far each content is."""
    table = [[0.0] * len(weights) for _ in range(count)]
    for number, its_links in enumerate(links):
        for link in its_links:
            table[link.unit][number] = max(table[link.unit][number], link.strength)
    best = [0.0] * len(weights)
    chosen: list[int] = []
    while len(chosen) < min(MOST_UNITS, count):
        gains = [
            sum(w * max(0.0, there - had) for w, there, had in zip(weights, row, best, strict=True))
            for row in table
        ]
        pick = max(range(count), key=gains.__getitem__)
        if gains[pick] <= GAIN * sum(weights):
            break
        chosen.append(pick)
        best = [max(pair) for pair in zip(best, table[pick], strict=True)]
    return chosen, best


def _places(content: Content, source: Source) -> Iterator[tuple[int, int, float]]:
    """Where a source says a content of a sentence: unit, content there, how far."""
    for (kind, key), places in source.places.items():
        strength = _said(content, kind, key)
        if not strength:
            continue
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
    found: list[str] = []
    header: Sequence[str] = ()
    for line in _joined(source):
        cells = [cell.strip() for cell in line.split(CELLS)]
        if len(cells) < 2:
            header = ()
            found.extend(line[start:end] for start, end in french.sentences(line))
        elif len(header) != len(cells):
            header = cells
            found.append(line)
        else:
            found.extend(
                f"{cells[0]} · {column} · {cell}"
                for column, cell in zip(header[1:], cells[1:], strict=True)
            )
    units = tuple(map(unit, found))
    places: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for number, one in enumerate(units):
        for there, content in enumerate(one.reading.contents):
            places[content.kind, content.key].append((number, there))
    quotes = frozenset(map(letters, [*found, *source.split("\n")]))
    return Source(units, {key: tuple(where) for key, where in places.items()}, quotes)


def _joined(source: str) -> list[str]:
    """The lines of a source, one that is broken off put together with the next."""
    lines: list[str] = []
    for line in source.split("\n"):
        if lines and lines[-1].rpartition(" ")[2] in _UNFINISHED:
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

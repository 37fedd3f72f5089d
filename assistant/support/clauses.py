"""A sentence cut where another statement begins: each may rest on a sentence of its own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from assistant.support.reading import DATE, LIGHT, NAME, WHO, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_JOINING = frozenset("et mais puis tandis alors car puisque".split())
"""Words that may open another statement in the midst of a clause."""

_HANGING = frozenset(
    "en depuis pour a au aux dans sur sous selon apres avant par avec sans sauf hors jusque des"
    " chez vers envers lors si quand lorsque meme y comme notamment soit ou ni d de du fin".split()
)
"""Words that open a complement or a condition, which means nothing without its statement."""

_OF = frozenset({"de", "du", "d"})

FEWEST = 2
"""Contents that make a statement, at least."""

_MOST_PIECES = 9
"""Pieces beyond which a sentence is not cut."""


class Piece(NamedTuple):
    """Contents between two signs or joining words, by their numbers."""

    numbers: tuple[int, ...]
    hangs: bool
    joined: bool


def statements(reading: Reading) -> Iterator[list[tuple[int, ...]]]:
    """The ways to cut a sentence in two statements or more, each the numbers of its contents.

    One that names nobody is about whom the sentence names first.
    """
    pieces = list(_pieces(reading))
    if not 1 < len(pieces) <= _MOST_PIECES:
        return
    fronted = pieces[0].numbers if pieces[0].hangs else ()
    starts = [n for n, piece in enumerate(pieces) if n == 0 or piece.joined or not piece.hangs]
    for chosen in range(1, 1 << (len(starts) - 1)):
        cuts = [0, *(s for bit, s in enumerate(starts[1:]) if chosen >> bit & 1), len(pieces)]
        runs = [pieces[start:end] for start, end in pairwise(cuts)]
        if all(len(run) > 1 or not run[0].hangs for run in runs):
            found = [
                _with_topic(reading, [n for piece in run for n in piece.numbers], fronted)
                for run in runs
            ]
            if all(_states(reading, numbers) for numbers in found):
                yield found


def _states(reading: Reading, numbers: tuple[int, ...]) -> bool:
    return sum(reading.contents[number].kind != LIGHT for number in numbers) >= FEWEST


def _pieces(reading: Reading) -> Iterator[Piece]:
    numbers: list[int] = []
    joined = hangs = False
    last = 0
    for number, content in enumerate(reading.contents):
        between = reading.words[last : content.at + 1]
        joins = not _JOINING.isdisjoint(between)
        if not numbers or content.clause != reading.contents[number - 1].clause or joins:
            if numbers:
                yield Piece(tuple(numbers), hangs, joined)
            numbers, joined = [], joins
            opening = next((word for word in between if word not in _JOINING), "")
            hangs = opening in _HANGING and not (joins and opening in _OF)
        numbers.append(number)
        last = content.at + content.length
    if numbers:
        yield Piece(tuple(numbers), hangs, joined)


def _with_topic(reading: Reading, numbers: list[int], fronted: Sequence[int]) -> tuple[int, ...]:
    """A statement with whom it is about and when, where it does not say so itself."""
    found = list(numbers)
    kinds = {reading.contents[number].kind for number in numbers}
    if DATE not in kinds and not set(fronted) & set(numbers):
        found.extend(n for n in fronted if reading.contents[n].kind == DATE)
    beings = [n for n, content in enumerate(reading.contents) if content.kind in {WHO, NAME}]
    if beings and beings[0] < numbers[0] and not set(beings) & set(numbers):
        found.append(beings[0])
    return tuple(sorted(found))

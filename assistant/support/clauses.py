"""A sentence cut where another statement begins: each may rest on a sentence of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support.reading import LIGHT, NAME, WHO, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINING = frozenset("et mais puis tandis alors car puisque".split())
"""Words that may open another statement in the midst of a clause."""

_HANGING = frozenset(
    "en depuis pour a au aux dans sur sous selon apres avant par avec sans sauf hors jusque des chez"
    " entre vers envers lors si quand lorsque meme y comme notamment soit ou ni d de du fin".split()
)
"""Words that open a complement or a condition, which means nothing without its statement."""

FEWEST = 2
"""Contents that make a statement, at least."""


def statements(reading: Reading) -> list[tuple[int, ...]]:
    """The statements of a sentence, each as the numbers of its contents, in order.

    One that names nobody is about whom the sentence names first.
    """
    found: list[list[int]] = []
    hanging = False
    for piece in _pieces(reading):
        heavy = [n for n in piece if reading.contents[n].kind != LIGHT]
        opens_hanging = _first_word(reading, piece) in _HANGING
        if found and (hanging or opens_hanging or len(heavy) < FEWEST):
            found[-1].extend(piece)
            hanging = opens_hanging and hanging
        else:
            found.append(piece)
            hanging = opens_hanging or len(heavy) < FEWEST
    return [_with_topic(reading, piece) for piece in found]


def _pieces(reading: Reading) -> Iterator[list[int]]:
    """The contents between two signs or joining words."""
    piece: list[int] = []
    last = 0
    for number, content in enumerate(reading.contents):
        between = reading.words[last : content.at]
        if piece and (
            content.clause != reading.contents[number - 1].clause
            or not _JOINING.isdisjoint(between)
        ):
            yield piece
            piece = []
        piece.append(number)
        last = content.at + content.length
    if piece:
        yield piece


def _first_word(reading: Reading, piece: list[int]) -> str:
    """The word that opens a piece, joining words left out."""
    at = reading.contents[piece[0]].at
    end = 0
    if piece[0]:
        before = reading.contents[piece[0] - 1]
        end = before.at + before.length
    opening = [word for word in reading.words[end : at + 1] if word not in _JOINING]
    return opening[0] if opening else ""


def _with_topic(reading: Reading, piece: list[int]) -> tuple[int, ...]:
    beings = [n for n, content in enumerate(reading.contents) if content.kind in {WHO, NAME}]
    if beings and not set(beings) & set(piece):
        return tuple(sorted([*piece, beings[0]]))
    return tuple(piece)

"""Texts compared by their letters alone, whatever the typography and the line breaks."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from corpus import french


class Letters(NamedTuple):
    """The letters and figures of a text, folded; `places[i]` is where `text[i]` comes from."""

    text: str
    places: tuple[int, ...]


@lru_cache(maxsize=20_000)
def letters(text: str) -> Letters:
    """What is left of a text when case, accents, spaces and punctuation do not matter."""
    found: list[str] = []
    places: list[int] = []
    for offset, character in enumerate(text):
        for folded in _folded(character):
            found.append(folded)
            places.append(offset)
    return Letters("".join(found), tuple(places))


@cache
def _folded(character: str) -> str:
    return "".join(c for c in french.fold(character) if c.isalnum())


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a text: half-open offsets in it, or None."""
    wanted, there = letters(quote).text, letters(text)
    at = there.text.find(wanted) if wanted else -1
    if at < 0:
        return None
    start, end = there.places[at], there.places[at + len(wanted) - 1] + 1
    # The full stop, bracket or guillemet that closes the quote is part of it.
    closing = 0
    while text[end + closing : end + closing + 1] in tuple(".!?…»)]\u00a0\u202f "):
        closing += 1
    return start, end + len(text[end : end + closing].rstrip())

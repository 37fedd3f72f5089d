"""Texts compared by their letters alone, whatever the typography and the line breaks."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus import french

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    """Where a quote stands in a text, whole words and the same figures: offsets in it, or None."""
    wanted, there = letters(quote).text, letters(text)
    at = there.text.find(wanted) if wanted else -1
    while at >= 0:
        start, end = there.places[at], there.places[at + len(wanted) - 1] + 1
        # Letters alone would find "1,5" in "15".
        same = french.figures(text[start:end]) == french.figures(quote)
        if same and _is_whole(text, start, end):
            return start, end + _closing(text, end)
        at = there.text.find(wanted, at + 1)
    return None


# Where a word or a number goes on: "10" in "100", in "10 000" and in "10,5".
_SEPARATED = r"(?<=\d)(?:[ \u00a0\u202f.](?=\d{3}(?!\d))|,(?=\d))"
_GOES_ON = re.compile(
    rf"(?<=[^\W_])(?=[^\W_])|{_SEPARATED}|(?<=\d[ \u00a0\u202f.])(?=\d{{3}}(?!\d))|(?<=\d,)(?=\d)"
)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a slice neither begins nor ends within a word or a number."""
    return not (_GOES_ON.match(text, start) or _GOES_ON.match(text, end))


def _closing(text: str, end: int) -> int:
    """How many characters close what ends there: the full stop, bracket or guillemet behind it."""
    closing = 0
    while text[end + closing : end + closing + 1] in tuple(".!?…»)]\u00a0\u202f "):
        closing += 1
    return len(text[end : end + closing].rstrip())


def find_exactly(quote: str, text: str) -> int | None:
    """Where a quote stands in a text to the letter, whole words and numbers, or None."""
    at = text.find(quote)
    while at >= 0 and not _is_whole(text, at, at + len(quote)):
        at = text.find(quote, at + 1)
    return at if at >= 0 else None


class Slice(NamedTuple):
    """A slice of the page of that index (from 0) of a document, half-open."""

    page_index: int
    start: int
    end: int


def find_on_pages(quote: str, pages: Sequence[str], likely: int) -> tuple[Slice, ...]:
    """Where a quote stands in a document now; () when nowhere.

    To the letter on its likely page, else by its letters, that page first. A quote that crosses a
    page break gives a slice a page.

    Args:
        quote: the words looked for.
        pages: the texts of the document's pages, in order.
        likely: the index (from 0) of the page where the quote was; it need not exist.
    """
    if 0 <= likely < len(pages) and (at := find_exactly(quote, pages[likely])) is not None:
        return (Slice(likely, at, at + len(quote)),)
    order = sorted(range(len(pages)), key=lambda index: index != likely)
    for index in order:
        if place := find_quote(quote, pages[index]):
            return (Slice(index, *place),)
    for index in order:
        if found := _across(quote, pages[index : index + 2], index):
            return found
    return ()


def _across(quote: str, pages: Sequence[str], index: int) -> tuple[Slice, ...]:
    """A quote that begins on the first of two pages and ends on the second, as two slices."""
    place = find_quote(quote, "\n".join(pages)) if len(pages) == 2 else None
    if place is None:
        return ()
    first, second = pages
    tail = len(first) - len(first.rstrip())
    head = len(second) - len(second.lstrip())
    edge = len(first) + 1
    return (
        Slice(index, place[0], len(first) - tail),
        Slice(index + 1, head, place[1] - edge),
    )

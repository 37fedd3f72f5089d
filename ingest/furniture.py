"""Running heads, running feet and folios: what repeats at the same place from page to page."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.lines import Line, RawPage

_REPEATED: Final = 0.6  # of the pages, or of the left-hand or right-hand ones
_MARGIN: Final = 0.13  # of the height of the page, at its top and at its foot
_SAME_PLACE: Final = 4.0  # points
_FEW_PAGES: Final = 4  # below that, only the margins are looked at
_LONGEST: Final = 30  # words; a longer line is text, wherever it stands

SPREAD: Final = "-"
"""Between the two numbers of a page of the file on which two pages are printed: "12-13"."""

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]+|[IVXLC]+")
_ROMAN_DIGITS: Final = {
    "c": 100, "xc": 90, "l": 50, "xl": 40, "x": 10, "ix": 9, "v": 5, "iv": 4, "i": 1,
}  # fmt: skip
_LONE = re.compile(rf"[\s–—\-·•|~]*(\d{{1,4}}|{_ROMAN.pattern})[\s–—\-·•|~]*")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,]*\d)")
_NAMED = re.compile(r"\bpage\s*(?:n\s?[°o]\s*)?(\d{1,4})(?:\s?/\s?\d{1,4})?$", re.IGNORECASE)


class Furniture(NamedTuple):
    """The lines that are no text, by page, and the folio printed on each page (None: none)."""

    lines: list[list[Line]]
    folios: list[str | None]


def find_furniture(pages: Sequence[RawPage]) -> Furniture:
    """What repeats on the pages of one document, given in order."""
    written = [page for page in pages if page.lines]
    keys = _repeated(written)
    found = [_on_page(page, keys) for page in pages]
    candidates = [
        [*lines, *(line for line in _in_margins(page) if _page_number(line.text))]
        for page, lines in zip(pages, found, strict=True)
    ]
    folios = _spread_folios(pages, candidates) or _folios(candidates)
    for lines, lone, folio in zip(found, candidates, folios, strict=True):
        known = {id(line) for line in lines}
        printed = folio.split(SPREAD) if folio else []
        lines.extend(
            line for line in lone if id(line) not in known and _page_number(line.text) in printed
        )
    return Furniture(found, folios)


def lone_number(text: str) -> str:
    """The number, in figures or Roman, that a line consists of, less its dashes; "" for others."""
    match = _LONE.fullmatch(text)
    return match[1] if match else ""


def _page_number(text: str) -> str:
    """The number that a line at the edge of a page gives it: alone, or as "page n° 12/41"."""
    match = _NAMED.search(text)
    return match[1] if match else lone_number(text)


class _Key(NamedTuple):
    """What repeats: the same text in the same size at the same height."""

    text: str
    size: int
    margin: bool
    step: int


def _repeated(pages: Sequence[RawPage]) -> set[_Key]:
    """The keys of what stands on enough pages."""
    if len(pages) < 2:
        return set()
    seen: defaultdict[_Key, set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for line in page.lines:
            for key in _keys(line, page):
                seen[key].add(number)
    return {key for key, numbers in seen.items() if _enough(numbers, len(pages), margin=key.margin)}


def _enough(numbers: set[int], count: int, *, margin: bool) -> bool:
    if count < _FEW_PAGES:
        return margin and len(numbers) >= max(2, math.ceil(_REPEATED * count))
    if len(numbers) >= _REPEATED * count:
        return True
    for side in (0, 1):  # left-hand and right-hand pages
        same = sum(number % 2 == side for number in numbers)
        of = (count + 1 - side) // 2
        if same >= 3 and same >= _REPEATED * of:
            return True
    return False


def _keys(line: Line, page: RawPage) -> Iterable[_Key]:
    """Two keys, a step apart, so that a place near the edge of a step is found again."""
    margin = _is_in_margin(line, page)
    text = line.text
    if margin:
        text = _DIGITS.sub("#", "#" if _ROMAN.fullmatch(text) else text)
    elif len(text) < 3 or text.isdigit():
        return
    height = line.baseline if line.baseline < page.height / 2 else line.baseline - page.height
    step = math.floor(height / _SAME_PLACE)
    near = step + 1 if height / _SAME_PLACE - step >= 0.5 else step - 1
    text = text.casefold()
    yield _Key(text, round(line.size), margin, step)
    yield _Key(text, round(line.size), margin, near)


def _is_in_margin(line: Line, page: RawPage) -> bool:
    return line.baseline < _MARGIN * page.height or line.baseline > (1 - _MARGIN) * page.height


def _in_margins(page: RawPage) -> list[Line]:
    return [line for line in page.lines if _is_in_margin(line, page)]


def _on_page(page: RawPage, keys: set[_Key]) -> list[Line]:
    """The furniture of a page: lines with a known key, and what stands beside them in a margin."""
    anywhere = {key[:3] for key in keys if key.margin and key.text != "#"}  # formats may differ
    found = [
        line
        for line in page.lines
        if len(line.words) <= _LONGEST
        and any(key in keys or key[:3] in anywhere for key in _keys(line, page))
    ]
    known = {id(line) for line in found}
    heights = [line.baseline for line in found if _is_in_margin(line, page)]
    beside = [
        line
        for line in _in_margins(page)
        if id(line) not in known
        and len(line.words) <= _LONGEST // 2
        and any(abs(line.baseline - height) < 2 for height in heights)
    ]
    furniture = found + beside
    if len(furniture) == len(page.lines) and sum(len(line.words) for line in found) > _LONGEST:
        return []  # the copy of another page
    return furniture


def _spread_folios(
    pages: Sequence[RawPage], candidates: list[list[Line]]
) -> list[str | None] | None:
    """The two folios of each page, where two printed pages stand side by side; None elsewhere."""
    firsts: Counter[int] = Counter()
    for page, lines in zip(pages, candidates, strict=True):
        if page.width > page.height:
            left, right = (
                {int(n) for line in lines if right == _is_right(line, page)
                 for n in _NUMBER.findall(line.text)}
                for right in (False, True)
            )  # fmt: skip
            firsts.update({number - 2 * page.index for number in left if number + 1 in right})
    if not firsts:
        return None
    first, count = firsts.most_common(1)[0]
    if count < 2 or count < _REPEATED * len(pages):
        return None
    numbers = [first + 2 * page.index for page in pages]
    return [f"{number}{SPREAD}{number + 1}" if number > 0 else None for number in numbers]


def _is_right(line: Line, page: RawPage) -> bool:
    return line.left + line.right > page.width


def _folios(candidates: list[list[Line]]) -> list[str | None]:
    """The number that grows with the pages, on each page where it is printed or must be.

    Pages before those that figures number may be numbered in Roman.
    """
    numbers = [
        {int(number) for line in lines for number in _NUMBER.findall(line.text)}
        for lines in candidates
    ]
    offset = _agreed(numbers)
    if offset is None:
        labels: list[str | None] = [None] * len(candidates)
    else:
        labels = [str(n + offset) if n + offset > 0 else None for n in range(len(candidates))]
    front = next((n for n, label in enumerate(labels) if label), len(labels))
    return [*_roman_folios(candidates[:front]), *labels[front:]]


def _roman_folios(candidates: list[list[Line]]) -> list[str | None]:
    lone = [[lone_number(line.text) for line in lines] for lines in candidates]
    found = [[number for number in page if _ROMAN.fullmatch(number)] for page in lone]
    offset = _agreed([{value for number in page if (value := _value(number))} for page in found])
    if offset is None:
        return [None] * len(candidates)
    upper = sum(number.isupper() for page in found for number in page)
    small = 2 * upper <= sum(map(len, found))
    numerals = [_roman(index + offset) for index in range(len(candidates))]
    return [(n if small else n.upper()) or None for n in numerals]


def _agreed(numbers: list[set[int]]) -> int | None:
    """What one page number less its index is on most pages that have one, and on two at least.

    It is the same everywhere; dates and issue numbers are not.
    """
    offsets: Counter[int] = Counter()
    for index, found in enumerate(numbers):
        offsets.update({number - index for number in found})
    if not offsets:
        return None
    offset, count = max(offsets.items(), key=lambda item: (item[1], -abs(item[0] - 1)))
    numbered = sum(bool(found) for found in numbers)
    return offset if count >= 2 and count >= _REPEATED * numbered else None


def _roman(value: int) -> str:
    """A number in small Roman numerals; "" below 1."""
    written = ""
    for numeral, worth in _ROMAN_DIGITS.items():
        while value >= worth:
            written, value = written + numeral, value - worth
    return written


def _value(numeral: str) -> int:
    """What a Roman numeral is worth; 0 where it is none that people write."""
    rest, value = numeral.lower(), 0
    for written, worth in _ROMAN_DIGITS.items():
        while rest.startswith(written):
            rest, value = rest[len(written) :], value + worth
    return value if _roman(value) == numeral.lower() else 0

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
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,]*\d)")


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
        [*lines, *(line for line in _in_margins(page) if _NUMBER.fullmatch(line.text))]
        for page, lines in zip(pages, found, strict=True)
    ]
    folios = _spread_folios(pages, candidates) or _folios(candidates)
    for lines, lone, folio in zip(found, candidates, folios, strict=True):
        known = {id(line) for line in lines}
        printed = folio.split(SPREAD) if folio else []
        lines.extend(line for line in lone if id(line) not in known and line.text in printed)
    return Furniture(found, folios)


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

    One page number less its index is the same everywhere; dates and issue numbers are not.
    """
    offsets: Counter[int] = Counter()
    numbers = [
        {int(number) for line in lines for number in _NUMBER.findall(line.text)}
        for lines in candidates
    ]
    for index, found in enumerate(numbers):
        offsets.update({number - index for number in found})
    if not offsets:
        return [None] * len(candidates)
    offset, count = max(offsets.items(), key=lambda item: (item[1], -abs(item[0] - 1)))
    numbered = sum(bool(found) for found in numbers)
    if count < 2 or count < _REPEATED * numbered:
        return [None] * len(candidates)
    return [str(index + offset) if index + offset > 0 else None for index in range(len(candidates))]

"""Tells tables of contents, which answer no question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.french import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLES: Final = frozenset({"sommaire", "table des matieres", "contents", "table of contents"})
LEADERS = re.compile(r"(?:\. ?){4,}|…{2,}|_{4,}")  # from a title to its page number
_NUMBER_LAST = re.compile(r"(?:\D|^)\d{1,4}\s*$")


def is_contents(lines: Sequence[str]) -> bool:
    """Whether the lines of a page list its document's parts with their page numbers."""
    if len(lines) < 3:
        return False
    led = sum(LEADERS.search(line) is not None for line in lines)
    numbered = sum(_NUMBER_LAST.search(line) is not None for line in lines)
    titled = any(fold(line).strip(" .:") in _TITLES for line in lines[:3])
    return led >= 0.5 * len(lines) or (titled and numbered >= 0.5 * len(lines))

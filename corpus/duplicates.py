"""Passages that say the same in the same words: shown once, the others noted beside.

The same article of law, charter or press release is often in several files. Two passages are one
when nine tenths of their runs of three words are common (Jaccard over shingles, Broder 1997) and
their figures are the same: another amount or another year makes another passage.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus import french

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from corpus.types import Hit, Passage

ALIKE = 0.9
_WORD = re.compile(r"\w+")


def folded(hits: Iterable[Hit], k: int, is_own: Callable[[str], bool]) -> list[Hit]:
    """The k best hits of different content.

    Args:
        hits: best first; no more are drawn than needed.
        k: how many are wanted.
        is_own: whether a document, by id, is the project's own: others are shown before it.
    """
    kept: list[Hit] = []
    for hit in hits:
        same = next((n for n, other in enumerate(kept) if alike(hit.passage, other.passage)), None)
        if same is None:
            if len(kept) == k:
                break
            kept.append(hit)
        else:
            kept[same] = _joined(kept[same], hit.passage, is_own)
    return kept


def alike(first: Passage, second: Passage) -> bool:
    """Whether two passages say the same in the same words."""
    a, b = _shingles(first.text), _shingles(second.text)
    if min(len(a), len(b)) < ALIKE * max(len(a), len(b)):
        return False
    common = len(a & b)
    return common >= ALIKE * (len(a) + len(b) - common) and _figures(first) == _figures(second)


def _joined(hit: Hit, passage: Passage, is_own: Callable[[str], bool]) -> Hit:
    """The hit with a passage that says the same; somebody else's document comes before ours."""
    if is_own(hit.passage.document_id) and not is_own(passage.document_id):
        return replace(hit, passage=passage, also=(hit.passage, *_others(hit, passage)), answers=())
    return replace(hit, also=(*_others(hit, passage), passage))


def _others(hit: Hit, passage: Passage) -> list[Passage]:
    return [other for other in hit.also if other.id != passage.id]


@lru_cache(maxsize=2_000)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(french.fold(text))
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset({tuple(words)})


def _figures(passage: Passage) -> set[str]:
    return french.figures(passage.text)

"""Measures of a page as read against the page as a person reads it.

Texts are compared after NFKC, white space single. Not compared: the bullets of lists, leaders to
page numbers, colons and bars (which also join the cells of a row), and the space before the double
punctuation of French, which typesetters vary from a thin one to none.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.types import Box
    from evals.reading.gold import GoldPage

_BULLETS: Final = re.compile(r"[•●▪■◆◦○□►▶➢➔→✓✔❖\ue000-\uf8ff]|(?:^|(?<=\n))o(?= )")
_LEADERS: Final = re.compile(r"(?:\. ?){4,}|…")
_BEFORE_DOUBLE: Final = re.compile(r" +(?=[;!?»%…])|(?<=«) +")
_LINE: Final = 60  # characters
_FOUND: Final = 75.0  # of 100: a stretch of text as like as that is the one looked for


def comparable(text: str) -> str:
    """A text as it is compared."""
    text = unicodedata.normalize("NFKC", _LEADERS.sub(" ", _BULLETS.sub(" ", text)))
    text = " ".join(re.sub("[:|]", " ", text).split())
    return _BEFORE_DOUBLE.sub("", text)


def without_furniture(text: str, furniture: Iterable[str]) -> str:
    """A text less the lines in which nothing stands but what is printed besides it."""
    squeezed = sorted(("".join(item.split()) for item in furniture), key=len, reverse=True)
    kept = []
    for line in text.split("\n"):
        rest = "".join(line.split())
        for item in squeezed:
            rest = rest.replace(item, "", 1)
        if any(map(str.isalnum, rest)) or not line.strip():
            kept.append(line)
    return "\n".join(kept)


def text_accuracy(gold: GoldPage, said: str) -> float:
    """1 − CER in [0, 1]: the share of the page's characters that are read right.

    CER is the character error rate: Levenshtein distance over the length of the gold text (Rice,
    Jenkins and Nartker, 1996). Asides are cut out of what was read and compared apart, so that it
    does not matter where they stand.
    """
    main, errors = _without_asides(gold, said)
    wanted = comparable("\n".join(gold.blocks))
    length = len(wanted) + sum(len(comparable(aside)) for aside in gold.asides)
    errors += Levenshtein.distance(wanted, main)
    return max(0.0, 1.0 - errors / max(1, length))


def _without_asides(gold: GoldPage, said: str) -> tuple[str, int]:
    """What was read, comparable, less the asides, and how many characters of those are wrong."""
    rest = comparable(without_furniture(said, gold.furniture))
    errors = 0
    for aside in sorted(map(comparable, gold.asides), key=len, reverse=True):
        start, end = _place(aside, rest)
        errors += Levenshtein.distance(aside, rest[start:end])
        rest = f"{rest[:start].rstrip()} {rest[end:].lstrip()}".strip()
    return rest, errors


def reading_order(gold: GoldPage, said: str) -> float | None:
    """Kendall's tau over the lines of the main text, in [-1, 1]; None for fewer than two lines.

    Lines are taken at 60 characters from the gold text, so that they do not depend on how a reader
    breaks them. Lines that stand twice on the page, or were not found in what was read, say nothing
    of order and are left out (Kendall, 1938; there are no ties).
    """
    text = comparable(said)
    blocks = list(map(comparable, gold.blocks))
    lines = [line for block in blocks for line in textwrap.wrap(block, _LINE)]
    whole = " ".join(blocks)
    once = [line for line in lines if whole.count(line) == 1 and len(line) > _LINE // 4]
    places = [place for place in (_place(line, text) for line in once) if place[1]]
    return kendall_tau([start for start, _ in places])


def whole_blocks(gold: GoldPage, said: str) -> float:
    """The share of the blocks of the main text that were read as one line, no more and no less."""
    lines = set(map(comparable, said.split("\n")))
    return sum(comparable(block) in lines for block in gold.blocks) / max(1, len(gold.blocks))


def kendall_tau(places: Sequence[int]) -> float | None:
    """Pairs in order less pairs out of order, over all pairs: 1 for a rising sequence."""
    pairs = list(combinations(places, 2))
    if not pairs:
        return None
    return sum((a < b) - (a > b) for a, b in pairs) / len(pairs)


def _place(wanted: str, text: str) -> tuple[int, int]:
    """Where a stretch stands in a text, exactly or nearly; (0, 0) where it does not."""
    start = text.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    if not wanted or not text:
        return 0, 0
    if len(wanted) > len(text):
        return 0, len(text)
    found = partial_ratio_alignment(wanted, text, score_cutoff=_FOUND)
    return (found.dest_start, found.dest_end) if found else (0, 0)


def likeness(gold: GoldPage, said: str) -> float:
    """How like a page is to what was read of some page, in [0, 1], whatever the order is not."""
    return Levenshtein.normalized_similarity(comparable(gold.text), comparable(said))


# --- boxes ------------------------------------------------------------------------------------


def intersection_over_union(ours: Sequence[Box], theirs: Sequence[Box]) -> float:
    """Area covered by both sets of boxes over area covered by either, in [0, 1] (Jaccard, 1901)."""
    boxes = [*ours, *theirs]
    xs = sorted({side for box in boxes for side in (box.left, box.right)})
    ys = sorted({side for box in boxes for side in (box.top, box.bottom)})
    both = either = 0.0
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            x, y, area = (left + right) / 2, (top + bottom) / 2, (right - left) * (bottom - top)
            in_ours, in_theirs = _covers(ours, x, y), _covers(theirs, x, y)
            both += area * (in_ours and in_theirs)
            either += area * (in_ours or in_theirs)
    return both / either if either else 0.0


def _covers(boxes: Sequence[Box], x: float, y: float) -> bool:
    return any(box.left < x < box.right and box.top < y < box.bottom for box in boxes)

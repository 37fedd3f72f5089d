"""Glyphs → runs: glyphs that follow each other on one baseline, put together in rows.

Small raised runs (calls of notes, "er" of "1er") take the baseline of what they hang on; what is
drawn twice is kept once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Glyph

# All in ems, the size of the type.
_SAME_BASELINE: Final = 0.2
_WIDE_GAP: Final = 1.2  # between two columns, or two cells
_WIDEST_GAP: Final = 2.5  # between the words of a line stretched to its measure
_LOOSE_GAP: Final = 0.7  # the same, between runs that do not follow each other in the file
_MARKER_GAP: Final = 4.0  # between a bullet and its text
_RAISED: Final = 0.15  # above the baseline of its neighbour
_SMALL: Final = 0.75  # a raised glyph is smaller than that, against its neighbour
_LONGEST_CALL: Final = 16  # characters
INITIAL: Final = 1.7  # times the size of the text: a drop capital is larger than that

MARKER = re.compile(
    r"(?:[•●▪■◆◦○□►▶➢➔→✓✔❖\uf000-\uf0ff*–—-]|\(?\d{1,3}[.)°]|\(?[a-zA-Z][.)]|\(?[ivx]{1,4}[.)])+"
)
CALL = re.compile(r"[\d,;*()\[\]]*\d[\d,;*()\[\]]*|\*+")


@dataclass(slots=True)
class Run:
    """Glyphs that follow each other in the file and on one baseline."""

    glyphs: list[Glyph]
    number: int
    left: float
    right: float
    y: float
    size: float
    raised: bool = False


def stretches(glyphs: Sequence[Glyph]) -> Iterable[list[Run]]:
    """Runs that stand side by side with no wide gap between them, from left to right."""
    runs = _without_shadows(_runs(glyphs))
    _settle_raised(runs)
    for row in _rows(runs):
        yield from _stretches(row)


def text_of(glyphs: Sequence[Glyph]) -> str:
    """What glyphs spell, without spaces."""
    return "".join([glyph.character for glyph in glyphs])


def _runs(glyphs: Sequence[Glyph]) -> list[Run]:
    runs: list[Run] = []
    run: Run | None = None
    last_right = 0.0
    for glyph in glyphs:
        size = glyph.style.size or 1.0
        if (
            run is None
            or glyph.style.size != run.size
            or abs(glyph.y - run.y) > _SAME_BASELINE * size
            or glyph.left - last_right > _WIDE_GAP * size
            or glyph.left < last_right - size
        ):
            run = Run([], len(runs), glyph.left, glyph.right, glyph.y, glyph.style.size)
            runs.append(run)
        run.glyphs.append(glyph)
        last_right = glyph.right
        run.right = max(run.right, last_right)
        run.left = min(run.left, glyph.left)
    return runs


def _without_shadows(runs: list[Run]) -> list[Run]:
    """The runs, less those drawn a second time at nearly the same place for weight or shadow."""
    kept: list[Run] = []
    seen: dict[str, list[Run]] = {}
    for run in runs:
        text = text_of(run.glyphs)
        near = 0.25 * run.size
        twins = seen.setdefault(text, [])
        if any(abs(run.left - t.left) < near and abs(run.y - t.y) < near for t in twins):
            continue
        twins.append(run)
        kept.append(run)
    return kept


def _settle_raised(runs: list[Run]) -> None:
    """Give small raised runs the baseline of the run they hang on (before it or after it)."""
    heights: dict[int, list[Run]] = {}
    for run in runs:
        if any(glyph.character.isalnum() for glyph in run.glyphs[:40]):
            for level in _levels(run.y - 0.8 * run.size, run.y + 0.4 * run.size):
                heights.setdefault(level, []).append(run)
    for run in runs:
        if len(run.glyphs) > _LONGEST_CALL:
            continue
        hosts = [
            host
            for level in _levels(run.y, run.y)
            for host in heights.get(level, ())
            if run.size < host.size * _SMALL - 0.01 and _hangs_on(run, host)
        ]
        if hosts and (len(run.glyphs) <= 3 or CALL.fullmatch(text_of(run.glyphs))):
            host = min(hosts, key=lambda host: abs(run.left - host.right))
            run.raised = run.y < host.y - _RAISED * host.size
            run.y, run.size = host.y, host.size


def _levels(top: float, bottom: float) -> range:
    """Bands of 10 points, so that neighbours are found without comparing every pair."""
    return range(int(top // 10), int(bottom // 10) + 1)


def _hangs_on(run: Run, host: Run) -> bool:
    if not host.y - 0.75 * host.size < run.y < host.y + 0.3 * host.size:
        return False
    after = -0.3 * host.size <= run.left - host.right <= 0.4 * host.size
    before = -0.3 * host.size <= host.left - run.right <= 0.6 * host.size
    return after or before


def _rows(runs: list[Run]) -> Iterable[list[Run]]:
    """Runs on the same baseline, from left to right."""
    ordered = sorted(runs, key=lambda run: run.y)
    row: list[Run] = []
    for run in ordered:
        if row and run.y - row[0].y > _SAME_BASELINE * min(run.size, row[0].size):
            yield sorted(row, key=lambda run: run.left)
            row = []
        row.append(run)
    if row:
        yield sorted(row, key=lambda run: run.left)


def _stretches(row: list[Run]) -> Iterable[list[Run]]:
    """A row cut where the gap is wide; a bullet stays with the text it opens."""
    even = _even_gap(row)
    stretch = [row[0]]
    right = row[0].right
    for run in row[1:]:
        follows = run.number == stretch[-1].number + 1
        size = max(min(run.size, stretch[-1].size), 1.0)
        limit = (_WIDE_GAP if follows and run.glyphs[0].spaced else _LOOSE_GAP) * size
        if _is_marker(stretch, run):
            limit = _MARKER_GAP * size
        too_far = run.left - right > max(limit, even if follows else 0.0)
        if too_far or _is_initial(stretch, run):
            yield stretch
            stretch = []
        stretch.append(run)
        right = max(right, run.right) if len(stretch) > 1 else run.right
    yield stretch


def _even_gap(row: list[Run]) -> float:
    """How wide a gap may be where a line was stretched to its measure: as its other gaps are."""
    gaps = [
        after.left - before.right
        for run in row
        for before, after in pairwise(run.glyphs)
        if after.spaced
    ]
    gaps += [after.left - before.right for before, after in pairwise(row)]
    if len(gaps) < 3 or max(gaps) > _WIDEST_GAP * row[0].size:
        return 0.0
    return 1.4 * min(gaps)


def _is_initial(stretch: list[Run], following: Run) -> bool:
    """Whether runs are a drop capital beside a line of the text that it opens higher up."""
    text = "".join(text_of(run.glyphs) for run in stretch)
    large = min(run.size for run in stretch) > INITIAL * following.size
    return large and len(text) <= 2 and text[0].isupper()


def _is_marker(stretch: list[Run], following: Run) -> bool:
    """Whether runs are the bullet or the number of what follows; a bare number stands out."""
    if sum(len(run.glyphs) for run in stretch) > 5:
        return False
    text = "".join(text_of(run.glyphs) for run in stretch)
    if MARKER.fullmatch(text):
        return True
    larger = stretch[0].size > 1.2 * following.size
    return len(text) <= 2 and text.isdigit() and larger and following.glyphs[0].character.isalpha()

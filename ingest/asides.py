"""What is drawn on a page to order its text: grounds and rules of asides, bullets."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Shape
    from corpus.types import Box
    from ingest.lines import Line, RawPage

_BOX_WIDTH: Final = 60.0  # points: less is no aside
_BOX_HEIGHT: Final = 25.0
_LARGEST_BOX: Final = 0.6  # of the page: more is its background
_THICKEST_BAR: Final = 6.0  # points: a rule beside an aside
_HIGHEST_BAR: Final = 0.85  # of the page
_BAR_GAP: Final = 20.0  # points between the pieces of one rule
_TITLE: Final = 1.5  # times the usual size of the page
_FROM_BAR: Final = 25.0  # from the rule to the text of the aside, at most
_UNDER: Final = 0.5  # ems below the baseline
_MOST_IN_BOX: Final = 0.7  # of the lines of the page


def find_asides(lines: Sequence[Line], page: RawPage) -> list[list[Line]]:
    """The lines of each aside: what stands on a coloured ground, or beside an upright rule.

    Grounds as large as the page are its background, rules as high as the text part its columns.
    """
    grounds = sorted((s.box for s in page.shapes if _may_be_box(s, page)), key=_area)
    held = [_on_ground(ground, lines) for ground in grounds]
    held = [inside for inside in held if len(inside) <= _MOST_IN_BOX * len(lines)]
    held += [_beside_bar(bar, lines) for bar in _bars(page)]
    boxes: list[list[Line]] = []
    taken: set[int] = set()
    for inside in held:
        members = [line for line in inside if id(line) not in taken]
        heights = {round(line.baseline) for line in members}
        if len(heights) >= 2:
            taken.update(map(id, members))
            boxes.append(members)
    return boxes


def _on_ground(ground: Box, lines: Sequence[Line]) -> list[Line]:
    """The lines on a ground; none where some stand on it in part."""
    touching = [line for line in lines if _touches(line, ground)]
    return touching if all(_holds(ground, line) for line in touching) else []


def _bars(page: RawPage) -> list[Box]:
    """The upright rules that stand alone, what is drawn in pieces made one."""
    bars: list[Box] = []
    pieces = [shape.box for shape in page.shapes if _may_be_bar(shape)]
    for piece in sorted(pieces, key=lambda box: box.top):
        for number, bar in enumerate(bars):
            if abs(bar.left - piece.left) < _THICKEST_BAR and piece.top - bar.bottom < _BAR_GAP:
                bars[number] = bar.union(piece)
                break
        else:
            bars.append(piece)
    return [
        bar
        for bar in bars
        if bar.bottom - bar.top >= _BOX_HEIGHT
        and bar.bottom - bar.top < _HIGHEST_BAR * page.height
        and not any(_is_level(bar, other) for other in bars if other is not bar)
    ]


def _is_level(bar: Box, other: Box) -> bool:
    """Whether two rules reach equally high or equally low: sides of a frame or of a table."""
    return abs(bar.top - other.top) < 6 or abs(bar.bottom - other.bottom) < 6


def _beside_bar(bar: Box, lines: Sequence[Line]) -> list[Line]:
    """The lines right of a rule, as far down as it goes; none where it parts two columns.

    Their column goes on above the rule or below it, no text stands close at its left, and they are
    no titles.
    """
    level = [line for line in lines if bar.top - 2 < _middle(line) < bar.bottom + 2]
    begun = [line for line in level if 2 < line.left - bar.right < _FROM_BAR]
    if not begun or any(bar.left - _FROM_BAR < line.right < bar.right + 1 for line in level):
        return []
    right = max(line.right for line in begun)
    inside = [line for line in level if bar.left < line.left < right]
    outside = [line for line in lines if abs(line.left - bar.right) < 2 * _FROM_BAR]
    goes_on = any(not bar.top - 2 < _middle(line) < bar.bottom + 2 for line in outside)
    crossed = any(line.left < bar.left < line.right for line in level)
    usual = median(line.size for line in lines)
    titles = max(line.size for line in inside) > _TITLE * usual
    return inside if goes_on and not crossed and not titles else []


def _may_be_bar(shape: Shape) -> bool:
    box = shape.box
    return (
        shape.kind == "path"
        and shape.upright
        and box.right - box.left <= _THICKEST_BAR
        and box.bottom - box.top > 2 * _THICKEST_BAR
    )


def _may_be_box(shape: Shape, page: RawPage) -> bool:
    box = shape.box
    return (
        shape.kind == "path"
        and shape.filled
        and box.right - box.left >= _BOX_WIDTH
        and box.bottom - box.top >= _BOX_HEIGHT
        and _area(box) < _LARGEST_BOX * page.width * page.height
    )


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _touches(line: Line, box: Box) -> bool:
    level = box.top < _middle(line) < box.bottom
    return level and line.left < box.right - 3 and line.right > box.left + 3


def _middle(line: Line) -> float:
    return line.baseline - 0.3 * line.size


def _holds(box: Box, line: Line) -> bool:
    return box.left - 6 <= line.left and line.right <= box.right + 6


def mark_bullets(lines: Sequence[Line], shapes: Iterable[Shape]) -> None:
    """Tell the lines before which a small shape is drawn, as before others: a bullet."""
    small = [shape.box for shape in shapes if _may_be_bullet(shape)]
    found = [
        (line, _dimensions(box))
        for line in lines
        for box in small
        if 0 <= line.left - box.right < 1.5 * line.size
        and line.top - 1 < (box.top + box.bottom) / 2 < line.baseline + 1
        and 0.15 * line.size < box.bottom - box.top < 1.2 * line.size
    ]
    times = Counter(dimensions for _, dimensions in found)
    for line, dimensions in found:
        line.bulleted = line.bulleted or times[dimensions] > 1


def mark_underlines(lines: Sequence[Line], shapes: Iterable[Shape]) -> None:
    """Tell the lines under which a rule is drawn from end to end."""
    rules = [shape.box for shape in shapes if shape.upright and _is_thin(shape.box)]
    for line in lines:
        line.underlined = any(
            0 < rule.bottom - line.baseline < _UNDER * line.size
            and abs(rule.left - line.left) < 0.5 * line.size
            and abs(rule.right - line.right) < 0.5 * line.size
            for rule in rules
        )


def _is_thin(box: Box) -> bool:
    return box.bottom - box.top < 3 and box.right - box.left > 20


def _may_be_bullet(shape: Shape) -> bool:
    width = shape.box.right - shape.box.left
    return shape.kind == "path" and shape.filled and shape.segments <= 16 and 1.5 < width < 20


def _dimensions(box: Box) -> tuple[int, int]:
    return round(box.right - box.left), round(box.bottom - box.top)

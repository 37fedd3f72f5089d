"""What is drawn on a page to order its text: grounds of asides, bullets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.pdfium import Shape
    from corpus.types import Box
    from ingest.lines import Line, RawPage

_BOX_WIDTH: Final = 60.0  # points: less is no aside
_BOX_HEIGHT: Final = 25.0
_LARGEST_BOX: Final = 0.6  # of the page: more is its background
_MOST_IN_BOX: Final = 0.7  # of the lines of the page


def find_asides(lines: Sequence[Line], page: RawPage) -> list[list[Line]]:
    """The lines of each aside: what stands on a coloured ground smaller than the page."""
    grounds = [shape.box for shape in page.shapes if _may_be_box(shape, page)]
    boxes: list[list[Line]] = []
    taken: set[int] = set()
    for ground in sorted(grounds, key=_area):
        inside = [line for line in lines if _touches(line, ground)]
        whole = [line for line in inside if _holds(ground, line)]
        members = [line for line in whole if id(line) not in taken]
        if (
            len(whole) < len(inside)
            or len({round(line.baseline) for line in members}) < 2
            or len(members) > _MOST_IN_BOX * len(lines)
        ):
            continue
        taken.update(map(id, members))
        boxes.append(members)
    return boxes


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
    height = line.baseline - 0.3 * line.size
    return box.top < height < box.bottom and line.left < box.right - 3 and line.right > box.left + 3


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


def _may_be_bullet(shape: Shape) -> bool:
    width = shape.box.right - shape.box.left
    return shape.kind == "path" and shape.filled and shape.segments <= 16 and 1.5 < width < 20


def _dimensions(box: Box) -> tuple[int, int]:
    return round(box.right - box.left), round(box.bottom - box.top)

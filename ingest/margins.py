"""Where a folio may stand on the picture of a page: small lone marks of ink at its top or foot.

Tesseract overlooks a number that stands by itself; cut out, it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Ink = NDArray[np.bool_]

_MARGIN: Final = 0.1  # of the height, at the top and at the foot
_EDGE: Final = 0.03  # of the width: the shadow of the scanner
_DARK: Final = 140  # of 255
_LOWEST, _HIGHEST = 4.0, 22.0  # points: less is dirt, more is a drawing
_WIDEST: Final = 0.12  # of the page: more is a line of text
_APART: Final = 2.5  # heights of white between two marks on a line
_GAP: Final = 2.0  # points of white between two lines
_LINES: Final = 2  # that are looked at, from the edge
_MOST: Final = 3  # marks on a line: more are scattered dirt
_AROUND: Final = 10.0  # points of white around a mark that is cut out


class Mark(NamedTuple):
    """A box on a picture, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def lone_marks(image: Image, dots: float) -> list[Mark]:
    """What may be folios on a grey picture, at so many dots an inch, each with white around it."""
    import numpy as np  # noqa: PLC0415 — heavy

    ink = np.asarray(image) < _DARK
    height, width = ink.shape
    edge, high, point = round(_EDGE * width), round(_MARGIN * height), dots / 72
    ink[:, :edge] = ink[:, width - edge :] = False
    marks = list(_marks(ink[:high], point))
    marks += [
        mark._replace(top=height - mark.bottom, bottom=height - mark.top)
        for mark in _marks(ink[: height - high - 1 : -1], point)  # the foot, from the edge upwards
    ]
    more = round(_AROUND * point)
    return [
        Mark(
            max(0, mark.left - more),
            max(0, mark.top - more),
            min(width, mark.right + more),
            min(height, mark.bottom + more),
        )
        for mark in marks
    ]


def _marks(ink: Ink, point: float) -> Iterator[Mark]:
    """The small marks on the first lines of a strip."""
    looked_at = 0
    for top, bottom in _stretches(_any(ink, 1), round(_GAP * point)):
        high = bottom - top
        if high < _LOWEST * point:
            continue
        looked_at += 1
        if looked_at > _LINES or high > _HIGHEST * point:
            return
        pieces = list(_stretches(_any(ink[top:bottom], 0), round(_APART * high)))
        if len(pieces) <= _MOST:
            for left, right in pieces:
                if right - left <= _WIDEST * ink.shape[1]:
                    yield Mark(left, top, right, bottom)


def _any(ink: Ink, axis: int) -> Ink:
    """Whether there is ink in each row (axis 1) or column (axis 0)."""
    import numpy as np  # noqa: PLC0415 — heavy

    return np.asarray(ink.any(axis=axis))


def _stretches(marked: Ink, gap: int) -> Iterator[tuple[int, int]]:
    """Where a row of pixels is marked, half-open; gaps no wider than `gap` are none."""
    import numpy as np  # noqa: PLC0415 — heavy

    (places,) = np.nonzero(marked)
    if not len(places):
        return
    (breaks,) = np.nonzero(np.diff(places) > gap)
    starts, ends = [0, *(breaks + 1)], [*breaks, len(places) - 1]
    for start, end in zip(starts, ends, strict=True):
        yield int(places[start]), int(places[end]) + 1

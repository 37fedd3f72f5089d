"""Pages whose text stands on its side, or on its head: set upright to be read, and back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from corpus.types import Box

if TYPE_CHECKING:
    from corpus.pdfium import Glyph, Sheet


def main_angle(sheet: Sheet) -> int:
    """The quarter turn, in degrees clockwise, at which most of the text of a page runs."""
    angles = Counter(glyph.style.angle for glyph in sheet.glyphs)
    angle, count = angles.most_common(1)[0] if angles else (0, 0)
    return angle if angle % 90 == 0 and 2 * count > len(sheet.glyphs) else 0


def upright(sheet: Sheet, angle: int) -> Sheet:
    """The sheet turned so that text at that angle runs from left to right."""
    if angle % 360 == 0:
        return sheet
    size = sheet.width, sheet.height
    width, height = size if angle % 180 == 0 else size[::-1]

    def turned(glyph: Glyph) -> Glyph:
        box = turned_box(Box(*glyph[1:5]), -angle, *size)
        x, y, _, _ = turned_box(Box(glyph.x, glyph.y, glyph.x, glyph.y), -angle, *size)
        style = glyph.style._replace(angle=(glyph.style.angle - angle) % 360)
        return glyph._replace(**box._asdict(), x=x, y=y, style=style)

    return sheet._replace(
        width=width,
        height=height,
        glyphs=tuple(map(turned, sheet.glyphs)),
        shapes=tuple(
            shape._replace(box=turned_box(shape.box, -angle, *size)) for shape in sheet.shapes
        ),
    )


def turned_box(box: Box, angle: int, width: float, height: float) -> Box:
    """A box of a page of that size, once the page is turned clockwise by quarter turns."""
    left, top, right, bottom = box
    turns = {
        0: box,
        90: Box(height - bottom, left, height - top, right),
        180: Box(width - right, height - bottom, width - left, height - top),
        270: Box(top, width - right, bottom, width - left),
    }
    return turns[angle % 360]

"""What pdfium tells of a page: its glyphs and shapes, set on the displayed page.

Called by `pdfium.py` only, under its lock; `raw` is the module of pdfium's C functions.
"""

from __future__ import annotations

import ctypes
import math
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from corpus.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_SHAPES: Final = 20_000  # drawings made of more pieces tell nothing about the layout
_MAX_FORM_DEPTH: Final = 4
_RECTANGLE: Final = 6  # segments at most
_MAX_GLYPHS: Final = 200_000  # no page that is read by people holds more

_FLAG_ITALIC = 1 << 6  # of a font descriptor: ISO 32000-1, table 123
_LIGHT = ("-italic", "-oblique", "-regular", "-roman", "-light", "-book")
_BOLD = ("bold", "black", "heavy", "demi")
_OBJECT_PATH, _OBJECT_IMAGE, _OBJECT_SHADING, _OBJECT_FORM = 2, 3, 4, 5


class Style(NamedTuple):
    """How a run of glyphs looks: size in points, angle in degrees clockwise, colour as 0xRRGGBB."""

    font: str
    size: float
    bold: bool
    italic: bool
    colour: int
    angle: int


class Glyph(NamedTuple):
    """A character on the displayed page; `x`, `y` is its origin on the baseline.

    The box is flat, for speed. `spaced` tells that a space was written or understood just before;
    U+00AD is a hyphen that ends a line, U+FFFD a glyph whose character the file does not tell.
    """

    character: str
    left: float
    top: float
    right: float
    bottom: float
    x: float
    y: float
    style: Style
    spaced: bool


class Shape(NamedTuple):
    """Something drawn that is not text.

    For paths: `filled` with a colour that is seen, `upright` rectangles and straight rules, and
    how many `segments` they have (letters turned to curves have thousands).
    """

    kind: Literal["path", "image"]
    box: Box
    filled: bool = False
    upright: bool = False
    segments: int = 0


class Display:
    """Maps user space to the displayed page: crop box, then rotation by quarter turns."""

    def __init__(self, page: Any) -> None:
        self.left, self._bottom, self._right, self.top = page.get_bbox()
        self.rotation: int = page.get_rotation()

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space on the displayed page."""
        if self.rotation == 90:
            return y - self._bottom, x - self.left
        if self.rotation == 180:
            return self._right - x, y - self._bottom
        if self.rotation == 270:
            return self.top - y, self._right - x
        return x - self.left, self.top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of user space on the displayed page."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


# --- glyphs -------------------------------------------------------------------------------------

_SPACES = frozenset([*map(ord, " \t\r\n\u00a0\u202f\u3000"), *range(0x2000, 0x200B)])
_MAY_BE_SUPERIOR = frozenset(map(ord, "0123456789o"))  # calls of notes, powers, "n°"
_RISE, _SHRINK = 0.35, 0.6  # of superior characters, in ems
_NO_CHARACTER = frozenset([*range(32), 0xFFFE, 0xFFFF, 0xFFFD])
_CHARACTERS = {code: chr(code) for code in range(32, 0x250)}
_CHARACTERS[2] = "\u00ad"  # what pdfium puts for a hyphen that ends a line


def read_glyphs(text: Any, display: Display, raw: Any) -> Iterator[Glyph]:
    """The glyphs of a text page: one pass, calling the C functions with structures made once."""
    styles = _Styles(text, display, raw)
    rectangle, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    unicode_of, box_of, origin_of = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_GetCharOrigin,
    )
    object_of, address_in, style_of = (
        raw.FPDFText_GetTextObject,
        ctypes.c_void_p.from_buffer,
        styles.known.get,
    )
    straight, left_edge, top_edge = display.rotation == 0, display.left, display.top
    spaced = False
    for index in range(min(raw.FPDFText_CountChars(text), _MAX_GLYPHS)):
        code = unicode_of(text, index)
        if code in _SPACES:
            spaced = True
            continue
        if not box_of(text, index, rectangle) or not origin_of(text, index, x, y):
            continue
        key = address_in(object_of(text, index)).value
        style = style_of(key) or styles.read(key, index)
        if straight:  # nearly every page, and the hot path of the whole ingestion
            left, top = rectangle.left - left_edge, top_edge - rectangle.top
            right, bottom = rectangle.right - left_edge, top_edge - rectangle.bottom
            place = x.value - left_edge, top_edge - y.value
        else:
            sides = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
            left, top, right, bottom = display.box(*sides)
            place = display.point(x.value, y.value)
        if code in _MAY_BE_SUPERIOR and index and (raised := styles.raised(index, style, y.value)):
            style, place = raised, (place[0], place[1] - _RISE * style.size)
        character = _CHARACTERS.get(code) or _character(code)
        yield Glyph(character, left, top, right, bottom, *place, style, spaced)
        spaced = False


def _character(code: int) -> str:
    lost = code in _NO_CHARACTER or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF
    return "\ufffd" if lost else chr(code)


class _Styles:
    """The style of each text object of the page, by its address; looked up once."""

    def __init__(self, text: Any, display: Display, raw: Any) -> None:
        self.known: dict[int | None, Style] = {}
        self._text, self._display, self._raw = text, display, raw
        self._rgba = [ctypes.c_uint() for _ in range(4)]
        self._matrix = raw.FS_MATRIX()
        self._sides = [ctypes.c_double() for _ in range(4)]
        self._fonts: dict[int | None, tuple[str, bool, bool]] = {}

    def read(self, key: int | None, index: int) -> Style:
        """The style of the character, kept under the key of its text object."""
        raw, text, matrix = self._raw, self._text, self._matrix
        raw.FPDFText_GetMatrix(text, index, matrix)
        raw.FPDFText_GetFillColor(text, index, *self._rgba)
        red, green, blue = (part.value & 0xFF for part in self._rgba[:3])
        turned = -math.degrees(math.atan2(matrix.b, matrix.a)) + self._display.rotation
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        font, bold, italic = self._font(index)
        colour = red << 16 | green << 8 | blue
        style = Style(font, round(abs(size), 2), bold, italic, colour, round(turned) % 360)
        self.known[key] = style
        return style

    def raised(self, index: int, style: Style, baseline: float) -> Style | None:
        """The look of a superior character that a font draws at full size; None for any other."""
        if style.angle != self._display.rotation:
            return None
        left, right, bottom, top = self._sides
        self._raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        if (
            bottom.value - baseline < 0.2 * style.size
            or top.value - bottom.value > 0.55 * style.size
        ):
            return None
        return style._replace(size=round(_SHRINK * style.size, 2))

    def _font(self, index: int) -> tuple[str, bool, bool]:
        """Name, bold, italic."""
        raw, text = self._raw, self._text
        handle = raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(text, index))
        key = ctypes.c_void_p.from_buffer(handle).value
        known = self._fonts.get(key)
        if known is None:
            buffer, flags = ctypes.create_string_buffer(256), ctypes.c_int()
            raw.FPDFText_GetFontInfo(text, index, buffer, 256, flags)
            name = buffer.value.decode("utf-8", "replace").split("+")[-1]
            lower = name.lower()
            # The weight is a guess from the stems; a name that tells a lighter style knows better.
            heavy = raw.FPDFText_GetFontWeight(text, index) in range(600, 1000)
            heavy = heavy and not name.lower().endswith(_LIGHT)
            bold = heavy or any(word in lower for word in _BOLD)
            italic = "italic" in lower or "obl" in lower or bool(flags.value & _FLAG_ITALIC)
            known = self._fonts[key] = name, bold, italic
        return known


# --- shapes -------------------------------------------------------------------------------------


_Affine = tuple[float, float, float, float, float, float]
_UNMOVED: Final[_Affine] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_shapes(page: Any, display: Display, raw: Any) -> Iterator[Shape]:
    """What is drawn on a page that is not text, form objects included."""
    bounds = [ctypes.c_float() for _ in range(4)]
    for item, outer in islice(_drawn_objects(page, raw), _MAX_SHAPES):
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in {_OBJECT_PATH, _OBJECT_IMAGE, _OBJECT_SHADING}:
            continue
        if not raw.FPDFPageObj_GetBounds(item, *bounds):
            continue
        left, bottom, right, top = (side.value for side in bounds)
        corners = _moved(left, bottom, outer), _moved(right, top, outer)
        box = display.box(*corners[0], *corners[1])
        if kind == _OBJECT_PATH:
            segments = raw.FPDFPath_CountSegments(item)
            upright = segments <= _RECTANGLE and _is_upright(item, segments, raw)
            yield Shape("path", box, _is_filled(item, raw), upright, segments)
        else:
            yield Shape("image", box)


def _drawn_objects(page: Any, raw: Any) -> Iterator[tuple[Any, _Affine]]:
    """The objects of a page with what moves them; those inside form objects are theirs."""
    waiting: list[tuple[Any, Any, int, _Affine, int]] = [
        (raw.FPDFPage_GetObject, page, raw.FPDFPage_CountObjects(page), _UNMOVED, 0)
    ]
    while waiting:
        get, holder, count, outer, depth = waiting.pop()
        for number in range(count):
            item = get(holder, number)
            if raw.FPDFPageObj_GetType(item) != _OBJECT_FORM:
                yield item, outer
            elif depth < _MAX_FORM_DEPTH:
                matrix = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(item, matrix)
                inner, inside = _composed(matrix, outer), raw.FPDFFormObj_CountObjects(item)
                waiting.append((raw.FPDFFormObj_GetObject, item, inside, inner, depth + 1))


def _composed(matrix: Any, outer: _Affine) -> _Affine:
    a, b, c, d, e, f = outer
    return (
        matrix.a * a + matrix.b * c,
        matrix.a * b + matrix.b * d,
        matrix.c * a + matrix.d * c,
        matrix.c * b + matrix.d * d,
        matrix.e * a + matrix.f * c + e,
        matrix.e * b + matrix.f * d + f,
    )


def _moved(x: float, y: float, matrix: _Affine) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _is_upright(path: Any, segments: int, raw: Any) -> bool:
    """Whether all corners share two abscissas and two ordinates."""
    x, y = ctypes.c_float(), ctypes.c_float()
    xs, ys = set(), set()
    for number in range(segments):
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(path, number), x, y)
        xs.add(round(x.value, 1))
        ys.add(round(y.value, 1))
    return len(xs) <= 2 and len(ys) <= 2


def _is_filled(path: Any, raw: Any) -> bool:
    """Whether a path is filled with a colour that is seen on white paper."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, mode, stroke) or not mode.value:
        return False
    rgba = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(path, *rgba):
        return True
    red, green, blue, alpha = (part.value for part in rgba)
    return alpha > 0 and min(red, green, blue) < 250
